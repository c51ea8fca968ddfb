#include "carillon/fit/refit.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "carillon/evidence/evidence_file.hpp"
#include "carillon/fit/estimate.hpp"
#include "seed_fits.hpp"

namespace carillon {
namespace {

using testing::message_of;

const std::string weights = "weights: {force: 1, energy: 3, stress: 100}\n";
const std::string other_weights =
    "weights: {force: 0.5, energy: 20, stress: 30, multiplicity: {energy: 3}, labels: {CN75_3.1gcc_6000K: 4}}\n";
const std::string given = "solver: {strength: 1e-3}\n";
const std::string by_frames = "solver: {strength: groups, folds: 3, grid: {from: 1e-7, to: 1, points: 15}}\n";
const std::string by_label = "solver: {strength: groups, fold_by: label, grid: {from: 1e-7, to: 1, points: 15}}\n";
const std::string hierarchy = "blocks: [{name: C}, {name: N}, {name: C-N}]\n";
const std::string keep = "evidence: groups\n";

/// Oracle: the fit from data whose parents are subtracted from the target, which knows nothing of evidence.
class Refit : public testing::SeedFits {
protected:
  /// Evidence of the last step of a fit, by way of its file.
  Evidence evidence_of(const FitResult& result) const {
    write_evidence(folder_.path("evidence.h5"), *result.steps.back().evidence);
    return read_evidence(folder_.path("evidence.h5"));
  }

  static RefitResult refit_with(Evidence evidence, const std::string& changes, const std::vector<Block>& parents = {},
                                const ParentEvidence& parent_evidence = {}) {
    RefitRequest request{std::move(evidence), {}, parents, parent_evidence, false};
    request.settings =
        changed_settings(request.evidence, read_step_settings(request.evidence), Yaml::load_text(changes, "changes"));
    return refit(std::move(request), Communicator());
  }

