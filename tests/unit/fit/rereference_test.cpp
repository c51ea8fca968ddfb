#include "carillon/fit/rereference.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "carillon/block/block_file.hpp"
#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/error.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "made_data.hpp"

namespace carillon {
namespace {

using testing::TemporaryFolder;

Hierarchy small_model() {
  const BasisSet basis = testing::small_basis({"C", "N"});
  Hierarchy model = compose(split_into_blocks(basis, testing::random_coefficients(basis, 3), {}));
  model.blocks[2].provenance.parents = {{"C", block_checksum(model.blocks[0])}, {"N", block_checksum(model.blocks[1])}};
  return model;
}

Structure frame_of(const std::vector<const char*>& symbols, unsigned seed) {
  return testing::random_structure(testing::elements(symbols), 6, 5.5, 1.2, seed);
}

/// What the model says of some frames, but on a level of theory where C is lower by 7 and N higher by 2 eV.
Dataset other_level(const TemporaryFolder& folder, const Hierarchy& model, const std::vector<Structure>& frames,
                    const std::string& name = "other.extxyz") {
  const ChimesPotential potential(model);
  const Element carbon = *Element::from_symbol("C");
  ExtxyzWriter writer(folder.path(name));
  for (Structure frame : frames) {
    frame.energy = potential.evaluate(frame).energy;
    for (const Element element : frame.species) *frame.energy += element == carbon ? -7.0 : 2.0;
    writer.write(frame);
  }
  writer.commit();
  return Dataset({{folder.path(name), {}}});
}

std::vector<Structure> mixed_frames() {
  return {frame_of({"C"}, 1), frame_of({"C", "N"}, 2), frame_of({"C", "C", "N"}, 3), frame_of({"N"}, 4)};
}

TEST(Rereference, RecoveryOfTheShiftBetweenTwoLevels) {
  const TemporaryFolder folder;
  const Hierarchy model = small_model();
  const Dataset data = other_level(folder, model, mixed_frames());
  const Rereferencing change = rereference(model, data, Communicator());
  EXPECT_NEAR(change.energies.shifts[0], -7, 1e-10);
  EXPECT_NEAR(change.energies.shifts[1], 2, 1e-10);
  EXPECT_EQ(change.energies.frames, 4);
  EXPECT_TRUE(change.findings.empty());

  const Hierarchy moved = shifted(model, change, "a test");
  const ChimesPotential before(model);
  const ChimesPotential after(moved);
  for (long frame = 0; frame < data.size(); ++frame) {
    const Structure structure = data.read(frame);
    EXPECT_NEAR(after.evaluate(structure).energy, *structure.energy, 1e-9);
    for (std::size_t i = 0; i < structure.size(); ++i)
      EXPECT_EQ(after.evaluate(structure).forces[i], before.evaluate(structure).forces[i]);
  }
  EXPECT_EQ(moved.blocks[2].coefficients, model.blocks[2].coefficients);
  EXPECT_EQ(moved.blocks[2].provenance.parents.at("C"), block_checksum(moved.blocks[0]));
  ASSERT_EQ(moved.blocks[0].provenance.notes.size(), 1u);
  EXPECT_TRUE(moved.blocks[0].provenance.notes[0].starts_with("energy offset shifted by -7"));
}

TEST(Rereference, OneStoichiometryIsSaidInWords) {
  const TemporaryFolder folder;
  const Hierarchy model = small_model();
  const Dataset data = other_level(folder, model, {frame_of({"C", "C", "N"}, 1), frame_of({"C", "C", "N"}, 2)});
  const Rereferencing change = rereference(model, data, Communicator());
  // 4 C and 2 N: -24 eV in all, of which the smallest shifts are (4, 2) times the same number.
  EXPECT_NEAR(change.energies.shifts[0], -24.0 * 4 / 20, 1e-10);
  EXPECT_NEAR(change.energies.shifts[1], -24.0 * 2 / 20, 1e-10);
  const std::string text = rereferencing_text(change);
  EXPECT_NE(
      text.find("Not determined: all frames have the same C:N ratio (2:1), so the energies of C and N cannot be told apart"),
      std::string::npos)
      << text;
  const auto json = nlohmann::json::parse(rereferencing_json(change));
  EXPECT_EQ(json["not_determined"].size(), 1u);
  EXPECT_NEAR(json["shifts_ev"]["C"].get<double>(), -4.8, 1e-9);
}

TEST(Rereference, FramesComputedTwice) {
  const TemporaryFolder folder;
  const Hierarchy model = small_model();
  const std::vector<Structure> frames = mixed_frames();
  const Dataset target = other_level(folder, model, frames);
  const ChimesPotential potential(model);
  ExtxyzWriter writer(folder.path("source.extxyz"));
  for (Structure frame : frames) {
    frame.energy = potential.evaluate(frame).energy;
    writer.write(frame);
  }
  writer.commit();
  const Dataset source({{folder.path("source.extxyz"), {}}});
  const Rereferencing change = rereference(source, target);
  for (long frame = 0; frame < source.size(); ++frame)
    EXPECT_NEAR(*shifted(source.read(frame), change).energy, *target.read(frame).energy, 1e-9);

  const Dataset fewer = other_level(folder, model, {frames[0], frames[1]}, "fewer.extxyz");
  EXPECT_THROW(rereference(fewer, target), InputError);
  const Dataset others =
      other_level(folder, model, {frames[0], frames[1], frame_of({"C", "C", "N"}, 9), frames[3]}, "others.extxyz");
  try {
    rereference(others, target);
    FAIL() << "other structures were taken";
  } catch (const InputError& problem) {
    EXPECT_NE(std::string(problem.what()).find("frame 2: is another structure"), std::string::npos) << problem.what();
  }
}

TEST(Rereference, ElementsWithoutAnOffsetStay) {
  const TemporaryFolder folder;
  Hierarchy model = small_model();
  const Dataset data = other_level(folder, model, mixed_frames());
  // Nitrogen without its energy offset.
  Block& nitrogen = model.blocks[1];
  std::vector<ClusterType> types;
  std::vector<double> coefficients;
  for (std::size_t t = 0; t < nitrogen.basis.types().size(); ++t) {
    const ClusterType& type = nitrogen.basis.types()[t];
    if (type.atoms() == 1) continue;
    types.push_back(type);
    const auto begin = nitrogen.coefficients.begin() + nitrogen.basis.first_column(t);
    coefficients.insert(coefficients.end(), begin, begin + type.columns());
  }
  nitrogen.basis = BasisSet(types);
  nitrogen.coefficients = coefficients;
  model.blocks[2].provenance.parents.clear();
  const Rereferencing change = rereference(model, data, Communicator());
  EXPECT_EQ(change.energies.shifts[1], 0);
  EXPECT_NE(change.energies.shifts[0], 0);
}

TEST(Rereference, DataWithoutEnergiesAreRefused) {
  const TemporaryFolder folder;
  ExtxyzWriter writer(folder.path("bare.extxyz"));
  Structure frame = frame_of({"C"}, 1);
  frame.forces = frame.positions;
  writer.write(frame);
  writer.commit();
  EXPECT_THROW(rereference(small_model(), Dataset({{folder.path("bare.extxyz"), {}}}), Communicator()), InputError);
}

}  // namespace
}  // namespace carillon
