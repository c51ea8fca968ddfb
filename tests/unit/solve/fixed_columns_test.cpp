#include "carillon/solve/fixed_columns.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "carillon/core/error.hpp"
#include "support/largest_deviation.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::LargestDeviation;
using testing::message_of;

/// Rows [a | b] whose columns differ by 1e6 in size, as those of cluster terms do.
std::vector<double> random_rows(long count, long columns, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> rows;
  for (long i = 0; i < count; ++i)
    for (long j = 0; j < columns; ++j)
      rows.push_back(normal(generator) * std::pow(10.0, 6.0 * static_cast<double>(j % 5) / 4.0 - 3.0));
  return rows;
}

TriangularFactor factor_of(const std::vector<double>& rows, long columns) {
  TriangularFactor factor(columns);
  factor.absorb(rows, static_cast<long>(rows.size()) / columns);
  return factor;
}

/// R is unique (full column rank, non-negative diagonal), so equal problems have equal factors up to rounding; a trapezoid's
/// last columns are compared through R'R.
void expect_same_problem(const TriangularFactor& found, const TriangularFactor& expected, const char* name) {
  ASSERT_EQ(found.columns(), expected.columns());
  EXPECT_EQ(found.row_count(), expected.row_count());
  EXPECT_LE(found.stored_rows(), found.columns());
  const std::vector<double> norms = expected.column_norms();
  const auto inner = [](const TriangularFactor& factor, long i, long j) {
    double sum = 0;
    for (std::size_t k = 0; k < factor.column(i).size(); ++k) sum += factor.column(i)[k] * factor.column(j)[k];
    return sum;
  };
  LargestDeviation gram;
  for (long j = 0; j < found.columns(); ++j)
    for (long i = 0; i <= j; ++i)
      gram.compare(inner(found, i, j), inner(expected, i, j),
                   std::max(1e-300, norms[static_cast<std::size_t>(i)] * norms[static_cast<std::size_t>(j)]),
                   static_cast<std::size_t>(j));
  gram.expect_within(1e-14 * static_cast<double>(found.columns()), name);  // a few eps for each column
}

struct Case {
  const char* name;
  long rows;
  std::vector<long> fixed;
};

class FixedColumns : public ::testing::TestWithParam<Case> {};

constexpr long unknowns = 12;

// Oracle: the same rows with the fixed columns taken to the other side one by one, factorised anew.
TEST_P(FixedColumns, GiveTheFactorOfTheRemainingRows) {
  const auto& [name, count, fixed] = GetParam();
  const std::vector<double> rows = random_rows(count, unknowns + 1, 5);
  std::vector<double> values;
  for (std::size_t k = 0; k < fixed.size(); ++k) values.push_back(0.3 * static_cast<double>(k) - 1.0);
  std::vector<double> rest;
  for (long i = 0; i < count; ++i) {
    const double* row = &rows[static_cast<std::size_t>(i * (unknowns + 1))];
    double target = row[unknowns];
    for (std::size_t k = 0; k < fixed.size(); ++k) target -= values[k] * row[fixed[k]];
    for (long j = 0; j < unknowns; ++j)
      if (std::find(fixed.begin(), fixed.end(), j) == fixed.end()) rest.push_back(row[j]);
    rest.push_back(target);
  }
  const long left = unknowns - static_cast<long>(fixed.size());
  expect_same_problem(fix_columns(factor_of(rows, unknowns + 1), fixed, values), factor_of(rest, left + 1), name);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, FixedColumns,
    ::testing::Values(Case{"trailing", 40, {8, 9, 10, 11}}, Case{"none", 40, {}}, Case{"leading", 40, {0, 1, 2}},
                      Case{"scattered", 40, {1, 4, 5, 11}}, Case{"all", 40, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
                      Case{"trapezoid_trailing", 5, {9, 10, 11}}, Case{"trapezoid_above_the_kept", 10, {7, 8, 9, 10, 11}},
                      Case{"trapezoid_scattered", 7, {0, 3, 11}}, Case{"one_row", 1, {2, 11}}, Case{"no_row", 0, {3}}),
    [](const auto& shape) { return std::string(shape.param.name); });

class PlacedColumns : public ::testing::TestWithParam<Case> {};

// Oracle: the same rows written with their columns in the new places.
TEST_P(PlacedColumns, AreTheSameRowsInALargerProblem) {
  const auto& [name, count, position] = GetParam();
  const long own = static_cast<long>(position.size());
  const std::vector<double> rows = random_rows(count, own + 1, 7);
  std::vector<double> placed(static_cast<std::size_t>(count * (unknowns + 1)), 0.0);
  for (long i = 0; i < count; ++i) {
    double* to = &placed[static_cast<std::size_t>(i * (unknowns + 1))];
    const double* from = &rows[static_cast<std::size_t>(i * (own + 1))];
    for (long j = 0; j < own; ++j) to[position[static_cast<std::size_t>(j)]] = from[j];
    to[unknowns] = from[own];
  }
  expect_same_problem(place_columns(factor_of(rows, own + 1), unknowns, position), factor_of(placed, unknowns + 1), name);
}

INSTANTIATE_TEST_SUITE_P(Shapes, PlacedColumns,
                         ::testing::Values(Case{"in_order", 30, {2, 3, 7, 11}}, Case{"other_order", 30, {7, 0, 11, 3, 4}},
                                           Case{"trapezoid", 3, {6, 2, 9, 1}},
                                           Case{"all", 30, {11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}, Case{"no_row", 0, {4, 5}}),
                         [](const auto& shape) { return std::string(shape.param.name); });

TEST(FixedColumns, WrongUseIsRefused) {
  const TriangularFactor factor = factor_of(random_rows(8, 4, 1), 4);
  const std::vector<double> one{1.0};
  const auto fix = [&](std::vector<long> columns, std::vector<double> values) {
    return [&factor, columns, values] { (void)fix_columns(factor, columns, values); };
  };
  EXPECT_NE(message_of<ShapeError>(fix({1, 2}, {1.0})), "");
  EXPECT_NE(message_of<DomainError>(fix({3}, {1.0})), "") << "the right-hand side is not an unknown";
  EXPECT_NE(message_of<DomainError>(fix({2, 1}, {1.0, 1.0})), "");
  EXPECT_NE(message_of<DomainError>(fix({1, 1}, {1.0, 1.0})), "");
  EXPECT_NE(message_of<DomainError>(fix({1}, {std::nan("")})), "");
  const auto place = [&](std::vector<long> position) {
    return [&factor, position] { (void)place_columns(factor, 5, position); };
  };
  EXPECT_NE(message_of<ShapeError>(place({0, 1})), "");
  EXPECT_NE(message_of<DomainError>(place({0, 1, 5})), "");
  EXPECT_NE(message_of<DomainError>(place({0, 1, 1})), "");
}

}  // namespace
}  // namespace carillon
