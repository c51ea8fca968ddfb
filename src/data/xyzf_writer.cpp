#include "carillon/data/xyzf_writer.hpp"

#include <array>

#include "carillon/core/error.hpp"
#include "carillon/core/units.hpp"
#include "carillon/data/data_options.hpp"
#include "writing.hpp"

namespace carillon {
namespace {

void append_stress(std::string& out, const Structure& frame) {
  constexpr std::array<std::array<int, 2>, 6> order = {{{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};
  const std::size_t components = frame.stress_is_diagonal ? 3 : 6;
  for (std::size_t i = 0; i < components; ++i)
    append_number(out, (*frame.stress)(order[i][0], order[i][1]) / stress_factor(StressConvention::gpa_pressure), "stress", " ");
}

}  // namespace

// Plain division is already the best inverse of the reader's multiplication. Where neighbouring doubles x give products
// closer than the spacing of the result, the rounded quotient's product is within half a spacing of it and rounds to it; where
// they give products further apart, the quotient of a number that came from some x is within half a spacing of that x.
std::string xyzf_text(const Structure& frame) {
  check_writable(frame);
  if (!frame.forces) throw DomainError("the format xyzf cannot hold a frame without forces");
  const auto& periodic = frame.cell.periodic;
  if (!(periodic[0] && periodic[1] && periodic[2])) throw DomainError("the format xyzf holds only fully periodic frames");
  std::string out = std::to_string(frame.size()) + "\nNON_ORTHO";
  for (int i = 0; i < 9; ++i) append_number(out, frame.cell.vectors(i / 3, i % 3), "cell", " ");
  if (frame.stress) append_stress(out, frame);
  if (frame.energy) append_number(out, *frame.energy / units::kcal_per_mol_to_ev, "energy", " ");
  out += '\n';
  for (std::size_t i = 0; i < frame.size(); ++i) {
    out += frame.species[i].symbol();
    for (int d = 0; d < 3; ++d) append_number(out, frame.positions[i][d], "position", " ");
    for (int d = 0; d < 3; ++d)
      append_number(out, (*frame.forces)[i][d] / units::hartree_per_bohr_to_ev_per_angstrom, "force", " ");
    out += '\n';
  }
  return out;
}

}  // namespace carillon
