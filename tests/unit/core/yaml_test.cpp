#include "carillon/core/yaml.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::message_of;

Yaml parsed(const std::string& text) { return Yaml::load_text(text, "c.yaml"); }

std::string problem_of(const std::function<void()>& action) { return message_of<InputError>(action); }

const char* const recipe =
    "title: carbon\n"
    "basis:\n"
    "  order: {pair: 12, triplet: 6}\n"
    "  pairs:\n"
    "    C-C: {inner: 1.0, outer: 5.0}\n"
    "blocks:\n"
    "  - name: C\n"
    "  - name: N\n"
    "    weight: none\n"
    "empty:\n";

TEST(Yaml, ValuesAreReadByKind) {
  const Yaml yaml = parsed(recipe);
  EXPECT_EQ(yaml.at("title").string(), "carbon");
  EXPECT_EQ(yaml.at("basis").at("order").at("pair").integer(), 12);
  EXPECT_EQ(yaml.at("basis").at("pairs").at("C-C").at("inner").number(), 1.0);
  EXPECT_EQ(yaml.at("blocks").items().size(), 2U);
  EXPECT_EQ(yaml.at("blocks").items()[1].at("name").string(), "N");
  EXPECT_EQ(yaml.at("title").choice({"nitrogen", "carbon"}), "carbon");
  EXPECT_TRUE(parsed("a: true").at("a").boolean());
  EXPECT_FALSE(parsed("a: false").at("a").boolean());
  EXPECT_EQ(parsed("a: [1, 2.5e-3]").at("a").numbers(), (std::vector<double>{1, 2.5e-3}));
  EXPECT_EQ(parsed("a: [x, 'y z']").at("a").strings(), (std::vector<std::string>{"x", "y z"}));
}

TEST(Yaml, EntriesKeepTheOrderOfTheFile) {
  std::string keys;
  for (const auto& [key, value] : parsed("z: 1\na: 2\nm: 3\n").entries()) keys += key + value.string();
  EXPECT_EQ(keys, "z1a2m3");
}

TEST(Yaml, FallbacksStandInForWhatIsMissingOrNull) {
  const Yaml yaml = parsed(recipe);
  EXPECT_EQ(yaml.number_or("no", 1.5), 1.5);
  EXPECT_EQ(yaml.integer_or("no", 7), 7);
  EXPECT_TRUE(yaml.boolean_or("no", true));
  EXPECT_EQ(yaml.string_or("no", "x"), "x");
  EXPECT_EQ(yaml.string_or("title", "x"), "carbon");
  EXPECT_FALSE(yaml.has("empty")) << "a key without a value counts as missing";
  EXPECT_FALSE(yaml.find("empty"));
}

TEST(Yaml, AnUnknownKeyIsNamedWithItsLineAndTheKnownOnes) {
  const Yaml yaml = parsed(recipe);
  EXPECT_EQ(problem_of([&] { yaml.at("basis").at("order").require_keys({"pair", "quadruplet"}); }),
            "c.yaml:3: basis.order: unknown key 'triplet'; known: pair, quadruplet");
  EXPECT_EQ(problem_of([&] { yaml.at("blocks").items()[1].require_keys({"name"}); }),
            "c.yaml:9: blocks[1]: unknown key 'weight'; known: name");
  EXPECT_EQ(problem_of([&] { yaml.require_keys({"title", "basis", "empty"}); }),
            "c.yaml:6: unknown key 'blocks'; known: title, basis, empty") << "the line of the key, not of its value";
  EXPECT_NO_THROW(yaml.require_keys({"title", "basis", "blocks", "empty", "more"}));
}

TEST(Yaml, AKeyGivenTwiceIsRefusedAtAnyDepth) {
  EXPECT_EQ(problem_of([] { parsed("a: 1\nb: 2\na: 3\n"); }), "c.yaml:3: key 'a' is given twice");
  EXPECT_EQ(problem_of([] { parsed("a:\n  - b: {c: 1, c: 2}\n"); }), "c.yaml:2: key 'c' is given twice");
  EXPECT_NO_THROW(parsed("a: {c: 1}\nb: {c: 2}\n"));
}

