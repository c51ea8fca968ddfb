#include "carillon/data/extxyz_comment.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

std::string value_of(const ExtxyzComment& comment, std::string_view key) {
  const auto* entry = comment.find(key);
  return entry ? entry->text() : "(absent)";
}

TEST(ExtxyzComment, KnowsQuotesBracketsAndBareWords) {
  const ExtxyzComment comment(R"(a=1 b="two words" c='it is "so"' d={1 2 3} e=[[1, 2], [3, 4]] flag f = 7 "a key"=8 g="" h=x=y)");
  EXPECT_EQ(value_of(comment, "a"), "1");
  EXPECT_EQ(value_of(comment, "b"), "two words");
  EXPECT_EQ(value_of(comment, "c"), "it is \"so\"");
  EXPECT_EQ(value_of(comment, "d"), "{1 2 3}");
  EXPECT_EQ(value_of(comment, "e"), "[[1, 2], [3, 4]]");
  EXPECT_EQ(value_of(comment, "f"), "7");
  EXPECT_EQ(value_of(comment, "a key"), "8");
  EXPECT_EQ(value_of(comment, "g"), "");
  EXPECT_EQ(value_of(comment, "h"), "x=y");
  ASSERT_NE(comment.find("flag"), nullptr);
  EXPECT_FALSE(comment.find("flag")->has_value);
  EXPECT_EQ(comment.find("absent"), nullptr);
  EXPECT_EQ(comment.entries().size(), 10u);
}

TEST(ExtxyzComment, ResolvesEscapes) {
  const ExtxyzComment comment(R"(label="a \"b\" \\ c")");
  EXPECT_EQ(value_of(comment, "label"), R"(a "b" \ c)");
}

TEST(ExtxyzComment, TakesProseForBareWords) {
  const ExtxyzComment comment("water water everywhere");
  EXPECT_EQ(comment.entries().size(), 2u);
}

TEST(ExtxyzComment, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {{R"(a="open)", "the quote before 'open' is not closed"},
                                                       {"a={1 2", "the bracket of '{1 2' is not closed"},
                                                       {"a=", "'a' has no value after '='"},
                                                       {"=3", "'=' without a key before it"},
                                                       {"a=1 a=2", "the key 'a' is given twice"},
                                                       {"a a=2", "the key 'a' is given twice"},
                                                       {R"(a="1"2)", "no blank after the value of 'a'"},
                                                       {"a={1}2", "no blank after the value of 'a'"},
                                                       {R"(a="trailing\)", "is not closed"}};
  for (const auto& [line, expected] : cases) {
    const std::string message = testing::message_of<InputError>([&] { ExtxyzComment comment(line); });
    EXPECT_NE(message.find(expected), std::string::npos) << line << "\n  gave: " << message;
  }
}

TEST(TakeListElement, SeparatesByBlanksCommasAndBrackets) {
  std::string_view rest = "[[1, 2.5],{3\t4}]";
  std::string found;
  for (auto word = take_list_element(rest); !word.empty(); word = take_list_element(rest)) found += std::string(word) + ";";
  EXPECT_EQ(found, "1;2.5;3;4;");
}

}  // namespace
}  // namespace carillon
