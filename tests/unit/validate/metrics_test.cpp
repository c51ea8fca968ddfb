#include "carillon/validate/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "carillon/core/error.hpp"
#include "carillon/validate/metrics_table.hpp"
#include "unit/validate/compared_frames.hpp"

namespace carillon {
namespace {

using testing::by_hand;
using testing::Frame;
using testing::random_frame;

TEST(Metrics, IdentityNumbersWorkedOutByHand) {
  const MetricsTable table = by_hand().table();
  ASSERT_EQ(table.labels.size(), 2U);
  const MetricsRow& hot = table.labels[0];
  EXPECT_EQ(hot.label, "hot");
  EXPECT_EQ(hot.frames, 2);
  EXPECT_EQ(hot.atoms, 3);
  EXPECT_EQ(hot.energy.count, 2);
  EXPECT_NEAR(hot.energy.rmse, std::sqrt((0.04 + 0.16) / 2), 1e-14);
  EXPECT_NEAR(hot.energy.mae, 0.3, 1e-14);
  EXPECT_NEAR(hot.energy.mean_error, 0.1, 1e-14);
  EXPECT_NEAR(hot.energy.max_error, 0.4, 1e-14);
  EXPECT_NEAR(hot.energy.reference_rms, 1, 1e-14);  // -5 and -7: one on either side of the mean
  EXPECT_EQ(hot.force.count, 6);
  EXPECT_NEAR(hot.force.rmse, std::sqrt(0.25 / 6), 1e-14);
  EXPECT_NEAR(hot.force.mae, 0.7 / 6, 1e-14);
  EXPECT_NEAR(hot.force.max_error, 0.4, 1e-14);
  EXPECT_NEAR(hot.force.reference_rms, 1, 1e-14);
  EXPECT_EQ(hot.stress.count, 9);  // six and three
  EXPECT_NEAR(hot.stress.rmse, std::sqrt((0.36 + 0.09) / 9), 1e-14);
  EXPECT_NEAR(hot.stress.reference_rms, std::sqrt(3.0 / 9), 1e-14);

  const MetricsRow& cold = table.labels[1];
  EXPECT_EQ(cold.energy.count, 0);
  EXPECT_EQ(cold.stress.count, 0);
  EXPECT_NEAR(cold.force.rmse, std::sqrt(3.0), 1e-14);
  EXPECT_NEAR(cold.force.mean_error, -1, 1e-14);

  EXPECT_EQ(table.all.label, "all");
  EXPECT_EQ(table.all.frames, 3);
  EXPECT_EQ(table.all.force.count, 9);
  EXPECT_NEAR(table.all.force.rmse, std::sqrt(9.25 / 9), 1e-14);
  EXPECT_NEAR(table.all.force.max_error, 3, 1e-14);
}

TEST(Metrics, InvarianceOfTheOrderOfFrames) {
  std::mt19937_64 engine(31);
  std::vector<Frame> frames;
  for (int k = 0; k < 40; ++k)
    frames.push_back(random_frame(engine, "label " + std::to_string(k % 3), 1 + static_cast<std::size_t>(k % 5)));
  Metrics forwards;
  Metrics backwards;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    forwards.add(static_cast<long>(k), frames[k].reference, frames[k].prediction);
    const std::size_t other = frames.size() - 1 - k;
    backwards.add(static_cast<long>(other), frames[other].reference, frames[other].prediction);
  }
  EXPECT_EQ(metrics_json(backwards.table()), metrics_json(forwards.table()));  // JSON prints every digit
}

TEST(Metrics, IdentityOffsetAndSpreadMakeTheEnergyError) {
  std::mt19937_64 engine(32);
  std::normal_distribution<double> normal;
  Metrics metrics;
  Metrics shifted;
  for (long k = 0; k < 30; ++k) {
    Frame frame = random_frame(engine, "x", 4);
    metrics.add(k, frame.reference, frame.prediction);
    frame.prediction.energy += 4 * 0.7;
    shifted.add(k, frame.reference, frame.prediction);
  }
  const ErrorStatistics a = metrics.table().all.energy;
  const ErrorStatistics b = shifted.table().all.energy;
  EXPECT_NEAR(b.mean_error - a.mean_error, 0.7, 1e-11);  // energies of 20,000 eV carry errors of 4e-12
  EXPECT_NEAR(b.rmse * b.rmse - b.mean_error * b.mean_error, a.rmse * a.rmse - a.mean_error * a.mean_error, 1e-10);
}

TEST(Metrics, ErrorsOnWhatCannotBeCompared) {
  std::mt19937_64 engine(33);
  Frame frame = random_frame(engine, "x", 2);
  frame.reference.origin = {"a.xyz", 5, 1, -1};
  Metrics metrics;
  metrics.add(0, frame.reference, frame.prediction);
  EXPECT_THROW(metrics.add(0, frame.reference, frame.prediction), DomainError);
  frame.prediction.forces[1][2] = std::numeric_limits<double>::quiet_NaN();
  try {
    metrics.add(1, frame.reference, frame.prediction);
    FAIL() << "a NaN was taken";
  } catch (const InputError& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("a.xyz:5: frame 1, atom 1: force cannot be compared")) << error.what();
  }
  frame.prediction.forces.pop_back();
  EXPECT_THROW(metrics.add(2, frame.reference, frame.prediction), ShapeError);
  EXPECT_EQ(metrics.table().all.frames, 1);
}

}  // namespace
}  // namespace carillon
