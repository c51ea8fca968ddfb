#include "carillon/fit/recipe.hpp"

#include <gtest/gtest.h>

#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::message_of;
using testing::TemporaryFolder;

constexpr const char* smallest = "data: [{file: a.extxyz}]\nblocks: [{name: C}]\n";

/// Every key of a recipe, each with a value that is not its default.
constexpr const char* everything = R"(title: all keys
data:
  - file: sub/a.extxyz
    format: extxyz
    require: [energy, stress]
    keys: {energy: E, forces: F, stress: S, label: L, temperature: T}
    stress: kbar_pressure
    label: hot
    first_frames: 7
  - file: /data/b.xyzf
    format: xyzf
    columns: [lx, ly, lz, energy]
    temperatures: b.temps
  - {file: c.extxyz, keys: {virial: V}, ignore: [forces]}
split:
  test: {fraction: 0.25, seed: 9, stratified: false}
basis:
  coordinate: inverse
  smoothing: {kind: tersoff, fraction: 0.8}
  below_inner: zero_slope
  admission: connected
  order: {pair: 8, triplet: 4, quadruplet: 3}
  pairs:
    C-C: {inner: 1, outer: 5, lambda: 1.4}
    N-C: {inner: 0.9, outer: 5.5, lambda: 1.3}
    N-N: {inner: 0.8, outer: 6}
  outer: {triplet: 4.5, quadruplet: 4}
  inner: {triplet: 0.7, quadruplet: 0.6}
  special: [{cluster: NCC, inner: {C-N: 0.65}, outer: {C-C: 4.2, N-C: 4.1}}]
  absent: [NNN]
  offsets: false
weights:
  force: 2
  energy: 0.3
  stress: 100
  energy_per_atom: true
  stress_times_volume: true
  multiplicity: {energy: 3, shear: 2}
  labels: {hot: 0.5, "a: b": 2}
solver:
  kind: ridge
  scaling: half
  strength: gcv
  folds: 6
  fold_by: label
  rule: one_standard_error
  grid: {from: 1e-6, to: 10, points: 20}
  factorisation: tree
blocks:
  - {name: C, frozen: blocks/C}
  - name: [N, N-C]
    basis: {order: {pair: 9}}
    weights: {energy: 0.4, labels: {hot: 0.25}}
    solver: {strength: 1e-3}
    labels: [hot, cold]
penalty: {distance: 0.02, scale: 20000}
absent_blocks: [H]
)";

Recipe parse(const std::string& text) { return parse_recipe(text, "fits/r.yaml", "fits"); }
std::string problem_of(const std::string& text) {
  return message_of<InputError>([&] { parse(text); });
}

TEST(Recipe, DataSources) {
  const Recipe recipe = parse(everything);
  EXPECT_EQ(recipe.title, "all keys");
  EXPECT_EQ(recipe.file, "fits/r.yaml");
  ASSERT_EQ(recipe.data.size(), 3u);
  const DataSource& first = recipe.data[0];
  EXPECT_EQ(first.path, "fits/sub/a.extxyz");
  EXPECT_EQ(first.options.format, "extxyz");
  EXPECT_TRUE(first.options.required.energy);
  EXPECT_FALSE(first.options.required.forces);
  EXPECT_TRUE(first.options.required.stress);
  EXPECT_EQ(first.options.keys.energy, "E");
  EXPECT_EQ(first.options.keys.forces, "F");
  EXPECT_EQ(first.options.keys.stress, "S");
  EXPECT_EQ(first.options.keys.label, "L");
  EXPECT_EQ(first.options.keys.temperature, "T");
  EXPECT_EQ(first.options.stress_convention, StressConvention::kbar_pressure);
  EXPECT_EQ(first.options.label, "hot");
  EXPECT_EQ(first.options.first_frames, 7);
  EXPECT_FALSE(first.options.ignored.any());
  EXPECT_TRUE(recipe.data[2].options.ignored.forces);
  EXPECT_FALSE(recipe.data[2].options.ignored.energy || recipe.data[2].options.ignored.stress);
  EXPECT_EQ(recipe.data[1].path, "/data/b.xyzf");
  EXPECT_EQ(recipe.data[1].options.columns, (std::vector<std::string>{"lx", "ly", "lz", "energy"}));
  EXPECT_EQ(recipe.data[1].options.temperature_file, "fits/b.temps");
  EXPECT_EQ(recipe.data[2].options.keys.virial, "V");
}

