#include "carillon/exchange/chimes_params.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/core/units.hpp"
#include "cluster_energy.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"
#include "texts.hpp"

namespace carillon {
namespace {

using testing::cluster_energy;
using testing::elements;
using testing::message_of;
using testing::small_params;
using testing::TemporaryFolder;
using testing::text_of;
using testing::with;

constexpr double kcal = units::kcal_per_mol_to_ev;

ChimesParams read(const std::string& text) {
  const TemporaryFolder folder;
  return read_chimes_params(folder.file("params.txt", text));
}

/// Coefficients of one section, kcal/mol.
std::vector<double> values_of(const ChimesParams& params, const std::vector<const char*>& type) {
  const auto t = params.basis.find(elements(type));
  if (!t) return {};
  std::vector<double> out;
  for (int c = 0; c < params.basis.types()[*t].columns(); ++c)
    out.push_back(params.coefficients[static_cast<std::size_t>(params.basis.first_column(*t) + c)] / kcal);
  return out;
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-12 * std::abs(expected[i]));
}

TEST(ChimesParams, SectionsInOurUnitsAndOrder) {
  const ChimesParams params = read(small_params);
  EXPECT_EQ(params.elements, elements({"N", "H"}));
  EXPECT_EQ(params.masses, (std::vector<double>{14.007, 1.008}));
  EXPECT_EQ(params.excluded, (std::vector<std::string>{"HHN"}));
  EXPECT_EQ(params.comments, (std::vector<std::string>{"A model for tests", "WARNING: not for use"}));
  EXPECT_TRUE(params.notes.empty());
  expect_near(values_of(params, {"N", "N"}), {100, 200});
  expect_near(values_of(params, {"H", "N"}), {21, -22.5});
  expect_near(values_of(params, {"N", "N", "N"}), {31, 32});
  // Orbits of HNN, slots HN HN NN: {011, 101}, {110}, {111}. The file lists N N H with slots NN NH NH.
  expect_near(values_of(params, {"H", "N", "N"}), {42, 41, 0});
  expect_near(values_of(params, {"H", "H", "H"}), {0, 0});
  expect_near(values_of(params, {"N"}), {-50});
  expect_near(values_of(params, {"H"}), {-10});
  EXPECT_FALSE(params.basis.find(elements({"H", "H", "N"})));
}

TEST(ChimesParams, CutoffsAreThePairsUnlessSpecial) {
  const ChimesParams params = read(small_params);
  const auto slots = [&](const std::vector<const char*>& type) {
    return params.basis.types()[*params.basis.find(elements(type))].slots();
  };
  const Slot hh{0.5, 5.5, 0.8};
  EXPECT_EQ(slots({"H", "H"}), (std::vector<Slot>{hh}));
  EXPECT_EQ(slots({"H", "H", "H"}), (std::vector<Slot>{hh, hh, hh}));
  EXPECT_EQ(slots({"H", "N", "N"}), (std::vector<Slot>{{0.7, 3.5, 1.0}, {0.7, 3.5, 1.0}, {0.8, 4.5, 1.1}}));
  const ChimesParams all =
      read(with(small_params, "SPECIFIC 1\nNHNNNH NH NH NN 3.5 3.5 4.5", "ALL 3.25\nSPECIAL 3B S_MINIM: ALL 0.4"));
  EXPECT_EQ(all.basis.types()[*all.basis.find(elements({"N", "H", "N"}))].slots()[2], (Slot{0.4, 3.25, 1.1}));
}

TEST(ChimesParams, SmoothingPenaltyAndCoordinate) {
  const ChimesParams silent = read(small_params);
  EXPECT_EQ(silent.penalty.distance, 0.01);
  EXPECT_DOUBLE_EQ(silent.penalty.scale, 1e4 * kcal);
  EXPECT_TRUE(silent.basis.types()[0].form() ==
              (RadialForm{CoordinateKind::morse, {SmoothingKind::tersoff, 0.5}, BelowInner::smooth}));
  const ChimesParams other =
      read(with(with(small_params, "TERSOFF 0.5", "CUBIC"),
                "FCUT TYPE:", "PAIR CHEBYSHEV PENALTY DIST: 0.1\nPAIR CHEBYSHEV PENALTY SCALING: 1E5\nFCUT TYPE:"));
  EXPECT_EQ(other.penalty.distance, 0.1);
  EXPECT_DOUBLE_EQ(other.penalty.scale, 1e5 * kcal);
  EXPECT_EQ(other.basis.types()[0].form().smoothing.kind, SmoothingKind::cubic);
}

TEST(ChimesParams, ShortFormsOfTheOrders) {
  for (const char* orders : {"2 2 -1 1", "2 2", "2 2 0"})
    EXPECT_EQ(read(with(small_params, "CHEBYSHEV 2 2 0 -1 1", std::string("CHEBYSHEV ") + orders)).basis.max_atoms_in_type(), 3);
}

TEST(ChimesParams, EqualTermsMayDifferInTheLastDigits) {
  EXPECT_NO_THROW(read(with(small_params, "1   1   0         0               0        31",
                            "1   1   0         0               0        31.00000000001")));
}

TEST(ChimesParams, AStrangeMassIsNoted) {
  const ChimesParams params = read(with(small_params, "14.007", "1.0"));
  ASSERT_EQ(params.notes.size(), 1u);
  EXPECT_EQ(params.notes[0], "the mass of N is 1 amu in the file, 14.007 in the periodic table");
}

TEST(ChimesParams, AWholeFileIsAModel) {
  const TemporaryFolder folder;
  const ChimesParams params = read_chimes_params(folder.file("p.txt", small_params));
  const Hierarchy model = to_hierarchy(params);
  ASSERT_EQ(model.blocks.size(), 3u);
  EXPECT_EQ(model.blocks[2].name(), "H-N");
  EXPECT_TRUE(model.penalty == params.penalty);
  EXPECT_EQ(model.blocks[0].provenance.source, "p.txt");
  EXPECT_EQ(model.blocks[0].provenance.data_sha256.at("p.txt").size(), 64u);
  EXPECT_EQ(model.blocks[0].provenance.notes, params.comments);
}

/// A cross block as the field's fitter writes it: zeros for the excluded pairs and offsets, with their numbers.
std::string cross_params() {
  std::string text = small_params;
  for (const char* zeroed : {"0 100\n1 200", "0 11\n1 12"}) text = with(text, zeroed, "0 0\n1 0");
  text = with(text, "OFFSET 1 -50", "OFFSET 1 0");
  text = with(text, "OFFSET 2 -10", "OFFSET 2 0");
  text = with(text, "USE4BCH: false", "USE4BCH: false\nEXCLD1B: 0 1\nEXCLD2B: 0 1");
  const std::size_t start = text.find("PAIRS: NN NN NN");
  text = text.replace(start, text.find("TRIPLETTYPE", start) - start, "PAIRS: NN NN NN EXCLUDED:\n");
  return with(text, "PAIRS: HH HH HH UNIQUE: -1 TOTAL: 0", "PAIRS: HH HH HH EXCLUDED:");
}

TEST(ChimesParams, ACrossBlockIsABlockButNoModel) {
  const TemporaryFolder folder;
  std::string text = cross_params();
  const std::size_t heading = text.rfind("     index  |");
  text.erase(heading, text.find("PAIRMAPS") - heading);
  const ChimesParams params = read_chimes_params(folder.file("cross.txt", text));
  EXPECT_EQ(params.excluded, (std::vector<std::string>{"NN", "HH", "NNN", "HHN", "HHH", "N", "H"}));
  const auto blocks = to_blocks(params);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].name(), "H-N");
  EXPECT_NE(message_of<InputError>([&] { to_hierarchy(params); }).find("block H-N cannot be used alone"), std::string::npos);
}

