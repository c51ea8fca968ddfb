#include "carillon/data/data_spec.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::message_of;
using testing::TemporaryFolder;

SplitSpec spec(const std::string& text) { return read_split_spec(Yaml::load_text(text, "r.yaml")); }

/// Six frames, labels a a b b c c.
class SplitFrames : public ::testing::Test {
protected:
  SplitFrames() {
    std::string text;
    for (const char* label : {"a", "a", "b", "b", "c", "c"})
      text += std::string("1\nProperties=species:S:1:pos:R:3 energy=1 config_type=") + label + "\nC 0 0 0\n";
    data_ = std::make_unique<Dataset>(std::vector<DataSource>{{folder_.file("f.extxyz", text)}});
  }
  TemporaryFolder folder_;
  std::unique_ptr<Dataset> data_;
};

TEST_F(SplitFrames, OfSomeFramesOnlyNamesFramesOfTheWholeSet) {
  const std::vector<long> among = {0, 2, 3, 5};
  const Split by_label = split_frames(spec("{labels: [b]}"), *data_, among);
  EXPECT_EQ(by_label.test, (std::vector<long>{2, 3}));
  EXPECT_EQ(by_label.train, (std::vector<long>{0, 5}));
  const Split by_frame = split_frames(spec("{frames: [5]}"), *data_, among);
  EXPECT_EQ(by_frame.test, (std::vector<long>{5}));
  EXPECT_EQ(by_frame.train, (std::vector<long>{0, 2, 3}));
  const Split by_fraction = split_frames(spec("{fraction: 0.5, seed: 2, stratified: false}"), *data_, among);
  EXPECT_EQ(by_fraction.test.size(), 2u);
  EXPECT_EQ(split_frames({}, *data_, among).train, among);
}

TEST_F(SplitFrames, AFrameThatIsNotAmongThem) {
  EXPECT_EQ(message_of<InputError>([&] { split_frames(spec("{frames: [1]}"), *data_, {0, 2}); }), "frame 1 is kept out already");
  EXPECT_NE(message_of<InputError>([&] { split_frames(spec("{frames: [6]}"), *data_, {0, 2}); }), "");
  EXPECT_NE(message_of<InputError>([&] { split_frames(spec("{labels: [c]}"), *data_, {0, 2}); }), "");
}

TEST(SplitSpec, TextAndBack) {
  for (const char* text : {"{fraction: 0.25, seed: 3, stratified: false}", "{labels: [\"a b\", \"c\"]}", "{frames: [1, 4]}"})
    EXPECT_EQ(split_spec_yaml(spec(text)), text);
  EXPECT_EQ(split_spec_yaml({}), "");
}

}  // namespace
}  // namespace carillon
