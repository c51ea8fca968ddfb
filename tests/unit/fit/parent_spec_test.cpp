#include "carillon/fit/parent_spec.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using Kind = ParentHold::Kind;
using testing::message_of;

ParentSpec spec_of(const std::string& text) { return read_parent_spec(Yaml::load_text(text, "r.yaml"), {}); }

std::vector<Block> blocks() {
  const BasisSet basis = testing::random_basis(testing::elements({"C", "N"}));
  return split_into_blocks(basis, testing::random_coefficients(basis, 1), {});
}

TEST(ParentSpec, SectionsGoBeforeTheirBlock) {
  const ParentSpec spec = spec_of("{C: {dial: 2}, C/CCC: free, C/C: frozen, N-C: soft}");
  const std::vector<Block> parents = blocks();
  const auto hold = [&](std::size_t block, std::size_t section) {
    return spec.hold_of(parents[block], parents[block].basis.types()[section]);
  };
  EXPECT_EQ(hold(0, 0), (ParentHold{Kind::frozen, 1}));
  EXPECT_EQ(hold(0, 1), (ParentHold{Kind::soft, 2}));
  EXPECT_EQ(hold(0, 2).kind, Kind::free);
  EXPECT_EQ(hold(1, 1).kind, Kind::frozen) << "N is not named";
  EXPECT_EQ(hold(2, 0), (ParentHold{Kind::soft, 1}));
  EXPECT_FALSE(spec.all_frozen());
  EXPECT_TRUE(spec_of("{C: frozen}").all_frozen());
  EXPECT_TRUE(ParentSpec{}.all_frozen());
}

TEST(ParentSpec, IsReadBackAsWritten) {
  const ParentSpec spec = spec_of("{C: {dial: 0.1, evidence: true}, C/CCC: free, N: {hold: free, evidence: 0.25}, C-N: frozen}");
  EXPECT_EQ(spec.evidence, (std::map<std::string, double>{{"C", 1}, {"N", 0.25}}));
  EXPECT_EQ(spec_of(parent_spec_yaml(spec, 2)), spec);
  EXPECT_EQ(parent_spec_yaml({}, 2), "");
  EXPECT_EQ(spec_of("{C: {evidence: false}}").evidence.size(), 0u);
}

TEST(ParentSpec, WrongEntriesAreRefusedWithTheirLine) {
  const auto expect = [](const std::string& text, const std::string& words) {
    const std::string message = message_of<InputError>([&] { spec_of(text); });
    EXPECT_NE(message.find(words), std::string::npos) << text << "\n" << message;
    EXPECT_TRUE(message.starts_with("r.yaml:1: ")) << message;
  };
  expect("{C: stiff}", "is not one of: frozen, soft, free");
  expect("{Xy: soft}", "Xy");
  expect("{C: {dail: 1}}", "unknown key 'dail'");
  expect("{C: {dial: 0}}", "dial");
  expect("{C: {hold: free, dial: 1}}", "a dial is for soft parents only");
  expect("{C: {hold: frozen, evidence: true}}", "has no use for its evidence");
  expect("{C/CC: {evidence: true}}", "evidence is that of a whole block");
}

TEST(ParentSpec, NamesHaveToBeParents) {
  const std::vector<Block> all = blocks();
  const std::vector<Block> parents{all[0], all[1]};
  EXPECT_NO_THROW(check_parent_spec(spec_of("{C: soft, N/NN: free}"), parents));
  EXPECT_NE(
      message_of<InputError>([&] { check_parent_spec(spec_of("{C-N: soft}"), parents); }).find("'C-N' is no parent of this step"),
      std::string::npos);
  EXPECT_NE(message_of<InputError>([&] { check_parent_spec(spec_of("{C/NN: soft}"), parents); }), "");
  const ParentSpec useless = spec_of("{C: {evidence: true}, C/C: frozen, C/CC: frozen, C/CCC: frozen, C/CCCC: frozen}");
  EXPECT_NE(message_of<InputError>([&] { check_parent_spec(useless, parents); }).find("so its evidence is of no use"),
            std::string::npos);
}

TEST(PriorSpec, IsReadBackAsWritten) {
  const auto read = [](const std::string& text) { return read_prior_spec(Yaml::load_text(text, "r.yaml"), "/recipes"); };
  const PriorSpec spec = read("{from: [blocks/Si, /other/params.txt], map: {Si: Ge}, length_scale: 1.04, dial: 2}");
  EXPECT_EQ(spec.from, (std::vector<std::string>{"/recipes/blocks/Si", "/other/params.txt"}));
  EXPECT_EQ(read(prior_spec_yaml(spec, 0)), spec);
  EXPECT_FALSE(read("{from: a, length_scale: auto}").length_scale);
  EXPECT_EQ(prior_spec_yaml({}, 0), "");
  for (const char* text : {"{map: {Si: Ge}}", "{from: []}", "{from: a, map: {Sy: Ge}}", "{from: a, map: {Si: Gy}}",
                           "{from: a, dial: -1}", "{from: a, length_scale: 0}", "{from: a, scale: 1}"})
    EXPECT_NE(message_of<InputError>([&] { read(text); }), "") << text;
}

}  // namespace
}  // namespace carillon
