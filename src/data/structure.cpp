#include "carillon/data/structure.hpp"

#include "carillon/core/units.hpp"

namespace carillon {

double Structure::density() const {
  const double volume = cell.volume();
  if (volume <= 0) return 0;
  double mass = 0;
  for (const Element element : species) mass += element.mass();
  return mass / volume * units::amu_per_cubic_angstrom_to_gram_per_cubic_centimetre;
}

}  // namespace carillon
