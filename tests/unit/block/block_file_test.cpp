#include "carillon/block/block_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "carillon/core/hash.hpp"
#include "random_blocks.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::edit_file;
using testing::elements;
using testing::message_of;
using testing::random_block;
using testing::random_blocks;
using testing::RandomBasisOptions;
using testing::TemporaryFolder;
using testing::text_of;

void expect_same(const Block& a, const Block& b) {
  EXPECT_EQ(a.elements, b.elements);
  ASSERT_EQ(a.basis.types().size(), b.basis.types().size());
  for (std::size_t t = 0; t < a.basis.types().size(); ++t) EXPECT_TRUE(a.basis.types()[t] == b.basis.types()[t]);
  ASSERT_EQ(a.coefficients.size(), b.coefficients.size());
  for (std::size_t c = 0; c < a.coefficients.size(); ++c) {
    EXPECT_EQ(a.coefficients[c], b.coefficients[c]) << c;
    EXPECT_EQ(std::signbit(a.coefficients[c]), std::signbit(b.coefficients[c])) << c;
  }
}

/// Identity: reading undoes writing, bit for bit, also for numbers at the ends of the range.
TEST(BlockFile, RoundTripIsExact) {
  const TemporaryFolder folder;
  for (Block block : random_blocks({"C", "N"}, 5)) {
    const double edge[] = {0.1, -0.0, 1.0 / 3, 5e-324, -1.7976931348623157e308, 0x1.fffffffffffffp-3};
    std::copy(std::begin(edge), std::end(edge), block.coefficients.begin());
    write_block(folder.path(block.name()), block);
    expect_same(read_block(folder.path(block.name())), block);
  }
}

TEST(BlockFile, RoundTripOfEveryRadialForm) {
  const TemporaryFolder folder;
  int number = 0;
  for (const CoordinateKind coordinate : {CoordinateKind::morse, CoordinateKind::inverse, CoordinateKind::direct})
    for (const SmoothingKind smoothing : {SmoothingKind::cubic, SmoothingKind::tersoff})
      for (const BelowInner below : {BelowInner::smooth, BelowInner::zero_slope, BelowInner::constant_slope}) {
        RandomBasisOptions options;
        options.form = {coordinate, {smoothing, smoothing == SmoothingKind::tersoff ? 0.3 : 0.5}, below};
        const Block block = random_blocks({"O"}, 1, options)[0];
        const std::string path = folder.path(std::to_string(number++));
        write_block(path, block);
        const Block again = read_block(path);
        EXPECT_TRUE(again.basis.types()[0].form().coordinate == coordinate);
        EXPECT_TRUE(again.basis.types()[0].form().smoothing.kind == smoothing);
        EXPECT_TRUE(again.basis.types()[0].form().below_inner == below);
        expect_same(again, block);
      }
}

TEST(BlockFile, ConnectedTermsAreKept) {
  const TemporaryFolder folder;
  const RadialForm form;
  const std::vector<Slot> slots(6, Slot{1, 4, 1.3});
  const BasisSet basis({ClusterType(elements({"C", "C", "C", "C"}), 3, slots, form, AdmissionRule::connected)});
  const Block block{elements({"C"}), basis, std::vector<double>(static_cast<std::size_t>(basis.columns()), 0.5), {}};
  write_block(folder.path("C"), block);
  expect_same(read_block(folder.path("C")), block);
}

TEST(BlockFile, ProvenanceIsKept) {
  const TemporaryFolder folder;
  const Block block = random_block("C", {"C"});
  write_block(folder.path("C"), block);
  const Provenance read = read_block(folder.path("C")).provenance;
  const Provenance& written = block.provenance;
  EXPECT_EQ(read.source, written.source);
  EXPECT_EQ(read.carillon_version, written.carillon_version);
  EXPECT_EQ(read.recipe_sha256, written.recipe_sha256);
  EXPECT_EQ(read.solver, written.solver);
  EXPECT_EQ(read.data_sha256, written.data_sha256);
  EXPECT_EQ(read.frames, written.frames);
  EXPECT_EQ(read.parents, written.parents);
  EXPECT_EQ(read.notes, written.notes);
  ASSERT_TRUE(read.distances.contains("C-C"));
  EXPECT_EQ(read.distances.at("C-C").smallest, 1.13);
  EXPECT_EQ(read.distances.at("C-C").largest, 4.05);
  EXPECT_EQ(read.distances.at("C-C").pairs, 1234);
}