struct Edit {
  const char* from;
  const char* to;
  const char* expected;
};

TEST(ChimesParams, BadInputIsNamedWithFileAndLine) {
  const Edit edits[] = {
      {"USECOUL: false", "USECOUL: true", "params.txt:4: the file asks for coulomb interactions, which Carillon does not have"},
      {"FITCOUL: false", "FITCOUL: true", "params.txt:5: the file asks for fitted charges"},
      {"USEPOVR: false", "USEPOVR: yes", "params.txt:6: expected USEPOVR: as true or false, found 'yes'"},
      {"FITPOVR: false", "FITPOVR: true", "params.txt:7: the file asks for over-coordination terms"},
      {"PAIRTYP: CHEBYSHEV", "PAIRTYP: LJ", "params.txt:11: only CHEBYSHEV potentials are known, found 'LJ'"},
      {"2 2 0 -1 1", "2 2 0 0 1", "params.txt:11: expected the orders for 2, 3 and 4 atoms"},
      {"2 2 0 -1 1", "2 2 0 -2 2", "params.txt:11: the polynomials must range from -1 to 1"},
      {"2 2 0 -1 1", "0 2 0 -1 1", "params.txt:11: an order is out of range"},
      {"2 2 0 -1 1", "2 0 0 -1 1", "terms of 3 atoms, but their order in 'PAIRTYP:' is 0"},
      {"2 2 0 -1 1", "2 2 2 -1 1", "params.txt: the section 'QUADRUPLETYPE PARAMS:' of HHHH is missing"},
      {"PAIRTYP:", "PAIRTYPE:", "params.txt:11: 'PAIRTYPE: CHEBYSHEV 2 2 0 -1 1' is not a line of the params.txt format"},
      {"PAIRTYP: CHEBYSHEV 2 2 0 -1 1", "", "params.txt: the line 'PAIRTYP: CHEBYSHEV ...' is missing"},
      {"0\tN\t0\t14.007", "0\tN1\t0\t14.007", "params.txt:16: atom type 'N1' is not an element symbol"},
      {"1\tH\t0\t1.008", "1\tN\t0\t1.008", "params.txt:17: atom type N is given twice"},
      {"1\tH\t0\t1.008", "1\tH\t0.5\t1.008", "params.txt:17: atom type H has a charge"},
      {"1\tH\t0\t1.008", "1\tH\t0\t-1", "params.txt:17: the mass of H is not above zero"},
      {"1\tH\t0\t1.008", "2\tH\t0\t1.008", "params.txt:17: expected atom type 1, found '2 H 0 1.008'"},
      {"0.8\t5\t0.01\tMORSE\t1.1", "5.8\t5\t0.01\tMORSE\t1.1", "params.txt:22: the cutoffs of the pair NN are 5.8 and 5"},
      {"0.8\t5\t0.01\tMORSE\t1.1", "0.8\t5\t0.01\tMORSE", "params.txt:22: the morse length is missing"},
      {"0.8\t5\t0.01\tMORSE\t1.1", "0.8\t5\t0.01\tMORSE\t0", "params.txt:22: the morse length of the pair NN is not above zero"},
      {"0.8\t5\t0.01\tMORSE\t1.1", "0.8\tfive\t0.01\tMORSE\t1.1",
       "params.txt:22: expected the outer cutoff as a number, found 'five'"},
      {"0.8\t5\t0.01\tMORSE\t1.1", "0.8\t5\t0.01\tSINE\t1.1", "params.txt:22: the coordinate 'SINE' is not known"},
      {"0.8\t5\t0.01\tMORSE\t1.1", "0.8\t5\t0.01\tINVRSE_R\t1.1", "params.txt:23: all pairs must have the same coordinate"},
      {"0.8\t5\t0.01\tMORSE\t1.1", "0.8\t5",
       "params.txt:22: expected index, two elements, two cutoffs, [s_delta,] MORSE and its length"},
      {"0.8\t5\t0.01\tMORSE\t1.1", "0.8\t5\t0.01\t1.1",
       "params.txt:22: expected index, two elements, two cutoffs, [s_delta,] MORSE and its length"},
      {"1\tH\tH", "1\tN\tN", "params.txt:23: the pair NN is given twice"},
      {"1\tH\tH", "1\tH\tO", "params.txt:23: O is not among the atom types"},
      {"TERSOFF 0.5", "TERSOFF 1.5", "params.txt:26: the fraction 1.5 of TERSOFF is outside (0, 1]"},
      {"TERSOFF 0.5", "TERSOFF", "params.txt:26: the fraction is missing"},
      {"TERSOFF 0.5", "STEP", "params.txt:26: the smoothing 'STEP' is not known; known: CUBIC, TERSOFF"},
      {"FCUT TYPE: TERSOFF 0.5", "", "params.txt: the line 'FCUT TYPE:' is missing"},
      {"NH NH NN 3.5 3.5 4.5", "NH NH NN 3.5 3.6 4.5", "params.txt:29: the pair NH has two cutoffs"},
      {"NH NH NN 3.5 3.5 4.5", "NH NN NN 3.5 4.5 4.5", "params.txt:29: no cluster of 3 atoms has the pairs of"},
      {"NH NH NN 3.5 3.5 4.5", "NH NH HH 3.5 3.5 4.5",
       "params.txt:29: 'NHNNNH' and the pairs after it name different cluster types"},
      {"NH NH NN 3.5 3.5 4.5", "NH NH NN 3.5 3.5 0.5", "params.txt:29: the pair NN of HNN has the cutoffs 0.8 and 0.5"},
      {"NHNNNH NH NH NN", "OHOOOH OH OH OO", "params.txt:29: special cutoffs for HOO, but O is not among the atom types"},
      {"S_MAXIM: SPECIFIC 1", "S_MAXIM: SOME 1", "params.txt:28: expected ALL or SPECIFIC, found 'SOME'"},
      {"TRIPLETS: 4", "TRIPLETS: 5", "params.txt: 5 sections 'TRIPLETTYPE PARAMS:' are announced, 4 are there"},
      {"1 200\n", "1 nan\n", "params.txt:38: the coefficient is nan"},
      {"1 200\n", "", "params.txt:35: coefficient 1 of NN is missing"},
      {"1 200\n", "1 200\n2 300\n", "params.txt:39: power 3 of NN is beyond the order 2"},
      {"1 200\n", "1 200 3\n", "params.txt:38: expected an index and a coefficient"},
      {"0       0   1   1         0               0        31", "0       0   1   2         0               0        31",
       "power 2 of NNN is beyond the order 2"},
      {"0       0   1   1         0               0        31", "0       0   0   1         0               0        31",
       "this term leaves an atom of NNN untouched"},
      {"1       1   0   1         0               0        31", "1       0   1   1         0               0        31",
       "params.txt:58: this term is listed twice"},
      {"2       1   1   0         0               0        31", "2       1   1   0         0               0        31.001",
       "params.txt:59: the coefficient 31.001 is not that of the equivalent term in line 57, 31"},
      {"3       1   1   1         3               1        32", "3       1   1   1         3               1        inf",
       "params.txt:60: the coefficient is inf"},
      {"TOTAL: 3\n", "TOTAL: 4\n", "fewer terms than TOTAL: says"},
      {"UNIQUE: -1 TOTAL: 3", "TOTAL: 3", "params.txt:64: expected 'UNIQUE: u TOTAL: m' or 'EXCLUDED:'"},
      {"      2       1   1   0         1               1        42\n",
       "      2       1   1   1         1               1        42\n",
       "only 1 of the 2 terms equivalent to this one are listed"},
      {"PAIRS: NN NH NH", "PAIRS: NH NN NH", "params.txt:64: pair 1 is NH, but the atoms make it NN"},
      {"INDEX: 1 ATOMS: N N H", "INDEX: 1 ATOMS: N N", "params.txt:63: expected 'INDEX: i ATOMS:' and 3 atom types"},
      {"INDEX: 3 ATOMS: H H H", "INDEX: 5 ATOMS: H H H", "type index 5 where 3 is expected"},
      {"1 NNNHNH", "2 NNNHNH", "NNNHNH belongs to HNN, which is not type 2"},
      {"ENERGY OFFSET 2 -10", "ENERGY OFFSET 3 -10", "there is no atom type 3"},
      {"ENERGY OFFSET 2 -10", "ENERGY OFFSET 1 -10", "the energy offset of atom type 1 is given twice"},
      {"USE4BCH: false", "USE4BCH: false\nEXCL2B: 0", "pair NN is excluded, but this coefficient is not zero"},
      {"USE4BCH: false", "USE4BCH: false\nEXCL1B: 0", "the energy of N is excluded, but its offset is not zero"},
      {"FCUT TYPE:", "PAIR CHEBYSHEV PENALTY DIST: -1\nFCUT TYPE:", "params.txt:26: the penalty is negative"},
      {"FCUT TYPE:", "FCUT TYPE: CUBIC\nFCUT TYPE:", "params.txt:27: 'FCUT TYPE: TERSOFF 0.5' is given twice"},
      {"ENDFILE", "", "the file ends too early: ENDFILE is missing"},
  };
  for (const Edit& edit : edits) {
    const std::string message = message_of<InputError>([&] { read(with(small_params, edit.from, edit.to)); });
    EXPECT_NE(message.find(edit.expected), std::string::npos)
        << edit.from << " -> " << edit.to << "\n  gave: " << message << "\n  expected: " << edit.expected;
  }
  EXPECT_THROW(read_chimes_params("/absent/params.txt"), FileError);
  EXPECT_NE(message_of<InputError>([] { read(""); }).find("ENDFILE is missing"), std::string::npos);
}