TEST(Recipe, SplitPenaltyAndAbsentBlocks) {
  const Recipe recipe = parse(everything);
  EXPECT_EQ(recipe.split.kind, SplitSpec::Kind::fraction);
  EXPECT_EQ(recipe.split.fraction, 0.25);
  EXPECT_EQ(recipe.split.seed, 9u);
  EXPECT_FALSE(recipe.split.stratified);
  EXPECT_EQ(recipe.penalty, (Penalty{0.02, 20000}));
  EXPECT_EQ(recipe.absent_blocks, (std::vector<std::string>{"H"}));
  const std::string head = "split: {test: ";
  const Recipe by_label = parse(head + "{labels: [a, b c]}}\n" + smallest);
  EXPECT_EQ(by_label.split.kind, SplitSpec::Kind::labels);
  EXPECT_EQ(by_label.split.labels, (std::vector<std::string>{"a", "b c"}));
  const Recipe by_frame = parse(head + "{frames: [2, 6]}}\n" + smallest);
  EXPECT_EQ(by_frame.split.kind, SplitSpec::Kind::frames);
  EXPECT_EQ(by_frame.split.frames, (std::vector<long>{2, 6}));
}

TEST(Recipe, AStepOverridesSingleKeysOfTheTop) {
  const Recipe recipe = parse(everything);
  ASSERT_EQ(recipe.steps.size(), 2u);
  EXPECT_EQ(recipe.steps[0].blocks, (std::vector<std::string>{"C"}));
  EXPECT_EQ(recipe.steps[0].frozen, "fits/blocks/C");
  const StepSpec& step = recipe.steps[1];
  EXPECT_EQ(step.blocks, (std::vector<std::string>{"N", "C-N"}));
  EXPECT_TRUE(step.frozen.empty());
  EXPECT_EQ(step.line, 51);
  EXPECT_EQ(step.labels, (std::vector<std::string>{"hot", "cold"}));
  EXPECT_EQ(step.basis.pair_order, 9);
  EXPECT_EQ(step.basis.triplet_order, 4);
  EXPECT_EQ(step.weights.force, 2);
  EXPECT_EQ(step.weights.energy, 0.4);
  EXPECT_EQ(step.weights.stress, 100);
  EXPECT_TRUE(step.weights.energy_per_atom);
  EXPECT_TRUE(step.weights.stress_times_volume);
  EXPECT_EQ(step.weights.energy_multiplicity, 3);
  EXPECT_EQ(step.weights.shear_multiplicity, 2);
  EXPECT_EQ(step.weights.labels, (std::map<std::string, double>{{"hot", 0.25}, {"a: b", 2}}));
  EXPECT_EQ(step.solver.options.method, "ridge");
  EXPECT_EQ(prior_scaling_name(step.solver.options.prior.scaling), "half");
  EXPECT_EQ(step.solver.options.strength, Strength::given);
  EXPECT_EQ(step.solver.options.lambda, 1e-3);
  EXPECT_EQ(step.solver.folds, 6);
  EXPECT_TRUE(step.solver.fold_by_label);
  EXPECT_EQ(step.solver.options.rule, ChoiceRule::one_standard_error);
  EXPECT_EQ(step.solver.options.grid.lowest, 1e-6);
  EXPECT_EQ(step.solver.options.grid.highest, 10);
  EXPECT_EQ(step.solver.options.grid.count, 20);
  EXPECT_EQ(factorisation_name(step.solver.factorisation), "tree");
}

