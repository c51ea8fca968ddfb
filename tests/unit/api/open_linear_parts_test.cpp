#include "carillon/api/open_linear_parts.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "carillon/core/error.hpp"
#include "carillon/neural/last_layer.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/neural/training_set.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::elements;

/// Two networks of carbon and nitrogen, by themselves and as a committee.
class OpenLinearParts : public ::testing::Test {
protected:
  OpenLinearParts() {
    for (const int number : {1, 2}) {
      const std::string folder = folder_.path("committee/" + std::to_string(number));
      std::filesystem::create_directories(folder);
      networks_.push_back(random_network_model(elements({"C", "N"}), {}, NetworkSpec{{3}}, static_cast<std::uint64_t>(number)));
      write_network(folder + "/network.yaml", networks_.back());
    }
  }

  testing::TemporaryFolder folder_;
  std::vector<NetworkModel> networks_;
};

TEST_F(OpenLinearParts, LabelsOfANetworkWeighAsInATrainingByDefault) {
  const LossWeights loss;
  const LabelWeights expected{.force = loss.force,
                              .energy = loss.energy,
                              .stress = loss.stress,
                              .shear = loss.stress,
                              .energy_per_atom = true,
                              .stress_times_volume = false};
  for (const LinearPart& part : open_linear_parts({folder_.path("committee")})) EXPECT_EQ(part.weights, expected);
}

TEST_F(OpenLinearParts, BeforeAnyLabelAWeightIsKnownToOneElectronVolt) {
  const std::vector<LinearPart> parts = open_linear_parts({folder_.path("committee/1")});
  const long columns = LastLayer(networks_[0]).columns();
  Matrix units(columns, columns);
  for (long k = 0; k < columns; ++k) units(k, k) = 1;
  constexpr double force_error = 0.1;  // eV/Å, for which a force row has the factor 1
  for (const double leverage : parts.front().known.leverages(units))
    EXPECT_NEAR(leverage, 1 / (force_error * force_error), 1e-10) << "variance in units of a force label's";
}

TEST_F(OpenLinearParts, RowsAreThoseOfTheLastLayer) {
  const std::vector<LinearPart> parts = open_linear_parts({folder_.path("committee")});
  ASSERT_EQ(parts.size(), 2u);
  const Structure structure = testing::random_structure(elements({"C", "N"}), 4, 4.6, 1.2, 3);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(parts[k].name, "network " + std::to_string(k + 1));
    const Eigen::MatrixXd expected = LastLayer(networks_[k]).rows(structure);
    const StructureRows rows = parts[k].rows(structure);
    ASSERT_EQ(rows.rows(), static_cast<std::size_t>(expected.rows()));
    for (std::size_t row = 0; row < rows.rows(); ++row)
      for (std::size_t column = 0; column < rows.columns(); ++column)
        EXPECT_EQ(rows.row(row)[column], expected(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)));
  }
}

TEST_F(OpenLinearParts, MeetsFramesOfKnownElementsOnly) {
  const std::vector<LinearPart> parts = open_linear_parts({folder_.path("committee/2")});
  EXPECT_EQ(parts.front().name, "network");
  FrameSummary frame;
  frame.elements = elements({"N"});
  EXPECT_TRUE(parts.front().meets(frame));
  frame.elements = elements({"C", "H"});
  EXPECT_FALSE(parts.front().meets(frame));
  EXPECT_THROW(open_linear_parts({folder_.path("committee/2")}, {"C"}), InputError);
}

}  // namespace
}  // namespace carillon
