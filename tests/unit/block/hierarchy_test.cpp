#include "carillon/block/hierarchy.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "carillon/block/block_file.hpp"
#include "carillon/block/model_file.hpp"
#include "random_blocks.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;
using testing::random_block;
using testing::random_blocks;
using testing::RandomBasisOptions;

TEST(Hierarchy, NeededBlocksAreTheSubsetsThatTheLargestClusterCanHold) {
  const auto chno = elements({"O", "N", "H", "C"});
  EXPECT_EQ(needed_blocks(elements({"C"}), 4), (std::vector<std::string>{"C"}));
  EXPECT_EQ(needed_blocks(elements({"N", "C", "N"}), 3), (std::vector<std::string>{"C", "N", "C-N"}));
  EXPECT_EQ(needed_blocks(elements({"C", "H", "N"}), 2), (std::vector<std::string>{"C", "H", "N", "C-H", "C-N", "H-N"}));
  EXPECT_EQ(needed_blocks(chno, 1).size(), 4u);
  EXPECT_EQ(needed_blocks(chno, 2).size(), 10u);
  EXPECT_EQ(needed_blocks(chno, 3).size(), 14u);
  EXPECT_EQ(needed_blocks(chno, 4).size(), 15u);
  EXPECT_EQ(needed_blocks(chno, 4).back(), "C-H-N-O");
}

/// Invariance: the order in which blocks are handed over means nothing.
TEST(Hierarchy, BlocksMayBeGivenInAnyOrder) {
  const auto blocks = random_blocks({"C", "H", "N"});
  const Hierarchy first = compose(blocks);
  auto shuffled = blocks;
  for (int round = 0; round < 10; ++round) {
    std::next_permutation(shuffled.begin(), shuffled.end(), [](const Block& a, const Block& b) { return a.name() < b.name(); });
    const Hierarchy again = compose(shuffled);
    ASSERT_EQ(again.blocks.size(), first.blocks.size());
    for (std::size_t b = 0; b < first.blocks.size(); ++b) {
      EXPECT_EQ(again.blocks[b].name(), first.blocks[b].name());
      EXPECT_EQ(again.blocks[b].coefficients, first.blocks[b].coefficients);
    }
  }
  EXPECT_EQ(first.elements, elements({"C", "H", "N"}));
  EXPECT_EQ(first.penalty.scale, 0);
}

TEST(Hierarchy, ALoneCrossBlockIsRefusedInAUsersWords) {
  EXPECT_EQ(message_of<InputError>([] {
              compose({random_block("C-N", {"C", "N"})});
            }),
            "block C-N cannot be used alone: it holds only the cross terms; the model also needs the blocks C, N");
}

