#include "carillon/fit/basis_spec.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;

BasisSpec parse(const std::string& text, const BasisSpec& base = {}) {
  return read_basis_spec(Yaml::load_text(text, "basis.yaml"), base);
}

/// The published carbon-nitrogen model.
const char* const published = R"(
smoothing: {kind: tersoff, fraction: 0.75}
order: {pair: 25, triplet: 10, quadruplet: 4}
pairs:
  C-C: {inner: 0.98, outer: 5.0, lambda: 1.4}
  N-N: {inner: 0.86, outer: 8.0, lambda: 1.09}
  C-N: {inner: 0.90, outer: 5.0, lambda: 1.34}
outer: {triplet: 5.0, quadruplet: 4.5}
)";

std::vector<std::string> names_of(const BasisSet& basis) {
  std::vector<std::string> names;
  for (const ClusterType& type : basis.types()) names.push_back(type.name());
  return names;
}

std::vector<Slot> slots_of(const BasisSet& basis, const std::vector<const char*>& type) {
  return basis.types().at(basis.find(elements(type)).value()).slots();
}

/// Oracle: the published counts of unknowns of blocks of these orders.
TEST(BasisSpec, ColumnsOfThePublishedBlocks) {
  const BasisSpec spec = parse(published);
  EXPECT_EQ(block_basis(parse("order: {pair: 20}", spec), elements({"C"})).columns(), 487);
  EXPECT_EQ(block_basis(spec, elements({"N"})).columns(), 492);
  EXPECT_EQ(block_basis(spec, elements({"C", "N"})).columns(), 3747);
}

TEST(BasisSpec, ABlockHoldsTheTypesOfExactlyItsElements) {
  const BasisSpec spec = parse(published);
  EXPECT_EQ(names_of(block_basis(spec, elements({"C"}))), (std::vector<std::string>{"C", "CC", "CCC", "CCCC"}));
  EXPECT_EQ(names_of(block_basis(spec, elements({"C", "N"}))),
            (std::vector<std::string>{"CN", "CCN", "CNN", "CCCN", "CCNN", "CNNN"}));
  EXPECT_EQ(names_of(blocks_basis(spec, {"N", "C"})),
            (std::vector<std::string>{"N", "NN", "NNN", "NNNN", "C", "CC", "CCC", "CCCC"}));
}

TEST(BasisSpec, OrdersOfZeroLeaveTermsOut) {
  const BasisSpec spec = parse("order: {triplet: 0, quadruplet: 0}\noffsets: false", parse(published));
  EXPECT_EQ(names_of(block_basis(spec, elements({"C"}))), (std::vector<std::string>{"CC"}));
  EXPECT_EQ(spec.largest_cluster(), 2);
  EXPECT_EQ(parse("order: {quadruplet: 0}", parse(published)).largest_cluster(), 3);
  EXPECT_EQ(parse(published).largest_cluster(), 4);
  EXPECT_EQ(message_of<InputError>([&] { block_basis(parse("order: {pair: 0}", spec), elements({"C"})); }),
            "basis: block C has no cluster type; set basis.order");
}

TEST(BasisSpec, AbsentTypesInAnySpelling) {
  const BasisSpec spec = parse("absent: [NCC, CNNC, C]", parse(published));
  EXPECT_EQ(names_of(block_basis(spec, elements({"C", "N"}))), (std::vector<std::string>{"CN", "CNN", "CCCN", "CNNN"}));
  EXPECT_EQ(names_of(block_basis(spec, elements({"C"}))), (std::vector<std::string>{"CC", "CCC", "CCCC"}));
  EXPECT_EQ(names_of(block_basis(spec, elements({"N"}))).front(), "N");
}

TEST(BasisSpec, TheConnectedRuleAdmitsFewerTermsOfFourAtoms) {
  const auto columns = [](const char* rule) {
    const BasisSpec spec = parse(std::string("admission: ") + rule, parse(published));
    return block_basis(spec, elements({"C", "N"})).columns();
  };
  EXPECT_LT(columns("connected"), columns("touched"));
}