  static std::vector<Block> all_blocks(const RefitResult& result) {
    std::vector<Block> blocks = result.parents;
    blocks.insert(blocks.end(), result.blocks.begin(), result.blocks.end());
    return blocks;
  }
};

TEST_F(Refit, KeepingEvidenceDoesNotChangeTheFit) {
  for (const std::string& solver : {given, by_frames, by_label}) {
    const FitResult plain = fit(weights + solver + hierarchy);
    const FitResult with_groups = fit(weights + solver + keep + hierarchy);
    expect_same(predictions(with_groups), predictions(plain), "groups");
    EXPECT_DOUBLE_EQ(with_groups.steps[2].solution.summary.lambda, plain.steps[2].solution.summary.lambda) << solver;
    EXPECT_EQ(with_groups.steps[2].solution.summary.rows, plain.steps[2].solution.summary.rows);
    expect_same(predictions(fit(weights + solver + "evidence: total\n" + hierarchy)), predictions(plain), "total");
    EXPECT_EQ(plain.steps[2].evidence, nullptr);
    // Nothing changed: bit for bit the same.
    const RefitResult again = refit_with(evidence_of(with_groups), "{}");
    EXPECT_EQ(again.blocks[0].coefficients, with_groups.model.blocks[2].coefficients);
  }
}

TEST_F(Refit, NewWeightsAreThoseOfAFitFromData) {
  const FitResult before = fit(weights + given + keep + hierarchy);
  const Evidence evidence = evidence_of(before);
  const std::string parents = "blocks: [{name: C, frozen: " + store(before, "C", "C") +
                              "}, {name: N, frozen: " + store(before, "N", "N") + "}, {name: C-N}]\n";
  for (const std::string& solver : {given, by_label}) {
    const RefitResult again = refit_with(evidence, other_weights + solver);
    expect_same(predictions(all_blocks(again)), predictions(fit(other_weights + solver + parents)), "weights");
    EXPECT_GT(largest_difference(predictions(all_blocks(again)), predictions(before)), 1e-4);
  }
  const RefitResult no_forces = refit_with(evidence, "weights: {force: 0}\n");
  expect_same(predictions(all_blocks(no_forces)),
              predictions(fit("weights: {force: 0, energy: 3, stress: 100}\n" + given + parents)), "no forces");
  EXPECT_EQ(no_forces.report.rows.force, 0);
}

TEST_F(Refit, AnotherStrengthAndScaling) {
  const FitResult before = fit(weights + by_frames + keep + hierarchy);
  const std::string parents = "blocks: [{name: C, frozen: " + store(before, "C", "C") +
                              "}, {name: N, frozen: " + store(before, "N", "N") + "}, {name: C-N}]\n";
  const std::string grid = ", grid: {from: 1e-7, to: 1, points: 15}}\n";
  for (const std::string& solver :
       {"solver: {strength: 0.5, scaling: unit_norm" + grid, "solver: {strength: gcv, scaling: half" + grid}) {
    const RefitResult again = refit_with(evidence_of(before), solver);
    expect_same(predictions(all_blocks(again)), predictions(fit(weights + solver + parents)), "solver");
  }
}

TEST_F(Refit, ADroppedLabel) {
  const FitResult before = fit(weights + given + keep + hierarchy);
  const RefitResult again = refit_with(evidence_of(before), "drop_labels: [CN20_2.0gcc_3000K, CN50_5.0gcc_10000K]\n");
  const FitResult without = fit(weights + given + "blocks: [{name: C, frozen: " + store(before, "C", "C") +
                                "}, {name: N, frozen: " + store(before, "N", "N") +
                                "}, {name: C-N, labels: [CN20_3.5gcc_6000K, CN50_2.7gcc_3000K, CN50_3.5gcc_6000K, "
                                "CN75_2.2gcc_2000K, CN75_3.1gcc_6000K]}]\n");
  expect_same(predictions(all_blocks(again)), predictions(without), "dropped label");
  EXPECT_EQ(again.report.rows.total(), without.steps[2].rows.total());
  EXPECT_FALSE(again.blocks[0].provenance.frames.contains("CN50_5.0gcc_10000K"));
  EXPECT_EQ(again.report.evidence->labels().size(), 7u) << "the evidence keeps all rows";
  const RefitResult back = refit_with(*again.report.evidence, "labels: []\n");
  EXPECT_EQ(back.blocks[0].coefficients, before.model.blocks[2].coefficients);
}

TEST_F(Refit, AChangedParent) {
  const FitResult before = fit(weights + given + keep + hierarchy);
  const FitResult other = fit(other_weights + "solver: {strength: 0.1}\n" + hierarchy);
  const RefitResult again = refit_with(evidence_of(before), "{}", {other.model.blocks[0]});
  const FitResult expected = fit(weights + given + "blocks: [{name: C, frozen: " + store(other, "C", "C") +
                                 "}, {name: N, frozen: " + store(before, "N", "N") + "}, {name: C-N}]\n");
  expect_same(predictions(all_blocks(again)), predictions(expected), "changed parent");
  EXPECT_GT(largest_difference(predictions(expected), predictions(before)), 1e-3);
  EXPECT_EQ(again.blocks[0].provenance.parents.at("C"), block_checksum(other.model.blocks[0]));
}

TEST_F(Refit, ASoftParentIsThatOfAFitFromData) {
  const std::string soft = "{C: {dial: 3}, C/CCC: free, N: frozen}";
  const FitResult frozen = fit(weights + by_frames + keep + hierarchy);
  const FitResult expected = fit(weights + by_frames + "blocks: [{name: C}, {name: N}, {name: C-N, parents: " + soft + "}]\n");
  EXPECT_EQ(expected.steps[2].evidence, nullptr) << "parents move without evidence being kept";
  const RefitResult again = refit_with(evidence_of(frozen), "parents: " + soft + "\n");
  expect_same(predictions(all_blocks(again)), predictions(expected), "soft parent");
  EXPECT_EQ(again.report.moved_parents, std::vector<std::string>{"C"});
  EXPECT_EQ(again.parents[1].coefficients, frozen.model.blocks[1].coefficients) << "N is frozen";
  EXPECT_NE(again.parents[0].coefficients, frozen.model.blocks[0].coefficients);
  const std::string& note = again.parents[0].provenance.notes.back();
  EXPECT_NE(note.find("moved in the fit of block C-N (C soft with dial 3, CC soft with dial 3, CCC free)"), std::string::npos)
      << note;
  EXPECT_EQ(again.blocks[0].provenance.parents.at("C"), block_checksum(again.parents[0]));
}

/// A stiff dial is a frozen parent; free parents are those of a joint fit of all blocks to the same frames.
TEST_F(Refit, TheDialRunsFromFrozenToFree) {
  const FitResult frozen = fit(weights + given + keep + hierarchy);
  const Evidence evidence = evidence_of(frozen);
  EXPECT_LT(largest_difference(predictions(all_blocks(refit_with(evidence, "parents: {C: {dial: 1e8}, N: {dial: 1e8}}\n"))),
                               predictions(frozen)),
            1e-6);

  const std::string labels =
      "labels: [CN20_2.0gcc_3000K, CN20_3.5gcc_6000K, CN50_2.7gcc_3000K, CN50_3.5gcc_6000K, CN50_5.0gcc_10000K, "
      "CN75_2.2gcc_2000K, CN75_3.1gcc_6000K]";
  const FitResult joint = fit(weights + given + "blocks: [{name: [C, N, C-N], " + labels + "}]\n");
  const RefitResult free = refit_with(evidence, "parents: {C: free, N: free}\n");
  expect_same(predictions(all_blocks(free)), predictions(joint), "free parents");
}

/// With its own rows a free parent is that of a fit to both sets of frames at once.
TEST_F(Refit, AParentsOwnRowsCount) {
  const FitResult frozen = fit(weights + given + keep + "blocks: [{name: N}, {name: C}, {name: C-N}]\n");
  const ParentEvidence rows{{"C", frozen.steps[1].evidence}};
  const FitResult both = fit(weights + given + "blocks: [{name: N}, {name: [C, C-N]}]\n");
  const RefitResult again = refit_with(evidence_of(frozen), "parents: {C: {hold: free, evidence: true}}\n", {}, rows);
  expect_same(predictions(all_blocks(again)), predictions(both), "parent's rows");
  const FitResult from_data =
      fit(weights + given +
          "blocks: [{name: N}, {name: C, evidence: groups}, {name: C-N, parents: {C: {hold: free, evidence: true}}}]\n");
  expect_same(predictions(from_data), predictions(both), "parent's rows in a fit");
  EXPECT_NE(message_of<InputError>([&] { refit_with(evidence_of(frozen), "parents: {C: {hold: free, evidence: true}}\n"); }), "");
}

TEST_F(Refit, TwoLaboratoriesMerged) {
  const FitResult parents = fit(weights + given + hierarchy);
  const std::string blocks = "blocks: [{name: C, frozen: " + store(parents, "C", "C") +
                             "}, {name: N, frozen: " + store(parents, "N", "N") + "}, {name: C-N}]\n";
  const std::string ours = file_of("ours.extxyz", {"CN20", "CN50_2.7"});
  const std::string theirs = file_of("theirs.extxyz", {"CN50_3.5", "CN50_5.0", "CN75"});
  const Evidence first = evidence_of(fit(weights + given + keep + blocks, {ours}));
  const Evidence second = evidence_of(fit(weights + given + keep + blocks, {theirs}));
  const RefitResult merged = refit_with(merged_evidence(first, second, {}), "{}");
  const FitResult expected = fit(weights + given + blocks, {ours, theirs});
  expect_same(predictions(all_blocks(merged)), predictions(expected), "merged");
  EXPECT_EQ(merged.report.rows.total(), expected.steps[2].rows.total());
  EXPECT_EQ(merged.blocks[0].provenance.frames, expected.model.blocks[2].provenance.frames);
  EXPECT_EQ(merged.blocks[0].provenance.data_sha256, expected.model.blocks[2].provenance.data_sha256);

  EXPECT_NE(message_of<InputError>([&] { merged_evidence(first, first, {}); }).find("its rows would count twice"),
            std::string::npos);
  Evidence on_other_parent = second;
  on_other_parent.parents[0].coefficients[0] += 1;
  EXPECT_NE(message_of<InputError>([&] { merged_evidence(first, on_other_parent, {}); }).find("different versions of block C"),
            std::string::npos);
  EXPECT_NO_THROW(merged_evidence(first, on_other_parent, {first.parents[0]}));
}

TEST_F(Refit, NewFramesAreAddedWithoutTheOld) {
  const FitResult parents = fit(weights + given + hierarchy);
  const std::string blocks = "blocks: [{name: C, frozen: " + store(parents, "C", "C") +
                             "}, {name: N, frozen: " + store(parents, "N", "N") + "}, {name: C-N}]\n";
  const std::string old_frames = file_of("old.extxyz", {"CN20", "CN50_2.7", "CN75_2.2"});
  const std::string new_frames = file_of("new.extxyz", {"CN50_3.5", "CN50_5.0", "CN75_3.1"});
  const FitResult before = fit(weights + given + keep + blocks, {old_frames});
  const FitResult extended = fit(weights + given + keep + blocks, {new_frames}, {{"C-N", before.steps[2].evidence}});
  const FitResult expected = fit(weights + given + blocks, {old_frames, new_frames});
  expect_same(predictions(extended), predictions(expected), "extended");
  EXPECT_EQ(extended.model.blocks[2].provenance.frames, expected.model.blocks[2].provenance.frames);
  EXPECT_EQ(extended.steps[2].evidence->rows(), expected.steps[2].rows.total());
  EXPECT_NE(message_of<InputError>([&] {
              fit(weights + given + keep + blocks, {old_frames}, {{"C-N", before.steps[2].evidence}});
            }).find("would count twice"),
            std::string::npos);
}

TEST_F(Refit, WhatTheRowsDoNotHoldIsRefusedWithTheReason) {
  const FitResult groups = fit(weights + by_frames + keep + hierarchy);
  const FitResult total = fit(weights + by_frames + "evidence: total\n" + hierarchy);
  const auto complaint = [&](const FitResult& result, const std::string& changes) {
    return message_of<InputError>([&] { refit_with(evidence_of(result), changes); });
  };
  const auto expect = [&](const FitResult& result, const std::string& changes, const std::string& words) {
    EXPECT_NE(complaint(result, changes).find(words), std::string::npos) << changes << "\n" << complaint(result, changes);
  };
  expect(groups, "weights: {energy_per_atom: true}\n", "that takes the data");
  expect(groups, "weights: {multiplicity: {shear: 2}}\n", "shear counted 2 time(s) is asked for");
  expect(groups, "solver: {folds: 5}\n", "its rows are in 3 folds, and 5 are asked for");
  expect(groups, "drop_labels: [hot]\n", "unknown label 'hot'; known: CN20_2.0gcc_3000K");
  expect(groups, "parents: {O: soft}\n", "'O' is no parent of this step");
  expect(groups, "parents: {C/CCCC: soft}\n", "nor a section of one; known: C, C/C, C/CC, C/CCC, N");
  expect(total, "drop_labels: [CN20_2.0gcc_3000K]\n", "level total and does not tell labels apart");
  expect(total, "weights: {energy: 10}\n", "other weights take the data");
  expect(total, "labels: [CN20_2.0gcc_3000K]\n", "level total and does not tell labels apart");
  expect(total, "{}", "it has no folds to leave out");
  EXPECT_EQ(complaint(total, "solver: {strength: 1e-2}\n"), "");
  Block wrong = groups.model.blocks[2];
  EXPECT_NE(message_of<InputError>([&] { refit_with(evidence_of(groups), "{}", {wrong}); }).find("is no parent in the evidence"),
            std::string::npos);
}

TEST_F(Refit, SizesAreForetoldExactly) {
  for (const std::string level : {"evidence: groups\n", "evidence: total\n"}) {
    const std::string text = weights + given + level + hierarchy;
    const Recipe recipe = parse_recipe(recipe_text(text), "r.yaml", "");
    const Dataset data(recipe.data);
    std::vector<long> frames;
    for (long frame = 0; frame < data.size(); ++frame) frames.push_back(frame);
    const std::vector<StepEstimate> estimates = estimate_fit(recipe, data, frames);
    const FitResult result = fit(text);
    for (std::size_t step = 0; step < 3; ++step)
      EXPECT_EQ(estimates[step].evidence_bytes, result.steps[step].evidence->bytes()) << level;
  }
}

TEST_F(Refit, LevelTotalTakesOtherParentsAndStrengths) {
  const FitResult before = fit(weights + given + "evidence: total\n" + hierarchy);
  const FitResult other = fit(other_weights + "solver: {strength: 0.1}\n" + hierarchy);
  const RefitResult again = refit_with(evidence_of(before), "solver: {strength: gcv}\n", {other.model.blocks[0]});
  const FitResult expected = fit(weights + "solver: {strength: gcv}\nblocks: [{name: C, frozen: " + store(other, "C", "C") +
                                 "}, {name: N, frozen: " + store(before, "N", "N") + "}, {name: C-N}]\n");
  expect_same(predictions(all_blocks(again)), predictions(expected), "total");
  EXPECT_EQ(before.steps[2].evidence->groups.size(), 1u);
}

}  // namespace
}  // namespace carillon