TEST(Hierarchy, ReasonsForRefusal) {
  const auto cn = random_blocks({"C", "N"});
  const auto chn = random_blocks({"C", "H", "N"});
  const auto without = [&](const std::string& name) {
    auto out = chn;
    std::erase_if(out, [&](const Block& block) { return block.name() == name; });
    return out;
  };
  const auto changed = [&](const auto& change) {
    RandomBasisOptions options;
    change(options);
    auto out = cn;
    out[1] = random_blocks({"N"}, 1, options)[0];
    return out;
  };
  const auto twice = [&] {
    auto out = cn;
    out.push_back(cn[0]);
    return out;
  };
  // A CN block whose N-N pairs inside CNN have another length than the N block.
  const auto other_length = [&] {
    auto out = cn;
    std::vector<Slot> slots(3);
    slots[0] = slots[1] = {1.1, 3.4, 1.25};
    slots[2] = {1.1, 3.4, 9.0};
    const BasisSet basis({ClusterType(elements({"C", "N", "N"}), 2, slots, cn[0].basis.types()[0].form())});
    out[2] = Block{elements({"C", "N"}), basis, std::vector<double>(static_cast<std::size_t>(basis.columns())), {}};
    return out;
  };
  struct Case {
    std::vector<Block> blocks;
    ComposeOptions options;
    const char* expected;
  };
  const Case cases[] = {
      {{}, {}, "a model needs at least one block"},
      {twice(), {}, "block C is given twice"},
      {without("C-H"), {}, "are not a whole model: the model also needs the block C-H, unless named as absent"},
      {without("C-H-N"), {}, "the model also needs the block C-H-N"},
      {without("H"), {}, "the model also needs the block H"},
      {changed([](auto& o) { o.form.coordinate = CoordinateKind::direct; }),
       {},
       "blocks C and N do not fit together: their coordinates are morse and direct"},
      {changed([](auto& o) { o.form.smoothing.fraction = 0.75; }), {}, "their smoothing is tersoff 0.5 and tersoff 0.75"},
      {changed([](auto& o) { o.form.smoothing.kind = SmoothingKind::cubic; }), {}, "their smoothing is tersoff 0.5 and cubic"},
      {changed([](auto& o) { o.form.below_inner = BelowInner::zero_slope; }),
       {},
       "one goes on with smooth, the other with zero_slope"},
      {other_length(), {}, "blocks N and C-N do not fit together: the morse length of the pair NN is"},
      {cn, {std::nullopt, {"C-N"}}, "block C-N is given, and also named as absent"},
      {cn, {std::nullopt, {"C-O"}}, "the interaction C-O is named as absent, but the model does not need it; it needs C, N, C-N"},
      {cn, {std::nullopt, {"CN-"}}, "absent interaction: 'CN-' is not an element set such as C-N: unknown element 'CN'"},
      {cn, {Penalty{-1, 1}, {}}, "penalty: the distance -1"},
      {cn, {Penalty{0.01, -5}, {}}, "penalty: the scale -5"},
  };
  for (const Case& one : cases) {
    const std::string message = message_of<InputError>([&] { compose(one.blocks, one.options); });
    EXPECT_NE(message.find(one.expected), std::string::npos) << "gave: " << message << "\n  expected: " << one.expected;
  }
}

TEST(Hierarchy, AbsentInteractionsAreAllowedWhenNamed) {
  auto blocks = random_blocks({"C", "H", "N"});
  std::erase_if(blocks, [](const Block& block) { return block.name() == "C-H-N" || block.name() == "C-H"; });
  const Hierarchy model = compose(blocks, {.penalty = Penalty{0.02, 3.0}, .absent = {"N-C-H", "H-C"}});
  EXPECT_EQ(model.absent, (std::vector<std::string>{"C-H", "C-H-N"}));
  EXPECT_EQ(model.penalty.scale, 3.0);
}

TEST(Hierarchy, ABlockGoesWithTheParentsItWasFittedOn) {
  auto blocks = random_blocks({"C", "N"});
  blocks[2].provenance.parents = {{"C", block_checksum(blocks[0])}, {"N", block_checksum(blocks[1])}};
  EXPECT_EQ(compose(blocks).blocks.size(), 3u);
  blocks[1].coefficients[0] += 0.5;
  const std::string message = message_of<InputError>([&] { compose(blocks); });
  EXPECT_EQ(message.find("block C-N was fitted on what another block N leaves than the one given"), 0u) << message;
  ComposeOptions accepting;
  accepting.other_parents = true;
  EXPECT_EQ(compose(blocks, accepting).blocks.size(), 3u);

  const testing::TemporaryFolder folder;  // a model that was composed so stays readable
  write_model(folder.path("model"), compose(blocks, accepting));
  EXPECT_EQ(read_model(folder.path("model")).blocks.size(), 3u);
}

TEST(Hierarchy, PairsAloneNeedNoBlockOfThreeElements) {
  RandomBasisOptions pairs_only;
  pairs_only.triplet_order = pairs_only.quadruplet_order = 0;
  EXPECT_EQ(compose(random_blocks({"C", "H", "N"}, 1, pairs_only)).blocks.size(), 6u);
}

}  // namespace
}  // namespace carillon