/// docs/recipes.md promises these.
TEST(Recipe, Defaults) {
  const Recipe recipe = parse(smallest);
  EXPECT_EQ(recipe.title, "");
  EXPECT_EQ(recipe.split.kind, SplitSpec::Kind::none);
  EXPECT_EQ(recipe.penalty.scale, 0);
  EXPECT_EQ(recipe.data[0].options.format, "auto");
  EXPECT_FALSE(recipe.data[0].options.required.energy || recipe.data[0].options.required.forces ||
               recipe.data[0].options.required.stress);
  EXPECT_FALSE(recipe.data[0].options.stress_convention);
  EXPECT_EQ(recipe.data[0].options.first_frames, 0);
  const StepSpec& step = recipe.steps.at(0);
  EXPECT_EQ(step.weights.force, 1);
  EXPECT_EQ(step.weights.energy, 1);
  EXPECT_EQ(step.weights.stress, 1);
  EXPECT_FALSE(step.weights.energy_per_atom);
  EXPECT_FALSE(step.weights.stress_times_volume);
  EXPECT_EQ(step.weights.energy_multiplicity, 1);
  EXPECT_EQ(step.weights.shear_multiplicity, 1);
  EXPECT_EQ(step.solver.options.method, "ridge");
  EXPECT_EQ(prior_scaling_name(step.solver.options.prior.scaling), "none");
  EXPECT_EQ(step.solver.options.strength, Strength::groups);
  EXPECT_EQ(step.solver.options.rule, ChoiceRule::minimum);
  EXPECT_EQ(step.solver.folds, 4);
  EXPECT_FALSE(step.solver.fold_by_label);
  EXPECT_EQ(step.solver.options.grid.lowest, 1e-8);
  EXPECT_EQ(step.solver.options.grid.highest, 100);
  EXPECT_EQ(step.solver.options.grid.count, 60);
  EXPECT_EQ(factorisation_name(step.solver.factorisation), "auto");
  EXPECT_EQ(step.basis.pair_order + step.basis.triplet_order + step.basis.quadruplet_order, 0);
  EXPECT_EQ(step.basis.form.coordinate, CoordinateKind::morse);
  EXPECT_EQ(step.basis.form.smoothing, (Smoothing{SmoothingKind::tersoff, 0.5}));
  EXPECT_EQ(step.basis.form.below_inner, BelowInner::smooth);
  EXPECT_EQ(step.basis.admission, AdmissionRule::touched);
  EXPECT_TRUE(step.basis.offsets);
}

/// Round trip: what is kept beside a result says everything that the recipe said.
TEST(Recipe, WrittenOutItReadsBackAsItself) {
  for (const std::string& text :
       {std::string(everything), std::string(smallest), "split: {test: {labels: ['a\"b', c]}}\n" + std::string(smallest),
        "split: {test: {frames: [1, 4]}}\n" + std::string(smallest)}) {
    const Recipe recipe = parse(text);
    const std::string written = recipe_yaml(recipe);
    EXPECT_EQ(recipe_yaml(parse_recipe(written, recipe.file, "")), written);
  }
}

TEST(Recipe, WrittenOutItHoldsEveryValue) {
  const Recipe again = parse_recipe(recipe_yaml(parse(everything)), "kept.yaml", "");
  ASSERT_EQ(again.data.size(), 3u);
  EXPECT_EQ(again.data[0].path, "fits/sub/a.extxyz");
  EXPECT_EQ(again.data[0].options.keys.forces, "F");
  EXPECT_EQ(again.data[0].options.first_frames, 7);
  EXPECT_EQ(again.data[0].options.stress_convention, StressConvention::kbar_pressure);
  EXPECT_EQ(again.data[1].options.columns.size(), 4u);
  EXPECT_EQ(again.data[1].options.temperature_file, "fits/b.temps");
  EXPECT_EQ(again.split.seed, 9u);
  EXPECT_EQ(again.penalty.scale, 20000);
  EXPECT_EQ(again.absent_blocks, (std::vector<std::string>{"H"}));
  ASSERT_EQ(again.steps.size(), 2u);
  EXPECT_EQ(again.steps[0].frozen, "fits/blocks/C");
  const StepSpec& step = again.steps[1];
  EXPECT_EQ(step.basis.pair_order, 9);
  EXPECT_EQ(step.basis.pairs.at("C-N").outer, 5.5);
  EXPECT_EQ(step.basis.special.at(0).inner.at("C-N"), 0.65);
  EXPECT_EQ(step.weights.labels.at("a: b"), 2);
  EXPECT_EQ(step.solver.options.lambda, 1e-3);
  EXPECT_EQ(step.solver.folds, 6);
  EXPECT_EQ(step.labels.size(), 2u);
}

