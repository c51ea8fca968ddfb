#include "carillon/solve/cross_validation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "unit/solve/ridge_oracle.hpp"

namespace carillon {
namespace {

using testing::dense;
using testing::factor_of;
using testing::random_rows;
using testing::RidgeOracle;
using testing::RowMatrix;

/// Rows of several groups: noise about a common truth, and some groups shorter than the number of columns.
struct Data {
  std::vector<RowMatrix> groups;
  std::vector<TriangularFactor> factors;

  explicit Data(const std::vector<long>& sizes, long unknowns) {
    const Eigen::VectorXd truth = random_rows(unknowns, 1, 99).col(0);
    for (std::size_t g = 0; g < sizes.size(); ++g) {
      RowMatrix rows = random_rows(sizes[g], unknowns + 1, static_cast<unsigned>(g));
      for (long j = 0; j < unknowns; ++j) rows.col(j) *= std::pow(10.0, std::sin(static_cast<double>(j)));
      rows.col(unknowns) *= 3.0;
      rows.col(unknowns) += rows.leftCols(unknowns) * truth;
      groups.push_back(rows);
      factors.push_back(factor_of(rows));
    }
  }

  RowMatrix without(std::size_t left_out) const {
    RowMatrix rest(0, groups[0].cols());
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (g == left_out) continue;
      const RowMatrix before = rest;
      rest.resize(before.rows() + groups[g].rows(), before.cols());
      rest << before, groups[g];
    }
    return rest;
  }
};

Prior prior_of(const Data& data, const PriorOptions& options = {}) { return make_prior(unknown_norms(data.factors), options); }

TEST(CrossValidation, OracleBruteForceDeletionOfGroups) {
  const Data data({60, 25, 0, 90, 40}, 35);
  PriorOptions options;
  options.scaling = PriorScaling::half;
  options.penalised.assign(35, true);
  options.penalised[34] = false;
  const Prior prior = prior_of(data, options);
  const std::vector<double> lambdas = LambdaGrid{1e-6, 10.0, 8}.values();
  const CrossValidation found = cross_validate(data.factors, prior, lambdas);
  double rows = 0.0;
  for (const RowMatrix& group : data.groups) rows += static_cast<double>(group.rows());
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    double total = 0.0;
    for (std::size_t g = 0; g < data.groups.size(); ++g) {
      const RowMatrix& group = data.groups[g];
      if (group.rows() == 0) continue;
      const RidgeOracle oracle(data.without(g), prior, lambdas[l]);
      const double squares = (group.leftCols(35) * oracle.coefficients - group.col(35)).squaredNorm();
      const double wanted = squares / static_cast<double>(group.rows());
      EXPECT_NEAR(found.group_mean_square(static_cast<long>(g), static_cast<long>(l)) / wanted, 1.0, 1e-8);
      total += squares;
    }
    EXPECT_NEAR(found.mean_square[l] / (total / rows), 1.0, 1e-8);
    EXPECT_GT(found.standard_error[l], 0.0);
  }
  EXPECT_EQ(found.chosen, choose_lambda(found.mean_square, found.standard_error, ChoiceRule::minimum));
}

TEST(CrossValidation, StandardErrorOfEqualGroupsIsTheUsualOne) {
  const Data data({30, 30, 30}, 10);
  const CrossValidation found = cross_validate(data.factors, prior_of(data), {0.1});
  double mean = 0.0;
  for (long g = 0; g < 3; ++g) mean += found.group_mean_square(g, 0) / 3.0;
  double variance = 0.0;
  for (long g = 0; g < 3; ++g) variance += std::pow(found.group_mean_square(g, 0) - mean, 2) / 2.0;
  EXPECT_NEAR(found.standard_error[0], std::sqrt(variance / 3.0), 1e-14 * mean);
}

TEST(CrossValidation, LeaveOneOutHoldsAllOthers) {
  for (const std::size_t count : {2u, 3u, 5u, 8u}) {
    const Data data(std::vector<long>(count, 13), 20);
    std::vector<long> visited;
    leave_one_out(data.factors, [&](long g, const TriangularFactor& rest) {
      visited.push_back(g);
      const RowMatrix rows = data.without(static_cast<std::size_t>(g));
      EXPECT_EQ(rest.row_count(), rows.rows());
      const Eigen::MatrixXd gram = rows.transpose() * rows;
      EXPECT_LT((dense(rest).transpose() * dense(rest) - gram).norm(), 1e-13 * gram.norm());
    });
    ASSERT_EQ(visited.size(), count);
    for (std::size_t g = 0; g < count; ++g) EXPECT_EQ(visited[g], static_cast<long>(g));
  }
}

