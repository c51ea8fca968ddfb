#include "carillon/api/open_potential.hpp"

#include <gtest/gtest.h>

#include "carillon/block/block_file.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/exchange/chimes_params.hpp"
#include "carillon/neural/network_file.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;
using testing::random_basis;
using testing::random_coefficients;
using testing::random_structure;
using testing::TemporaryFolder;

/// A carbon-nitrogen model as blocks, as a model folder and as a params.txt.
class OpenPotential : public ::testing::Test {
protected:
  OpenPotential() {
    const BasisSet basis = random_basis(elements({"C", "N"}), {.triplet_order = 3, .quadruplet_order = 2});
    model_ = compose(split_into_blocks(basis, random_coefficients(basis, 5), {}));
    for (const Block& block : model_.blocks) write_block(folder_.path(block.name()), block);
    write_model(folder_.path("model"), model_);
    write_chimes_params(folder_.path("params.txt"), model_);
  }

  std::vector<std::string> paths(const std::vector<const char*>& names) const {
    std::vector<std::string> out;
    for (const char* name : names) out.push_back(folder_.path(name));
    return out;
  }
  template <class Problem>
  std::string problem_with(const std::vector<const char*>& names) const {
    return message_of<Problem>([&] { open_potential(paths(names)); });
  }

  TemporaryFolder folder_;
  Hierarchy model_;
};

TEST_F(OpenPotential, AllFormsOfAModelGiveTheSameEnergy) {
  const Structure structure = random_structure(elements({"C", "N"}), 8, 4.6, 1.2, 3);
  const double expected = open_potential(paths({"model"}))->evaluate(structure).energy;
  EXPECT_EQ(open_potential(paths({"C", "N", "C-N"}))->evaluate(structure).energy, expected);
  EXPECT_EQ(open_potential(paths({"C-N", "C", "N"}))->evaluate(structure).energy, expected);
  // Units are changed on writing and back on reading: one rounding a coefficient.
  EXPECT_NEAR(open_potential(paths({"params.txt"}))->evaluate(structure).energy, expected, 1e-12 * std::abs(expected));
}

TEST_F(OpenPotential, ASingleElementsBlockIsAModel) { EXPECT_EQ(open_potential(paths({"C"}))->elements(), elements({"C"})); }

TEST_F(OpenPotential, ABareCrossBlockIsRefused) {
  EXPECT_EQ(problem_with<InputError>({"C-N"}),
            "block C-N cannot be used alone: it holds only the cross terms; the model also needs the blocks C, N");
}

TEST_F(OpenPotential, AnIncompleteSetIsRefused) {
  EXPECT_EQ(problem_with<InputError>({"N", "C-N"}),
            "the blocks N, C-N are not a whole model: the model also needs the block C, unless named as absent (compose "
            "--absent, absent_blocks in a recipe)");
  EXPECT_NE(problem_with<InputError>({"C", "N"}).find("the model also needs the block C-N"), std::string::npos);
  EXPECT_NE(problem_with<InputError>({"C", "C", "N", "C-N"}), "");
}

TEST_F(OpenPotential, PathsThatAreNoModelAreNamed) {
  EXPECT_EQ(message_of<InputError>([] { open_potential({}); }), "no model given");
  EXPECT_EQ(problem_with<FileError>({"absent"}), folder_.path("absent") + ": cannot be opened: no such file or folder");
  std::filesystem::create_directory(folder_.path("empty"));
  EXPECT_EQ(problem_with<InputError>({"empty"}),
            folder_.path("empty") + ": is neither a model folder (model.yaml) nor a block folder (block.yaml)");
  folder_.file("notes.txt", "hello\n");
  EXPECT_EQ(problem_with<InputError>({"notes.txt"}).rfind(folder_.path("notes.txt"), 0), 0u);
}

/// Networks in the folders 1, 2, ... of a committee.
class OpenCommittee : public OpenPotential {
protected:
  OpenCommittee() {
    for (const char* name : {"1", "2", "3"}) {
      std::filesystem::create_directories(folder_.path("committee/") + name);
      write_network(folder_.path("committee/") + name + "/network.yaml",
                    random_network_model(elements({"C", "N"}), {}, NetworkSpec{{3}}, static_cast<std::uint64_t>(*name)));
    }
  }
  double energy(const std::vector<const char*>& names) const { return open_potential(paths(names))->evaluate(structure_).energy; }

  Structure structure_ = random_structure(elements({"C", "N"}), 4, 4.6, 1.2, 3);
};

TEST_F(OpenCommittee, IsItsFolderOrItsNetworks) {
  const double mean = (energy({"committee/1"}) + energy({"committee/2"}) + energy({"committee/3/network.yaml"})) / 3;
  EXPECT_NEAR(energy({"committee"}), mean, 1e-12 * std::abs(mean));
  EXPECT_EQ(energy({"committee/1", "committee/2", "committee/3/network.yaml"}), energy({"committee"}));
  EXPECT_EQ(committee_members(paths({"committee"})), paths({"committee/1", "committee/2", "committee/3"}));
  EXPECT_TRUE(committee_members(paths({"committee/1"})).empty());
  EXPECT_TRUE(committee_members(paths({"C", "N", "C-N"})).empty());
  EXPECT_TRUE(committee_members(paths({"model"})).empty());
}

TEST_F(OpenCommittee, IsNotOpenedBeforeItsTrainingHasComeToItsEnd) {
  folder_.file("committee/checkpoint", "x\n");
  EXPECT_EQ(problem_with<InputError>({"committee"}),
            folder_.path("committee") + ": a committee whose training was interrupted; run 'carillon train' again");
}

TEST_F(OpenCommittee, NetworksAndBlocksDoNotMix) {
  EXPECT_EQ(problem_with<InputError>({"C", "committee/1"}),
            folder_.path("committee/1") + ": is a network; expected a model of blocks");
  EXPECT_EQ(message_of<InputError>([&] { open_model(paths({"committee"})); }),
            folder_.path("committee") + ": is a committee of networks; expected a model of blocks");
}

TEST_F(OpenPotential, SeveralPathsMustAllBeBlocks) {
  for (const char* other : {"model", "params.txt", "absent"})
    EXPECT_EQ(problem_with<InputError>({"C", other}),
              folder_.path(other) + ": is not a block folder (block.yaml); several inputs must all be blocks of one model");
}

}  // namespace
}  // namespace carillon
