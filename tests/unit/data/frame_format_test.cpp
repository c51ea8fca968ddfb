#include "carillon/data/frame_format.hpp"

#include <gtest/gtest.h>

#include "support/temporary_file.hpp"
#include "unit/data/frames.hpp"

namespace carillon {
namespace {

using testing::message_of;
using testing::read_one;

TEST(DetectFrameFormat, BySuffixThenByContent) {
  EXPECT_EQ(detect_frame_format("a.xyzf", ""), "xyzf");
  EXPECT_EQ(detect_frame_format("a.extxyz", ""), "extxyz");
  EXPECT_EQ(detect_frame_format("a.xyz", "1\nLattice=\"1 0 0 0 1 0 0 0 1\"\nC 0 0 0\n"), "extxyz");
  EXPECT_EQ(detect_frame_format("a.xyz", "1\npbc=F\nC 0 0 0\n"), "extxyz");
  EXPECT_EQ(detect_frame_format("a.xyz", "1\n1 0 0 0 1 0 0 0 1\nC 0 0 0\n"), "plain_xyz");
  EXPECT_EQ(detect_frame_format("a.xyz", "1\n NON-ORTHO 1 0 0 0 1 0 0 0 1\nC 0 0 0\n"), "xyzf");
  EXPECT_EQ(detect_frame_format("a.dat", "1\n1 1 1\nC 0 0 0 0 0 0\n"), "xyzf");
  for (const char* text : {"", "1\n", "1\nwater\nO 0 0 0\n", "1\n1 1 1\nC 0 0 0\n"})
    EXPECT_NE(message_of<InputError>([&] { (void)detect_frame_format("a.xyz", text); }).find("a.xyz: the format is not known"),
              std::string::npos);
}

TEST(MakeFrameFormat, RefusesWhatAFormatDoesNotHave) {
  const auto refused = [](const std::string& format, auto change) {
    DataOptions options;
    change(options);
    return message_of<InputError>([&] { make_frame_format(format, options); });
  };
  EXPECT_NE(refused("cif", [](auto&) {}).find("unknown format 'cif'; known: auto, extxyz, plain_xyz, xyzf"), std::string::npos);
  for (const char* format : {"xyzf", "plain_xyz"}) {
    EXPECT_NE(refused(format, [](auto& o) { o.keys.energy = "e"; }).find("no keys"), std::string::npos);
    EXPECT_NE(refused(format, [](auto& o) { o.stress_convention = StressConvention::ase; }).find("stress convention"),
              std::string::npos);
  }
  for (const char* format : {"extxyz", "plain_xyz"})
    EXPECT_NE(refused(format, [](auto& o) { o.columns = {"lx", "ly", "lz"}; }).find("columns are given"), std::string::npos);
  EXPECT_NE(refused("extxyz", [](auto& o) { o.keys.stress = "s", o.keys.virial = "v"; }).find("name one"), std::string::npos);
}

TEST(PlainXyz, HeaderHoldsTheRowsOfTheCell) {
  const Structure frame = read_one("plain_xyz", "2\n 1.65e+01 0 0 1 12 0 0 0 3\t\n C 1 2 3 \n N 4 5 6\t\n");
  EXPECT_EQ(frame.cell.vectors.row(1), Eigen::RowVector3d(1, 12, 0));
  EXPECT_EQ(frame.cell.periodic, (std::array<bool, 3>{true, true, true}));
  EXPECT_EQ(frame.positions[1], Eigen::Vector3d(4, 5, 6));
  EXPECT_FALSE(frame.energy || frame.forces || frame.stress);
}

TEST(FrameFormat, NothingOfAnEarlierFrameRemains) {
  const std::string text =
      "1\nLattice=\"2 0 0 0 2 0 0 0 2\" Properties=species:S:1:pos:R:3:forces:R:3 energy=1 stress_diagonal=\"1 2 3\" "
      "temperature=5 config_type=a\nHe 0 0 0 1 2 3\n1\n\nH 1 1 1\n";
  const auto reader = make_frame_format("extxyz", {});
  FrameLines lines(text, "test");
  Structure frame;
  ASSERT_TRUE(reader->read(lines, frame));
  EXPECT_TRUE(frame.energy && frame.forces && frame.stress && frame.stress_is_diagonal && frame.temperature);
  ASSERT_TRUE(reader->read(lines, frame));
  EXPECT_FALSE(frame.energy || frame.forces || frame.stress || frame.stress_is_diagonal || frame.temperature);
  EXPECT_TRUE(frame.label.empty());
  EXPECT_EQ(frame.cell, Cell{});
  EXPECT_EQ(frame.size(), 1u);
  EXPECT_FALSE(reader->read(lines, frame));
}

// The table of malformed inputs: every message names the place and what was found.
struct BadInput {
  const char* format;
  const char* text;
  const char* expected;  ///< part of the message
};

const BadInput bad_inputs[] = {
    // counts
    {"extxyz", "two\n\nH 0 0 0\n", "test:1: frame 0: expected the number of atoms, found 'two'"},
    {"extxyz", "1.0\n\nH 0 0 0\n", "test:1: frame 0: expected the number of atoms, found '1.0'"},
    {"extxyz", "0\n\n", "test:1: frame 0: the number of atoms is 0, not above 0"},
    {"xyzf", "-3\n1 1 1\n", "test:1: frame 0: the number of atoms is -3, not above 0"},
    {"xyzf", "99999999999999999999\n1 1 1\n", "expected the number of atoms, found '99999999999999999999'"},
    {"xyzf", "9999999999999\n1 1 1\nH 0 0 0 0 0 0\n",
     "test:1: frame 0: the file ends inside the frame: 9999999999999 atoms do not fit in"},
    {"extxyz", "1\n\nH 0 0 0\nH 0 0 0\n",
     "test:4: frame 1: expected the number of atoms, found 'H 0 0 0' (line 1 gave frame 0 1 atoms)"},
    {"extxyz", "2\n\nH 0 0 0\n1\n\nH 0 0 0\n", "test:4: frame 0, atom 1: unknown element '1' (line 1 gave the frame 2 atoms)"},
    {"extxyz", "\n1\n\nH 0 0 0\n", "test:2: frame 0: empty lines before this one"},
    {"extxyz", "1\n\nH 0 0 0\n\n1\n\nH 0 0 0\n", "test:5: frame 1: empty lines before this one"},
    {"extxyz", "1\n\nH 0 0 0\ngarbage\n", "test:4: frame 1: expected the number of atoms, found 'garbage'"},
    // truncation
    {"extxyz", "1\n", "test:1: frame 0: the file ends inside the frame"},
    {"extxyz", "2\nprose prose\nH 0 0 0\n", "test:3: frame 0, atom 1: the file ends inside the frame: 1 of 2 atoms are there"},
    {"xyzf", "1\n1 1 1\nH 0 0 0 0 0", "test:3: frame 0, atom 0: force z is missing"},
    // atom lines
    {"extxyz", "1\n\nXx 0 0 0\n", "test:3: frame 0, atom 0: unknown element 'Xx'"},
    {"extxyz", "1\n\nh 0 0 0\n", "unknown element 'h'"},
    {"extxyz", "2\n\nH 0 0 0\nH 0 nan 0\n", "test:4: frame 0, atom 1: position y is nan"},
    {"extxyz", "1\n\nH 0 0 -inf\n", "test:3: frame 0, atom 0: position z is infinite"},
    {"extxyz", "1\n\nH zero 0 0\n", "test:3: frame 0, atom 0: position x is 'zero', not a number"},
    {"extxyz", "1\n\nH 0 0\n1\n", "test:3: frame 0, atom 0: position z is missing"},
    {"extxyz", "1\n\nH 0 0 0 0\n", "test:3: frame 0, atom 0: expected 4 words (by Properties), found 5"},
    {"extxyz", "1\nProperties=species:S:1:pos:R:3:forces:R:3\nH 0 0 0 1 nan 1\n", "test:3: frame 0, atom 0: force y is nan"},
    {"extxyz", "1\nProperties=species:S:1:pos:R:3:tag:I:2\nH 0 0 0 1\n",
     "test:3: frame 0, atom 0: expected 6 words (by Properties), found 5"},
    {"extxyz", "1\nProperties=Z:I:1:pos:R:3\n0 0 0 0\n", "test:3: frame 0, atom 0: unknown atomic number '0'"},
    {"extxyz", "1\nProperties=Z:I:1:pos:R:3\n4294967297 0 0 0\n", "unknown atomic number '4294967297'"},
    {"xyzf", "1\n1 1 1\nH 0 0 0 0 0 inf\n", "test:3: frame 0, atom 0: force z is infinite"},
    {"xyzf", "1\n1 1 1\nH 0 0 0 0 0 0 0\n", "test:3: frame 0, atom 0: expected 7 words (El x y z fx fy fz), found 8"},
    {"plain_xyz", "1\n1 0 0 0 1 0 0 0 1\nH 0 0 0 0\n", "test:3: frame 0, atom 0: expected 4 words (El x y z), found 5"},
    // extxyz headers
    {"extxyz", "1\nLattice=\"1 0 0 0 1 0\"\nH 0 0 0\n", "test:2: frame 0: Lattice has 6 numbers, not 9"},
    {"extxyz", "1\nLattice=\"1 0 0 0 1 0 0 0 1 1\"\nH 0 0 0\n", "test:2: frame 0: Lattice has more than 9 numbers"},
    {"extxyz", "1\nLattice=\"1 0 0 0 1 0 0 0 nan\"\nH 0 0 0\n", "test:2: frame 0: Lattice number 9 is nan"},
    {"extxyz", "1\nLattice=\"1 0 0 0 1 0 1 1 0\"\nH 0 0 0\n", "test:2: frame 0: the cell vectors are linearly dependent"},
    {"extxyz", "1\npbc=\"T T T\"\nH 0 0 0\n", "test:2: frame 0: pbc says periodic, but there is no Lattice"},
    {"extxyz", "1\npbc=\"T T\"\nH 0 0 0\n", "test:2: frame 0: pbc is 'T T', not 3 flags"},
    {"extxyz", "1\npbc=\"T F maybe\"\nH 0 0 0\n", "test:2: frame 0: pbc has 'maybe', not T or F"},
    {"extxyz", "1\nenergy=nan\nH 0 0 0\n", "test:2: frame 0: energy is nan"},
    {"extxyz", "1\nenergy=low\nH 0 0 0\n", "test:2: frame 0: energy is 'low', not a number"},
    {"extxyz", "1\nenergy\nH 0 0 0\n", "test:2: frame 0: energy has no value"},
    {"extxyz", "1\nenergy=1 energy=2\nH 0 0 0\n", "test:2: frame 0: the key 'energy' is given twice"},
    {"extxyz", "1\nconfig_type=\"open\nH 0 0 0\n", "test:2: frame 0: the quote before 'open' is not closed"},
    {"extxyz", "1\ntemperature=-3\nH 0 0 0\n", "test:2: frame 0: temperature is -3, below 0"},
    {"extxyz", "1\nstress=\"1 2 3\"\nH 0 0 0\n", "test:2: frame 0: stress has 3 numbers, not 9 or 6"},
    {"extxyz", "1\nstress=\"1 2 3 4 5 6 7 8 9\"\nH 0 0 0\n",
     "test:2: frame 0: stress is not symmetric: opposite components differ by up to 4"},
    {"extxyz", "1\nstress=\"1 2 3 4 5 inf\"\nH 0 0 0\n", "test:2: frame 0: stress number 6 is infinite"},
    {"extxyz", "1\nstress_diagonal=\"1 2\"\nH 0 0 0\n", "test:2: frame 0: stress_diagonal has 2 numbers, not 3"},
    {"extxyz", "1\nvirial=\"1 2 3 4 5 6\"\nH 0 0 0\n", "test:2: frame 0: virial needs a cell with a volume"},
    {"extxyz", "1\nProperties=pos:R:3\n0 0 0\n1\n", "test:2: frame 0: Properties has neither species:S:1 nor Z:I:1"},
    {"extxyz", "1\nProperties=species:S:1\nH\n1\n\n\n\n", "test:2: frame 0: Properties has no pos:R:3"},
    {"extxyz", "1\nProperties=species:S:1:pos:R\nH 0 0 0\n", "test:2: frame 0: Properties: column 'pos' has the count ''"},
    {"extxyz", "1\nProperties=species:S:1:pos:Q:3\nH 0 0 0\n", "Properties: column 'pos' has the type 'Q'"},
    {"extxyz", "1\nProperties=species:S:1:pos:R:0\nH 0 0 0\n", "Properties: column 'pos' has the count '0'"},
    {"extxyz", "1\nProperties=species:S:1:pos:R:3:pos:R:3\nH 0 0 0 0 0 0\n", "Properties: the column 'pos' is given twice"},
    {"extxyz", "1\nProperties=species:S:1:pos:R:3:forces:R:1\nH 0 0 0 1\n", "Properties: forces is R:1, forces are R:3"},
    {"extxyz", "1\nLattice=\"1e-99 0 0 0 1e-99 0 0 0 1e-99\" virial=\"1e99 0 0 0 0 0\"\nH 0 0 0\n",
     "test:2: frame 0: the stress overflows"},
    {"xyzf", "1\n1 1 1\nH 0 0 0 0 0 1e308\n", "test:2: frame 0: a force overflows"},
    // xyzf and plain headers
    {"xyzf", "1\n1 1\nH 0 0 0 0 0 0\n",
     "test:2: frame 0: the header has 2 numbers, which is none of 3 4 6 7 9 10; declare them with columns: '1 1'"},
    {"xyzf", "1\nNON_ORTHO 1 0 0 0 1 0 0 0 1 5 5\nH 0 0 0 0 0 0\n",
     "the header has 11 numbers after NON_ORTHO, which is none of 9 10 12 13 15 16; declare them with columns: 'NON_ORTHO 1 0 0 "
     "0 1 0 0 0 1 5 5'"},
    {"xyzf", "1\n1 0 0 0 1 0 0 0 1\nH 0 0 0 0 0 0\n", "test:2: frame 0: a cell length is not above 0: '1 0 0 0 1 0 0 0 1'"},
    {"xyzf", "1\nNON_ORTHO 1 0 0 0 1 0 1 1 0\nH 0 0 0 0 0 0\n", "test:2: frame 0: the cell vectors are linearly dependent"},
    {"xyzf", "1\n1 1 1 nan\nH 0 0 0 0 0 0\n", "test:2: frame 0: header number energy is nan"},
    {"xyzf", "1\nNONORTHO 1 1 1\nH 0 0 0 0 0 0\n", "test:2: frame 0: header number lx is 'NONORTHO', not a number"},
    {"plain_xyz", "1\n1 1 1\nH 0 0 0\n",
     "test:2: frame 0: expected a header of 9 numbers, the rows of the cell vectors, found 3: '1 1 1'"},
    {"plain_xyz", "1\n1 0 0 0 1 0 0 0 x\nH 0 0 0\n", "test:2: frame 0: cell number 9 is 'x', not a number"},
    {"plain_xyz", "1\n1 0 0 0 1 0 0 0 0\nH 0 0 0\n", "test:2: frame 0: the cell vectors are linearly dependent"},
};

TEST(FrameFormat, BadInputIsRefusedWithThePlace) {
  for (const BadInput& bad : bad_inputs) {
    const std::string message = message_of<InputError>([&] { testing::read_frames(bad.format, bad.text); });
    EXPECT_NE(message.find(bad.expected), std::string::npos)
        << bad.format << " of\n"
        << bad.text << "\n  gave:     " << message << "\n  expected: " << bad.expected;
  }
}

TEST(FrameFormat, MissingRequiredLabelsAreRefused) {
  const std::string text = "1\nLattice=\"2 0 0 0 2 0 0 0 2\" enrgy=1\nH 0 0 0\n";
  const auto refused = [&](LabelKinds required) {
    DataOptions options;
    options.required = required;
    return message_of<InputError>([&] { testing::read_frames("extxyz", text, options); });
  };
  EXPECT_EQ(refused({true, false, false}),
            "test:2: frame 0: energy is required but missing; the header is 'Lattice=\"2 0 0 0 2 0 0 0 2\" enrgy=1'");
  EXPECT_NE(refused({false, true, false}).find("test:2: frame 0: forces are required"), std::string::npos);
  EXPECT_NE(refused({false, false, true}).find("test:2: frame 0: stress is required"), std::string::npos);
  EXPECT_EQ(refused({false, false, false}), "");
}

TEST(Quoted, CutsAndMasksUnprintableBytes) {
  EXPECT_EQ(quoted("abc"), "'abc'");
  EXPECT_EQ(quoted("abcdef", 3), "'abc...'");
  EXPECT_EQ(quoted(std::string_view("a\0\x1b z", 5)), "'a\?\? z'");
}

}  // namespace
}  // namespace carillon