TEST(Recipe, PathsAreRelativeToItsFolder) {
  const TemporaryFolder folder;
  const Recipe recipe = read_recipe(folder.file("r.yaml", "data: [{file: ../a.extxyz}]\nblocks: [{name: C}]\n"));
  EXPECT_EQ(std::filesystem::path(recipe.data[0].path),
            std::filesystem::path(folder.path("")).parent_path().parent_path() / "a.extxyz");
  EXPECT_NE(message_of<FileError>([&] { read_recipe(folder.path("absent.yaml")); }).find("absent.yaml"), std::string::npos);
  EXPECT_NE(message_of<FileError>([&] { read_recipe(folder.path("")); }).find("is a folder, not a recipe"), std::string::npos);
}

TEST(Recipe, AbsolutePathsLetItBeKeptAnywhere) {
  const Recipe recipe = with_absolute_paths(parse(everything));
  const std::filesystem::path here = std::filesystem::current_path() / "fits";
  EXPECT_EQ(recipe.data[0].path, (here / "sub/a.extxyz").string());
  EXPECT_EQ(recipe.data[0].options.temperature_file, "");
  EXPECT_EQ(recipe.data[1].path, "/data/b.xyzf");
  EXPECT_EQ(recipe.data[1].options.temperature_file, (here / "b.temps").string());
  EXPECT_EQ(recipe.steps[0].frozen, (here / "blocks/C").string());
  EXPECT_EQ(recipe.steps[1].frozen, "");
}

/// The recipes that ship with the project.
TEST(Recipe, ShippedRecipesAreValid) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CARILLON_SOURCE_DIR "/fits")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    const Recipe recipe = read_recipe(entry.path().string());
    EXPECT_EQ(recipe_yaml(parse_recipe(recipe_yaml(recipe), recipe.file, "")), recipe_yaml(recipe)) << entry.path();
  }
  EXPECT_GE(count, 2);
}

struct Mistake {
  const char* name;
  const char* from;
  const char* to;
  const char* message;

  friend void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }
};

/// Each edits one place of the recipe with every key; the message must name that line.
class RecipeMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(RecipeMistake, IsNamedWithItsLine) {
  const Mistake& mistake = GetParam();
  std::string text = everything;
  const std::size_t at = text.find(mistake.from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(mistake.from).size(), mistake.to);
  EXPECT_EQ(problem_of(text), std::string("fits/r.yaml:") + mistake.message);
}