TEST(BlockFile, ChecksumIsOfWhatDecidesTheEnergy) {
  const Block block = random_block("C-N", {"C", "N"});
  Block other = block;
  other.provenance = {};
  EXPECT_EQ(block_checksum(other), block_checksum(block));
  other.coefficients[3] = std::nextafter(other.coefficients[3], 1e9);
  EXPECT_NE(block_checksum(other), block_checksum(block));
  RandomBasisOptions options;
  options.pair_outer += 1e-12;
  EXPECT_NE(block_checksum(random_blocks({"C", "N"}, 1, options)[2]), block_checksum(block));
}

TEST(BlockFile, CardSaysWhatTheBlockSays) {
  const TemporaryFolder folder;
  write_block(folder.path("b"), random_block("C-N", {"C", "N"}));
  const std::string card = text_of(folder.path("b/CARD.md"));
  for (const char* part : {"# Block C-N", "| CCNN |", "| hot | 7 |", "| C-C | 1.130 | 4.050 | 1234 |", "C-N 1.13 to 4.05", "cross-validated",
                           "only together with the blocks of every smaller set", "No C-C pair closer than 1.130 Å"})
    EXPECT_NE(card.find(part), std::string::npos) << part << "\n" << card;
  Block bare = random_block("C", {"C"});
  bare.provenance = {};
  write_block(folder.path("c"), bare);
  EXPECT_NE(text_of(folder.path("c/CARD.md")).find("- solver: not recorded"), std::string::npos);
}

TEST(BlockFile, NothingIsOverwrittenUnasked) {
  const TemporaryFolder folder;
  const Block first = random_block("C", {"C"}, 1);
  const Block second = random_block("C", {"C"}, 2);
  write_block(folder.path("C"), first);
  EXPECT_NE(message_of<InputError>([&] { write_block(folder.path("C"), second); }).find("exists already"), std::string::npos);
  EXPECT_EQ(read_block(folder.path("C")).coefficients, first.coefficients);
  write_block(folder.path("C/"), second, true);
  EXPECT_EQ(read_block(folder.path("C")).coefficients, second.coefficients);
  std::filesystem::create_directory(folder.path("thesis"));
  EXPECT_NE(message_of<InputError>([&] { write_block(folder.path("thesis"), first, true); }).find("is not a block folder"),
            std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(folder.path("thesis")));
  long items = 0;
  for ([[maybe_unused]] const auto& item : std::filesystem::directory_iterator(folder.path(""))) ++items;
  EXPECT_EQ(items, 2) << "temporary folders are left behind";
}

TEST(BlockFile, AFailedWriteLeavesTheOldBlock) {
  const TemporaryFolder folder;
  Block block = random_block("C", {"C"}, 1);
  write_block(folder.path("C"), block);
  const std::string before = text_of(folder.path("C/coefficients.csv"));
  block.coefficients[0] = std::numeric_limits<double>::infinity();
  EXPECT_THROW(write_block(folder.path("C"), block, true), DomainError);
  EXPECT_EQ(text_of(folder.path("C/coefficients.csv")), before);
  EXPECT_THROW(write_block("/proc/carillon/C", random_block("C", {"C"})), FileError);
}

struct Edit {
  const char* file;
  const char* from;
  const char* to;
  const char* expected;
};