// ---- writing ----

Hierarchy random_model(const std::vector<const char*>& symbols, const testing::RandomBasisOptions& options = {}) {
  const BasisSet basis = testing::random_basis(elements(symbols), options);
  return compose(split_into_blocks(basis, testing::random_coefficients(basis, 11), {}), {Penalty{0.02, 1.0 / 3}, {}});
}

void expect_same_model(const Hierarchy& a, const Hierarchy& b, double ulps) {
  ASSERT_EQ(a.blocks.size(), b.blocks.size());
  EXPECT_EQ(a.elements, b.elements);
  EXPECT_EQ(a.absent, b.absent);
  EXPECT_EQ(a.penalty.distance, b.penalty.distance);
  for (std::size_t k = 0; k < a.blocks.size(); ++k) {
    ASSERT_EQ(a.blocks[k].basis.types().size(), b.blocks[k].basis.types().size()) << a.blocks[k].name();
    for (std::size_t t = 0; t < a.blocks[k].basis.types().size(); ++t)
      EXPECT_TRUE(a.blocks[k].basis.types()[t] == b.blocks[k].basis.types()[t]) << a.blocks[k].basis.types()[t].name();
    for (std::size_t c = 0; c < a.blocks[k].coefficients.size(); ++c) {
      const double x = a.blocks[k].coefficients[c], y = b.blocks[k].coefficients[c];
      ASSERT_LE(std::abs(x - y), ulps * std::numeric_limits<double>::epsilon() * std::abs(x))
          << a.blocks[k].basis.column_name(static_cast<int>(c));
    }
  }
}

