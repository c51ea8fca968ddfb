#include <gtest/gtest.h>

#include "carillon/core/units.hpp"
#include "support/temporary_file.hpp"
#include "unit/data/frames.hpp"

namespace carillon {
namespace {

using testing::read_frames;
using testing::read_one;

/// One helium atom in a cube of 2 Å with `extra` in the comment.
std::string helium(const std::string& extra, const std::string& atom = "He 0 0 0 1 2 3") {
  return "1\nLattice=\"2 0 0 0 2 0 0 0 2\" Properties=species:S:1:pos:R:3:forces:R:3 " + extra + "\n" + atom + "\n";
}

// Oracle: ASE 3.22.1 reads this text to these numbers (positions, cell, pbc, forces, and the Voigt order of the stress).
constexpr const char* ase_text = R"(3
Lattice="4 0 0.5 0.25 5 0 0 -0.75 6" Properties=id:I:1:species:S:1:pos:R:3:fixed:L:1:charge:R:1:forces:R:3 energy=-12.25 config_type="two words" flag ints=[1, 2, 3] pbc="T F T"
1 C 0.125 0.25 0.5 T -0.5 1.0 2.0 3.0
2 N 1.125 -0.25 2.5 F 0.25 -1.5 2.5e-1 3.75
3 Og 2.5 1.25 3.5 F 0.25 0.5 -2.25 -6.75
2
Properties=species:S:1:pos:R:3 energy=3.5
H 0 0 0
H 0 0 0.74
1
Lattice="3 0 0 0 3 0 0 0 3" Properties=species:S:1:pos:R:3:forces:R:3 stress="0.1 0.2 0.3 0.2 0.4 0.5 0.3 0.5 0.6" free_energy=-1.5
He 0 0 0 0 0 0
)";

TEST(Extxyz, OracleAseReadsTheSame) {
  // One call a frame: ASE does not mind that the energies have different names, our tally does.
  const auto frames = read_frames("extxyz", ase_text);
  ASSERT_EQ(frames.size(), 3u);
  const Structure& first = frames[0];
  EXPECT_EQ(first.cell.vectors, (Eigen::Matrix3d() << 4, 0, 0.5, 0.25, 5, 0, 0, -0.75, 6).finished());
  EXPECT_EQ(first.cell.periodic, (std::array<bool, 3>{true, false, true}));
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first.species[1].symbol(), "N");
  EXPECT_EQ(first.species[2].number(), 118);
  EXPECT_EQ(first.positions[1], Eigen::Vector3d(1.125, -0.25, 2.5));
  EXPECT_EQ(first.forces->at(1), Eigen::Vector3d(-1.5, 0.25, 3.75));
  EXPECT_EQ(first.forces->at(2), Eigen::Vector3d(0.5, -2.25, -6.75));
  EXPECT_EQ(first.energy, -12.25);
  EXPECT_EQ(first.label, "two words");
  EXPECT_FALSE(first.stress);
  EXPECT_FALSE(frames[1].cell.any_periodic());
  EXPECT_FALSE(frames[1].forces);
  EXPECT_TRUE(frames[1].label.empty());
  EXPECT_EQ(frames[2].cell.periodic, (std::array<bool, 3>{true, true, true}));
  const double ase_voigt[6] = {0.1, 0.4, 0.6, 0.5, 0.3, 0.2};
  for (int i = 0; i < 6; ++i) EXPECT_EQ((*frames[2].stress)(voigt_row[i], voigt_column[i]), ase_voigt[i]);
  EXPECT_EQ(frames[2].energy, -1.5);
}

TEST(Extxyz, OriginNamesFileLineAndFrame) {
  const auto frames = read_frames("extxyz", ase_text);
  EXPECT_EQ(frames[1].origin.text(), "test:6: frame 1");
}

// Oracle: ASE 3.22.1 writes a 3x3 array in atoms.info in this way.
TEST(Extxyz, StressAsAnArrayOfArraysIsRead) {
  const Structure flat = read_one("extxyz", helium("stress=\"1 2 3 2 4 5 3 5 6\""));
  const Structure nested = read_one("extxyz", helium("stress=\"_JSON [[1.0, 2.0, 3.0], [2.0, 4.0, 5.0], [3.0, 5.0, 6.0]]\""));
  EXPECT_EQ(*flat.stress, *nested.stress);
}

TEST(Extxyz, StressAsSixNumbersIsInVoigtOrder) {
  const Structure nine = read_one("extxyz", helium("stress=\"1 6 5 6 2 4 5 4 3\""));
  const Structure six = read_one("extxyz", helium("stress=\"1 2 3 4 5 6\""));
  EXPECT_EQ(*nine.stress, *six.stress);
  EXPECT_FALSE(six.stress_is_diagonal);
}

TEST(Extxyz, StressConventionIsAppliedAsDeclared) {
  const std::pair<const char*, double> cases[] = {{"ase", 1.0},
                                                  {"ev_pressure", -1.0},
                                                  {"gpa_tension", 1 / 160.2176634},
                                                  {"gpa_pressure", -1 / 160.2176634},
                                                  {"kbar_tension", 1 / 1602.176634},
                                                  {"kbar_pressure", -1 / 1602.176634}};
  ASSERT_EQ(stress_convention_names().size(), std::size(cases));
  for (const auto& [name, factor] : cases) {
    DataOptions options;
    options.stress_convention = stress_convention_from_name(name);
    const Structure frame = read_one("extxyz", helium("stress=\"1 2 3 4 5 6\""), options);
    EXPECT_NEAR((*frame.stress)(0, 1), 6 * factor, 1e-15) << name;
  }
  EXPECT_NE(testing::message_of<InputError>([] { stress_convention_from_name("bar"); }).find("kbar_pressure"), std::string::npos);
}

