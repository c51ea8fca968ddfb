#include "carillon/solve/triangular_factor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/row_stream.hpp"
#include "unit/solve/random_rows.hpp"

namespace carillon {
namespace {

using testing::dense;
using testing::factor_of;
using testing::graded_rows;
using testing::random_rows;
using testing::RowMatrix;
using testing::span_of;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// R'R = A'A, entry (i, j) to within a small multiple of rows * eps * |a_i| |a_j|.
void expect_same_gram(const TriangularFactor& factor, const RowMatrix& rows) {
  const Eigen::MatrixXd r = dense(factor);
  const Eigen::MatrixXd found = r.transpose() * r;
  const Eigen::MatrixXd wanted = rows.transpose() * rows;
  const Eigen::VectorXd norms = rows.colwise().norm();
  const double tolerance = 20.0 * std::sqrt(static_cast<double>(rows.rows() + rows.cols())) * epsilon;
  for (long i = 0; i < rows.cols(); ++i)
    for (long j = 0; j < rows.cols(); ++j) ASSERT_NEAR(found(i, j), wanted(i, j), tolerance * norms(i) * norms(j) + 1e-300);
}

TEST(TriangularFactor, IdentityGramIsKeptForEveryShape) {
  for (const auto& [rows, columns] : {std::pair{1L, 1L},
                                      {1L, 2L},
                                      {5L, 2L},
                                      {1L, 40L},
                                      {39L, 40L},
                                      {40L, 40L},
                                      {41L, 40L},
                                      {300L, 129L},
                                      {700L, 300L},
                                      {128L, 257L},
                                      {257L, 256L}}) {
    const RowMatrix a = random_rows(rows, columns, 1);
    const TriangularFactor factor = factor_of(a);
    EXPECT_EQ(factor.row_count(), rows);
    EXPECT_EQ(factor.stored_rows(), std::min(rows, columns));
    EXPECT_EQ(factor.packed().size(), TriangularFactor::packed_size(columns, factor.stored_rows()));
    expect_same_gram(factor, a);
    for (long i = 0; i < factor.stored_rows(); ++i) EXPECT_GE(factor(i, i), 0.0);
  }
}

TEST(TriangularFactor, OracleEigenHouseholderQr) {
  const RowMatrix a = random_rows(500, 200, 2);
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(a);
  const Eigen::MatrixXd wanted = qr.matrixQR().topRows(200).triangularView<Eigen::Upper>();
  const Eigen::MatrixXd found = dense(factor_of(a));
  for (long i = 0; i < 200; ++i) {
    const double sign = wanted(i, i) < 0.0 ? -1.0 : 1.0;
    EXPECT_LT((found.row(i) - sign * wanted.row(i)).norm(), 1e4 * epsilon * wanted.norm());
  }
}

TEST(TriangularFactor, InvarianceOfRowStepsAndPieces) {
  const RowMatrix a = random_rows(900, 150, 3);
  const Eigen::MatrixXd wanted = dense(factor_of(a));
  for (const long row_block : {7L, 100L, 149L, 150L, 151L, 400L, 900L}) {
    RowStream stream(150, row_block);
    stream.append(span_of(a), 900);
    const TriangularFactor whole = stream.finish();
    EXPECT_EQ(whole.row_count(), 900);
    EXPECT_LT((dense(whole) - wanted).norm(), 1e4 * epsilon * wanted.norm()) << "row block " << row_block;

    for (long i = 0; i < 900; ++i) stream.append(span_of(a).subspan(static_cast<std::size_t>(i * 150), 150), 1);
    EXPECT_TRUE(stream.finish().serialize() == whole.serialize()) << "pieces change bits at row block " << row_block;
  }
}

TEST(TriangularFactor, InvarianceOfRowOrder) {
  const RowMatrix a = random_rows(400, 90, 4);
  const RowMatrix reversed = a.colwise().reverse();
  const Eigen::MatrixXd wanted = dense(factor_of(a));
  EXPECT_LT((dense(factor_of(reversed)) - wanted).norm(), 1e4 * epsilon * wanted.norm());
}

TEST(TriangularFactor, InvarianceOfThreadCountBitForBit) {
  const RowMatrix a = random_rows(1500, 1100, 5);
  const int before = threads();
  set_threads(1);
  TriangularFactor one = factor_of(a);
  one.absorb(factor_of(a.topRows(700)));
  for (const int count : {2, 3}) {
    set_threads(count);
    ASSERT_EQ(threads(), count);
    TriangularFactor other = factor_of(a);
    other.absorb(factor_of(a.topRows(700)));
    EXPECT_TRUE(other.serialize() == one.serialize()) << count << " threads";
  }
  set_threads(before);
}

TEST(TriangularFactor, IdentityMergeOfAnyTwoShapes) {
  const long columns = 140;
  for (const long first : {0L, 1L, 60L, 140L, 300L})
    for (const long second : {1L, 80L, 139L, 300L}) {
      const RowMatrix a = random_rows(first + second, columns, 6);
      TriangularFactor merged = factor_of(a.topRows(first));
      merged.absorb(factor_of(a.bottomRows(second)));
      EXPECT_EQ(merged.row_count(), first + second);
      EXPECT_EQ(merged.stored_rows(), std::min(first + second, columns));
      expect_same_gram(merged, a);
    }
}

TEST(TriangularFactor, IdentityMergeWithItself) {
  const RowMatrix a = random_rows(60, 20, 7);
  TriangularFactor twice = factor_of(a);
  twice.absorb(twice);
  EXPECT_EQ(twice.row_count(), 120);
  const Eigen::MatrixXd wanted = std::sqrt(2.0) * dense(factor_of(a));
  EXPECT_LT((dense(twice) - wanted).norm(), 1e3 * epsilon * wanted.norm());
}

TEST(TriangularFactor, LeadingZeroColumnsLoseNothing) {
  RowMatrix a = random_rows(50, 200, 8);
  a.leftCols(131).setZero();  // more than a panel
  expect_same_gram(factor_of(a), a);
  TriangularFactor grown = factor_of(a.topRows(1));
  for (long i = 1; i < 50; ++i) grown.absorb(factor_of(a.row(i)));
  expect_same_gram(grown, a);
  grown.absorb(span_of(a), 50);
  expect_same_gram(grown, (RowMatrix(100, 200) << a, a).finished());
}

TEST(TriangularFactor, ZeroRowsAndZeroColumnsInside) {
  RowMatrix a = random_rows(300, 80, 9);
  a.middleRows(20, 150).setZero();
  a.col(0).setZero();
  a.col(41).setZero();
  a.col(79).setZero();
  const TriangularFactor factor = factor_of(a);
  EXPECT_EQ(factor.row_count(), 300);
  expect_same_gram(factor, a);
  EXPECT_EQ(factor.column_norms()[41], 0.0);
  const RowMatrix nothing = RowMatrix::Zero(10, 80);
  EXPECT_EQ(dense(factor_of(nothing)).norm(), 0.0);
}

TEST(TriangularFactor, IdentityColumnNormsOfBadlyScaledColumns) {
  RowMatrix a = random_rows(400, 60, 10);
  for (long j = 0; j < 60; ++j) a.col(j) *= std::pow(10.0, 7.0 * std::sin(static_cast<double>(j)));
  const std::vector<double> norms = factor_of(a).column_norms();
  for (long j = 0; j < 60; ++j) EXPECT_NEAR(norms[static_cast<std::size_t>(j)] / a.col(j).norm(), 1.0, 1e3 * epsilon);
}

TEST(TriangularFactor, IdentityResidualsOfCoefficients) {
  const RowMatrix a = random_rows(700, 301, 11);
  const RowMatrix c = random_rows(300, 3, 12);
  Matrix coefficients(300, 3);
  for (long l = 0; l < 3; ++l)
    for (long j = 0; j < 300; ++j) coefficients(j, l) = c(j, l);
  for (const long rows : {700L, 40L}) {
    const std::vector<double> found = factor_of(a.topRows(rows)).squared_residuals(coefficients);
    for (long l = 0; l < 3; ++l) {
      const double wanted = (a.topRows(rows).leftCols(300) * c.col(l) - a.topRows(rows).col(300)).squaredNorm();
      EXPECT_NEAR(found[static_cast<std::size_t>(l)] / wanted, 1.0, 1e4 * epsilon);
    }
  }
}

TEST(TriangularFactor, IdentityScalingIsWeighting) {
  const RowMatrix a = random_rows(100, 30, 13);
  TriangularFactor weighted = factor_of(a);
  weighted.scale(0.3);
  expect_same_gram(weighted, 0.3 * a);
  EXPECT_THROW(weighted.scale(-1.0), DomainError);
}

TEST(TriangularFactor, SerializationIsExact) {
  for (const long rows : {0L, 3L, 100L}) {
    const TriangularFactor factor = factor_of(random_rows(rows, 25, 14));
    const std::string bytes = factor.serialize();
    const TriangularFactor back = TriangularFactor::deserialize(bytes);
    EXPECT_TRUE(back.serialize() == bytes);
    EXPECT_EQ(back.row_count(), rows);
    EXPECT_THROW(TriangularFactor::deserialize(bytes.substr(0, bytes.size() - 1)), InputError);
    EXPECT_THROW(TriangularFactor::deserialize(bytes + "x"), InputError);
  }
  EXPECT_THROW(TriangularFactor::deserialize("no factor"), InputError);
}

TEST(TriangularFactor, RefusesNanAndNamesItsPlace) {
  RowMatrix a = random_rows(10, 5, 15);
  TriangularFactor factor = factor_of(a);
  const std::string before = factor.serialize();
  a(7, 3) = std::numeric_limits<double>::quiet_NaN();
  try {
    factor.absorb(span_of(a), 10);
    FAIL() << "nan was absorbed";
  } catch (const DomainError& problem) {
    EXPECT_STREQ(problem.what(), "row 7, column 3 of 5 is nan");
  }
  EXPECT_TRUE(factor.serialize() == before);
  EXPECT_THROW(factor.absorb(span_of(a), 9), ShapeError);
  EXPECT_THROW(factor.absorb(TriangularFactor(6)), ShapeError);
}

TEST(TriangularFactor, IllConditionedMatrixKeepsWhatTheGramLoses) {
  // Condition 1e12: the smallest singular value, 1e-12, is far below sqrt(eps) and so invisible in A'A.
  const RowMatrix a = graded_rows(400, 50, 1e12, 16);
  const Eigen::MatrixXd r = dense(factor_of(a));
  const Eigen::VectorXd values = Eigen::JacobiSVD<Eigen::MatrixXd>(r).singularValues();
  // Weyl: singular values move by at most the backward error, a small multiple of eps |A|, |A| = 1.
  for (long j = 0; j < 50; ++j) EXPECT_NEAR(values(j), std::pow(1e12, -static_cast<double>(j) / 49.0), 50.0 * epsilon);
  const Eigen::MatrixXd gram = a.transpose() * a;
  const Eigen::VectorXd squares = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram).eigenvalues();
  EXPECT_GT(std::abs(std::sqrt(std::abs(squares(0))) - 1e-12), 1e-10) << "the Gram matrix was expected to fail here";
}

}  // namespace
}  // namespace carillon
