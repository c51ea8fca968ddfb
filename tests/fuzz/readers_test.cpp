#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/data/extxyz_comment.hpp"
#include "carillon/data/frame_format.hpp"
#include "carillon/data/trajectory_list.hpp"
#include "support/temporary_file.hpp"

/// Fuzz: valid files, damaged at random with fixed seeds. A reader may take them or throw a carillon::Error; anything else,
/// another exception, a crash or a sanitizer's complaint, is a bug.
namespace carillon {
namespace {

const std::string extended =
    "2\nLattice=\"4 0 0.5 0 5 0 0 0 6\" Properties=species:S:1:pos:R:3:forces:R:3:tag:I:1 energy=-12.25 stress=\"1e-3 0 0 0 2e-3 "
    "0 0 0 "
    "3e-3\" config_type=\"two words\" flag ints=[1, 2, 3] pbc=\"T F T\" temperature=300\nC 0 0 0 1 2 3 1\nN 1.5 1.5 1.5 -1 -2 -3 "
    "2\n"
    "1\nvirial={1 0 0 0 1 0 0 0 1} Lattice=\"3 0 0 0 3 0 0 0 3\" REF_energy=1\nHe 0 0 0\n";
const std::string field =
    "2\nNON_ORTHO 4 0 0.5 0 5 0 0 0 6 64.3 59.9 59.4 1.2 0.9 6.8 -36267.3\nC 0.03 6.3 9.4 0.038 -0.06 0.02\nN 1.0D-03 1 1 1d0 1 "
    "1\n"
    "1\n5 5 5\nO 0 0 0 1 1 1\n";
const std::string plain = "2\n4 0 0.5 0 5 0 0 0 6\nC 0 0 0\nN 1.5e0 1.5 -1.5\n1\n3 0 0 0 3 0 0 0 3\nHe 0 0 0\n";

/// One random damage: bytes changed, cut, doubled, moved, or a nasty word put in.
void damage(std::string& text, std::mt19937_64& engine) {
  static const std::vector<std::string> nasty = {"nan",
                                                 "-inf",
                                                 "1e400",
                                                 "1e308",
                                                 "-1",
                                                 "0",
                                                 "99999999999999999999",
                                                 "\"",
                                                 "'",
                                                 "{",
                                                 "[[",
                                                 "=",
                                                 "\\",
                                                 "\n",
                                                 "\r\n",
                                                 "\t",
                                                 ":",
                                                 "NON_ORTHO",
                                                 "d",
                                                 "T",
                                                 "energy=1 ",
                                                 std::string(1, '\0'),
                                                 "\xff",
                                                 "Properties=",
                                                 "Lattice=",
                                                 "pbc=",
                                                 " "};
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(engine() % bound); };
  const std::size_t at = below(text.size() + 1);
  const std::size_t length = below(12);
  switch (engine() % 6) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(engine() % 256);
      break;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.insert(at, text.substr(below(text.size() + 1), length));
      break;
    case 3:
      text.insert(at, nasty[below(nasty.size())]);
      break;
    case 4:
      text.resize(at);
      break;
    default:
      text.replace(at, std::min(length, text.size() - at), nasty[below(nasty.size())]);
      break;
  }
}

std::string damaged(const std::string& text, std::mt19937_64& engine) {
  std::string out = text;
  for (std::size_t n = 1 + engine() % 4; n > 0; --n) damage(out, engine);
  return out;
}

/// Runs `read` on damaged copies; returns how many it refused.
template <class Read>
int refusals(const std::string& text, std::uint64_t seed, int rounds, Read read) {
  std::mt19937_64 engine(seed);
  int refused = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string input = damaged(text, engine);
    // Memory of exactly its size, so that a read past its end is seen by the address sanitizer.
    const std::vector<char> exact(input.begin(), input.end());
    try {
      read(std::string_view(exact.data(), exact.size()));
    } catch (const Error& problem) {
      EXPECT_FALSE(std::string(problem.what()).empty());
      ++refused;
    } catch (const std::exception& problem) {
      ADD_FAILURE() << "round " << round << ": " << problem.what() << " from\n" << input;
    }
  }
  return refused;
}

constexpr int rounds = 4000;

void expect_some_of_both(int refused) {
  EXPECT_GT(refused, rounds / 10);
  EXPECT_LT(refused, rounds * 99 / 100) << "the damage leaves nothing readable, so it tests little";
}

TEST(Fuzz, FrameFormats) {
  const std::pair<const char*, const std::string*> cases[] = {{"extxyz", &extended}, {"xyzf", &field}, {"plain_xyz", &plain}};
  for (const auto& [name, text] : cases) {
    const auto format = make_frame_format(name, {});
    const auto read_all = [&](std::string_view input) {
      FrameLines lines(input, name);
      Structure frame;
      while (format->read(lines, frame)) {
        ASSERT_EQ(frame.positions.size(), frame.size());
        ASSERT_TRUE(!frame.forces || frame.forces->size() == frame.size());
        for (const auto& position : frame.positions) ASSERT_TRUE(position.allFinite());
        ASSERT_TRUE(!frame.stress || frame.stress->allFinite());
      }
    };
    expect_some_of_both(refusals(*text, 101, rounds, read_all));
  }
}

TEST(Fuzz, DetectionOfTheFormat) {
  for (const std::string* text : {&extended, &field, &plain})
    refusals(*text, 102, rounds, [](std::string_view input) { (void)detect_frame_format("a.xyz", input); });
}

TEST(Fuzz, ExtxyzComment) {
  const std::string header = extended.substr(2, extended.find('\n', 2) - 2);
  expect_some_of_both(refusals(header, 103, rounds, [](std::string_view input) {
    const ExtxyzComment comment(input);
    for (const auto& entry : comment.entries()) (void)entry.text();
  }));
}

TEST(Fuzz, DatasetsAndTrajectoryLists) {
  const testing::TemporaryFolder folder;
  folder.file("a.xyzf", field);
  refusals("1\n2 a.xyzf liquid 6000\n", 104, 500, [&](std::string_view input) {
    const Dataset data(read_trajectory_list(folder.file("list", input)));
    for (long i = 0; i < data.size(); ++i) (void)data.read(i);
  });
  refusals("300\n400\n", 105, 500, [&](std::string_view input) {
    DataSource source{folder.path("a.xyzf")};
    source.options.temperature_file = folder.file("a.temps", input);
    const Dataset data({source});
  });
}

}  // namespace
}  // namespace carillon
