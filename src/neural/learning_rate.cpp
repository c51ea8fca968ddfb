#include "carillon/neural/learning_rate.hpp"

#include <cmath>
#include <numbers>

namespace carillon {

double learning_rate(const OptimiserSpec& spec, double part) {
  switch (spec.schedule) {
    case OptimiserSpec::Schedule::constant:
      return spec.rate;
    case OptimiserSpec::Schedule::cosine:
      return spec.final_rate + 0.5 * (spec.rate - spec.final_rate) * (1 + std::cos(std::numbers::pi * part));
    case OptimiserSpec::Schedule::exponential:
      return spec.rate * std::pow(spec.final_rate / spec.rate, part);
  }
  return spec.rate;
}

}  // namespace carillon
