#pragma once

#include "carillon/data/dataset.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon::testing {

/// Frames to write: so many of one label and size, with energy, forces and stress of no meaning.
struct MadeFrames {
  std::string label;
  std::vector<const char*> symbols;
  std::size_t atoms = 4;
  int count = 1;
};

inline Structure made_frame(const MadeFrames& frames, unsigned seed) {
  Structure frame = random_structure(elements(frames.symbols), frames.atoms, 5, 1.2, seed);
  frame.label = frames.label;
  frame.energy = -1.0 - seed;
  frame.forces = frame.positions;
  frame.stress = Eigen::Matrix3d::Identity();
  return frame;
}

inline Dataset made_dataset(const TemporaryFolder& folder, const std::vector<MadeFrames>& groups) {
  const std::string path = folder.path("made.extxyz");
  ExtxyzWriter writer(path);
  unsigned seed = 1;
  for (const MadeFrames& group : groups)
    for (int k = 0; k < group.count; ++k) writer.write(made_frame(group, seed++));
  writer.commit();
  return Dataset({{path, {}}});
}

inline std::vector<long> all_frames(const Dataset& data) {
  std::vector<long> frames;
  for (long frame = 0; frame < data.size(); ++frame) frames.push_back(frame);
  return frames;
}

}  // namespace carillon::testing
