#include "carillon/fit/stress_check.hpp"

#include <gtest/gtest.h>

#include <random>

#include "carillon/core/units.hpp"
#include "made_data.hpp"

namespace carillon {
namespace {

using testing::TemporaryFolder;

/// Twenty frames of two labels. Labels are what the model says, but for noise and the model's ignorance of the mean pressure.
class StressCheck : public ::testing::Test {
protected:
  StressCheck() : data_(testing::made_dataset(folder_, {{"cold", {"C"}, 4, 10}, {"hot", {"C"}, 4, 10}})) {
    std::mt19937_64 generator(3);
    std::normal_distribution<double> normal;
    for (long frame = 0; frame < data_.size(); ++frame) {
      FrameFacts facts;
      facts.volume = 120;
      facts_.push_back(facts);
      StressPoint point;
      point.frame = frame;
      for (std::size_t v = 0; v < 6; ++v) {
        const double truth = 0.05 * normal(generator);
        const double mean = v < 3 ? (frame < 10 ? -0.3 : -0.9) : 0;
        point.labelled[v] = truth + mean;
        point.model[v] = truth + 0.2 * mean + 0.02 * normal(generator);
      }
      points_.push_back(point);
    }
  }

  UnitVerdict verdict() const { return stress_agreement(data_, facts_, points_).verdict; }
  void scale(long frame, double factor) {
    for (double& value : points_[static_cast<std::size_t>(frame)].labelled) value *= factor;
  }

  TemporaryFolder folder_;
  Dataset data_;
  std::vector<FrameFacts> facts_;
  std::vector<StressPoint> points_;
};

TEST_F(StressCheck, FluctuationsDecideWhereTheMeanPressureIsNotKnown) {
  const StressAgreement agreement = stress_agreement(data_, facts_, points_);
  EXPECT_EQ(agreement.free_frames, 18);
  EXPECT_GT(agreement.whole.ratio(), 2.5) << "the mean alone would be called a mistake of unit";
  EXPECT_EQ(agreement.verdict.kind, UnitVerdict::Kind::right);
  EXPECT_TRUE(find_stress_outliers(data_, facts_, points_).empty());
  EXPECT_FALSE(other_shear_order(data_, points_));
  EXPECT_EQ(stress_frame_shift(data_, points_), 0);
}

TEST_F(StressCheck, SignAndUnitOfAll) {
  for (long frame = 0; frame < data_.size(); ++frame) scale(frame, -units::ev_per_cubic_angstrom_to_gpa);
  const UnitVerdict found = verdict();
  EXPECT_EQ(found.kind, UnitVerdict::Kind::wrong);
  EXPECT_NE(found.words.find("their sign is wrong"), std::string::npos) << found.words;
  EXPECT_NE(found.words.find("GPa taken for eV/Å³"), std::string::npos) << found.words;
}

TEST_F(StressCheck, LabelsOfNothingAreUnclear) {
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal;
  for (StressPoint& point : points_)
    for (double& value : point.labelled) value = normal(generator);
  EXPECT_EQ(verdict().kind, UnitVerdict::Kind::unclear);
}

TEST_F(StressCheck, OneFrameOfTheWrongSign) {
  scale(14, -1);
  const auto findings = find_stress_outliers(data_, facts_, points_);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].where.frame, 14);
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_NE(findings[0].message.find("its sign is wrong"), std::string::npos);
}

TEST_F(StressCheck, OneFrameThatNothingExplains) {
  for (std::size_t v = 0; v < 6; ++v) points_[4].labelled[v] = v < 3 ? 4.0 - static_cast<double>(v) * 4 : 3.0;
  const auto findings = find_stress_outliers(data_, facts_, points_);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::warning);
}

TEST_F(StressCheck, EveryOtherOrderOfShearIsNamed) {
  for (const std::array<std::size_t, 3>& order :
       {std::array<std::size_t, 3>{1, 0, 2}, {2, 1, 0}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}}) {
    std::vector<StressPoint> written = points_;
    for (std::size_t p = 0; p < points_.size(); ++p)
      for (std::size_t k = 0; k < 3; ++k) written[p].labelled[3 + order[k]] = points_[p].labelled[3 + k];
    const auto words = other_shear_order(data_, written);
    ASSERT_TRUE(words);
    const char* names[] = {"yz", "xz", "xy"};
    const std::string expected =
        std::string(names[order[2]]) + " " + names[order[1]] + " " + names[order[0]] + " is taken for xy xz yz";
    EXPECT_NE(words->find(expected), std::string::npos) << *words << "; expected " << expected;
  }
}

TEST_F(StressCheck, AFrameLateOrEarly) {
  std::vector<StressPoint> late = points_;
  for (std::size_t k = 1; k < late.size(); ++k) late[k].labelled = points_[k - 1].labelled;
  EXPECT_EQ(stress_frame_shift(data_, late), -1);
  std::vector<StressPoint> early = points_;
  for (std::size_t k = 0; k + 1 < early.size(); ++k) early[k].labelled = points_[k + 1].labelled;
  EXPECT_EQ(stress_frame_shift(data_, early), 1);
}

}  // namespace
}  // namespace carillon
