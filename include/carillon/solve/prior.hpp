#pragma once

#include <span>
#include <string>
#include <vector>

namespace carillon {

/// How the width D_j of the prior follows from the column norms |a_j|.
enum class PriorScaling {
  none,       ///< D_j = median |a|: as if columns were left unscaled; one width for all coefficients
  unit_norm,  ///< D_j = |a_j|: as if columns were scaled to norm 1
  half,       ///< D_j = sqrt(|a_j| median |a|): half way between
};

/// `none`, `unit_norm`, `half`.
/// @throws InputError  another name; the message lists the known ones
PriorScaling prior_scaling_from_name(const std::string& name);
std::string prior_scaling_name(PriorScaling scaling);

struct PriorOptions {
  PriorScaling scaling = PriorScaling::none;
  std::vector<bool> penalised;    ///< per unknown; empty = all. Energy offsets are not penalised
  std::vector<double> stiffness;  ///< per unknown, multiplies D_j; empty = 1. 0 is the same as not penalised
  std::vector<double> mean;       ///< c0, per unknown; empty = 0
  std::vector<bool> held = {};    ///< per unknown; empty = none. Held near c0 beside the fit: its column has no say in the median
};

/// The quadratic prior of  min |A c - b|^2 + lambda |D (c - c0)|^2  (docs/theory.md, Eq. 12), D diagonal.
///
/// D carries the size of A's columns, so lambda has no dimension and means the same for every scaling and any amount of data:
/// with lambda = 1 a typical coefficient is as much drawn to the prior as to the data. The median is that of the non-zero
/// columns that are penalised and not held: so the stiffer some are held, the nearer is the solution to the one without them.
///
/// A penalised column of norm 0 (no data for it) has no say in anything: its coefficient is c0_j, 0 unless given.
struct Prior {
  std::vector<double> weight;  ///< D_j >= 0; 0 = not penalised
  std::vector<double> mean;    ///< c0_j
};

/// The upper median of those above zero, so that it is one of the sizes; 1 where there is none.
double typical_size(std::vector<double> sizes);

/// @param column_norms  |a_j| of every unknown (without the right-hand side)
/// @throws ShapeError   an option's length differs from the number of unknowns
/// @throws DomainError  a stiffness that is negative or not finite, or a mean that is not finite
Prior make_prior(std::span<const double> column_norms, const PriorOptions& options);

}  // namespace carillon
