#include "carillon/solve/spectrum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "unit/solve/ridge_oracle.hpp"

namespace carillon {
namespace {

using testing::as_eigen;
using testing::factor_of;
using testing::graded_rows;
using testing::random_rows;
using testing::RowMatrix;
using testing::unknown_norms;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Columns of M are those of A over one number: its condition and rank are A's.
BandForm band_of(const TriangularFactor& factor) { return BandForm(StandardForm(factor, make_prior(unknown_norms(factor), {}))); }

/// By Eigen, from A'A in long double: half of its 19 digits are left, more than enough for values of this size.
Eigen::VectorXd wide_singular_values(const RowMatrix& a) {
  using Wide = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  const Wide wide = a.cast<long double>();
  const Eigen::SelfAdjointEigenSolver<Wide> solver(wide.transpose() * wide, Eigen::EigenvaluesOnly);
  return solver.eigenvalues().cwiseSqrt().reverse().cast<double>();
}

TEST(BandForm, OracleSingularValuesInLongDoubleForEverySizeAboutTheBlockWidth) {
  for (const long unknowns : {1L, 2L, 63L, 64L, 65L, 127L, 128L, 129L, 200L}) {
    const RowMatrix rows = random_rows(unknowns + 30, unknowns + 1, 1);
    const TriangularFactor factor = factor_of(rows);
    const double scale = make_prior(unknown_norms(factor), {}).weight.front();
    const Eigen::VectorXd wanted = wide_singular_values(rows.leftCols(unknowns)) / scale;
    const std::vector<double> found = band_of(factor).singular_values();
    ASSERT_EQ(static_cast<long>(found.size()), unknowns);
    EXPECT_LT((as_eigen(found) - wanted).cwiseAbs().maxCoeff(), 30.0 * epsilon * wanted(0)) << unknowns;
  }
}

TEST(BandForm, SmallSingularValuesAreKnownToRoundingOfTheLargest) {
  RowMatrix rows(300, 151);
  rows.leftCols(150) = graded_rows(300, 150, 1e13, 2);
  rows.col(150) = random_rows(300, 1, 3).col(0);
  const TriangularFactor factor = factor_of(rows);
  const std::vector<double> found = band_of(factor).singular_values();
  for (long j = 0; j < 150; ++j)
    EXPECT_NEAR(found[static_cast<std::size_t>(j)] / found[0], std::pow(1e13, -static_cast<double>(j) / 149.0), 100.0 * epsilon);
}

TEST(Spectrum, RankIsCountedByNumpysRule) {
  // numpy.linalg.matrix_rank: S > S.max() * max(M, N) * eps.
  EXPECT_DOUBLE_EQ(rank_tolerance(1000, 10), 1000.0 * epsilon);
  EXPECT_DOUBLE_EQ(rank_tolerance(10, 1000), 1000.0 * epsilon);
  const std::vector<double> values = {2.0, 1.0, 2.1e3 * epsilon, 1.9e3 * epsilon, 0.0};
  EXPECT_EQ(numerical_rank(values, 1000, 5), 3);
  EXPECT_EQ(numerical_rank(values, 10, 5), 4);
  EXPECT_EQ(numerical_rank({}, 10, 0), 0);
  EXPECT_EQ(numerical_rank(std::vector<double>{0.0, 0.0}, 10, 2), 0);
}

/// As solve_ridge calls it.
Spectrum spectrum_of(const TriangularFactor& factor) {
  const Prior prior = make_prior(unknown_norms(factor), {});
  const StandardForm form(factor, prior);
  Matrix triangle = factor.dense_rows(0, factor.unknowns());
  const double scale = prior.weight.front();
  for (double& x : triangle.values()) x /= scale;
  return find_spectrum(factor, prior, form, triangle.view());
}

TEST(Spectrum, BoundsAreEnoughWhereNothingIsInDoubt) {
  RowMatrix rows = graded_rows(200, 81, 1e6, 4);
  const TriangularFactor factor = factor_of(rows);
  const Spectrum bound = spectrum_of(factor);
  const BandForm band = band_of(factor);
  const Spectrum exact = exact_spectrum(band.singular_values(), band.form(), factor);
  EXPECT_EQ(bound.rank, 80);
  EXPECT_EQ(exact.rank, 80);
  EXPECT_LE(bound.range.condition(), exact.range.condition() * (1.0 + 1e-8));
  EXPECT_NEAR(bound.range.condition() / exact.range.condition(), 1.0, 0.05);
}

TEST(Spectrum, RankOfDataBelowWorkingPrecisionIsCounted) {
  // Singular values 10^(-k/5), k = 0..99: those above 300 eps = 6.7e-14 are the first 66.
  RowMatrix rows(300, 101);
  rows.leftCols(100) = graded_rows(300, 100, std::pow(10.0, 99.0 / 5.0), 5);
  rows.col(100) = random_rows(300, 1, 6).col(0);
  const TriangularFactor factor = factor_of(rows);
  const Spectrum spectrum = spectrum_of(factor);
  EXPECT_EQ(spectrum.rank, 66);
  EXPECT_GT(spectrum.range.condition(), 1e15);
}

TEST(Spectrum, SummarySaysIllConditionedAndKeepsAWorseStatus) {
  Summary summary;
  set_spectrum(summary, {{1.0, 1e-12}, 7});
  EXPECT_EQ(summary.status, SolveStatus::ill_conditioned);
  EXPECT_EQ(summary.rank, 7);
  EXPECT_DOUBLE_EQ(summary.condition, 1e12);
  Summary regularised;
  regularised.lambda = 1.0;
  set_spectrum(regularised, {{1.0, 0.0}, 7});
  EXPECT_EQ(regularised.status, SolveStatus::ok);
  EXPECT_TRUE(std::isinf(regularised.condition));
  EXPECT_DOUBLE_EQ(regularised.regularised_condition, std::sqrt(2.0));
  Summary deficient;
  deficient.status = SolveStatus::rank_deficient;
  set_spectrum(deficient, {{1.0, 0.0}, 7});
  EXPECT_EQ(deficient.status, SolveStatus::rank_deficient);
}

}  // namespace
}  // namespace carillon