TEST(CrossValidation, SharesAddUpToTheWholeBitForBit) {
  const Data data({60, 25, 0, 90, 40, 33}, 30);
  const Prior prior = prior_of(data);
  const std::vector<double> lambdas = {1e-3, 0.1, 1.0};
  const LeftOutGroups whole = leave_out_share(data.factors, prior, lambdas, {});
  for (const int parts : {1, 2, 3, 4, 5}) {
    long visited = 0;
    for (int part = 0; part < parts; ++part) {
      const LeftOutGroups share = leave_out_share(data.factors, prior, lambdas, {part, parts});
      for (long g = 0; g < 6; ++g) {
        if (share.mean_square(g, 0) == 0.0) continue;
        ++visited;
        for (long l = 0; l < 3; ++l) EXPECT_EQ(share.mean_square(g, l), whole.mean_square(g, l));
      }
      ASSERT_EQ(share.total.has_value(), part == parts - 1);
      if (share.total) {
        EXPECT_TRUE(share.total->serialize() == merge_groups(data.factors).serialize());
      }
    }
    EXPECT_EQ(visited, 5) << "each group with rows once";
  }
}

TEST(CrossValidation, InvarianceOfThreadsBitForBit) {
  const Data data({60, 25, 0, 90, 40, 33}, 30);
  const Prior prior = prior_of(data);
  const std::vector<double> lambdas = {1e-3, 0.1, 1.0};
  const int before = threads();
  set_threads(1);
  const LeftOutGroups one = leave_out_share(data.factors, prior, lambdas, {});
  for (const int count : {2, 3, 8}) {
    set_threads(count);
    const LeftOutGroups several = leave_out_share(data.factors, prior, lambdas, {});
    EXPECT_TRUE(std::ranges::equal(several.mean_square.values(), one.mean_square.values())) << count << " threads";
    ASSERT_TRUE(several.total.has_value());
    EXPECT_TRUE(several.total->serialize() == one.total->serialize());
  }
  set_threads(before);
}

TEST(CrossValidation, SharesAreContiguousAndAsEqualAsPossible) {
  for (const long count : {1L, 4L, 7L, 30L})
    for (const int parts : {1, 2, 3, 4, 7}) {
      long next = 0;
      for (int part = 0; part < parts; ++part) {
        const Share share{part, parts};
        EXPECT_EQ(share.begin(count), next);
        next = share.end(count);
        EXPECT_LE(std::abs(static_cast<double>(next - share.begin(count)) - static_cast<double>(count) / parts), 1.0);
      }
      EXPECT_EQ(next, count);
    }
}

TEST(CrossValidation, IdentityNormsOfGroupsAreThoseOfAllRows) {
  const Data data({20, 0, 45}, 12);
  const std::vector<double> found = unknown_norms(data.factors);
  const std::vector<double> wanted = testing::unknown_norms(merge_groups(data.factors));
  for (std::size_t j = 0; j < 12; ++j) EXPECT_NEAR(found[j] / wanted[j], 1.0, 1e-14);
}

TEST(CrossValidation, ChoiceRules) {
  const std::vector<double> error = {5.0, 2.0, 2.4, 2.6, 9.0};
  const std::vector<double> deviation = {1.0, 0.5, 0.1, 0.1, 0.1};
  EXPECT_EQ(choose_lambda(error, deviation, ChoiceRule::minimum), 1u);
  EXPECT_EQ(choose_lambda(error, deviation, ChoiceRule::one_standard_error), 2u);
  EXPECT_EQ(choice_rule_from_name("one_standard_error"), ChoiceRule::one_standard_error);
  EXPECT_THROW(choice_rule_from_name("max"), InputError);
}

TEST(CrossValidation, RefusesFewerThanTwoGroupsWithRows) {
  const Data data({30, 0}, 10);
  EXPECT_THROW(cross_validate(data.factors, prior_of(data), {1.0}), ShapeError);
  EXPECT_THROW(merge_groups({}), ShapeError);
}

TEST(CrossValidation, MemoryGrowsWithTheSquareOfTheColumns) {
  EXPECT_NEAR(cross_validation_memory(4000, 4, 60) / cross_validation_memory(2000, 4, 60), 4.0, 0.1);
  EXPECT_GT(cross_validation_memory(4000, 40, 60), cross_validation_memory(4000, 4, 60));
}

}  // namespace
}  // namespace carillon