/// The pair's own cutoffs, then those of the number of atoms, then those of the cluster type.
TEST(BasisSpec, CutoffsFromTheGeneralToTheSpecial) {
  const BasisSpec spec = parse(R"(
inner: {triplet: 0.7}
special:
  - {cluster: CNC, outer: {N-C: 4.0}, inner: {C-C: 1.1}}
  - {cluster: CCCN, inner: {C-N: 0.8}}
)",
                               parse(published));
  const BasisSet basis = block_basis(spec, elements({"C", "N"}));
  const Slot cn{0.90, 5.0, 1.34};
  EXPECT_EQ(slots_of(basis, {"C", "N"}), (std::vector<Slot>{cn}));
  const Slot cn_of_three{0.7, 5.0, 1.34};
  EXPECT_EQ(slots_of(basis, {"C", "N", "N"}), (std::vector<Slot>{cn_of_three, cn_of_three, {0.7, 5.0, 1.09}}));
  const Slot special{0.7, 4.0, 1.34};
  EXPECT_EQ(slots_of(basis, {"C", "C", "N"}), (std::vector<Slot>{{1.1, 5.0, 1.4}, special, special}));
  EXPECT_EQ(slots_of(basis, {"C", "C", "C", "N"})[0], (Slot{0.98, 4.5, 1.4}));
  EXPECT_EQ(slots_of(basis, {"C", "C", "C", "N"})[2], (Slot{0.8, 4.5, 1.34}));
  EXPECT_EQ(slots_of(basis, {"C", "C", "N", "N"})[1], (Slot{0.90, 4.5, 1.34}));
}

TEST(BasisSpec, WithoutBodyCutoffsThePairsOwnHold) {
  const BasisSpec spec = parse("{order: {pair: 3, triplet: 2}, pairs: {N-N: {inner: 0.86, outer: 8, lambda: 1.09}}}");
  const Slot nn{0.86, 8.0, 1.09};
  EXPECT_EQ(slots_of(block_basis(spec, elements({"N"})), {"N", "N", "N"}), (std::vector<Slot>{nn, nn, nn}));
}

TEST(BasisSpec, APairThatIsNotGivenIsNamed) {
  const BasisSpec spec = parse(
      "{order: {pair: 3, triplet: 2}, pairs: {C-C: {inner: 1, outer: 5, lambda: 1}, C-N: {inner: 1, outer: 5, lambda: 1}}}");
  EXPECT_EQ(message_of<InputError>([&] { block_basis(spec, elements({"N"})); }),
            "basis: the pair N-N of cluster type NN is missing from 'pairs'");
  EXPECT_EQ(message_of<InputError>([&] {
              block_basis(spec, elements({"C", "N"}));
            }),
            "basis: the pair N-N of cluster type CNN is missing from 'pairs'");
}

TEST(BasisSpec, CutoffsOutOfOrderAreRefusedWhereTheyStand) {
  EXPECT_EQ(message_of<InputError>([] { parse("pairs:\n  C-C: {inner: 5, outer: 4, lambda: 1}"); }).substr(0, 30),
            "basis.yaml:2: pairs.C-C: inner");
  const BasisSpec spec =
      parse("{order: {pair: 2, triplet: 2}, pairs: {C-C: {inner: 1, outer: 5, lambda: 1}}, outer: {triplet: 0.5}}");
  EXPECT_EQ(message_of<InputError>([&] { block_basis(spec, elements({"C"})); }).substr(0, 7), "basis: ");
}

/// A misspelt cluster or pair would silently leave the general cutoffs in force.
TEST(BasisSpec, SpecialAndAbsentEntriesOfNoUseAreRefused) {
  EXPECT_NE(message_of<InputError>([] { parse("absent: [CQ]"); }).find("unknown element 'Q'"), std::string::npos);
  EXPECT_NE(message_of<InputError>([] {
              parse("special: [{cluster: CCN, outer: {CN: 4}}]");
            }).find("'CN' is not an element pair such as C-N"),
            std::string::npos);
}

TEST(BasisSpec, SpecialEntriesNameEachClusterOnceAndItsOwnPairs) {
  EXPECT_EQ(message_of<InputError>([] { parse("special:\n  - {cluster: CCC, outer: {C-N: 4}}"); }),
            "basis.yaml:2: special[0].outer.C-N: cluster type CCC has no pair C-N; it has C-C");
  EXPECT_EQ(message_of<InputError>([] { parse("special:\n  - {cluster: NCC}\n  - {cluster: CCN}"); }),
            "basis.yaml:3: special[1]: cluster type CCN is given twice");
}

