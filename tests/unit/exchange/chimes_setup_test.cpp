#include "carillon/exchange/chimes_setup.hpp"

#include <gtest/gtest.h>

#include "support/random_models.hpp"
#include "support/temporary_file.hpp"
#include "texts.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;
using testing::small_setup;
using testing::TemporaryFolder;
using testing::with;

ChimesSetup read(const std::string& text) {
  const TemporaryFolder folder;
  return read_chimes_setup(folder.file("fm_setup.in", text));
}

std::vector<std::string> type_names(const BasisSet& basis) {
  std::vector<std::string> out;
  for (const ClusterType& type : basis.types()) out.push_back(type.name());
  return out;
}

std::vector<int> type_columns(const BasisSet& basis) {
  std::vector<int> out;
  for (const ClusterType& type : basis.types()) out.push_back(type.columns());
  return out;
}

TEST(ChimesSetup, EveryValueIsRead) {
  const ChimesSetup setup = read(small_setup);
  EXPECT_EQ(setup.trajectory, "traj_list.dat");
  EXPECT_TRUE(setup.trajectory_is_list);
  EXPECT_EQ(setup.frames, 20);
  EXPECT_EQ(setup.stress, ChimesSetup::StressRows::full);
  EXPECT_EQ(setup.stress_frames, 12);
  EXPECT_TRUE(setup.energies);
  EXPECT_EQ(setup.energy_frames, 15);
  EXPECT_EQ(setup.order_2, 6);
  EXPECT_EQ(setup.order_3, 4);
  EXPECT_EQ(setup.order_4, 3);
  EXPECT_TRUE(setup.form == (RadialForm{CoordinateKind::morse, {SmoothingKind::tersoff, 0.75}, BelowInner::smooth}));
  EXPECT_TRUE(setup.hierarchical);
  EXPECT_EQ(setup.elements, elements({"N", "H"}));
  EXPECT_EQ(setup.masses, (std::vector<double>{14.007, 1.008}));
  ASSERT_EQ(setup.exclusions.size(), 4u);
  EXPECT_EQ(setup.exclusions[3].elements, elements({"H", "N", "N"}));
  EXPECT_EQ(setup.exclusions[3].line, 32);
  ASSERT_EQ(setup.ignored.size(), 2u);
  EXPECT_EQ(setup.ignored[0].keyword, "WRAPTRJ");
  EXPECT_EQ(setup.ignored[0].value, "true");
  EXPECT_EQ(setup.ignored[0].line, 5);
  EXPECT_EQ(setup.ignored[1].keyword, "NLAYERS");
  EXPECT_EQ(setup.ignored[1].line, 9);
}

/// Like pairs in type order, then unlike; larger types by nested loops over N, H; the constants last.
TEST(ChimesSetup, ColumnsAreInTheFittersOrder) {
  const BasisSet basis = basis_set(read(small_setup));
  EXPECT_EQ(type_names(basis), (std::vector<std::string>{"NN", "HN", "NNN", "HHN", "NNNN", "HNNN", "HHNN", "HHHN", "HHHH", "N"}));
  std::string whole = small_setup;
  const std::size_t first = whole.find("EXCLUDE 1B");
  whole.erase(first, whole.find("# NATMTYP") - first);
  EXPECT_EQ(type_names(basis_set(read(whole))), (std::vector<std::string>{"NN", "HH", "HN", "NNN", "HNN", "HHN", "HHH", "NNNN",
                                                                          "HNNN", "HHNN", "HHHN", "HHHH", "N", "H"}));
  EXPECT_EQ(type_names(basis_set(read(with(whole, "FIRST 15", "false")))).back(), "HHHH");
  EXPECT_EQ(type_names(basis_set(read(with(whole, "6 4 3 -1 1", "6 0")))),
            (std::vector<std::string>{"NN", "HH", "HN", "N", "H"}));
}

