#include "carillon/fit/label_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/design/assemble.hpp"
#include "carillon/fit/extrapolation.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

Weights uneven_weights() {
  Weights weights;
  weights.force = 0.7;
  weights.energy = 0.3;
  weights.stress = 90;
  weights.energy_multiplicity = 3;
  weights.shear_multiplicity = 2;
  return weights;
}

/// Identity: the rows that a fit assembles for a frame with all labels.
void expect_rows_of_a_fit(const Weights& weights) {
  const MomentRows rows(testing::small_basis({"C", "N"}));
  const Structure frame = testing::random_structure(testing::elements({"C", "N"}), 6, 5.0, 1.3, 4);
  const Target none{0.0, std::vector<Eigen::Vector3d>(frame.size(), Eigen::Vector3d::Zero()), Eigen::Matrix3d::Zero()};
  const WeightedRows expected = assemble(frame, rows.rows(frame), none, weights);
  const Matrix found = label_rows(rows, label_weights(weights), frame);
  ASSERT_EQ(found.columns(), expected.counts.total());
  const auto width = static_cast<std::size_t>(found.rows()) + 1;
  for (long row = 0; row < found.columns(); ++row)
    for (std::size_t j = 0; j + 1 < width; ++j) {
      const double value = expected.values[static_cast<std::size_t>(row) * width + j];
      EXPECT_NEAR(found.column(row)[j], value, 1e-14 * std::abs(value)) << row;
    }
  EXPECT_EQ(label_rows(rows, label_weights(weights), frame, true).columns(), 18);
}

TEST(LabelRows, AreThoseOfTheFit) {
  Weights weights = uneven_weights();
  expect_rows_of_a_fit(weights);
  weights.energy_per_atom = weights.stress_times_volume = true;
  expect_rows_of_a_fit(weights);
  weights.energy = 0;
  expect_rows_of_a_fit(weights);
  weights.stress = 0;
  expect_rows_of_a_fit(weights);
}

TEST(LabelRows, NoStressWithoutAVolume) {
  const MomentRows rows(testing::small_basis({"C"}));
  Structure molecule = testing::random_structure(testing::elements({"C"}), 3, 5.0, 1.3, 4);
  molecule.cell.periodic = {false, false, false};
  EXPECT_EQ(label_rows(rows, label_weights(uneven_weights()), molecule).columns(), 9 + 1);
}

TEST(ExtrapolationGrades, CountForcesOnly) {
  const std::vector<double> leverages{0.04, 0.09, 0.01, 4, 1, 1, 100, 100};
  EXPECT_EQ(extrapolation_grades(leverages, 2), (std::vector<double>{0.3, 2.0}));
  EXPECT_THROW(extrapolation_grades(leverages, 3), ShapeError);
}

}  // namespace
}  // namespace carillon
