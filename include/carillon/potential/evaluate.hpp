#pragma once

#include <functional>
#include <vector>

#include "carillon/core/parallel.hpp"
#include "carillon/core/progress.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

/// Receives one frame and what the potential says about it.
using PredictionVisitor = std::function<void(long frame, const Structure& structure, const Prediction& prediction)>;

/// Evaluates frames of a data set, shared among the ranks and, inside a rank, among the threads; the visitor is called on the
/// root only, in the order of `frames`. Results do not depend on the number of ranks or threads.
///
/// @throws what the potential throws for a frame, on all ranks
/// @throws Interrupted  a signal came (core/interrupt.hpp), on all ranks
/// Memory: 16 frames a rank at a time.
void evaluate_frames(const Potential& potential, const Dataset& data, const std::vector<long>& frames, const Communicator& world,
                     const PredictionVisitor& visit, const ProgressCallback& progress = {});

}  // namespace carillon