TEST(ChimesSetup, CutoffsAreThePairsUnlessSpecial) {
  const BasisSet basis = basis_set(read(small_setup));
  const auto slots = [&](const std::vector<const char*>& type) { return basis.types()[*basis.find(elements(type))].slots(); };
  EXPECT_EQ(slots({"N", "H"}), (std::vector<Slot>{{0.7, 5.2, 1.0}}));
  EXPECT_EQ(slots({"H", "H", "N"}), (std::vector<Slot>{{0.6, 5.5, 0.8}, {0.6, 5.2, 1.0}, {0.6, 5.2, 1.0}}));
  // The list names NH three times first; the slots of HNNN are HN HN HN NN NN NN. 6.5 Å is beyond the pair's 5 Å, as the field
  // allows.
  EXPECT_EQ(slots({"H", "N", "N", "N"})[0], (Slot{0.7, 3.5, 1.0}));
  EXPECT_EQ(slots({"H", "N", "N", "N"})[5], (Slot{0.8, 6.5, 1.1}));
  EXPECT_EQ(slots({"H", "H", "N", "N"})[5], (Slot{0.8, 5.0, 1.1}));
}

TEST(ChimesSetup, WordsForStressAndEnergy) {
  using Rows = ChimesSetup::StressRows;
  const auto stress = [](const char* words) { return read(with(small_setup, "FIRSTALL 12", words)); };
  EXPECT_EQ(stress("false").stress, Rows::none);
  EXPECT_EQ(stress("true").stress, Rows::diagonal);
  EXPECT_EQ(stress("true").stress_frames, std::nullopt);
  EXPECT_EQ(stress("FIRST 5").stress, Rows::diagonal);
  EXPECT_EQ(stress("FIRST 5").stress_frames, 5);
  EXPECT_EQ(stress("ALL").stress, Rows::full);
  const ChimesSetup numbered = stress("ALL 12");
  EXPECT_EQ(numbered.stress_frames, std::nullopt) << "the field's fitter does not look at the number";
  EXPECT_EQ(numbered.ignored[2].value, "ALL 12");
  const auto energy = [](const char* words) { return read(with(small_setup, "FIRST 15", words)); };
  EXPECT_FALSE(energy("false").energies);
  EXPECT_TRUE(energy("true").energies);
  EXPECT_EQ(energy("true").energy_frames, std::nullopt);
}

TEST(ChimesSetup, DefaultsAndOtherForms) {
  const ChimesSetup silent = read(with(small_setup, "# FCUTTYP #\n\tTERSOFF 0.75", ""));
  EXPECT_EQ(silent.form.smoothing.kind, SmoothingKind::cubic);
  EXPECT_EQ(read(with(small_setup, "MORSE\n# H", "INVRSE_R\n# H")).form.coordinate, CoordinateKind::inverse);
  EXPECT_EQ(read(with(small_setup, "MORSE\n# H", "DEFAULT\n# H")).form.coordinate, CoordinateKind::direct);
  const auto below = [](const char* words) {
    return read(with(small_setup, "# HIERARC #", std::string("# CHEBYFIX #\n") + words + "\n# HIERARC #")).form.below_inner;
  };
  EXPECT_EQ(below("SMOOTH 0.01"), BelowInner::smooth);
  EXPECT_EQ(below("ZERO_DERIV"), BelowInner::zero_slope);
  EXPECT_EQ(below("CONSTANT_DERIV"), BelowInner::constant_slope);
}

TEST(ChimesSetup, WhatHasNoMeaningHereIsListed) {
  const ChimesSetup setup = read(
      with(small_setup, "# HIERARC #",
           "# a remark of the user\n# USENEIG #\n\ttrue SMALL\n# SKPFRMS # in round-robin order ?\n\t1\n# SPLITFI #\n\tfalse\n"
           "CHARGE CONSTRAINTS:\nNN HH NH 1000.0 4000.0 4000.0 0.0\n# HIERARC #"));
  std::vector<std::string> keywords;
  for (const auto& ignored : setup.ignored) keywords.push_back(ignored.keyword);
  EXPECT_EQ(keywords,
            (std::vector<std::string>{"WRAPTRJ", "NLAYERS", "#", "USENEIG", "SKPFRMS", "SPLITFI", "CHARGE CONSTRAINTS:"}));
  EXPECT_EQ(setup.ignored[3].value, "true SMALL");
}

