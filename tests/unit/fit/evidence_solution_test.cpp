#include "carillon/fit/evidence_solution.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <random>

#include "carillon/core/error.hpp"
#include "carillon/fit/price.hpp"
#include "support/largest_deviation.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::LargestDeviation;
using testing::message_of;

/// Rows of a block C-N of 3 columns on parents C and N of 4 each, at random, with what is needed to solve them by hand.
struct MadeProblem {
  Evidence evidence;
  Eigen::MatrixXd a = Eigen::MatrixXd(0, 11);  ///< weighted
  Eigen::VectorXd b;

  MadeProblem() {
    testing::RandomBasisOptions options;
    options.pair_order = 3;
    options.triplet_order = 0;
    options.quadruplet_order = 0;
    const BasisSet basis = testing::random_basis(testing::elements({"C", "N"}), options);
    const std::vector<Block> blocks = split_into_blocks(basis, testing::random_coefficients(basis, 3), {});
    evidence.blocks = {blocks[2]};
    evidence.parents = {blocks[0], blocks[1]};
    evidence.folds = 2;
    add("cold", RowKind::force, 0, 30, 2.0);
    add("cold", RowKind::force, 1, 9, 2.0);
    add("hot", RowKind::energy, 0, 4, 3.0 * std::sqrt(2.0) * 0.5);
    add("hot", RowKind::stress, 1, 6, 10.0 * 0.5);
    settings.weights.force = 2;
    settings.weights.energy = 3;
    settings.weights.energy_multiplicity = 2;
    settings.weights.stress = 10;
    settings.weights.labels["hot"] = 0.5;
    settings.solver.options.strength = Strength::given;
    settings.solver.options.lambda = 0.03;
  }

  void add(const std::string& label, RowKind kind, int fold, long count, double weight) {
    std::normal_distribution<double> normal;
    std::vector<double> rows;
    for (long i = 0; i < count * 12; ++i) rows.push_back(normal(generator_));
    TriangularFactor factor(12);
    factor.absorb(rows, count);
    evidence.groups.emplace(EvidenceKey{label, kind, fold}, factor);
    const Eigen::Index first = a.rows();
    a.conservativeResize(first + count, 11);
    b.conservativeResize(first + count);
    for (long i = 0; i < count; ++i) {
      for (long j = 0; j < 11; ++j) a(first + i, j) = weight * rows[static_cast<std::size_t>(i * 12 + j)];
      b(first + i) = weight * rows[static_cast<std::size_t>(i * 12 + 11)];
    }
  }

  std::vector<double> solve(const ParentSpec& parents) {
    settings.parents = parents;
    const EvidenceSolution solution = solve_evidence({evidence, settings, {}}, Communicator());
    return solution.columns.all(solution.result.coefficients);
  }

  StepSettings settings;

private:
  std::mt19937_64 generator_{5};
};

/// What becomes of one column in the solution by hand.
struct Column {
  bool fixed = false;
  double value = 0;  ///< it is fixed at, or drawn to
  double stiffness = 1;
  bool held = false;  ///< a soft parent's: it has no say in the typical norm
};

/// Oracle: normal equations of the weighted rows with the prior's rows below them, by Eigen.
std::vector<double> by_hand(const MadeProblem& problem, const std::vector<Column>& columns, double lambda) {
  Eigen::VectorXd target = problem.b;
  std::vector<Eigen::Index> unknown;
  std::vector<double> norms;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const auto column = static_cast<Eigen::Index>(j);
    if (columns[j].fixed) {
      target -= columns[j].value * problem.a.col(column);
      continue;
    }
    unknown.push_back(column);
    if (columns[j].stiffness > 0 && !columns[j].held) norms.push_back(problem.a.col(column).norm());
  }
  std::sort(norms.begin(), norms.end());
  const double median = norms[norms.size() / 2];
  const auto n = static_cast<Eigen::Index>(unknown.size());
  Eigen::MatrixXd stack(problem.a.rows() + n, n);
  Eigen::VectorXd right(problem.a.rows() + n);
  stack.setZero();
  right.setZero();
  right.head(problem.a.rows()) = target;
  for (Eigen::Index k = 0; k < n; ++k) {
    const Column& column = columns[static_cast<std::size_t>(unknown[static_cast<std::size_t>(k)])];
    const double width = std::sqrt(lambda) * column.stiffness * median;
    stack.col(k).head(problem.a.rows()) = problem.a.col(unknown[static_cast<std::size_t>(k)]);
    stack(problem.a.rows() + k, k) = width;
    right(problem.a.rows() + k) = width * column.value;
  }
  const Eigen::VectorXd solution = stack.householderQr().solve(right);
  std::vector<double> all;
  for (const Column& column : columns) all.push_back(column.value);
  for (Eigen::Index k = 0; k < n; ++k) all[static_cast<std::size_t>(unknown[static_cast<std::size_t>(k)])] = solution(k);
  return all;
}

