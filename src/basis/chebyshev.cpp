#include "carillon/basis/chebyshev.hpp"

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {

void chebyshev(double s, std::span<double> values, std::span<double> slopes) {
  if (values.size() != slopes.size() || values.empty()) throw ShapeError("chebyshev needs two spans of one non-zero length");
  if (!(s >= -1 - 1e-9 && s <= 1 + 1e-9)) throw DomainError("chebyshev argument " + exact_text(s) + " is outside [-1, 1]");
  values[0] = 1;
  slopes[0] = 0;
  if (values.size() == 1) return;
  values[1] = s;
  slopes[1] = 1;
  // dT_k/ds = k U_{k-1}: the recurrence of U is stable at the ends, where the formula with 1 - s² in the denominator is not.
  double before = 1;  // U_{k-2}
  double last = 2 * s;  // U_{k-1}
  for (std::size_t k = 2; k < values.size(); ++k) {
    values[k] = 2 * s * values[k - 1] - values[k - 2];
    slopes[k] = static_cast<double>(k) * last;
    const double next = 2 * s * last - before;
    before = last;
    last = next;
  }
}

}  // namespace carillon
