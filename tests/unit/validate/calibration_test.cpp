#include "carillon/validate/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "carillon/core/error.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

Structure labelled(std::size_t atoms) {
  Structure frame = testing::random_structure(testing::elements({"C"}), atoms, 8, 1.2, 1);
  frame.energy = 0.0;
  frame.forces.emplace(atoms, Eigen::Vector3d::Zero());
  frame.stress = Eigen::Matrix3d::Zero();
  return frame;
}

Prediction with_deviation(std::size_t atoms, double deviation) {
  Prediction prediction{0.0, std::vector<Eigen::Vector3d>(atoms, Eigen::Vector3d::Zero()), Eigen::Matrix3d::Zero()};
  prediction.deviation = Deviation{deviation, std::vector<Eigen::Vector3d>(atoms, Eigen::Vector3d::Constant(deviation)),
                                   Eigen::Matrix3d::Constant(deviation)};
  return prediction;
}

TEST(Calibration, CountsByHand) {
  Prediction prediction = with_deviation(1, 2.0);
  prediction.energy = 1.0;                  // 0.5 deviations: within both
  prediction.forces[0] = {3.0, -2.0, 8.0};  // 1.5, 1, 4: none within 50 %, two within 90 %
  Structure frame = labelled(1);
  frame.stress.reset();
  Calibration calibration;
  calibration.add(frame, prediction);
  const std::vector<CalibrationRow> rows = calibration.rows();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].quantity, "energy");
  EXPECT_EQ(rows[0].coverage_50, 1.0);
  EXPECT_EQ(rows[1].quantity, "force");
  EXPECT_EQ(rows[1].count, 3);
  EXPECT_EQ(rows[1].coverage_50, 0.0);
  EXPECT_DOUBLE_EQ(rows[1].coverage_90, 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(rows[1].mean_ratio, 6.5 / 3.0);
  EXPECT_EQ(rows[2].quantity, "all");
  EXPECT_DOUBLE_EQ(calibration.scale(), std::sqrt((0.25 + 2.25 + 1.0 + 16.0) / 4.0));
  EXPECT_DOUBLE_EQ(calibration.rows(calibration.scale())[2].rms_ratio, 1.0);
  EXPECT_EQ(calibration.rows(4.0)[1].coverage_90, 1.0);
}

TEST(Calibration, NormalErrorsAreWithinBinomialDoubtOfTheNominalCoverage) {
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal;
  Calibration calibration;
  const std::size_t atoms = 50;
  for (int k = 0; k < 100; ++k) {
    Prediction prediction = with_deviation(atoms, 0.3);
    for (Eigen::Vector3d& force : prediction.forces)
      force = 0.3 * Eigen::Vector3d(normal(generator), normal(generator), normal(generator));
    Structure frame = labelled(atoms);
    frame.energy.reset();
    frame.stress.reset();
    calibration.add(frame, prediction);
  }
  const CalibrationRow row = calibration.rows().front();
  const double count = 15000;
  ASSERT_EQ(row.count, 15000);
  EXPECT_NEAR(row.coverage_50, 0.5, 4.5 * std::sqrt(0.25 / count));
  EXPECT_NEAR(row.coverage_90, 0.9, 4.5 * std::sqrt(0.09 / count));
  ASSERT_EQ(row.curve.size(), 19u);
  for (std::size_t k = 0; k < row.curve.size(); ++k) {
    const double nominal = 0.05 * static_cast<double>(k + 1);
    EXPECT_NEAR(row.curve[k], nominal, 4.5 * std::sqrt(nominal * (1 - nominal) / count)) << k;
  }
  EXPECT_DOUBLE_EQ(row.curve[9], row.coverage_50);
  EXPECT_DOUBLE_EQ(row.curve[17], row.coverage_90);
  EXPECT_NEAR(row.mean_ratio, std::sqrt(2.0 / 3.141592653589793), 4.5 * 0.6 / std::sqrt(count));
  EXPECT_NEAR(calibration.scale(), 1.0, 4.5 / std::sqrt(2.0 * count));
}

TEST(Calibration, LeavesOutWhatCannotBeCompared) {
  Calibration calibration;
  calibration.add(labelled(2),
                  Prediction{0.0, std::vector<Eigen::Vector3d>(2, Eigen::Vector3d::Zero()), Eigen::Matrix3d::Zero()});
  EXPECT_TRUE(calibration.rows().empty());
  EXPECT_EQ(calibration.scale(), 1.0);
  EXPECT_EQ(calibration.left_out(), 1 + 6 + 6);
  Prediction prediction = with_deviation(2, 1.0);
  prediction.deviation->energy = 0.0;
  Structure frame = labelled(2);
  frame.stress_is_diagonal = true;
  calibration.add(frame, prediction);
  const std::vector<CalibrationRow> rows = calibration.rows();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].quantity, "force");
  EXPECT_EQ(rows[1].count, 3);
  EXPECT_EQ(calibration.left_out(), 13 + 1) << "and the energy of this one";
  EXPECT_THROW(calibration.add(labelled(3), prediction), ShapeError);
}

TEST(Calibration, TablesHoldEveryNumber) {
  const std::vector<CalibrationRow> rows{{"force", 7, 0.25, 0.875, 1.5, 2.25}};
  EXPECT_NE(calibration_markdown(rows).find("| force | 7 | 25.0 % | 87.5 % | 1.5 | 2.25 |"), std::string::npos);
  const auto json = nlohmann::json::parse(calibration_json(rows));
  EXPECT_EQ(json[0]["quantity"], "force");
  EXPECT_EQ(json[0]["count"], 7);
  EXPECT_EQ(json[0]["coverage_90"], 0.875);
  EXPECT_EQ(json[0]["rms_ratio"], 2.25);
}

}  // namespace
}  // namespace carillon