const Mistake mistakes[] = {
    {"top", "title:", "titel:",
     "1: unknown key 'titel'; known: title, data, split, basis, weights, solver, blocks, penalty, absent_blocks, "
     "evidence, price"},
    {"source", "first_frames: 7", "frames: 7",
     "9: data[0]: unknown key 'frames'; known: file, format, keys, require, ignore, stress, columns, label, temperatures, "
     "first_frames"},
    {"keys", "{energy: E,", "{enrgy: E,",
     "6: data[0].keys: unknown key 'enrgy'; known: energy, forces, stress, virial, label, temperature"},
    {"test", "seed: 9", "sed: 9", "16: split.test: unknown key 'sed'; known: fraction, seed, stratified, labels, frames"},
    {"basis", "admission: connected", "admision: connected",
     "21: basis: unknown key 'admision'; known: coordinate, smoothing, below_inner, admission, order, pairs, outer, inner, "
     "special, absent, "
     "offsets"},
    {"order", "triplet: 4,", "triple: 4,", "22: basis.order: unknown key 'triple'; known: pair, triplet, quadruplet"},
    {"pair", "outer: 6}", "outr: 6}", "26: basis.pairs.N-N: unknown key 'outr'; known: inner, outer, lambda"},
    {"weights", "stress: 100", "stres: 100",
     "35: weights: unknown key 'stres'; known: force, energy, stress, energy_per_atom, stress_times_volume, multiplicity, "
     "labels"},
    {"multiplicity", "shear: 2", "sheer: 2", "38: weights.multiplicity: unknown key 'sheer'; known: energy, shear"},
    {"solver", "scaling: half", "scale: half",
     "42: solver: unknown key 'scale'; known: kind, scaling, strength, folds, fold_by, rule, grid, factorisation, "
     "smoothness, posterior, l2, max_terms, refit, constraints"},
    {"grid", "points: 20", "count: 20", "47: solver.grid: unknown key 'count'; known: from, to, points"},
    {"step", "labels: [hot, cold]", "label: [hot, cold]",
     "55: blocks[1]: unknown key 'label'; known: name, frozen, basis, weights, solver, labels, parents, prior, evidence, price"},
    {"penalty", "scale: 20000", "scaling: 20000", "56: penalty: unknown key 'scaling'; known: distance, scale"},

    {"format", "format: extxyz", "format: cif", "4: data[0].format: 'cif' is not one of: auto, extxyz, plain_xyz, xyzf"},
    {"ignore", "[energy, stress]", "[energy, stress]\n    ignore: [forces, stress]",
     "6: data[0].ignore: a quantity is both required and ignored"},
    {"require", "[energy, stress]", "[energy, charge]", "5: data[0].require[1]: 'charge' is not one of: energy, forces, stress"},
    {"first_frames", "first_frames: 7", "first_frames: -1", "9: data[0].first_frames: expected a number of frames, or 0 for all"},
    {"fraction", "fraction: 0.25", "fraction: 1", "16: split.test.fraction: expected a fraction in [0, 1)"},
    {"two_splits", "fraction: 0.25", "fraction: 0.25, frames: [1]",
     "16: split.test: expected exactly one of fraction, labels, frames"},
    {"no_split", "fraction: 0.25, ", "", "16: split.test: expected exactly one of fraction, labels, frames"},
    {"seed", "seed: 9", "seed: -9", "16: split.test.seed: expected a seed of 0 or more"},
    {"coordinate", "coordinate: inverse", "coordinate: exp", "18: basis.coordinate: 'exp' is not one of: morse, inverse, direct"},
    {"pair_order", "pair: 8", "pair: 101", "22: basis.order.pair: order 101 is outside 1..100 (0 turns these terms off)"},
    {"triplet_order", "triplet: 4,", "triplet: 1,",
     "22: basis.order.triplet: order 1 is outside 2..40 (0 turns these terms off)"},
    {"quadruplet_order", "quadruplet: 3", "quadruplet: 11",
     "22: basis.order.quadruplet: order 11 is outside 2..10 (0 turns these terms off)"},
    {"pair_name", "N-C: {inner: 0.9", "NC: {inner: 0.9", "25: basis.pairs.NC: 'NC' is not an element pair such as C-N"},
    {"cluster", "cluster: NCC", "cluster: NXC",
     "29: basis.special[0].cluster: 'NXC' is not a cluster name such as CCN: unknown element 'X'"},
    {"pair_of_another_cluster", "inner: {C-N: 0.65}", "inner: {H-N: 0.65}",
     "29: basis.special[0].inner.H-N: cluster type CCN has no pair H-N; it has C-C, C-N"},
    {"cluster_of_no_block", "cluster: NCC, inner: {C-N: 0.65}, outer: {C-C: 4.2, N-C: 4.1}", "cluster: CCC, outer: {C-C: 4.2}",
     "29: basis.special[0]: cluster type CCC has no terms in any block that is fitted with this basis: the entry changes "
     "nothing"},
    {"absent_of_no_block", "absent: [NNN]", "absent: [NNN, CCC]",
     "30: basis.absent[1]: cluster type CCC has no terms in any block that is fitted with this basis: the entry changes nothing"},
    {"absent_block", "absent_blocks: [H]", "absent_blocks: [H, X]",
     "57: absent_blocks[1]: 'X' is not an element set such as C-N: unknown element 'X'"},
    {"negative_weight", "force: 2", "force: -2", "33: weights.force: a weight cannot be negative"},
    {"negative_label_weight", "hot: 0.5", "hot: -0.5", "39: weights.labels.hot: a weight cannot be negative"},
    {"multiplicity_zero", "{energy: 3", "{energy: 0", "38: weights.multiplicity.energy: expected a number above zero, found 0"},
    {"kind", "kind: ridge", "kind: magic",
     "41: solver.kind: 'magic' is not one of: ridge, bayesian_ridge, ard, tsvd, lasso, elastic_net"},
    {"scaling", "scaling: half", "scaling: full", "42: solver.scaling: 'full' is not one of: none, unit_norm, half"},
    {"strength", "strength: gcv", "strength: strong",
     "43: solver.strength: 'strong' is not one of: groups, gcv, evidence, or a number"},
    {"negative_strength", "strength: gcv", "strength: -1", "43: solver.strength: a strength cannot be negative"},
    {"folds", "folds: 6", "folds: 1", "44: solver.folds: expected 2 to 1000 folds"},
    {"folds_beyond_an_int", "folds: 6", "folds: 4294967298", "44: solver.folds: expected 2 to 1000 folds"},
    {"fold_by", "fold_by: label", "fold_by: atom", "45: solver.fold_by: 'atom' is not one of: frames, label"},
    {"rule", "rule: one_standard_error", "rule: best", "46: solver.rule: 'best' is not one of: minimum, one_standard_error"},
    {"grid_order", "to: 10", "to: 1e-7", "47: solver.grid: the grid must end above where it starts"},
    {"grid_points", "points: 20", "points: 1", "47: solver.grid: expected 2 to 1000 points"},
    {"factorisation", "factorisation: tree", "factorisation: bush",
     "48: solver.factorisation: 'bush' is not one of: auto, tree, block_cyclic"},
    {"block_name", "name: [N, N-C]", "name: [N, N+C]",
     "51: blocks[1].name[1]: 'N+C' is not an element set such as C-N: unknown element 'N+C'"},
    {"frozen_with_more", "frozen: blocks/C}", "frozen: blocks/C, labels: [hot]}",
     "50: blocks[0].labels: a frozen block is taken as it is; remove this key or 'frozen'"},
    {"penalty_zero", "scale: 20000", "scale: 0", "56: penalty.scale: expected a number above zero, found 0"},
};