/// Identity: a fitted model comes back to the last digit, and what came from a file comes back bit for bit.
TEST(ChimesParamsWriter, RoundTrip) {
  const TemporaryFolder folder;
  const Hierarchy model = random_model({"N", "C", "H"});
  EXPECT_TRUE(write_chimes_params(folder.path("a"), model).empty());
  const Hierarchy once = to_hierarchy(read_chimes_params(folder.path("a")));
  expect_same_model(model, once, 1);
  write_chimes_params(folder.path("b"), once);
  expect_same_model(once, to_hierarchy(read_chimes_params(folder.path("b"))), 0);
}

TEST(ChimesParamsWriter, ATypeListedInAnotherOrderOfAtomsIsTheSameType) {
  const TemporaryFolder folder;
  const ChimesParams params = read_chimes_params(folder.file("a", small_params));
  write_chimes_params(folder.path("b"), to_hierarchy(params));
  const ChimesParams again = read_chimes_params(folder.path("b"));
  EXPECT_EQ(again.elements, elements({"H", "N"}));
  EXPECT_EQ(again.excluded, params.excluded);
  for (const auto& type : {std::vector{"H", "N", "N"}, {"N", "N", "N"}, {"H", "N"}, {"H"}})
    EXPECT_EQ(values_of(again, type), values_of(params, type));
  EXPECT_EQ(again.penalty.scale, params.penalty.scale);
}