void expect_equal(const std::vector<double>& found, const std::vector<double>& expected, const char* name) {
  ASSERT_EQ(found.size(), expected.size());
  LargestDeviation deviation;
  for (std::size_t k = 0; k < found.size(); ++k) deviation.compare(found[k], expected[k], 1, k);
  deviation.expect_within(1e-11, name);
}

std::vector<Column> own_columns() { return {{}, {}, {}}; }

void append(std::vector<Column>& columns, const Block& parent, bool fixed, double stiffness) {
  for (const double value : parent.coefficients)
    columns.push_back({fixed, fixed || stiffness > 0 ? value : 0, stiffness, !fixed && stiffness > 0});
}

TEST(EvidenceSolution, FrozenParentsAreTakenToTheOtherSide) {
  MadeProblem problem;
  std::vector<Column> columns = own_columns();
  for (const Block& parent : problem.evidence.parents) append(columns, parent, true, 0);
  expect_equal(problem.solve({}), by_hand(problem, columns, 0.03), "frozen");
}

TEST(EvidenceSolution, SoftParentsAreDrawnToWhatTheyWere) {
  MadeProblem problem;
  std::vector<Column> columns = own_columns();
  append(columns, problem.evidence.parents[0], false, 2.5);
  append(columns, problem.evidence.parents[1], true, 0);
  ParentSpec spec;
  spec.holds["C"] = {ParentHold::Kind::soft, 2.5};
  expect_equal(problem.solve(spec), by_hand(problem, columns, 0.03), "soft C");
  // N soft and C frozen: the fixed columns are not the last ones.
  columns = own_columns();
  append(columns, problem.evidence.parents[0], true, 0);
  append(columns, problem.evidence.parents[1], false, 0.5);
  spec.holds = {{"N", {ParentHold::Kind::soft, 0.5}}};
  expect_equal(problem.solve(spec), by_hand(problem, columns, 0.03), "soft N");
}

TEST(EvidenceSolution, FreeParentsAreLikeTheBlocksOwn) {
  MadeProblem problem;
  std::vector<Column> columns = own_columns();
  for (int parent = 0; parent < 2; ++parent) {
    columns.push_back({false, 0, 0});  // an energy offset is not penalised
    for (int k = 0; k < 3; ++k) columns.push_back({});
  }
  ParentSpec spec;
  spec.holds = {{"C", {ParentHold::Kind::free, 1}}, {"N", {ParentHold::Kind::free, 1}}};
  expect_equal(problem.solve(spec), by_hand(problem, columns, 0.03), "free");
}

TEST(EvidenceSolution, BlocksAreDrawnToTheirPriorMean) {
  MadeProblem problem;
  problem.evidence.prior_mean = {0.5, -0.25, 2};
  problem.settings.prior_dial = 3;
  std::vector<Column> columns{{false, 0.5, 3}, {false, -0.25, 3}, {false, 2, 3}};
  for (const Block& parent : problem.evidence.parents) append(columns, parent, true, 0);
  expect_equal(problem.solve({}), by_hand(problem, columns, 0.03), "mean");
  problem.evidence.prior_mean = {1};
  EXPECT_THROW(problem.solve({}), Error);
}

/// Oracle for the errors in the price: |A c - b| of the rows themselves.
TEST(Price, ErrorsAreThoseOfTheRows) {
  MadeProblem problem;
  problem.settings.solver.folds = 2;
  const PriceTable table = price_of_hierarchy({problem.evidence, problem.settings, {}}, Communicator());
  ASSERT_EQ(table.variants.size(), 3u);
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.variants[0].unknowns, 3);
  EXPECT_EQ(table.variants[2].unknowns, 11);
  EXPECT_LT(table.variants[2].summary.residual_norm, table.variants[0].summary.residual_norm);
  const std::vector<double> frozen = problem.solve({});
  const Eigen::VectorXd residual = problem.a * Eigen::Map<const Eigen::VectorXd>(frozen.data(), 11) - problem.b;
  EXPECT_EQ(table.rows[0].label, "cold");
  EXPECT_EQ(table.rows[0].rows, 39);
  EXPECT_NEAR(table.rows[0].rms[0], residual.head(39).norm() / 2.0 / std::sqrt(39.0), 1e-12);
  EXPECT_EQ(table.rows[2].kind, RowKind::energy);
  EXPECT_NEAR(table.rows[2].rms[0], residual.segment(39, 4).norm() / (3.0 * std::sqrt(2.0) * 0.5) / 2.0, 1e-12);
  const std::string markdown = price_markdown(table);
  EXPECT_NE(markdown.find("| hot | energy | 4 | meV/frame |"), std::string::npos) << markdown;
  EXPECT_NE(price_csv(table).find("state_point,kind,rows,unit,frozen_rms,soft_rms,free_rms\n\"cold\",force,39,meV/Å,"),
            std::string::npos);
}

TEST(Price, TakesEvidenceByGroups) {
  MadeProblem problem;
  problem.evidence.level = EvidenceLevel::total;
  EXPECT_NE(message_of<InputError>([&] { price_of_hierarchy({problem.evidence, problem.settings, {}}, Communicator()); }), "");
}

}  // namespace
}  // namespace carillon