INSTANTIATE_TEST_SUITE_P(Each, RecipeMistake, ::testing::ValuesIn(mistakes),
                         [](const auto& instance) { return std::string(instance.param.name); });

constexpr const char* with_evidence = R"(data: [{file: a.extxyz}]
evidence: groups
price: true
blocks:
  - {name: C, evidence: total, price: false}
  - name: N
    prior: {from: [blocks/P, p.txt], map: {P: N}, length_scale: 0.8, dial: 2}
  - name: C-N
    parents: {C: {dial: 3, evidence: true}, C/CCC: free, N: frozen}
)";

TEST(Recipe, EvidenceParentsAndPriors) {
  for (const Recipe& recipe : {parse(with_evidence), parse_recipe(recipe_yaml(parse(with_evidence)), "kept.yaml", "")}) {
    EXPECT_EQ(recipe.steps[0].evidence, EvidenceLevel::total);
    EXPECT_FALSE(recipe.steps[0].price);
    EXPECT_EQ(recipe.steps[1].evidence, EvidenceLevel::groups);
    EXPECT_EQ(recipe.steps[1].prior.from, (std::vector<std::string>{"fits/blocks/P", "fits/p.txt"}));
    EXPECT_EQ(recipe.steps[1].prior.length_scale, 0.8);
    EXPECT_TRUE(recipe.steps[2].price);
    EXPECT_EQ(recipe.steps[2].parents.holds.size(), 3u);
    EXPECT_EQ(recipe.steps[2].parents.evidence, (std::map<std::string, double>{{"C", 1}}));
    EXPECT_TRUE(recipe.steps[2].has_parent_columns());
  }
  const Recipe kept = with_absolute_paths(parse(with_evidence));
  EXPECT_TRUE(std::filesystem::path(kept.steps[1].prior.from[0]).is_absolute());
  const StepSpec plain = parse(smallest).steps[0];
  EXPECT_EQ(plain.evidence, EvidenceLevel::none);
  EXPECT_FALSE(plain.price || plain.has_parent_columns());
  EXPECT_TRUE(plain.prior.from.empty());
}

TEST(Recipe, MistakesAboutEvidenceAreNamed) {
  const auto expect = [](const std::string& step, const std::string& words) {
    const std::string message = problem_of("data: [{file: a}]\nblocks:\n  - {name: C}\n  - " + step + "\n");
    EXPECT_NE(message.find(words), std::string::npos) << message;
    EXPECT_TRUE(message.starts_with("fits/r.yaml:4: ")) << message;
  };
  expect("{name: N, evidence: some}", "'some' is not one of: none, total, groups");
  expect("{name: N, price: true}", "it needs 'evidence: groups'");
  expect("{name: N, price: true, evidence: total}", "it needs 'evidence: groups'");
  expect("{name: N, frozen: n, evidence: groups}", "a frozen block is taken as it is");
  expect("{name: N, parents: {C: hard}}", "is not one of: frozen, soft, free");
  expect("{name: N, prior: {map: {}}}", "from");
}