TEST(ChimesParamsWriter, AbsentInteractionsAreExcludedAndComeBackAbsent) {
  const TemporaryFolder folder;
  Hierarchy model = random_model({"C", "H", "N"});
  std::erase_if(model.blocks, [](const Block& block) { return block.name() == "C-H" || block.name() == "C-H-N"; });
  model = compose(model.blocks, {model.penalty, {"C-H", "C-H-N"}});
  write_chimes_params(folder.path("a"), model);
  const std::string text = text_of(folder.path("a"));
  EXPECT_NE(text.find("EXCL2B: 3\n"), std::string::npos);
  EXPECT_NE(text.find("PAIRS: CC CH CH EXCLUDED:"), std::string::npos);
  expect_same_model(model, to_hierarchy(read_chimes_params(folder.path("a"))), 1);
}

/// Golden: the maps of the published C-N file, word for word; its evaluator looks every ordered choice of elements up in them.
TEST(ChimesParamsWriter, MapsNameEveryOrderedChoiceOfElements) {
  const TemporaryFolder folder;
  write_chimes_params(folder.path("a"), random_model({"C", "N"}));
  const std::string text = text_of(folder.path("a"));
  EXPECT_NE(text.find("PAIRMAPS: 4\n0 CC\n2 CN\n2 NC\n1 NN\n\n"), std::string::npos);
  EXPECT_NE(text.find("TRIPMAPS: 8\n0 CCCCCC\n1 CCCNCN\n1 CNCCCN\n1 CNCNCC\n2 CNCNNN\n2 CNNNCN\n2 NNCNCN\n3 NNNNNN\n\n"),
            std::string::npos);
  EXPECT_NE(text.find("QUADMAPS: 16\n0 CCCCCCCCCCCC\n1 CCCCCNCCCNCN\n1 CCCNCCCNCCCN\n2 CCCNCNCNCNNN\n"), std::string::npos);
}

