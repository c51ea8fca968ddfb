#include "carillon/data/energy_offsets.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "audited_frames.hpp"

namespace carillon {
namespace {

using testing::dataset_of;
using testing::labelled_frame;
using testing::TemporaryFolder;

FrameFacts facts(std::vector<long> counts, double energy) {
  FrameFacts out;
  for (const long count : counts) out.atoms += count;
  out.counts = std::move(counts);
  out.energy = energy;
  return out;
}

/// Energies that offsets -5 and -9 explain, but for the residual of one frame, eV.
std::vector<FrameFacts> explained(double residual) {
  std::vector<FrameFacts> out;
  for (long c = 1; c <= 6; ++c)
    for (long n = 0; n <= 2; ++n) out.push_back(facts({c, n}, -5.0 * static_cast<double>(c) - 9.0 * static_cast<double>(n)));
  *out[4].energy += residual;
  return out;
}

TEST(EnergyOffsets, RecoveryWhateverOneFrameSays) {
  for (const double residual : {0.0, 3.0, 1e4}) {
    const EnergyOffsets found = fit_energy_offsets(explained(residual));
    // Least absolute deviations by reweighting: exact but for the 1e-4 eV below which all weights are alike.
    EXPECT_NEAR(found.offsets[0], -5, 1e-3) << residual;
    EXPECT_NEAR(found.offsets[1], -9, 2e-3) << residual;
    EXPECT_NEAR(found.residuals[4], residual / 3, 1e-3 + 1e-6 * residual);
  }
}

TEST(EnergyOffsets, FramesWithoutEnergyHaveNoResidual) {
  auto frames = explained(0);
  frames[1].energy.reset();
  const EnergyOffsets found = fit_energy_offsets(frames);
  EXPECT_TRUE(std::isnan(found.residuals[1]));
  EXPECT_NEAR(found.residuals[0], 0, 1e-3);
}

TEST(EnergyOffsets, OpenDirectionsLeaveAllEnergiesAsTheyAre) {
  // Carbon dioxide and water in any amounts: three elements, two compositions.
  std::vector<FrameFacts> frames;
  for (long a = 0; a <= 3; ++a)
    for (long b = 1; b <= 3; ++b) frames.push_back(facts({a, 2 * b, 2 * a + b}, -1));
  const auto directions = open_offset_directions(frames, {false, false, false});
  ASSERT_EQ(directions.size(), 1u);
  for (const FrameFacts& frame : frames) {
    double change = 0;
    for (std::size_t e = 0; e < 3; ++e) change += directions[0][e] * static_cast<double>(frame.counts[e]);
    EXPECT_NEAR(change, 0, 1e-12);
  }
  EXPECT_TRUE(open_offset_directions(frames, {false, true, false}).empty()) << "hydrogen is known";
  frames.push_back(facts({1, 0, 0}, -1));
  EXPECT_TRUE(open_offset_directions(frames, {false, false, false}).empty());
}

TEST(EnergyOffsets, OneCompositionIsSaidInWords) {
  const TemporaryFolder folder;
  std::vector<Structure> frames;
  for (unsigned seed = 1; seed <= 3; ++seed) frames.push_back(labelled_frame({"C", "C", "C", "N"}, seed));
  const Dataset data = dataset_of(folder, frames);
  const auto findings = find_open_offsets(data, testing::facts_of(data), {false, false});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(
      findings[0].message,
      "all frames have the same C:N ratio (3:1), so the energies of C and N cannot be told apart: changing C by -0.3333 eV and "
      "N by +1 eV changes no frame's energy");
  EXPECT_TRUE(find_open_offsets(data, testing::facts_of(data), {true, false}).empty());
}

TEST(EnergyOffsets, AnElementWithoutAnyEnergyIsNamed) {
  const auto directions = open_offset_directions({facts({2, 0}, -1), facts({3, 0}, -2)}, {false, false});
  ASSERT_EQ(directions.size(), 1u);
  EXPECT_EQ(directions[0], (OffsetDirection{0, 1}));
}

}  // namespace
}  // namespace carillon
