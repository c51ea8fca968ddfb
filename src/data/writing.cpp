#include "writing.hpp"

#include <cmath>

#include "carillon/core/text_reader.hpp"

namespace carillon {

void check_writable(const Structure& frame) {
  if (frame.size() == 0) throw ShapeError("a frame without atoms cannot be written");
  if (frame.positions.size() != frame.size()) throw ShapeError("positions and species of a frame differ in length");
  if (frame.forces && frame.forces->size() != frame.size()) throw ShapeError("forces and species of a frame differ in length");
  for (const Element element : frame.species)
    if (element.number() == 0) throw DomainError("an invalid element cannot be written");
  if (frame.cell.any_periodic()) (void)frame.cell.completed();
}

void append_number(std::string& out, double value, std::string_view what, std::string_view before) {
  if (!std::isfinite(value)) throw DomainError(std::string(what) + " is not finite and cannot be written");
  out.append(before).append(exact_text(value));
}

}  // namespace carillon
