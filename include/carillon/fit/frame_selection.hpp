#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "carillon/core/progress.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/fit/linear_part.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

enum class SelectionMethod {
  d_optimal,       ///< the frame that adds most information, given those chosen before it
  farthest_point,  ///< the frame farthest from those chosen before it
  random,
  uncertainty,  ///< the frame whose forces are least sure, each by itself (most_uncertain_frames)
};
/// `d-optimal`, `farthest-point`, `random`, `uncertainty`.
/// @throws InputError  another name; the message lists the known ones
SelectionMethod selection_method_from_name(const std::string& name);
std::string selection_method_name(SelectionMethod method);
std::vector<std::string> selection_method_names();

struct SelectionOptions {
  SelectionMethod method = SelectionMethod::d_optimal;
  long budget = 10;          ///< frames to choose, at most
  std::uint64_t seed = 1;    ///< of the random choice
  bool forces_only = false;  ///< gains of force labels alone, without energy and stress
  bool per_atom = false;     ///< gains divided by the frame's number of atoms: where labels cost by the atom

  /// Told the extrapolation_grades of a frame's atoms by a part, when the frame is looked at for the first time: d_optimal looks
  /// at all, the other methods at those they choose. May be empty.
  std::function<void(long frame, const std::string& block, std::span<const double> grades)> observe_grades = {};
};

/// The atom that lies farthest from what a part of the model knows.
struct ExtrapolationPeak {
  std::string part;
  long atom = 0;     ///< 0-based
  double grade = 0;  ///< of extrapolation, before anything was chosen
};

struct ChosenFrame {
  long frame = 0;                       ///< of the pool
  double gain = 0;                      ///< nats, of the labels of this frame given those of the frames before it
  std::map<std::string, double> gains;  ///< the same by part
  ExtrapolationPeak peak;
};

/// Chooses the frames of a pool that are most worth labelling, in order.
///
/// Parts of a model (blocks, networks) count as independent of each other: a frame's gain is the sum of its gains for them
/// (Information::gain). The greedy choice has at least 1 - 1/e of the best one's gain (DOI 10.1007/BF01588971); since gains only
/// fall, a frame is looked at again only when its old gain is the largest (Minoux, DOI 10.1007/BFb0006528).
///
/// Farthest points: distances are between the frames' energy rows per atom in the metric of what the parts know
/// (Information::whitened), kept in 64 random projections (DOI 10.1090/conm/026/737400); the first is the one farthest from zero.
///
/// Frames that no part meets are passed over.
///
/// @param candidates  frames of the pool
/// @throws InputError  no part meets any candidate
/// Cost one set of design rows and 3N n^2 + 2 (n + 3N) (3N)^2 operations for each frame and part of n columns, and again for a
/// few frames at each choice. Memory 20 n^2 bytes a part, and 600 bytes a frame.
std::vector<ChosenFrame> select_frames(std::vector<LinearPart> parts, const Dataset& pool, const std::vector<long>& candidates,
                                       const SelectionOptions& options, const ProgressCallback& progress = {});

/// Frames whose labels count as known from now on: those that a network was trained on, or that are being labelled.
void learn_frames(std::vector<LinearPart>& parts, const Dataset& data, bool forces_only = false,
                  const ProgressCallback& progress = {});

/// The frames that a potential is least sure of, the least sure first; those of elements that it does not have are passed over.
/// @param potential    one that gives deviations
/// @return             gain: the largest standard deviation of a force on an atom, the root of the sum over its components, eV/Å;
///                     peak: that atom, grade the same number
/// @throws InputError  no candidate has elements of the potential only; the potential gives no deviations
/// Cost of evaluating every candidate.
std::vector<ChosenFrame> most_uncertain_frames(const Potential& potential, const Dataset& pool,
                                               const std::vector<long>& candidates, long budget,
                                               const ProgressCallback& progress = {});

}  // namespace carillon
