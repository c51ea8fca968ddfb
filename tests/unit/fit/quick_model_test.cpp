#include "carillon/fit/quick_model.hpp"

#include <gtest/gtest.h>

#include "carillon/chimes/chimes_potential.hpp"
#include "made_data.hpp"

namespace carillon {
namespace {

using testing::TemporaryFolder;

BasisSpec spec() {
  BasisSpec out;
  out.form.smoothing = {SmoothingKind::tersoff, 0.75};
  out.pairs = {{"C-C", {1.1, 4, 1.4}}};
  out.triplet_outer = 3.0;
  return out;
}

/// Frames of carbon with the forces of a known pair potential and no other labels.
Dataset known_forces(const TemporaryFolder& folder) {
  BasisSpec pairs = spec();
  pairs.pair_order = 4;
  const BasisSet basis = block_basis(pairs, testing::elements({"C"}));
  const ChimesPotential potential(basis, testing::random_coefficients(basis, 1));
  ExtxyzWriter writer(folder.path("made.extxyz"));
  for (unsigned seed = 1; seed <= 12; ++seed) {
    Structure frame = testing::random_structure(testing::elements({"C"}), 14, 6, 1.3, seed);
    frame.forces = potential.evaluate(frame).forces;
    frame.label = "made";
    writer.write(frame);
  }
  writer.commit();
  return Dataset({{folder.path("made.extxyz"), {}}});
}

std::vector<FrameFacts> facts_of(const Dataset& data) {
  std::vector<FrameFacts> out;
  for (long frame = 0; frame < data.size(); ++frame) out.push_back(frame_facts(data.read(frame), data.elements()));
  return out;
}

TEST(QuickModel, RecoveryOfAStressThatItHasNotSeen) {
  const TemporaryFolder folder;
  const Dataset data = known_forces(folder);
  const auto model = fit_quick_model(data, facts_of(data), testing::all_frames(data), spec());
  ASSERT_TRUE(model);
  EXPECT_EQ(model->frames, 12);
  BasisSpec pairs = spec();
  pairs.pair_order = 4;
  const BasisSet basis = block_basis(pairs, testing::elements({"C"}));
  const ChimesPotential truth(basis, testing::random_coefficients(basis, 1));
  const ChimesPotential found(model->basis, model->coefficients);
  for (long frame = 0; frame < data.size(); ++frame) {
    const Structure structure = data.read(frame);
    const Eigen::Matrix3d stress = truth.evaluate(structure).stress;
    // The model has more terms than the truth and a weak prior: a percent is what the prior leaves.
    EXPECT_LT((found.evaluate(structure).stress - stress).norm(), 0.03 * stress.norm()) << frame;
  }
}

TEST(QuickModel, NothingWithoutForces) {
  const TemporaryFolder folder;
  const Dataset data = known_forces(folder);
  auto facts = facts_of(data);
  EXPECT_FALSE(fit_quick_model(data, facts, {}, spec()));
  for (FrameFacts& frame : facts) frame.force_hash = 0;
  EXPECT_FALSE(fit_quick_model(data, facts, testing::all_frames(data), spec()));
}

}  // namespace
}  // namespace carillon
