#include "carillon/fit/extrapolation.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {

std::vector<double> extrapolation_grades(std::span<const double> leverages, std::size_t atoms) {
  if (leverages.size() < 3 * atoms) throw ShapeError("grades of more atoms than there are leverages of forces");
  std::vector<double> grades;
  for (std::size_t row = 0; row < 3 * atoms; row += 3)
    grades.push_back(std::sqrt(std::max({leverages[row], leverages[row + 1], leverages[row + 2]})));
  return grades;
}

}  // namespace carillon