TEST(BasisSpec, EntriesThatNoFittedBlockUsesAreRefused) {
  const std::vector<std::string> blocks = {"C", "C-N"};
  const auto require = [&](const std::string& text) {
    const Yaml yaml = Yaml::load_text(text, "basis.yaml");
    const BasisSpec spec = read_basis_spec(yaml, parse(published));
    require_use(yaml, {{spec, blocks}});
  };
  EXPECT_NO_THROW(require("{special: [{cluster: CCN, outer: {C-N: 4}}, {cluster: CCCC}], absent: [CNN, C]}"));
  // A step leaves out what all steps have special cutoffs for.
  EXPECT_NO_THROW(require("{absent: [CCC], special: [{cluster: CCC}]}"));
  EXPECT_EQ(
      message_of<InputError>([&] { require("special:\n  - {cluster: CCN}\n  - {cluster: NNN}"); }),
      "basis.yaml:3: special[1]: cluster type NNN has no terms in any block that is fitted with this basis: the entry changes "
      "nothing");
  EXPECT_NE(message_of<InputError>([&] { require("absent: [CCO]"); }).find("absent[0]: cluster type CCO"), std::string::npos);
  for (const char* useless :
       {"absent: [NNN]", "absent: [CCCCN]", "{order: {triplet: 0}, absent: [CCC]}", "{offsets: false, absent: [C]}"})
    EXPECT_NE(message_of<InputError>([&] { require(useless); }), "") << useless;
}

TEST(BasisSpec, MorseNeedsTheLengthOfEachPair) {
  EXPECT_EQ(
      message_of<InputError>([] { parse("pairs:\n  C-C: {inner: 1, outer: 5}"); }),
      "basis.yaml:2: pairs.C-C: the coordinate morse needs 'lambda', the Morse length in Å (about the bond length of the pair)");
  const BasisSpec direct = parse("{coordinate: direct, pairs: {C-C: {inner: 1, outer: 5}}}");
  EXPECT_EQ(
      message_of<InputError>([&] { parse("coordinate: morse", direct); }),
      "basis.yaml:1: coordinate: the pairs were given for another coordinate: morse needs 'pairs' here, with their Morse lengths "
      "'lambda'");
  EXPECT_NO_THROW(parse("{coordinate: morse, pairs: {C-C: {inner: 1, outer: 5, lambda: 1.4}}}", direct));
}

TEST(BasisSpec, WrittenOutItReadsBackAsItself) {
  const BasisSpec spec = parse(R"(
coordinate: direct
below_inner: constant_slope
smoothing: {kind: cubic}
inner: {quadruplet: 0.6}
special: [{cluster: CCN, outer: {C-N: 4.1}}, {cluster: CCC, inner: {C-C: 0.1}}]
absent: [NNNN, N]
offsets: false
)",
                               parse(published));
  const std::string written = basis_spec_yaml(spec, 2);
  EXPECT_EQ(written.substr(0, 2), "  ");
  const BasisSpec read = read_basis_spec(Yaml::load_text("x:\n" + written, "w").at("x"));
  EXPECT_EQ(basis_spec_yaml(read, 2), written);
  for (const auto& block : {elements({"C"}), elements({"N"}), elements({"C", "N"})})
    EXPECT_TRUE(block_basis(read, block).types() == block_basis(spec, block).types());
}

/// Two cubic forms must not differ by a fraction that neither uses, or their blocks could not be composed.
TEST(BasisSpec, CubicSmoothingForgetsTheFraction) {
  const BasisSpec spec = parse("smoothing: {kind: cubic}", parse("smoothing: {kind: tersoff, fraction: 0.75}"));
  EXPECT_TRUE(spec.form == parse("smoothing: {kind: cubic}").form);
  EXPECT_EQ(parse("smoothing: {kind: tersoff}", parse("smoothing: {kind: tersoff, fraction: 0.75}")).form.smoothing.fraction,
            0.75);
  EXPECT_EQ(message_of<InputError>([] { parse("smoothing: {kind: cubic, fraction: 0.5}"); }),
            "basis.yaml:1: smoothing.fraction: cubic smoothing has no fraction");
  EXPECT_EQ(message_of<InputError>([] { parse("smoothing: {kind: tersoff, fraction: 1.5}"); }),
            "basis.yaml:1: tersoff smoothing fraction 1.5 is outside (0, 1]");
}

}  // namespace
}  // namespace carillon
