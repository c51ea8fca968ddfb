#include "carillon/data/data_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "carillon/core/error.hpp"
#include "carillon/core/units.hpp"

namespace carillon {
namespace {

struct Convention {
  const char* name;
  StressConvention value;
  double factor;
};

// In the order of the enumeration, so that it can be indexed by it.
constexpr std::array<Convention, 6> conventions = {{
    {"ase", StressConvention::ase, 1.0},
    {"ev_pressure", StressConvention::ev_pressure, -1.0},
    {"gpa_tension", StressConvention::gpa_tension, units::gpa_to_ev_per_cubic_angstrom},
    {"gpa_pressure", StressConvention::gpa_pressure, -units::gpa_to_ev_per_cubic_angstrom},
    {"kbar_tension", StressConvention::kbar_tension, units::kbar_to_ev_per_cubic_angstrom},
    {"kbar_pressure", StressConvention::kbar_pressure, -units::kbar_to_ev_per_cubic_angstrom},
}};

}  // namespace

StressConvention stress_convention_from_name(const std::string& name) {
  for (const Convention& convention : conventions)
    if (name == convention.name) return convention.value;
  throw InputError(fmt::format("unknown stress convention '{}'; known: {}", name, fmt::join(stress_convention_names(), ", ")));
}

std::vector<std::string> stress_convention_names() {
  std::vector<std::string> names;
  for (const Convention& convention : conventions) names.emplace_back(convention.name);
  return names;
}

double stress_factor(StressConvention convention) { return conventions[static_cast<std::size_t>(convention)].factor; }

}  // namespace carillon