struct Edit {
  const char* from;
  const char* to;
  const char* expected;
};

TEST(ChimesSetup, BadInputIsNamedWithFileAndLine) {
  const Edit edits[] = {
      {"# NFRAMES #", "# NFRAME #", "fm_setup.in:7: unknown keyword 'NFRAME'; known: TRJFILE, WRAPTRJ, NFRAMES"},
      {"# NFRAMES #\n\t20", "", "fm_setup.in: the keyword '# NFRAMES #' is missing"},
      {"# NFRAMES #\n\t20", "# NFRAMES #\n", "fm_setup.in:7: the keyword NFRAMES has no value"},
      {"# NFRAMES #\n\t20", "# NFRAMES\n\t20", "fm_setup.in:8: '20' is not known here"},
      {"\t20", "\ttwenty", "fm_setup.in:8: expected the number of frames as an integer, found 'twenty'"},
      {"\t20", "\t0", "fm_setup.in:8: the number of frames is 0: expected at least 1"},
      {"# WRAPTRJ #", "# NFRAMES #\n20\n# WRAPTRJ #", "fm_setup.in:9: the keyword NFRAMES is given twice, first in line 5"},
      {"MULTI traj_list.dat", "MULTI", "fm_setup.in:4: expected a file, or MULTI and a list of files"},
      {"FITCOUL #\n\tfalse", "FITCOUL #\n\ttrue",
       "fm_setup.in:12: FITCOUL asks for fitted charges, which Carillon does not have"},
      {"FITCOUL #\n\tfalse", "FITPOVR #\n\ttrue", "fm_setup.in:12: FITPOVR asks for over-coordination terms"},
      {"FITCOUL #\n\tfalse", "CNSCOUL #\n\ttrue", "fm_setup.in:12: CNSCOUL asks for constrained charges"},
      {"FIRSTALL 12", "SOME",
       "fm_setup.in:14: expected FITSTRS (also possible: ALL, FIRST n, FIRSTALL n) as true or false, found 'SOME'"},
      {"FIRSTALL 12", "FIRSTALL", "fm_setup.in:14: the number of frames is missing"},
      {"FIRST 15", "FIRST -1", "fm_setup.in:16: the number of frames is negative"},
      {"CHEBYSHEV 6 4 3", "LJ 6 4 3", "fm_setup.in:18: only CHEBYSHEV is known, found 'LJ'"},
      {"CHEBYSHEV 6 4 3 -1 1", "CHEBYSHEV 6 4 3 0 1", "fm_setup.in:18: expected CHEBYSHEV and the orders"},
      {"CHEBYSHEV 6 4 3", "CHEBYSHEV 6 1 3", "fm_setup.in:18: an order is out of range"},
      {"-1 1", "-2 1", "fm_setup.in:18: the polynomials must range from -1 to 1"},
      {"MORSE\n", "MORS\n", "fm_setup.in:20: the coordinate 'MORS' is not known; known: MORSE, INVRSE_R, DEFAULT, NONE"},
      {"# HIERARC #", "# CHEBYFIX #\nSMOOTH 0.05\n# HIERARC #",
       "fm_setup.in:22: SMOOTH is known with the width 0.01 Å only, found 0.05"},
      {"# HIERARC #", "# CHEBYFIX #\nFLAT\n# HIERARC #",
       "fm_setup.in:22: 'FLAT' is not known; known: SMOOTH, ZERO_DERIV, CONSTANT_DERIV"},
      {"HIERARC #\n\ttrue", "HIERARC #\n\tfalse", "fm_setup.in:25: exclusions of one or two atoms need '# HIERARC #' true"},
      {"EXCLUDE 2B INTERACTION:", "EXCLUDE 5B INTERACTION:",
       "fm_setup.in:27: expected 'EXCLUDE nB INTERACTION: count' with n from 1 to 4"},
      {"EXCLUDE 2B INTERACTION:", "EXCLUDE 1B INTERACTION:", "fm_setup.in:27: 'EXCLUDE 1B INTERACTION:' is given twice"},
      {"H H\n", "H O\n", "fm_setup.in:28: O is not among the atom types"},
      {"H H\n", "H H H\n", "fm_setup.in:28: expected 2 atom types, found 'H H H'"},
      {"# NATMTYP #\n\t2", "", "'# NATMTYP #' must stand before the table of atom types"},
      {"NATMTYP #\n\t2", "NATMTYP #\n\t3", "fm_setup.in:41: expected the index of the atom type as an integer, found '#'"},
      {"2\tH\t0.0", "2\tH\t0.4", "fm_setup.in:39: atom type H has a charge"},
      {"2\tH\t0.0", "2\tN\t0.0", "fm_setup.in:39: atom type N is given twice"},
      {"2\tH\t0.0\t1.008", "2\tH\t0.0", "fm_setup.in:39: the mass is missing"},
      {"0.8\t5.0", "5.8\t5.0", "fm_setup.in:42: the cutoffs of the pair NN are 5.8 and 5"},
      {"0.01\t1.1\tfalse", "0.01", "fm_setup.in:42: the morse length is missing"},
      {"3\tH\tH", "3\tN\tH", "fm_setup.in:44: the pair NH is given twice"},
      {"3\tH\tH\t0.5\t5.5\t0.01\t0.8\tfalse\n", "",
       "fm_setup.in:45: expected the index of the pair as an integer, found 'SPECIAL'"},
      {"NH NH NH NN NN NN 3.5 3.5 3.5", "NH NH NH NN NN NN 3.5 3.5 3.6", "fm_setup.in:49: the pair NH has two cutoffs"},
      {"NH NH NH NN NN NN 3.5 3.5 3.5", "NH NH NN NN NN NN 3.5 3.5 6.5",
       "fm_setup.in:49: no cluster of 4 atoms has the pairs of"},
      {"SPECIAL 4B", "SPECIAL 2B", "fm_setup.in:48: special cutoffs are for 3B or 4B, found '2B'"},
      {"SPECIAL 4B S_MAXIM: SPECIFIC 1", "SPECIAL 4B S_MAXIM: SPECIFIC 2",
       "expected a name, 6 pairs and 6 cutoffs, found '# FCUTTYP #'"},
      {"TERSOFF 0.75", "TERSOFF 2", "fm_setup.in:52: the fraction 2 of TERSOFF is outside (0, 1]"},
      {"TERSOFF 0.75", "STEP", "fm_setup.in:52: the smoothing 'STEP' is not known; known: CUBIC, TERSOFF"},
      {"# ENDFILE #", "", "the file ends too early: ENDFILE is missing"},
  };
  for (const Edit& edit : edits) {
    const std::string message = message_of<InputError>([&] { read(with(small_setup, edit.from, edit.to)); });
    EXPECT_NE(message.find(edit.expected), std::string::npos)
        << edit.from << " -> " << edit.to << "\n  gave: " << message << "\n  expected: " << edit.expected;
  }
  const ChimesSetup inner_beyond_outer = read(with(small_setup, "S_MINIM: ALL 0.6", "S_MINIM: ALL 5.1"));
  EXPECT_NE(message_of<InputError>([&] {
              basis_set(inner_beyond_outer);
            }).find("fm_setup.in:46: the pair NN of NNN has the cutoffs 5.1 and 5"),
            std::string::npos);
  const ChimesSetup absurd = read(with(small_setup, "6 4 3 -1 1", "6 4 30 -1 1"));
  EXPECT_NE(message_of<InputError>([&] { basis_set(absurd); }).find("fm_setup.in: too many terms: 4 atoms with powers up to 29"),
            std::string::npos);
  EXPECT_THROW(read_chimes_setup("/absent/fm_setup.in"), FileError);
}