TEST(Recipe, MissingPartsAreNamed) {
  EXPECT_EQ(problem_of("blocks: [{name: C}]\n"), "fits/r.yaml:1: the key 'data' is missing");
  EXPECT_EQ(problem_of("data: [{file: a}]\n"), "fits/r.yaml:1: the key 'blocks' is missing");
  EXPECT_EQ(problem_of("data: []\nblocks: [{name: C}]\n"), "fits/r.yaml:1: data: no data given");
  EXPECT_EQ(problem_of("data: [{format: auto}]\nblocks: [{name: C}]\n"), "fits/r.yaml:1: data[0]: the key 'file' is missing");
  EXPECT_EQ(problem_of("data: [{file: a}]\nblocks: [{frozen: x}]\n"), "fits/r.yaml:2: blocks[0]: the key 'name' is missing");
  EXPECT_EQ(problem_of("data: [{file: a}]\nblocks: [{name: C, frozen: x}]\n"),
            "fits/r.yaml:2: blocks: no block to fit: all are frozen (to put finished blocks together use 'carillon compose')");
  EXPECT_EQ(problem_of(std::string(smallest) + "weights: {force: 0, energy: 0, stress: 0}\n"),
            "fits/r.yaml:3: weights: all weights are zero: nothing to fit");
}

/// The order of the steps is the order of the hierarchy.
TEST(Recipe, ParentsComeBeforeTheBlocksThatNeedThem) {
  const std::string data = "data: [{file: a}]\n";
  const auto order = [&](const std::string& steps) { return problem_of(data + "blocks:\n" + steps); };
  const std::string needs_n =
      "block C-N is fitted on what block N leaves, so N must come before it (frozen or fitted), in the same step, or under "
      "'absent_blocks'";
  EXPECT_EQ(order("- {name: C}\n- {name: C-N}\n- {name: N}\n"), "fits/r.yaml:4: " + needs_n);
  EXPECT_EQ(order("- {name: C}\n- {name: C-N}\n"), "fits/r.yaml:4: " + needs_n);
  EXPECT_EQ(order("- {name: N-C}\n"),
            "fits/r.yaml:3: block C-N is fitted on what block C leaves, so C must come before it (frozen or "
            "fitted), in the same step, or under 'absent_blocks'");
  EXPECT_EQ(order("- {name: C}\n- {name: N}\n- {name: C-N}\n"), "");
  EXPECT_EQ(order("- {name: N}\n- {name: C, frozen: c}\n- {name: C-N}\n"), "");
  EXPECT_EQ(order("- {name: [C-N, C, N]}\n"), "");
  EXPECT_EQ(problem_of("absent_blocks: [C, N]\n" + data + "blocks: [{name: C-N}]\n"), "");
}

TEST(Recipe, ABlockMayComeOnlyOnce) {
  const std::string data = "data: [{file: a}]\n";
  EXPECT_EQ(problem_of(data + "blocks:\n- {name: C}\n- {name: N}\n- {name: [C]}\n"), "fits/r.yaml:5: block C is given twice");
  EXPECT_EQ(problem_of(data + "blocks:\n- {name: [C, N, C-N, N-C]}\n"), "fits/r.yaml:3: block C-N is given twice");
  EXPECT_EQ(problem_of("absent_blocks: [C]\n" + data + "blocks:\n- {name: C}\n"), "fits/r.yaml:4: block C is given twice");
}

/// Three elements need their ternary block only where there are terms of three atoms.
TEST(Recipe, LargestClusterDecidesWhichParentsThereAre) {
  const std::string pairs_only =
      "data: [{file: a}]\nabsent_blocks: [C, H, N]\nblocks:\n- {name: C-N}\n- {name: C-H}\n- {name: H-N}\n";
  EXPECT_EQ(problem_of(pairs_only), "");
  const std::string ternary = "- {name: C-H-N, basis: {order: {pair: 2, triplet: 2}}}\n";
  EXPECT_EQ(problem_of(pairs_only + ternary), "");
  EXPECT_NE(problem_of("data: [{file: a}]\nabsent_blocks: [C, H, N]\nblocks:\n" + ternary)
                .find("block C-H-N is fitted on what block C-H leaves"),
            std::string::npos);
}

}  // namespace
}  // namespace carillon
