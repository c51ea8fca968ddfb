#include "carillon/block/block.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "random_blocks.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;
using testing::random_basis;
using testing::random_block;
using testing::random_blocks;
using testing::random_coefficients;

std::vector<std::string> section_names(const Block& block) {
  std::vector<std::string> names;
  for (const ClusterType& type : block.basis.types()) names.push_back(type.name());
  return names;
}

TEST(Block, SplittingPutsEachTypeIntoTheBlockOfItsElementSet) {
  const auto blocks = random_blocks({"N", "C", "H"});
  std::vector<std::string> names;
  for (const Block& block : blocks) names.push_back(block.name());
  EXPECT_EQ(names, (std::vector<std::string>{"C", "H", "N", "C-H", "C-N", "H-N", "C-H-N"}));
  EXPECT_EQ(section_names(blocks[0]), (std::vector<std::string>{"C", "CC", "CCC", "CCCC"}));
  EXPECT_EQ(section_names(blocks[4]), (std::vector<std::string>{"CN", "CCN", "CNN", "CCCN", "CCNN", "CNNN"}));
  EXPECT_EQ(section_names(blocks[6]), (std::vector<std::string>{"CHN", "CCHN", "CHHN", "CHNN"}));
}

TEST(Block, SplittingKeepsEachCoefficientWithItsTerm) {
  const BasisSet basis = random_basis(elements({"N", "C"}));
  const std::vector<double> coefficients = random_coefficients(basis, 3);
  std::size_t checked = 0;
  for (const Block& block : split_into_blocks(basis, coefficients, {}))
    for (std::size_t t = 0; t < block.basis.types().size(); ++t) {
      const ClusterType& type = block.basis.types()[t];
      const std::size_t whole = *basis.find(type.elements());
      for (int c = 0; c < type.columns(); ++c, ++checked)
        EXPECT_EQ(block.coefficients[static_cast<std::size_t>(block.basis.first_column(t) + c)],
                  coefficients[static_cast<std::size_t>(basis.first_column(whole) + c)]);
    }
  EXPECT_EQ(checked, coefficients.size());
}

TEST(Block, SectionOrderIsSizeThenNameWhateverTheOrderBefore) {
  const Block block = random_block("C-N", {"C", "N"});
  std::vector<ClusterType> reversed(block.basis.types().rbegin(), block.basis.types().rend());
  Block other{block.elements, BasisSet(reversed), {}, {}};
  for (std::size_t t = block.basis.types().size(); t-- > 0;) {
    const auto first = block.coefficients.begin() + block.basis.first_column(t);
    other.coefficients.insert(other.coefficients.end(), first, first + block.basis.types()[t].columns());
  }
  ASSERT_NE(section_names(other), section_names(block));
  const Block sorted = in_section_order(other);
  EXPECT_EQ(section_names(sorted), section_names(block));
  EXPECT_EQ(sorted.coefficients, block.coefficients);
}

TEST(Block, WhatDoesNotFitIsNamed) {
  const Block good = random_block("C-N", {"C", "N"});
  Block bad = good;
  bad.coefficients.pop_back();
  EXPECT_NE(message_of<ShapeError>([&] { check_block(bad); }).find("block C-N: expected " + std::to_string(good.basis.columns())),
            std::string::npos);

  bad = good;
  bad.coefficients[8] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(message_of<DomainError>([&] { check_block(bad); }),
            "block C-N: the coefficient of " + good.basis.column_name(8) + " is nan");

  bad = good;
  bad.elements = elements({"C", "H"});
  EXPECT_EQ(message_of<DomainError>([&] { check_block(bad); }), "block C-H: section CN has other elements than the block");

  bad = Block{elements({"C"}), {}, {}, {}};
  EXPECT_EQ(message_of<DomainError>([&] { check_block(bad); }), "block C: it has no sections");

  EXPECT_THROW(split_into_blocks(good.basis, {1.0}, {}), ShapeError);
}

TEST(Block, SectionsMustAgreeOnFormAndMorseLength) {
  const auto make = [](SmoothingKind kind, double lambda) {
    const RadialForm form{CoordinateKind::morse, {kind, 0.5}, BelowInner::smooth};
    const ClusterType pair(elements({"C", "C"}), 3, {{1, 4, 1.3}},
                           {CoordinateKind::morse, {SmoothingKind::cubic, 0.5}, BelowInner::smooth});
    const ClusterType triplet(elements({"C", "C", "C"}), 2, std::vector<Slot>(3, Slot{1, 4, lambda}), form);
    BasisSet basis({pair, triplet});
    return Block{elements({"C"}), basis, std::vector<double>(static_cast<std::size_t>(basis.columns()), 1.0), {}};
  };
  EXPECT_NO_THROW(check_block(make(SmoothingKind::cubic, 1.3)));
  EXPECT_NE(message_of<DomainError>([&] { check_block(make(SmoothingKind::tersoff, 1.3)); }).find("sections CC and CCC differ"),
            std::string::npos);
  EXPECT_NE(message_of<DomainError>([&] { check_block(make(SmoothingKind::cubic, 1.4)); }).find("the morse lengths 1.3 and 1.4"),
            std::string::npos);
}

}  // namespace
}  // namespace carillon
