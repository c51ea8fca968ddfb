#include <gtest/gtest.h>

#include "carillon/core/units.hpp"
#include "support/temporary_file.hpp"
#include "unit/data/frames.hpp"

namespace carillon {
namespace {

using testing::read_one;

std::string frame_with(const std::string& header) { return "1\n" + header + "\nC 0.5 1 1.5 0.1 -0.2 0.3\n"; }

constexpr double gpa = 160.2176634;  // GPa in an eV/Å³; this and the numbers below are CODATA 2022, typed in again as an oracle for core/units.hpp

TEST(Xyzf, TheCountOfHeaderNumbersDecides) {
  struct Case {
    const char* header;
    bool energy;
    int stresses;
  };
  const Case cases[] = {{"3 4 5", false, 0},
                        {"3 4 5 -7", true, 0},
                        {"3 4 5 10 20 30", false, 3},
                        {"3 4 5 10 20 30 -7", true, 3},
                        {"3 4 5 10 20 30 40 50 60", false, 6},
                        {"3 4 5 10 20 30 40 50 60 -7", true, 6},
                        {"NON_ORTHO 3 0 0 0 4 0 0 0 5", false, 0},
                        {"NON-ORTHO 3 0 0 0 4 0 0 0 5 -7", true, 0},
                        {"NON_ORTHO 3 0 0 0 4 0 0 0 5 10 20 30", false, 3},
                        {"NON-ORTHO 3 0 0 0 4 0 0 0 5 10 20 30 -7", true, 3},
                        {"NON_ORTHO 3 0 0 0 4 0 0 0 5 10 20 30 40 50 60", false, 6},
                        {"NON-ORTHO\t3 0 0 0 4 0 0 0 5 10 20 30 40 50 60 -7", true, 6}};
  for (const Case& c : cases) {
    const Structure frame = read_one("xyzf", frame_with(c.header));
    EXPECT_EQ(frame.cell.vectors, Eigen::Matrix3d(Eigen::Vector3d(3, 4, 5).asDiagonal())) << c.header;
    EXPECT_EQ(frame.energy.has_value(), c.energy) << c.header;
    EXPECT_NEAR(frame.energy.value_or(0), c.energy ? -7 * 27.211386245981 / 627.5094740631 : 0, 1e-14) << c.header;
    EXPECT_EQ(frame.stress.has_value(), c.stresses > 0) << c.header;
    if (c.stresses == 0) continue;
    EXPECT_EQ(frame.stress_is_diagonal, c.stresses == 3);
    // Pressure positive in the file, tension positive inside; the order is xx yy zz xy xz yz.
    const double shear = c.stresses == 6 ? 1 : 0;
    const Eigen::Matrix3d expected =
        (Eigen::Matrix3d() << -10, -40 * shear, -50 * shear, -40 * shear, -20, -60 * shear, -50 * shear, -60 * shear, -30)
            .finished() /
        gpa;
    EXPECT_LT((*frame.stress - expected).norm(), 1e-15) << c.header;
  }
}

TEST(Xyzf, ForcesAreInHartreePerBohr) {
  const Structure frame = read_one("xyzf", frame_with("3 4 5"));
  EXPECT_LT((frame.forces->at(0) - Eigen::Vector3d(0.1, -0.2, 0.3) * 27.211386245981 / 0.529177210544).norm(), 1e-14);
  EXPECT_EQ(frame.positions[0], Eigen::Vector3d(0.5, 1, 1.5));
}

TEST(Xyzf, RowsOfATriclinicCellAreVectors) {
  const Structure frame = read_one("xyzf", frame_with("NON_ORTHO 3 0 0 1 4 0 0 2 5"));
  EXPECT_EQ(frame.cell.vectors.row(1), Eigen::RowVector3d(1, 4, 0));
}

TEST(Xyzf, FortranNumbers) {
  const Structure frame = read_one("xyzf", "1\n3.0D0 4d 5.0d\nC 0.5d0 1.D0 1.5d 1.0D-01 -2d-1 3.0E-001\n");
  EXPECT_EQ(frame.cell.vectors(1, 1), 4);
  EXPECT_EQ(frame.positions[0], Eigen::Vector3d(0.5, 1, 1.5));
  EXPECT_EQ(frame.forces->at(0)[2], 0.3 * units::hartree_per_bohr_to_ev_per_angstrom);
}

TEST(Xyzf, DeclaredColumnsOverrideTheCount) {
  DataOptions options;
  options.columns = {"energy", "lx", "ly", "lz", "skip", "zz", "yy", "xx", "temperature"};
  const Structure frame = read_one("xyzf", frame_with("-7 3 4 5 word 30 20 10 6000"), options);
  EXPECT_EQ(frame.cell.vectors(2, 2), 5);
  EXPECT_NEAR((*frame.stress)(0, 0), -10 / gpa, 1e-15);
  EXPECT_TRUE(frame.stress_is_diagonal);
  EXPECT_EQ(frame.temperature, 6000);
  EXPECT_TRUE(frame.energy);
}

TEST(Xyzf, BadColumnsAreRefused) {
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"lx", "ly"}, "the cell is neither"},
      {{"lx", "ly", "lz", "ax"}, "the cell is neither"},
      {{"lx", "ly", "az", "bx", "by", "bz", "cx", "cy", "cz"}, "the cell is neither"},
      {{"lx", "ly", "lz", "xx", "yy"}, "the stress is neither"},
      {{"lx", "ly", "lz", "xx", "yy", "xy"}, "the stress is neither"},
      {{"lx", "ly", "lz", "energy", "energy"}, "'energy' is given twice"},
      {{"lx", "ly", "lz", "pressure"}, "unknown name 'pressure'; known: lx ly lz"}};
  for (const auto& [columns, expected] : cases) {
    DataOptions options;
    options.columns = columns;
    const std::string message = testing::message_of<InputError>([&] { make_frame_format("xyzf", options); });
    EXPECT_NE(message.find(expected), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace carillon
