#include "carillon/core/text_reader.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::TemporaryFolder;

std::vector<std::string> all_lines(std::string_view text) {
  std::vector<std::string> out;
  LineReader reader(text);
  for (std::string_view line; reader.next(line);) out.emplace_back(line);
  EXPECT_EQ(reader.line_number(), static_cast<long>(out.size()));
  return out;
}

TEST(TextFile, HoldsTheBytesOfTheFile) {
  const TemporaryFolder folder;
  const std::string text("one\ntwo\0three", 13);
  const TextFile file(folder.file("a.txt", text));
  EXPECT_EQ(file.text(), text);
  EXPECT_EQ(TextFile(folder.file("empty.txt", "")).text(), "");
}

TEST(TextFile, BadFilesAreNamed) {
  const TemporaryFolder folder;
  const std::string absent = folder.path("absent.txt");
  EXPECT_NE(testing::message_of<FileError>([&] { TextFile file(absent); }).find(absent + ": cannot be opened"),
            std::string::npos);
  EXPECT_THROW(TextFile(folder.path("")), FileError);
}

TEST(LineReader, KnowsBothLineEndings) {
  EXPECT_EQ(all_lines("a\nb\r\n\nc"), (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_EQ(all_lines("a\n"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(all_lines("\n"), (std::vector<std::string>{""}));
  EXPECT_TRUE(all_lines("").empty());
}

TEST(LineReader, IdentityGoesOnFromAnOffset) {
  const std::string_view text = "first\nsecond\nthird\n";
  LineReader whole(text);
  std::string_view line;
  ASSERT_TRUE(whole.next(line));
  LineReader later(text, whole.offset(), whole.line_number());
  std::string_view again;
  while (whole.next(line)) {
    ASSERT_TRUE(later.next(again));
    EXPECT_EQ(line, again);
    EXPECT_EQ(whole.line_number(), later.line_number());
  }
  EXPECT_FALSE(later.next(again));
}

TEST(Words, AreSeparatedByBlanksAndTabs) {
  const auto words = split_words("  a\tbc   d ");
  ASSERT_EQ(words.size(), 3u);
  EXPECT_EQ(words[0], "a");
  EXPECT_EQ(words[1], "bc");
  EXPECT_EQ(words[2], "d");
  EXPECT_TRUE(split_words(" \t ").empty());
  EXPECT_EQ(trim(" \t a b \r"), "a b");
  EXPECT_EQ(trim(" \t "), "");
}

TEST(ParseDouble, ReadsWhatProgramsWrite) {
  const std::pair<const char*, double> cases[] = {{"1", 1.0},      {"-0.25", -0.25},     {"+3.5", 3.5},       {".5", 0.5},
                                                  {"5.", 5.0},     {"1e-5", 1e-5},       {"1.0D-03", 1.0e-3}, {"2.5d+2", 250.0},
                                                  {"-1.D0", -1.0}, {"6.02E23", 6.02e23}, {"+1.5d1", 15.0}};
  for (const auto& [word, expected] : cases) {
    double value = 0;
    EXPECT_TRUE(parse_double(word, value)) << word;
    EXPECT_EQ(value, expected) << word;
  }
}

TEST(ParseDouble, GivesNonFiniteNumbersToTheCaller) {
  double value = 0;
  EXPECT_TRUE(parse_double("nan", value) && std::isnan(value));
  EXPECT_TRUE(parse_double("-inf", value) && std::isinf(value));
}

TEST(ParseDouble, RefusesEverythingElse) {
  double value = 0;
  for (const char* word :
       {"", "+", "-", "abc", "1.0x", "1e", "1d", "1.0D", "1.0D+", "1.0Dx", "1,5", "--1", "+-1", "++1", "0x10", " 1", "1 "})
    EXPECT_FALSE(parse_double(word, value)) << '"' << word << '"';
  EXPECT_FALSE(parse_double("1." + std::string(100, '0') + "d0", value)) << "too long for a Fortran number";
}

TEST(ParseLong, ReadsWholeWordsOnly) {
  long value = 0;
  EXPECT_TRUE(parse_long("-12", value) && value == -12);
  EXPECT_TRUE(parse_long("+7", value) && value == 7);
  for (const char* word : {"", "+", "1.0", "1e3", "12a", "99999999999999999999", "+-1"})
    EXPECT_FALSE(parse_long(word, value)) << word;
}

TEST(Utf8, IsToldFromOtherBytes) {
  for (const char* text : {"", "C-N", "Å", "1 µs \t", "\xED\x9F\xBF", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(text)) << text;
  // Latin-1, a lone following byte, sequences cut short, overlong forms, a surrogate, beyond the last character.
  for (const char* bytes : {"\xFC", "fl\xFCssig", "\x80", "\xC3", "a\xE2\x82", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF",
                            "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x28\xA1"})
    EXPECT_FALSE(is_utf8(bytes)) << bytes;
}

TEST(ExactText, IdentityReadsBackToTheLastBit) {
  std::mt19937_64 engine(7);
  for (int i = 0; i < 100000; ++i) {
    const double value = std::bit_cast<double>(static_cast<std::uint64_t>(engine()));
    if (!std::isfinite(value)) continue;
    double again = 0;
    ASSERT_TRUE(parse_double(exact_text(value), again)) << exact_text(value);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(again)) << exact_text(value);
  }
  for (const double value : {0.0, -0.0, std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()}) {
    double again = 1;
    ASSERT_TRUE(parse_double(exact_text(value), again));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(again));
  }
  EXPECT_EQ(exact_text(0.1), "0.1");
}

}  // namespace
}  // namespace carillon
