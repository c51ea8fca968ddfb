#include "carillon/solve/prior.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

struct ScalingName {
  PriorScaling scaling;
  const char* name;
};
constexpr ScalingName scaling_names[] = {
    {PriorScaling::none, "none"}, {PriorScaling::unit_norm, "unit_norm"}, {PriorScaling::half, "half"}};

template <class List>
void require_length(const List& list, std::size_t unknowns, const char* what) {
  if (!list.empty() && list.size() != unknowns)
    throw ShapeError("prior " + std::string(what) + " has " + std::to_string(list.size()) + " entries for " +
                     std::to_string(unknowns) + " unknowns");
}

void require_sound(const PriorOptions& options, std::size_t unknowns) {
  require_length(options.penalised, unknowns, "penalised");
  require_length(options.stiffness, unknowns, "stiffness");
  require_length(options.mean, unknowns, "mean");
  require_length(options.held, unknowns, "held");
  for (const double x : options.stiffness)
    if (!(x >= 0.0) || !std::isfinite(x)) throw DomainError("prior stiffness " + std::to_string(x) + " is not a number >= 0");
  for (const double x : options.mean)
    if (!std::isfinite(x)) throw DomainError("prior mean " + std::to_string(x) + " is not finite");
}

double scaled(PriorScaling scaling, double norm, double typical) {
  switch (scaling) {
    case PriorScaling::none:
      return typical;
    case PriorScaling::unit_norm:
      return norm;
    case PriorScaling::half:
      return std::sqrt(norm * typical);
  }
  throw DomainError("unknown prior scaling");
}

}  // namespace

PriorScaling prior_scaling_from_name(const std::string& name) {
  std::string known;
  for (const ScalingName& entry : scaling_names) {
    if (name == entry.name) return entry.scaling;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw InputError("unknown prior scaling '" + name + "'; known: " + known);
}

std::string prior_scaling_name(PriorScaling scaling) {
  for (const ScalingName& entry : scaling_names)
    if (scaling == entry.scaling) return entry.name;
  throw DomainError("unknown prior scaling");
}

double typical_size(std::vector<double> sizes) {
  std::erase_if(sizes, [](double size) { return !(size > 0.0); });
  if (sizes.empty()) return 1.0;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle;
}

Prior make_prior(std::span<const double> column_norms, const PriorOptions& options) {
  const std::size_t unknowns = column_norms.size();
  require_sound(options, unknowns);
  const auto penalised = [&](std::size_t j) { return options.penalised.empty() || options.penalised[j]; };
  std::vector<double> present;
  for (std::size_t j = 0; j < unknowns; ++j)
    if (penalised(j) && (options.held.empty() || !options.held[j])) present.push_back(column_norms[j]);
  const double typical = typical_size(std::move(present));

  Prior prior{std::vector<double>(unknowns, 0.0), options.mean};
  prior.mean.resize(unknowns, 0.0);
  for (std::size_t j = 0; j < unknowns; ++j) {
    if (!penalised(j)) continue;
    const double stiffness = options.stiffness.empty() ? 1.0 : options.stiffness[j];
    prior.weight[j] = stiffness * scaled(options.scaling, column_norms[j], typical);
  }
  return prior;
}

}  // namespace carillon