/// The field's serial evaluator finds neighbours by the largest cutoff of all types, excluded ones included, and loses three-body
/// clusters when the four-body cutoff is the largest (measured: -216 of 558 kcal/mol on nine atoms). So an excluded type must not
/// be left with the long cutoffs of its pairs.
TEST(ChimesParamsWriter, ExcludedTypesAreListedWithShortCutoffs) {
  const TemporaryFolder folder;
  auto blocks = random_model({"C", "N"}).blocks;
  testing::RandomBasisOptions no_quadruplets;
  no_quadruplets.quadruplet_order = 0;
  blocks[0] = random_model({"C"}, no_quadruplets).blocks[0];
  write_chimes_params(folder.path("a"), compose(blocks));
  const std::string text = text_of(folder.path("a"));
  EXPECT_NE(text.find("SPECIAL 4B S_MAXIM: SPECIFIC 5\nCCCCCCCCCCCC CC CC CC CC CC CC 3 3 3 3 3 3\n"), std::string::npos);
}

TEST(ChimesParamsWriter, OneOrderForTheFileMeansZerosForTheRest) {
  const TemporaryFolder folder;
  testing::RandomBasisOptions low, high;
  low.pair_order = 3;
  low.triplet_order = 0;
  auto blocks = random_model({"C", "N"}, high).blocks;
  blocks[0] = random_model({"C"}, low).blocks[0];
  write_chimes_params(folder.path("a"), compose(blocks));
  const ChimesParams params = read_chimes_params(folder.path("a"));
  EXPECT_EQ(params.excluded, (std::vector<std::string>{"CCC"}));
  const std::vector<double> pair = values_of(params, {"C", "C"});
  ASSERT_EQ(pair.size(), 8u);
  EXPECT_NE(pair[2], 0);
  for (std::size_t k = 3; k < 8; ++k) EXPECT_EQ(pair[k], 0);
  EXPECT_EQ(params.penalty.scale, 0) << "without a penalty the file must say so, or the field's evaluator takes its own";
}

TEST(ChimesParamsWriter, WhatTheFormatCannotHoldIsRefused) {
  const TemporaryFolder folder;
  testing::RandomBasisOptions options;
  options.form.coordinate = CoordinateKind::inverse;
  EXPECT_NE(message_of<InputError>([&] {
              write_chimes_params(folder.path("a"), random_model({"C"}, options));
            }).find("morse coordinate only, not inverse"),
            std::string::npos);
  options.form = {CoordinateKind::morse, {SmoothingKind::cubic, 0.5}, BelowInner::constant_slope};
  EXPECT_NE(message_of<InputError>([&] {
              write_chimes_params(folder.path("a"), random_model({"C"}, options));
            }).find("not with constant_slope"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder.path("a")));
}

TEST(ChimesParamsWriter, WarnsOfWhatTheFieldsProgramsGetWrong) {
  const TemporaryFolder folder;
  testing::RandomBasisOptions options;
  options.triplet_outer = 4.5;
  EXPECT_NE(write_chimes_params(folder.path("a"), random_model({"C"}, options)).at(0).find("the pair CC of CCC reaches"),
            std::string::npos);
  EXPECT_NE(text_of(folder.path("a")).find("! note: the pair CC of CCC reaches"), std::string::npos);
  options.triplet_outer = 2.5;
  EXPECT_NE(write_chimes_params(folder.path("a"), random_model({"C"}, options)).at(0).find("loses some three-body clusters"),
            std::string::npos);
}

