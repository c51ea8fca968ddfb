#include "carillon/fit/extrapolation.hpp"

#include <algorithm>
#include <cmath>

namespace carillon {

Matrix force_rows(const MomentRows& rows, double force_weight, const Structure& structure) {
  const StructureRows all = rows.rows(structure);
  Matrix out(static_cast<long>(all.columns()), static_cast<long>(3 * all.atoms()));
  std::transform(all.values().begin(), all.values().begin() + static_cast<std::ptrdiff_t>(out.size()), out.values().begin(),
                 [&](double x) { return force_weight * x; });
  return out;
}

std::vector<double> extrapolation_grades(std::span<const double> leverages) {
  std::vector<double> grades;
  for (std::size_t row = 0; row + 2 < leverages.size(); row += 3)
    grades.push_back(std::sqrt(std::max({leverages[row], leverages[row + 1], leverages[row + 2]})));
  return grades;
}

}  // namespace carillon
