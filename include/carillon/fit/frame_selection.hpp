#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "carillon/block/hierarchy.hpp"
#include "carillon/core/progress.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/evidence/block_posterior.hpp"

namespace carillon {

enum class SelectionMethod {
  d_optimal,       ///< the frame that adds most information, given those chosen before it
  farthest_point,  ///< the frame farthest from those chosen before it
  random,
};
/// `d-optimal`, `farthest-point`, `random`.
/// @throws InputError  another name; the message lists the known ones
SelectionMethod selection_method_from_name(const std::string& name);
std::string selection_method_name(SelectionMethod method);
std::vector<std::string> selection_method_names();

struct SelectionOptions {
  SelectionMethod method = SelectionMethod::d_optimal;
  long budget = 10;                 ///< frames to choose, at most
  std::uint64_t seed = 1;           ///< of the random choice
  std::vector<std::string> blocks;  ///< to choose for; empty: all that have a posterior
  bool forces_only = false;         ///< gains of force labels alone, without energy and stress
  bool per_atom = false;            ///< gains divided by the frame's number of atoms: where labels cost by the atom

  /// Told the extrapolation_grades of a frame's atoms by a block, when the frame is looked at for the first time: d_optimal looks
  /// at all, the other methods at those they choose. May be empty.
  std::function<void(long frame, const std::string& block, std::span<const double> grades)> observe_grades = {};
};

/// The atom that lies farthest from what a block knows.
struct ExtrapolationPeak {
  std::string block;
  long atom = 0;     ///< 0-based
  double grade = 0;  ///< of extrapolation, before anything was chosen
};

struct ChosenFrame {
  long frame = 0;                       ///< of the pool
  double gain = 0;                      ///< nats, of the labels of this frame given those of the frames before it
  std::map<std::string, double> gains;  ///< the same by block
  ExtrapolationPeak peak;
};

/// Chooses the frames of a pool that are most worth labelling, in order.
///
/// Blocks count as independent of each other: a frame's gain is the sum of its gains for them (Information::gain). The greedy
/// choice has at least 1 - 1/e of the best one's gain (DOI 10.1007/BF01588971); since gains only fall, a frame is looked at
/// again only when its old gain is the largest (Minoux, DOI 10.1007/BFb0006528).
///
/// Farthest points: distances are between the frames' energy rows per atom in the metric of what the blocks know
/// (Information::whitened), kept in 64 random projections (DOI 10.1090/conm/026/737400); the first is the one farthest from zero.
///
/// Frames of elements that the blocks do not have are passed over.
///
/// @param candidates  frames of the pool
/// @throws InputError  a block named is not there or has no posterior; a posterior of other coefficients; no candidate holds an
///                     element of the blocks
/// Cost one set of design rows and 3N n^2 + 2 (n + 3N) (3N)^2 operations for each frame and block of n columns, and again for a
/// few frames at each choice. Memory 20 n^2 bytes a block, and 600 bytes a frame.
std::vector<ChosenFrame> select_frames(const Hierarchy& model, const std::vector<BlockPosterior>& posteriors, const Dataset& pool,
                                       const std::vector<long>& candidates, const SelectionOptions& options,
                                       const ProgressCallback& progress = {});

}  // namespace carillon