TEST(Yaml, ValuesOfTheWrongKindNameTheirPlace) {
  const Yaml yaml = parsed("a:\n  b: word\n  n: .nan\n  z: 0\n  l: [1, x]\n");
  const Yaml a = yaml.at("a");
  EXPECT_EQ(problem_of([&] { (void)a.at("b").number(); }), "c.yaml:2: a.b: expected a number, found 'word'");
  EXPECT_EQ(problem_of([&] { (void)a.at("b").integer(); }), "c.yaml:2: a.b: expected an integer, found 'word'");
  EXPECT_EQ(problem_of([&] { (void)a.at("b").boolean(); }), "c.yaml:2: a.b: expected true or false, found 'word'");
  EXPECT_EQ(problem_of([&] { (void)a.at("n").number(); }), "c.yaml:3: a.n: expected a number, found '.nan'");
  EXPECT_EQ(problem_of([&] { (void)a.at("z").positive(); }), "c.yaml:4: a.z: expected a number above zero, found 0");
  EXPECT_EQ(problem_of([&] { (void)a.at("l").numbers(); }), "c.yaml:5: a.l[1]: expected a number, found 'x'");
  EXPECT_EQ(problem_of([&] { (void)a.at("l").string(); }), "c.yaml:5: a.l: expected a word");
  EXPECT_EQ(problem_of([&] { (void)a.at("b").items(); }), "c.yaml:2: a.b: expected a list");
  EXPECT_EQ(problem_of([&] { (void)a.at("b").choice({"x", "y"}); }), "c.yaml:2: a.b: 'word' is not one of: x, y");
  EXPECT_EQ(problem_of([&] { (void)a.at("c"); }), "c.yaml:2: a: the key 'c' is missing");
}

TEST(Yaml, NumbersThatAreNotFiniteOrNotWholeAreRefused) {
  for (const char* text : {"nan", "inf", "-inf", "1e999", "1.5x", "''", "0x10"})
    EXPECT_THROW((void)parsed(std::string("a: ") + text).at("a").number(), InputError) << text;
  for (const char* text : {"1.5", "1e3", "99999999999999999999", "yes"})
    EXPECT_THROW((void)parsed(std::string("a: ") + text).at("a").integer(), InputError) << text;
  for (const char* text : {"yes", "True", "1"}) EXPECT_THROW((void)parsed(std::string("a: ") + text).at("a").boolean(), InputError) << text;
}

TEST(Yaml, WhatIsNotYamlIsRefusedWithItsLine) {
  EXPECT_NE(problem_of([] { parsed("a: 1\nb: [1, 2\nc: 3\n"); }).find("c.yaml:3: not valid YAML"), std::string::npos);
  EXPECT_NE(problem_of([] { parsed("a: 1\n? [x, y]\n: 2\n"); }).find("c.yaml:2: a key is not a plain word"), std::string::npos);
}

TEST(Yaml, AnAnchorThatHoldsItselfIsRefused) { EXPECT_THROW(parsed("a: &x [1, *x]\n"), InputError); }

TEST(Yaml, FilesAreNamed) {
  const testing::TemporaryFolder folder;
  EXPECT_THROW(Yaml::load_file(folder.path("absent.yaml")), FileError);
  EXPECT_THROW(Yaml::load_file(folder.path("")), FileError);
  const std::string path = folder.file("a.yaml", "a: 1\n");
  EXPECT_EQ(problem_of([&] { Yaml::load_file(path).require_keys({"b"}); }), path + ":1: unknown key 'a'; known: b");
}

TEST(YamlQuoted, IdentityOfWritingAndReading) {
  for (const std::string text : {"plain", "", "with \"quotes\" and \\", "a: b # c", "two\nlines\ttab", "Å β", "'", "- x", "null"})
    EXPECT_EQ(parsed("a: " + yaml_quoted(text)).at("a").string(), text);
}

}  // namespace
}  // namespace carillon
