#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "carillon/core/units.hpp"
#include "carillon/data/dataset.hpp"

namespace carillon {
namespace {

/// The data set that ships with the project, with every claim of its README that the reader can see.
Dataset seed_set() {
  DataSource source{std::string(CARILLON_SOURCE_DIR) + "/validation/data/cn_pbe_d2_seed/frames.extxyz"};
  source.options.required = {true, true, true};
  return Dataset({source});
}

TEST(SeedSet, HasTheFramesThatItsReadmeSays) {
  const Dataset data = seed_set();
  EXPECT_EQ(data.size(), 55);
  EXPECT_EQ(data.atom_total(), 2784);
  EXPECT_EQ(data.labels().size(), 18u);
  EXPECT_EQ(element_set_name(data.elements()), "C-N");
  std::map<std::string, long> frames;
  for (const std::string& label : data.frame_labels()) ++frames[label];
  for (const auto& [label, count] : frames) EXPECT_TRUE(count == 3 || count == 4) << label << " has " << count;
  for (long i = 0; i < data.size(); ++i) {
    EXPECT_EQ(data.summary(i).stress_components, 6);
    EXPECT_GE(data.summary(i).atoms, 48);
    EXPECT_LE(data.summary(i).atoms, 64);
  }
}

TEST(SeedSet, LabelsAgreeWithTemperatureAndDensity) {
  const Dataset data = seed_set();
  for (long i = 0; i < data.size(); ++i) {
    const Structure frame = data.read(i);
    // name_density_temperature, as CN20_2.0gcc_3000K
    const std::size_t last = frame.label.rfind('_');
    const std::size_t middle = frame.label.rfind('_', last - 1);
    EXPECT_EQ(std::stod(frame.label.substr(last + 1)), frame.temperature) << frame.label;
    EXPECT_NEAR(std::stod(frame.label.substr(middle + 1)), frame.density(), 0.07) << frame.label;
  }
}

TEST(SeedSet, PhysicsForcesSumToNothingAndPressureHasTheRightSign) {
  const Dataset data = seed_set();
  double highest = -1e300;
  for (long i = 0; i < data.size(); ++i) {
    const Structure frame = data.read(i);
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (const Eigen::Vector3d& force : *frame.forces) sum += force;
    EXPECT_LT(sum.norm(), 0.06) << frame.origin.text();
    highest = std::max(highest, -frame.stress->trace() / 3 * units::ev_per_cubic_angstrom_to_gpa);
  }
  EXPECT_NEAR(highest, 278, 1) << "GPa, the densest liquid at 10,000 K";
}

}  // namespace
}  // namespace carillon
