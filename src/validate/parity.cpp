#include "carillon/validate/parity.hpp"

#include <fmt/format.h>

#include <iterator>

#include "carillon/core/error.hpp"
#include "carillon/core/units.hpp"
#include "carillon/validate/csv_field.hpp"

namespace carillon {

std::string parity_lines(const Structure& reference, const Prediction& prediction) {
  std::string text;
  const std::string label = csv_field(reference.label);
  // Total energies of all-electron codes are large beside their differences: they need more digits than forces.
  const auto line = [&](const char* kind, double wanted, double predicted, int digits) {
    fmt::format_to(std::back_inserter(text), "{},{},{:.{}g},{:.{}g}\n", kind, label, wanted, digits, predicted, digits);
  };
  const std::size_t atoms = reference.size();
  if (reference.energy && atoms > 0) {
    const auto n = static_cast<double>(atoms);
    line("energy", *reference.energy / n, prediction.energy / n, 12);
  }
  if (reference.forces) {
    if (reference.forces->size() != atoms || prediction.forces.size() != atoms) {
      throw ShapeError(fmt::format("parity: {} atoms, but {} reference and {} predicted forces", atoms, reference.forces->size(),
                                   prediction.forces.size()));
    }
    for (std::size_t i = 0; i < atoms; ++i) {
      for (int d = 0; d < 3; ++d) line("force", (*reference.forces)[i][d], prediction.forces[i][d], 7);
    }
  }
  if (reference.stress) {
    constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;
    for (int v = 0; v < (reference.stress_is_diagonal ? 3 : 6); ++v) {
      const int r = voigt_row[v];
      const int c = voigt_column[v];
      line("stress", gpa * (*reference.stress)(r, c), gpa * prediction.stress(r, c), 7);
    }
  }
  return text;
}

ParityWriter::ParityWriter(const std::string& path) : file_(path) { append("kind,label,reference,predicted\n"); }

}  // namespace carillon