TEST(ChimesSetup, NothingLeftToFit) {
  std::string text = with(small_setup, "6 4 3 -1 1", "6 0 0 -1 1");
  text = with(text, "FIRST 15", "false");
  text = with(text, "2B INTERACTION: 1\nH H", "2B INTERACTION: 3\nH H\nH N\nN N");
  const ChimesSetup setup = read(text);
  EXPECT_NE(message_of<InputError>([&] { basis_set(setup); }).find("nothing is left to fit"), std::string::npos);
}

// ---- the field's own files (skipped where they are absent) ----

struct Example {
  const char* file;
  std::vector<std::string> types;
  std::vector<int> columns;
};

class SetupExamples : public ::testing::TestWithParam<Example> {};

/// Golden: the numbers of unknowns are those of the field's fitter (columns of its design matrix, and docs/file_formats.md).
TEST_P(SetupExamples, HaveTheFittersColumns) {
  const std::string path = std::string(CARILLON_SHARED_DATA) + "/" + GetParam().file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const BasisSet basis = basis_set(read_chimes_setup(path));
  EXPECT_EQ(type_names(basis), GetParam().types);
  EXPECT_EQ(type_columns(basis), GetParam().columns);
}

INSTANTIATE_TEST_SUITE_P(
    Files, SetupExamples,
    ::testing::Values(
        Example{"cn/fm_setup.in", {"CN", "CCN", "CNN", "CCCN", "CCNN", "CNNN"}, {25, 531, 531, 760, 1140, 760}},
        Example{"hydrogen/fm_setup.in", {"HH", "HHH", "HHHH", "H"}, {20, 210, 56, 1}},
        Example{"carbon_dftb/fm_setup.in", {"CC", "CCC"}, {12, 30}}, Example{"lsq_golden/nonorth2/fm_setup.in", {"CC"}, {12}},
        Example{"lsq_golden/special3b/fm_setup.in", {"CC", "OO", "CO", "CCC", "CCO", "COO", "OOO"}, {12, 12, 12, 30, 66, 66, 30}},
        Example{"lsq_golden/special4b/fm_setup.in",
                {"OO", "HH", "HO", "OOO", "HOO", "HHO", "HHH", "OOOO", "HOOO", "HHOO", "HHHO", "HHHH"},
                {14, 14, 14, 7, 13, 13, 7, 7, 12, 18, 12, 7}},
        Example{"lsq_golden/test_4atoms/fm_setup.in", {"CC", "CCC", "CCCC"}, {12, 30, 256}}));

TEST(SetupExamples, SpecialCutoffsOfWater) {
  const std::string path = std::string(CARILLON_SHARED_DATA) + "/lsq_golden/special4b/fm_setup.in";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const BasisSet basis = basis_set(read_chimes_setup(path));
  const auto outer = [&](const std::vector<const char*>& type) {
    std::vector<double> out;
    for (const Slot& slot : basis.types()[*basis.find(elements(type))].slots()) out.push_back(slot.outer);
    return out;
  };
  EXPECT_EQ(outer({"O", "O", "O"}), (std::vector<double>{6, 6, 6}));
  EXPECT_EQ(outer({"H", "O", "O"}), (std::vector<double>{4, 4, 6}));
  EXPECT_EQ(outer({"H", "H", "O"}), (std::vector<double>{5, 5, 5}));
  EXPECT_EQ(outer({"H", "O", "O", "O"}), (std::vector<double>{2, 2, 2, 4, 4, 4}));
  EXPECT_EQ(outer({"H", "H", "O", "O"}), (std::vector<double>{3, 4, 4, 4, 4, 4}));
}

}  // namespace
}  // namespace carillon
