#pragma once

#include "carillon/neural/training_recipe.hpp"

namespace carillon {

/// The step length of Adam at a part of the way through its epochs (docs/neural.md, "A recipe"), from `rate` at 0 to `final_rate`
/// at 1.
///
///   constant     rate
///   cosine       final + (rate - final) (1 + cos(π part)) / 2
///   exponential  rate (final / rate)^part
///
/// @param part  in [0, 1]
double learning_rate(const OptimiserSpec& spec, double part);

}  // namespace carillon