TEST(Extxyz, VirialIsMinusVolumeTimesStress) {
  DataOptions options;  // the convention is the stress's, a virial has only one
  options.stress_convention = StressConvention::gpa_pressure;
  const Structure frame = read_one("extxyz", helium("virial=\"16 0 8 0 24 0 8 0 -8\""), options);
  const Eigen::Matrix3d expected = (Eigen::Matrix3d() << -2, 0, -1, 0, -3, 0, -1, 0, 1).finished();
  EXPECT_EQ(*frame.stress, expected);
}

TEST(Extxyz, PbcIsReadInAllItsSpellings) {
  const std::array<bool, 3> mixed = {true, false, true};
  for (const char* pbc : {"pbc=\"T F T\"", "pbc=[T, F, T]", "pbc={1 0 1}", "pbc='True False True'"})
    EXPECT_EQ(read_one("extxyz", helium(pbc)).cell.periodic, mixed) << pbc;
  EXPECT_EQ(read_one("extxyz", helium("pbc=F")).cell.periodic, (std::array<bool, 3>{}));
  EXPECT_TRUE(read_one("extxyz", helium("")).cell.any_periodic());
}

TEST(Extxyz, DefaultPropertiesAndAtomicNumbers) {
  EXPECT_EQ(read_one("extxyz", "1\nfree prose\nO 1 2 3\n").positions[0], Eigen::Vector3d(1, 2, 3));
  const Structure numbered = read_one("extxyz", "1\nProperties=pos:R:3:Z:I:1\n1 2 3 8\n");
  EXPECT_EQ(numbered.species[0].symbol(), "O");
  const Structure both = read_one("extxyz", "1\nProperties=species:S:1:pos:R:3:Z:I:1\nO 1 2 3 8\n");
  EXPECT_EQ(both.species.size(), 1u);
}

TEST(Extxyz, PreferredKeyWinsAndTheOthersAreReported) {
  KeyTally tally;
  const std::string text =
      "1\nLattice=\"2 0 0 0 2 0 0 0 2\" Properties=species:S:1:pos:R:3:forces:R:3:REF_forces:R:3 energy=1 free_energy=2 "
      "REF_energy=3 "
      "stress=\"1 1 1 0 0 0\" REF_virial=\"8 8 8 0 0 0\"\nHe 0 0 0 1 1 1 2 2 2\n";
  const Structure frame = read_frames("extxyz", text, {}, &tally).at(0);
  EXPECT_EQ(frame.energy, 3);
  EXPECT_EQ(frame.forces->at(0), Eigen::Vector3d(2, 2, 2));
  EXPECT_EQ((*frame.stress)(0, 0), -1);
  const auto reports = tally.reports(1);
  EXPECT_EQ(reports[0].text(), "energy: 'REF_energy' in 1 of 1 frames; not used: 'free_energy' in 1, 'energy' in 1");
  EXPECT_EQ(reports[1].text(), "forces: 'REF_forces' in 1 of 1 frames; not used: 'forces' in 1");
  EXPECT_EQ(reports[2].text(), "stress: 'REF_virial' in 1 of 1 frames; not used: 'stress' in 1");
  EXPECT_EQ(reports[3].text(), "label: none");
}

TEST(Extxyz, NamedKeysWinOverAllCommonOnes) {
  DataOptions options;
  options.keys = {"my_energy", "my_forces", "", "my_virial", "my_label", "my_temperature"};
  const std::string text =
      "1\nLattice=\"2 0 0 0 2 0 0 0 2\" Properties=species:S:1:pos:R:3:forces:R:3:my_forces:R:3 energy=1 my_energy=2 stress=\"1 "
      "1 1 0 0 0\" "
      "my_virial=\"8 0 0 0 0 0\" my_label=x config_type=y my_temperature=300 temperature=400\nHe 0 0 0 1 1 1 2 2 2\n";
  const Structure frame = read_one("extxyz", text, options);
  EXPECT_EQ(frame.energy, 2);
  EXPECT_EQ(frame.forces->at(0), Eigen::Vector3d(2, 2, 2));
  EXPECT_EQ((*frame.stress)(0, 0), -1);
  EXPECT_EQ((*frame.stress)(1, 1), 0);
  EXPECT_EQ(frame.label, "x");
  EXPECT_EQ(frame.temperature, 300);
}

TEST(Extxyz, AFrameWithoutTheNamedKeyDoesNotFallBack) {
  DataOptions options;
  options.keys.energy = "my_energy";
  EXPECT_FALSE(read_one("extxyz", helium("energy=1"), options).energy);
}

TEST(Extxyz, TwoNamesForOneQuantityInOneFileIsAnError) {
  KeyTally tally;
  const std::string message =
      testing::message_of<InputError>([&] { read_frames("extxyz", helium("energy=1") + helium("REF_energy=1"), {}, &tally); });
  EXPECT_NE(message.find("test:5: frame 1: energy stands under 'REF_energy' here but under 'energy' in earlier frames"),
            std::string::npos)
      << message;
}

TEST(Extxyz, WindowsLineEndingsTabsAndTrailingEmptyLines) {
  const Structure frame = read_one("extxyz", " 1 \r\nenergy=2\tProperties=species:S:1:pos:R:3\r\nHe\t0\t1\t2 \r\n\r\n  \n");
  EXPECT_EQ(frame.energy, 2);
  EXPECT_EQ(frame.positions[0], Eigen::Vector3d(0, 1, 2));
}

}  // namespace
}  // namespace carillon
