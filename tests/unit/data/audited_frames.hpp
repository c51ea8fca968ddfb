#pragma once

// Data sets that differ from sound ones in one thing, for the tests of the checks.

#include <random>
#include <vector>

#include "carillon/data/dataset.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "carillon/data/frame_facts.hpp"
#include "support/temporary_file.hpp"

namespace carillon::testing {

/// Atoms anywhere in a cube of 6 Å with random labels: the checks of module data do not ask for physics.
inline Structure labelled_frame(const std::vector<const char*>& symbols, unsigned seed, const std::string& label = "liquid") {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> place(0, 6);
  std::normal_distribution<double> normal;
  Structure frame;
  frame.cell.vectors = 6 * Eigen::Matrix3d::Identity();
  frame.cell.periodic = {true, true, true};
  frame.label = label;
  frame.energy = -10.0 * static_cast<double>(symbols.size()) + normal(generator);
  frame.forces.emplace();
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const char* symbol : symbols) {
    frame.species.push_back(*Element::from_symbol(symbol));
    frame.positions.emplace_back(place(generator), place(generator), place(generator));
    frame.forces->emplace_back(normal(generator), normal(generator), normal(generator));
    sum += frame.forces->back();
  }
  for (Eigen::Vector3d& force : *frame.forces) force -= sum / static_cast<double>(symbols.size());
  frame.stress = normal(generator) * Eigen::Matrix3d::Identity();
  return frame;
}

inline Dataset dataset_of(const TemporaryFolder& folder, const std::vector<Structure>& frames) {
  const std::string path = folder.path("audited.extxyz");
  ExtxyzWriter writer(path);
  for (const Structure& frame : frames) writer.write(frame);
  writer.commit();
  return Dataset({{path, {}}});
}

inline std::vector<FrameFacts> facts_of(const Dataset& data) {
  std::vector<FrameFacts> out;
  for (long frame = 0; frame < data.size(); ++frame) out.push_back(frame_facts(data.read(frame), data.elements()));
  return out;
}

}  // namespace carillon::testing
