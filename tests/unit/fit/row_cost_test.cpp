#include "carillon/fit/row_cost.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "carillon/fit/row_units.hpp"
#include "carillon/geometry/cluster_list.hpp"
#include "unit/fit/made_data.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::random_basis;
using testing::random_structure;
using testing::TemporaryFolder;

/// Frames of carbon and nitrogen: [atoms, edge of the cell in Å].
Dataset frames_of(const TemporaryFolder& folder, const std::vector<std::pair<std::size_t, double>>& sizes) {
  ExtxyzWriter writer(folder.path("made.extxyz"));
  unsigned seed = 1;
  for (const auto& [atoms, edge] : sizes) {
    Structure frame = random_structure(elements({"C", "N"}), atoms, edge, 0.3, seed++);
    frame.label = "one";
    frame.energy = 1;
    frame.forces = frame.positions;
    writer.write(frame);
  }
  writer.commit();
  return Dataset({{folder.path("made.extxyz"), {}}});
}

BasisSet triplet_basis(double cutoff, int order = 2) {
  std::vector<ClusterType> types;
  for (const auto& members :
       {elements({"C", "C", "C"}), elements({"C", "C", "N"}), elements({"C", "N", "N"}), elements({"N", "N", "N"})})
    types.emplace_back(members, order, std::vector<Slot>(3, Slot{0.5, cutoff, 1.4}), RadialForm{});
  return BasisSet(types);
}

/// Triplets all of whose distances are within the cutoff, counted one by one.
double counted_triplets(const Structure& frame, double cutoff) {
  const NeighborList neighbors(frame, cutoff);
  long thrice = 0;
  for (std::size_t i = 0; i < frame.size(); ++i)
    for (const Neighbor& one : neighbors.neighbors(i))
      for (const Neighbor& other : neighbors.neighbors(i))
        thrice += &one < &other && (one.displacement - other.displacement).norm() < cutoff;
  return static_cast<double>(thrice) / 3;
}

// Oracle: counting. Atoms are at random, all but ideally.
TEST(RowCost, ClustersAreThoseOfAnIdealGas) {
  const TemporaryFolder folder;
  const Dataset data = frames_of(folder, {{300, 15}, {150, 15}});
  const double cutoff = 4;
  const RowCost cost(triplet_basis(cutoff));
  for (long frame = 0; frame < 2; ++frame) {
    const double counted = counted_triplets(data.read(frame), cutoff);
    EXPECT_NEAR(cost.clusters(data.summary(frame)), counted, 0.1 * counted) << frame;
  }
}

TEST(RowCost, ClustersGrowWithAtomsAndDensityAndNeedAllElements) {
  const BasisSet basis = random_basis(elements({"C", "N"}));
  const RowCost cost(basis);
  FrameSummary frame;
  frame.elements = elements({"C", "N"});
  frame.atoms = 200;
  frame.counts = {150, 50};
  frame.volume = 2000;
  FrameSummary twice = frame;
  twice.atoms = 400;
  twice.counts = {300, 100};
  twice.volume = 4000;
  EXPECT_NEAR(cost.clusters(twice), 2 * cost.clusters(frame), 1e-9 * cost.clusters(twice));
  FrameSummary dense = frame;
  dense.volume = 1000;
  EXPECT_GT(cost.clusters(dense), 4 * cost.clusters(frame)) << "between the square and the cube of the density";
  EXPECT_LT(cost.clusters(dense), 8 * cost.clusters(frame));
  FrameSummary other = frame;
  other.elements = elements({"H"});
  other.counts = {200};
  EXPECT_EQ(cost.clusters(other), 0);
  FrameSummary alone = frame;
  alone.volume = 0;
  EXPECT_NEAR(cost.clusters(alone), cost.clusters(frame), 1e-9 * cost.clusters(frame)) << "10 Å3 an atom without a cell";
}

// Four dense, large frames among forty sparse, small ones: equal numbers would put small ones beside the large ones.
TEST(RowCost, UnitsOfAMixtureCostAboutTheSame) {
  const TemporaryFolder folder;
  std::vector<std::pair<std::size_t, double>> sizes(40, {12, 9});
  sizes.insert(sizes.begin(), 4, {60, 6});
  const Dataset data = frames_of(folder, sizes);
  const BasisSet basis = triplet_basis(4, 4);
  const RowCost cost(basis);
  StepSpec step;
  step.solver.options.strength = Strength::given;
  const auto spread = [&](const std::vector<RowUnit>& units) {
    std::vector<double> costs;
    for (const RowUnit& unit : units) costs.push_back(cost_of_unit(unit, data, step.weights, cost));
    const double mean = std::accumulate(costs.begin(), costs.end(), 0.0) / static_cast<double>(costs.size());
    return *std::max_element(costs.begin(), costs.end()) / mean;
  };
  const std::vector<long> frames = testing::all_frames(data);
  const std::vector<RowUnit> units = divide_into_units(data, frames, step, cost);
  std::vector<long> seen;
  for (const RowUnit& unit : units) {
    EXPECT_FALSE(unit.frames.empty());
    seen.insert(seen.end(), unit.frames.begin(), unit.frames.end());
  }
  EXPECT_EQ(seen, frames);
  ASSERT_GE(units.size(), 2u);
  std::vector<RowUnit> equal_counts(units.size());
  for (std::size_t k = 0; k < frames.size(); ++k) equal_counts[k * units.size() / frames.size()].frames.push_back(frames[k]);
  EXPECT_LT(spread(units), 0.8 * spread(equal_counts));
}

}  // namespace
}  // namespace carillon