TEST(BlockFile, BadInputIsNamedWithFileAndLine) {
  const Edit edits[] = {
      {"block.yaml", "format: carillon-block", "format: other", "block.yaml:2: format: 'other' is not one of: carillon-block"},
      {"block.yaml", "format_version: 1", "format_version: 2",
       "block.yaml:3: format_version: format version 2 is not known; this program reads 1"},
      {"block.yaml", "energy: ev", "energy: hartree", "units.energy: 'hartree' is not one of: ev"},
      {"block.yaml", "length: angstrom", "length: bohr", "units.length: 'bohr' is not one of: angstrom"},
      {"block.yaml", "below_inner:", "below_iner:", "radial_form: unknown key 'below_iner'; known: coordinate"},
      {"block.yaml", "coordinate: morse", "coordinate: sine", "radial_form.coordinate: 'sine' is not one of"},
      {"block.yaml", "fraction: 0.5", "fraction: nan", "radial_form.fraction: expected a number"},
      {"block.yaml", "fraction: 0.5", "fraction: 1.5", "block.yaml:"},
      {"block.yaml", "name: \"C-N\"", "name: \"C-H\"", "name: the name 'C-H' does not fit the elements: expected C-N"},
      {"block.yaml", "elements: [\"C\", \"N\"]", "elements: [\"C\", \"Xx\"]", "elements[1]: 'Xx' is not an element symbol"},
      {"block.yaml", "order: 8", "order: 9", "sections[0]: section CN has 9 columns, but the file says 8"},
      {"block.yaml", "order: 3", "order: 30", "too many terms"},
      {"block.yaml", "rule: touched", "rule: all", "sections[0].rule: 'all' is not one of: touched, connected"},
      {"block.yaml", "\"C-N\": {inner", "\"C-O\": {inner", "sections[0].slots: the key 'C-N' is missing"},
      {"block.yaml", "inner: 1.1", "inner: 5.1", "sections[0]:"},
      {"block.yaml", "inner: 1.1", "inner: 1.2", "block.yaml: the file was changed after the block was written"},
      {"block.yaml", "checksum: ", "checksum: 0", "block.yaml: the file was changed after the block was written"},
      {"block.yaml", "  source:", "  sauce:", "provenance: unknown key 'sauce'"},
      {"block.yaml", "provenance:", "extra: 1\nprovenance:", "unknown key 'extra'; known: format"},
      {"coefficients.csv", "section,column", "section;column",
       "coefficients.csv:1: expected the header section,column,powers,value_ev"},
      {"coefficients.csv", "CN,1,2,", "CN,1,3,",
       "coefficients.csv:3: term CN,1,3 does not fit the sections of block.yaml: expected CN,1,2"},
      {"coefficients.csv", "CN,0,1,", "CN,0,1,nan #", "coefficients.csv:2: 'nan #"},
      {"coefficients.csv", "CN,0,1,-0.6", "CN,0,1,-0.7",
       "coefficients.csv: the coefficients were changed after the block was written"},
      {"coefficients.csv", "CN,2,3,", "CN,2,3,4,", "coefficients.csv:4: expected section,column,powers,value_ev, found 5 cells"},
  };
  for (const Edit& edit : edits) {
    const TemporaryFolder folder;
    write_block(folder.path("b"), random_block("C-N", {"C", "N"}));
    edit_file(folder.path(std::string("b/") + edit.file), edit.from, edit.to);
    const std::string message = message_of<InputError>([&] { read_block(folder.path("b")); });
    EXPECT_NE(message.find(edit.expected), std::string::npos)
        << edit.from << "\n  gave: " << message << "\n  expected: " << edit.expected;
    EXPECT_NE(message.find(folder.path("b/")), std::string::npos) << "the file is not named: " << message;
  }
}

TEST(BlockFile, WrongNumberOfCoefficients) {
  const TemporaryFolder folder;
  write_block(folder.path("b"), random_block("C", {"C"}));
  const std::string path = folder.path("b/coefficients.csv");
  const std::string text = text_of(path);
  std::ofstream(path) << text << "CCCC,99,0-0-0-0-0-0,1\n";
  EXPECT_NE(message_of<InputError>([&] { read_block(folder.path("b")); }).find("more than the"), std::string::npos);
  std::ofstream(path) << text.substr(0, text.rfind("CCCC"));
  EXPECT_NE(message_of<InputError>([&] { read_block(folder.path("b")); }).find("coefficients.csv: expected"), std::string::npos);
  std::ofstream(path) << testing::with(text, text.substr(text.find("C,0,,") + 5, 4), "nan\n#");
  EXPECT_NE(
      message_of<InputError>([&] { read_block(folder.path("b")); }).find("coefficients.csv:2: the coefficient of C,0, is nan"),
      std::string::npos);
  std::filesystem::remove(path);
  EXPECT_THROW(read_block(folder.path("b")), FileError);
  EXPECT_NE(message_of<InputError>([&] { read_block(folder.path("")); }).find("not a block folder: it has no block.yaml"),
            std::string::npos);
}

/// Identity, and the reason a file of another kind can carry blocks: texts hold all that the folder holds.
TEST(BlockFile, TextsAreTheFolder) {
  const TemporaryFolder folder;
  const Block block = random_block("C-N", {"C", "N"});
  write_block(folder.path("b"), block);
  BlockTexts texts = block_texts(block);
  EXPECT_EQ(texts.yaml, text_of(folder.path("b/block.yaml")));
  EXPECT_EQ(texts.coefficients, text_of(folder.path("b/coefficients.csv")));
  expect_same(block_from_texts(texts, "somewhere"), read_block(folder.path("b")));
  texts.coefficients.pop_back();
  texts.coefficients.back() = '7';
  EXPECT_EQ(message_of<InputError>([&] { block_from_texts(texts, "somewhere"); }).substr(0, 26), "somewhere/coefficients.csv");
}

TEST(BlockFile, SectionsChecksumKnowsColumnsAndNotCoefficients) {
  Block block = random_block("C-N", {"C", "N"});
  const std::string checksum = sections_checksum(block);
  block.coefficients.front() += 1;
  EXPECT_EQ(sections_checksum(block), checksum);
  EXPECT_NE(sections_checksum(random_block("C", {"C"})), checksum);
  RandomBasisOptions options;
  options.pair_order = 7;
  for (const Block& other : random_blocks({"C", "N"}, 1, options)) EXPECT_NE(sections_checksum(other), checksum);
}

}  // namespace
}  // namespace carillon
