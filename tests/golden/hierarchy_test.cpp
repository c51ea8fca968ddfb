// Identity: a published C-N potential taken apart into its blocks, stored, composed again and exported stays the same potential.

#include <gtest/gtest.h>

#include <algorithm>

#include "carillon/api/open_potential.hpp"
#include "carillon/block/block_file.hpp"
#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/exchange/chimes_params.hpp"
#include "support/largest_deviation.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::LargestDeviation;
using testing::message_of;
using testing::shared_data;
using testing::TemporaryFolder;

const std::string published = shared_data("published/force_fields/published_params.CN-hierarch.2+3+4b.Tersoff.txt");

Structure dft_frame(long number) {
  DataOptions options;
  options.format = "xyzf";
  return Dataset({{shared_data("cn/20.3percN_3.5gcc.xyzf"), options}}).read(number);
}

/// With a C-N pair 0.91 Å apart, where the published penalty acts and polynomials are continued below the inner cutoff.
Structure compressed_frame() {
  Structure frame = dft_frame(1);
  const auto index_of = [&](const char* symbol) {
    return static_cast<std::size_t>(std::find(frame.species.begin(), frame.species.end(), *Element::from_symbol(symbol)) -
                                    frame.species.begin());
  };
  frame.positions[index_of("N")] = frame.positions[index_of("C")] + 0.91 * Eigen::Vector3d(1, 2, -2) / 3;
  return frame;
}

void expect_same_bits(const Prediction& found, const Prediction& expected) {
  EXPECT_EQ(found.energy, expected.energy);
  EXPECT_EQ(found.stress, expected.stress);
  ASSERT_EQ(found.forces.size(), expected.forces.size());
  for (std::size_t i = 0; i < expected.forces.size(); ++i) EXPECT_EQ(found.forces[i], expected.forces[i]) << "atom " << i;
}

class PublishedHierarchy : public ::testing::Test {
protected:
  void SetUp() override {
    CARILLON_SKIP_WITHOUT(published);
    params_ = read_chimes_params(published);
    blocks_ = to_blocks(params_);
    ASSERT_EQ(blocks_.size(), 3u);
  }

  /// The three blocks as folders; their paths in fitting order.
  std::vector<std::string> stored_blocks(const TemporaryFolder& folder) const {
    std::vector<std::string> paths;
    for (const Block& block : blocks_) {
      paths.push_back(folder.path(block.name()));
      write_block(paths.back(), block);
    }
    return paths;
  }

  ChimesParams params_;
  std::vector<Block> blocks_;
};

TEST_F(PublishedHierarchy, TheBlocksAreCarbonNitrogenAndTheirCrossTerms) {
  EXPECT_EQ(blocks_[0].name(), "C");
  EXPECT_EQ(blocks_[1].name(), "N");
  EXPECT_EQ(blocks_[2].name(), "C-N");
  EXPECT_EQ(blocks_[0].basis.columns(), 25 + 210 + 256 + 1);
  EXPECT_EQ(blocks_[1].basis.columns(), 25 + 210 + 256 + 1);
  EXPECT_EQ(blocks_[2].basis.columns(), 3747);
}

TEST_F(PublishedHierarchy, EnergyOfTheComposedModelIsTheSumOfItsBlocks) {
  const ChimesPotential composed(compose(blocks_));
  LargestDeviation energy, force, stress;
  for (const long number : {0, 19}) {
    const Structure frame = dft_frame(number);
    const Prediction whole = composed.evaluate(frame);
    Prediction sum{0, std::vector<Eigen::Vector3d>(frame.size(), Eigen::Vector3d::Zero()), Eigen::Matrix3d::Zero()};
    for (const Block& block : blocks_) {
      const Prediction part = ChimesPotential(block.basis, block.coefficients).evaluate(frame);
      sum.energy += part.energy;
      sum.stress += part.stress;
      for (std::size_t i = 0; i < frame.size(); ++i) sum.forces[i] += part.forces[i];
    }
    energy.compare(sum.energy, whole.energy, std::abs(whole.energy), static_cast<std::size_t>(number));
    double largest_force = 0;
    for (const Eigen::Vector3d& value : whole.forces) largest_force = std::max(largest_force, value.norm());
    for (std::size_t i = 0; i < frame.size(); ++i) force.compare((sum.forces[i] - whole.forces[i]).norm(), 0, largest_force, i);
    stress.compare((sum.stress - whole.stress).norm(), 0, whole.stress.norm(), static_cast<std::size_t>(number));
  }
  energy.expect_within(1e-10, "energy_relative");
  force.expect_within(1e-10, "force_relative");
  stress.expect_within(1e-10, "stress_relative");
}

TEST_F(PublishedHierarchy, StoredBlocksComposedInAnyOrderGiveTheSameBits) {
  const TemporaryFolder folder;
  std::vector<std::string> paths = stored_blocks(folder);
  const Structure frame = compressed_frame();
  const Prediction expected = ChimesPotential(to_hierarchy(params_)).evaluate(frame);
  std::sort(paths.begin(), paths.end());
  do {
    std::vector<Block> blocks;
    for (const std::string& path : paths) blocks.push_back(read_block(path));
    expect_same_bits(ChimesPotential(compose(std::move(blocks), {params_.penalty, {}})).evaluate(frame), expected);
  } while (std::next_permutation(paths.begin(), paths.end()));
}

TEST_F(PublishedHierarchy, ThePenaltyBelongsToTheModelOnce) {
  const Structure frame = compressed_frame();
  const double without = ChimesPotential(compose(blocks_)).evaluate(frame).energy;
  const double with = ChimesPotential(to_hierarchy(params_)).evaluate(frame).energy;
  const double onset = 0.90 + 0.02;  // of the C-N pair, as the file says
  // The energies are sums of some hundred thousand terms near 1000 eV.
  EXPECT_NEAR(with - without, params_.penalty.scale * std::pow(onset - 0.91, 3), 1e-9);
}

TEST_F(PublishedHierarchy, ExportedAndReadAgainItGivesTheSameBits) {
  const TemporaryFolder folder;
  const std::string path = folder.path("exported.txt");
  const Hierarchy model = to_hierarchy(params_);
  write_chimes_params(path, model);
  const Structure frame = compressed_frame();
  expect_same_bits(open_potential({path})->evaluate(frame), ChimesPotential(model).evaluate(frame));
}

TEST_F(PublishedHierarchy, ABareCrossBlockIsRefusedWithTheNamesOfWhatIsMissing) {
  const TemporaryFolder folder;
  const std::vector<std::string> paths = stored_blocks(folder);
  const std::string expected =
      "block C-N cannot be used alone: it holds only the cross terms; the model also needs the blocks C, N";
  EXPECT_EQ(message_of<InputError>([&] { compose({blocks_[2]}); }), expected);
  EXPECT_EQ(message_of<InputError>([&] { open_potential({paths[2]}); }), expected);
  EXPECT_NE(message_of<InputError>([&] {
              open_potential({paths[2], paths[0]});
            }).find("also needs the block N"),
            std::string::npos);
  EXPECT_NO_THROW(open_potential(paths));
}

}  // namespace
}  // namespace carillon
