#include "carillon/design/weights.hpp"

#include <cmath>

namespace carillon {

double Weights::label_factor(const std::string& label) const {
  const auto found = labels.find(label);
  return found == labels.end() ? 1.0 : found->second;
}

double Weights::force_factor(const Structure& structure) const { return force * label_factor(structure.label); }

double Weights::energy_factor(const Structure& structure) const {
  const double size = energy_per_atom ? static_cast<double>(structure.size()) : 1.0;
  return energy * std::sqrt(energy_multiplicity) * label_factor(structure.label) / size;
}

double Weights::stress_factor(const Structure& structure, int voigt) const {
  const double multiplicity = voigt < 3 ? 1.0 : shear_multiplicity;
  const double volume = stress_times_volume ? structure.cell.volume() : 1.0;
  return stress * std::sqrt(multiplicity) * volume * label_factor(structure.label);
}

}  // namespace carillon