/// The field's evaluator takes an inner cutoff of -1 for four-body types missing from such a list, so it must be whole.
TEST(ChimesParamsWriter, AFourBodyInnerListThatLeavesATypeOutIsRefused) {
  const TemporaryFolder folder;
  const Hierarchy model = random_model({"C"});
  write_chimes_params(folder.path("a"), model);
  const std::string text =
      with(text_of(folder.path("a")), "PAIR CHEBYSHEV PARAMS", "SPECIAL 4B S_MINIM: SPECIFIC 0\nPAIR CHEBYSHEV PARAMS");
  EXPECT_NE(message_of<InputError>([&] { read(text); }).find("the list leaves out CCCC"), std::string::npos);
}

// ---- the field's published files (skipped where they are absent) ----

struct Published {
  const char* file;
  int columns;
  /// Energy of the cluster below by the field's evaluator (chimes_calculator 287037f, printed with 15 digits), kcal/mol.
  double energy;
  std::vector<const char*> species;
};

const std::vector<Eigen::Vector3d>& cluster_positions() {
  static const std::vector<Eigen::Vector3d> positions = {
      {0.1, 0.0, 0.2}, {1.4, 0.3, 0.1}, {0.6, 1.5, -0.2}, {1.9, 1.7, 0.9}, {0.3, 0.8, 1.8}};
  return positions;
}

class PublishedParams : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedParams, AreReadWrittenAndReadAgainBitForBit) {
  const std::string path = std::string(CARILLON_SHARED_DATA) + "/" + GetParam().file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const TemporaryFolder folder;
  const ChimesParams params = read_chimes_params(path);
  EXPECT_EQ(params.basis.columns(), GetParam().columns);
  const Hierarchy model = to_hierarchy(params);
  EXPECT_TRUE(write_chimes_params(folder.path("p"), model).empty());
  const Hierarchy again = to_hierarchy(read_chimes_params(folder.path("p")));
  expect_same_model(model, again, 0);
  EXPECT_EQ(again.penalty.scale, model.penalty.scale);
}

/// Oracle: the field's evaluator on five atoms that are alone in a large cell.
TEST_P(PublishedParams, GiveTheEnergyOfTheFieldsEvaluator) {
  const std::string path = std::string(CARILLON_SHARED_DATA) + "/" + GetParam().file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const double energy =
      cluster_energy(to_hierarchy(read_chimes_params(path)), elements(GetParam().species), cluster_positions()) / kcal;
  EXPECT_NEAR(energy, GetParam().energy, 1e-10 * std::abs(GetParam().energy));
}

INSTANTIATE_TEST_SUITE_P(
    Files, PublishedParams,
    ::testing::Values(
        Published{"published/force_fields/published_params.CN-hierarch.2+3+4b.Tersoff.txt",
                  4731,
                  -600.486336013,
                  {"C", "N", "N", "C", "N"}},
        Published{"published/force_fields/published_params.CO2400K.2+3+4b.Tersoff.special.offsets.txt",
                  3980,
                  -32.16663609867,
                  {"C", "O", "C", "O", "O"}},
        Published{"published/force_fields/published_params.Carbon-2.0.Large.2+3+4b.Tersoff.txt",
                  487,
                  -660.6981423755,
                  {"C", "C", "C", "C", "C"}},
        Published{"published/force_fields/published_params.HN3.2+3+4b.Tersoff.special.offsets.txt",
                  3980,
                  -453.0060816708,
                  {"N", "H", "H", "N", "N"}},
        Published{"published/force_fields/published_params.Nitrogen-reshock.2+3+4b.Tersoff.txt",
                  492,
                  -648.2125891673,
                  {"N", "N", "N", "N", "N"}},
        Published{"published/force_fields/published_params.liqC.2+3b.cubic.txt", 42, -56.06354981495, {"C", "C", "C", "C", "C"}},
        Published{
            "published/force_fields/published_params.liqCO.2+3b.cubic.txt", 228, -48.20692289395, {"O", "C", "C", "O", "C"}},
        Published{"published/force_fields/test_params.HN3.penalty.txt", 3980, -460.416970641, {"H", "N", "N", "H", "N"}},
        Published{"cn/C.params.txt.reduced", 487, -660.6981423755, {"C", "C", "C", "C", "C"}},
        Published{"cn/N.params.txt.reduced", 492, -648.2125891673, {"N", "N", "N", "N", "N"}}));

}  // namespace
}  // namespace carillon
