#include "carillon/neural/network_file.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "random_networks.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;
using testing::random_network;
using testing::TemporaryFolder;

NetworkModel model_with_history() {
  NetworkModel model = random_network(elements({"C", "N"}), 3, Activation::silu);
  model.history.push_back({"0.1.0 abc", "123", {{"a.extxyz", "456"}}, 12, "", {"first", "it said \"so\""}});
  model.history.push_back({"0.2.0 def", "789", {}, 3, "fed", {}});
  return model;
}

void expect_same(const NetworkModel& found, const NetworkModel& expected) {
  EXPECT_EQ(found.elements, expected.elements);
  EXPECT_EQ(found.descriptor, expected.descriptor);
  EXPECT_EQ(found.network->spec(), expected.network->spec());
  EXPECT_EQ(found.network->inputs(), expected.network->inputs());
  EXPECT_EQ(found.weights, expected.weights);
  EXPECT_EQ(found.shifts, expected.shifts);
  EXPECT_EQ(found.history, expected.history);
  for (std::size_t e = 0; e < expected.elements.size(); ++e) {
    EXPECT_EQ(found.scalers[e].mean, expected.scalers[e].mean);
    EXPECT_EQ(found.scalers[e].spread, expected.scalers[e].spread);
  }
}

TEST(NetworkFile, BackToTheLastBit) {
  const TemporaryFolder folder;
  const NetworkModel model = model_with_history();
  write_network(folder.path("network.yaml"), model);
  expect_same(read_network(folder.path("network.yaml")), model);
  NetworkModel other = random_network(elements({"Si"}), 4, Activation::gelu,
                                      {.chebyshev = {9, 5.5, -1, 4.5, 0, CoordinateKind::morse, 1.25}}, {3});
  expect_same(parse_network(network_text(other), "n.yaml"), other);
  other = random_network(
      elements({"Si"}), 4, Activation::tanh,
      {.kind = DescriptorKind::behler_parrinello, .behler_parrinello = {5, {0.1, 3}, {0, 2.5}, 4, {0.02}, {1, 8}}}, {3});
  expect_same(parse_network(network_text(other), "n.yaml"), other);
}

TEST(NetworkFile, IsFoundByItselfAndInItsFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(network_path(folder.path("")), "");
  write_network(folder.path("network.yaml"), model_with_history());
  EXPECT_EQ(network_path(folder.path("network.yaml")), folder.path("network.yaml"));
  EXPECT_EQ(network_path(folder.path("")), folder.path("") + "/network.yaml");
  EXPECT_EQ(network_path(folder.file("recipe.yaml", "title: x\n")), "");
  EXPECT_EQ(network_path(folder.path("absent")), "");
}

class DamagedNetwork : public ::testing::Test {
protected:
  /// What the reader says when one text is replaced by another.
  std::string complaint(const std::string& from, const std::string& to) const {
    std::string text = network_text(random_network(elements({"Si"}), 4, Activation::tanh, testing::small_descriptor(), {3}));
    const std::size_t at = text.find(from);
    if (at == std::string::npos) return "the file does not hold " + from;
    text.replace(at, from.size(), to);
    return message_of<InputError>([&] { parse_network(text, "n.yaml"); });
  }
};

TEST_F(DamagedNetwork, IsRefusedByName) {
  EXPECT_EQ(complaint("carillon-network", "other"), "n.yaml:2: format: 'other' is not one of: carillon-network");
  EXPECT_EQ(complaint("format_version: 1", "format_version: 9"),
            "n.yaml:3: format_version: format version 9 is not known; this program reads 1");
  EXPECT_EQ(complaint("elements: [\"Si\"]", "elements: [\"Xx\"]"), "n.yaml:4: elements[0]: 'Xx' is not an element");
  EXPECT_EQ(complaint("elements: [\"Si\"]", "elements: [\"Si\", \"C\"]"),
            "n.yaml:4: elements: expected elements in alphabetical order, none twice");
  EXPECT_EQ(complaint("history:", "extra: 1\nhistory:").substr(0, 28), "n.yaml:11: unknown key 'extr");
  EXPECT_EQ(complaint("inputs: 18", "inputs: 19"), "n.yaml:10: network.inputs: 19 inputs, but the descriptor has 18 numbers");
  EXPECT_EQ(complaint("hidden: [3]", "hidden: [0]"),
            "n.yaml:10: network.hidden[0]: expected a number of nodes between 1 and 100000");
  EXPECT_NE(complaint("hidden: [3]", "hidden: [4]").find("54 numbers, but the architecture needs 72"), std::string::npos);
  EXPECT_NE(complaint("hidden: [3]", "hidden: [3, 2]").find("2 layers, but the architecture needs 3"), std::string::npos);
  EXPECT_NE(complaint("activation: tanh", "activation: relu").find("'relu' is not one of: tanh, silu, gelu"), std::string::npos);
  EXPECT_NE(complaint("element: Si", "element: Ge").find("expected Si"), std::string::npos);
  EXPECT_NE(complaint("shift: ", "shift: nan #").find("expected a number"), std::string::npos);
  EXPECT_NE(complaint("order: 5", "order: 500").find("between 0 and 100"), std::string::npos);
}

TEST_F(DamagedNetwork, AnExchangedNumberIsSeen) {
  EXPECT_NE(complaint("shift: ", "shift: 1 #").find("the file was changed or damaged"), std::string::npos);
}

TEST(NetworkFile, ThatIsNotThere) {
  EXPECT_NE(message_of<FileError>([] { read_network("absent.yaml"); }), "");
}

}  // namespace
}  // namespace carillon
