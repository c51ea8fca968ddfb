// Invariance of a fit whose groups are shared among ranks, bit for bit; and the end of all ranks on bad input. Every check
// compares with the same work done by this process alone.

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/solve/least_squares.hpp"
#include "mpi/on_ranks.hpp"

namespace carillon {
namespace {

using testing::world;

constexpr long unknowns = 90;

/// Groups of 0 to 150 rows, noise about a common line; the first one has none, and one column repeats another.
std::vector<TriangularFactor> make_groups(long count) {
  std::vector<TriangularFactor> groups;
  for (long g = 0; g < count; ++g) {
    std::mt19937_64 generator(static_cast<unsigned long>(g) + 1);
    std::normal_distribution<double> normal;
    const long rows = 37 * g % 151;
    std::vector<double> values;
    for (long i = 0; i < rows; ++i) {
      double sum = 0.0;
      for (long j = 0; j < unknowns; ++j) sum += values.emplace_back(j == 5 ? values[values.size() - 2] : normal(generator));
      values.push_back(sum + 20.0 * normal(generator));
    }
    groups.emplace_back(unknowns + 1).absorb(values, rows);
  }
  return groups;
}

void expect_same(const LeastSquaresResult& found, const LeastSquaresResult& wanted) {
  EXPECT_EQ(found.coefficients, wanted.coefficients);
  const Summary& a = found.summary;
  const Summary& b = wanted.summary;
  EXPECT_EQ(a.rank, b.rank);
  EXPECT_EQ(a.condition, b.condition);
  EXPECT_EQ(a.regularised_condition, b.regularised_condition);
  EXPECT_EQ(a.lambda, b.lambda);
  EXPECT_EQ(a.lambda_how, b.lambda_how);
  EXPECT_EQ(a.residual_norm, b.residual_norm);
  ASSERT_EQ(found.path.has_value(), wanted.path.has_value());
  if (found.path) {
    EXPECT_TRUE(std::equal(found.path->coefficients.values().begin(), found.path->coefficients.values().end(),
                           wanted.path->coefficients.values().begin(), wanted.path->coefficients.values().end()));
    EXPECT_EQ(found.path->lambda, wanted.path->lambda);
    EXPECT_EQ(found.path->residual_norm, wanted.path->residual_norm);
    EXPECT_EQ(found.path->degrees_of_freedom, wanted.path->degrees_of_freedom);
    EXPECT_EQ(found.path->gcv, wanted.path->gcv);
  }
  ASSERT_EQ(found.validation.has_value(), wanted.validation.has_value());
  if (found.validation) {
    EXPECT_EQ(found.validation->mean_square, wanted.validation->mean_square);
    EXPECT_EQ(found.validation->standard_error, wanted.validation->standard_error);
    EXPECT_TRUE(std::equal(found.validation->group_mean_square.values().begin(),
                           found.validation->group_mean_square.values().end(),
                           wanted.validation->group_mean_square.values().begin()));
    EXPECT_EQ(found.validation->chosen, wanted.validation->chosen);
  }
}

TEST(LeastSquares, InvarianceOfRanksAndThreadsBitForBit) {
  LeastSquaresOptions options;
  options.lambda = 0.1;
  options.prior.penalised.assign(unknowns, true);
  options.prior.penalised[unknowns - 1] = false;
  for (const Strength strength : {Strength::given, Strength::gcv, Strength::groups})
    for (const long count : {3L, 4L, 6L}) {
      options.strength = strength;
      const auto method = make_least_squares(options);
      const std::vector<TriangularFactor> groups = make_groups(count);
      set_threads(1);
      const LeastSquaresResult wanted = method->solve(groups);
      EXPECT_EQ(wanted.summary.rank, unknowns - 1);
      set_threads(1 + world->rank() % 2);
      const LeastSquaresResult found = method->solve(world->is_root() ? groups : std::vector<TriangularFactor>(), *world);
      if (world->is_root())
        expect_same(found, wanted);
      else
        EXPECT_TRUE(found.coefficients.empty());
    }
}

TEST(LeastSquares, InvarianceOfRanksForOtherMethodsAndConstraints) {
  LeastSquaresOptions options;
  options.grid = {1e-4, 1.0, 9};
  options.sparse.refit = 1e-3;
  options.sparse.most_active = 40;
  options.prior.penalised.assign(unknowns, true);
  options.prior.penalised[unknowns - 1] = false;
  LeastSquaresOptions constrained = options;
  constrained.constraints = {Matrix(1, unknowns), {2.0}, Matrix(1, unknowns), {3.0}};
  constrained.constraints.equal(0, 3) = 1.0;
  constrained.constraints.at_least(0, 4) = 1.0;
  std::vector<LeastSquaresOptions> all{constrained};
  for (const char* name : {"tsvd", "lasso", "elastic_net"}) (all.emplace_back(options)).method = name;
  for (const LeastSquaresOptions& choice : all) {
    const auto method = make_least_squares(choice);
    const std::vector<TriangularFactor> groups = make_groups(5);
    set_threads(1);
    const LeastSquaresResult wanted = method->solve(groups);
    set_threads(1 + world->rank() % 2);
    const LeastSquaresResult found = method->solve(world->is_root() ? groups : std::vector<TriangularFactor>(), *world);
    if (world->is_root()) expect_same(found, wanted);
  }
}

TEST(LeastSquares, BadInputEndsAllRanks) {
  LeastSquaresOptions options;
  const std::vector<TriangularFactor> one_with_rows = make_groups(2);
  EXPECT_THROW(make_least_squares(options)->solve(one_with_rows, *world), Error);
  options.grid = {1.0, 0.1, 3};
  EXPECT_THROW(make_least_squares(options)->solve(make_groups(4), *world), Error);
  options = {};
  options.prior.penalised.assign(3, true);
  for (const char* method : {"ridge", "lasso"})
    for (const Strength strength : {Strength::given, Strength::gcv, Strength::groups}) {
      options.method = method;
      options.strength = strength;
      EXPECT_THROW(make_least_squares(options)->solve(make_groups(4), *world), Error);
    }
  // And the ranks are still in step.
  options = {};
  const LeastSquaresResult result = make_least_squares(options)->solve(make_groups(4), *world);
  EXPECT_EQ(result.coefficients.empty(), !world->is_root());
}

}  // namespace
}  // namespace carillon

int main(int argc, char** argv) { return carillon::testing::run_on_ranks(argc, argv); }
