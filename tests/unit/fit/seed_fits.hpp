#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "carillon/block/block_file.hpp"
#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/fit/pipeline.hpp"
#include "support/fit_observers.hpp"
#include "support/largest_deviation.hpp"
#include "support/temporary_file.hpp"

namespace carillon::testing {

/// Fits of tiny hierarchies to the C-N frames that ship with the project, and what their models predict.
class SeedFits : public ::testing::Test {
protected:
  static std::string seed_file() { return std::string(CARILLON_SOURCE_DIR) + "/validation/data/cn_pbe_d2_seed/frames.extxyz"; }

  std::string recipe_text(const std::string& tail, const std::vector<std::string>& files = {seed_file()}) const {
    std::string text = "data:\n";
    for (const std::string& file : files) text += "  - {file: " + file + "}\n";
    return text + R"(
basis:
  smoothing: {kind: tersoff, fraction: 0.75}
  order: {pair: 4, triplet: 3}
  pairs:
    C-C: {inner: 0.90, outer: 3.5, lambda: 1.4}
    N-N: {inner: 0.85, outer: 3.5, lambda: 1.1}
    C-N: {inner: 0.87, outer: 3.5, lambda: 1.34}
)" + tail;
  }

  FitResult fit(const std::string& tail, const std::vector<std::string>& files = {seed_file()},
                const ParentEvidence& older = {}) const {
    const Recipe recipe = parse_recipe(recipe_text(tail, files), "r.yaml", folder_.path(""));
    const Dataset data(recipe.data);
    std::vector<long> frames;
    for (long frame = 0; frame < data.size(); ++frame) frames.push_back(frame);
    return run_fit(recipe, data, frames, Communicator(), silent_observer(), nullptr, older);
  }

  /// Writes a block of a fit, and returns its folder.
  std::string store(const FitResult& result, const std::string& block, const std::string& name) const {
    const auto found =
        std::find_if(result.model.blocks.begin(), result.model.blocks.end(), [&](const Block& b) { return b.name() == block; });
    write_block(folder_.path(name), *found);
    return folder_.path(name);
  }

  /// The frames of some labels as a file of their own.
  std::string file_of(const std::string& name, const std::vector<std::string>& labels) const {
    std::ifstream all(seed_file());
    std::ostringstream some;
    std::string line;
    while (std::getline(all, line)) {
      std::string frame = line + "\n";
      const long atoms = std::stol(line);
      std::getline(all, line);
      const bool wanted = std::any_of(labels.begin(), labels.end(), [&](const std::string& label) {
        return line.find("config_type=" + label) != std::string::npos;
      });
      frame += line + "\n";
      for (long atom = 0; atom < atoms; ++atom) {
        std::getline(all, line);
        frame += line + "\n";
      }
      if (wanted) some << frame;
    }
    return folder_.file(name, some.str());
  }

  /// Energies, forces and stresses of every eighth frame, by blocks that need not be a whole model.
  static std::vector<double> predictions(const std::vector<Block>& blocks) {
    const ChimesPotential potential(joined_basis(blocks), joined_coefficients(blocks));
    const Dataset data({{seed_file(), {}}});
    std::vector<double> out;
    for (long frame = 3; frame < data.size(); frame += 8) {
      const Prediction prediction = potential.evaluate(data.read(frame));
      out.push_back(prediction.energy);
      for (const Eigen::Vector3d& force : prediction.forces) out.insert(out.end(), force.begin(), force.end());
      for (int i = 0; i < 9; ++i) out.push_back(prediction.stress(i / 3, i % 3));
    }
    return out;
  }
  static std::vector<double> predictions(const FitResult& result) { return predictions(result.model.blocks); }

  /// The limit that refits have to meet (issue: 1e-9), against 1 eV, 1 eV/Å and 1 eV/Å³ or the value where it is larger.
  static void expect_same(const std::vector<double>& found, const std::vector<double>& expected, const std::string& name) {
    ASSERT_EQ(found.size(), expected.size());
    LargestDeviation deviation;
    for (std::size_t k = 0; k < found.size(); ++k)
      deviation.compare(found[k], expected[k], std::max(1.0, std::abs(expected[k])), k);
    deviation.expect_within(1e-9, name);
  }
  static double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0;
    for (std::size_t k = 0; k < a.size(); ++k) largest = std::max(largest, std::abs(a[k] - b[k]));
    return largest;
  }

  TemporaryFolder folder_;
};

}  // namespace carillon::testing
