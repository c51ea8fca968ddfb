#pragma once

#include <span>
#include <vector>

#include "carillon/block/block.hpp"
#include "carillon/fit/parent_spec.hpp"
#include "carillon/fit/solver_spec.hpp"

namespace carillon {

/// What a block's own coefficients are drawn to.
struct BlockPrior {
  std::vector<double> mean;  ///< eV, one for each of the blocks' columns; empty: zero
  double dial = 1;           ///< stiffness
};

/// The columns [blocks | parents] of a step: which are unknowns, what the others are fixed at, and what is known of the unknowns
/// beforehand (docs/theory.md, Eq. 12).
///
/// Energy offsets are not penalised, except those of a soft parent, which are held like the rest of it.
struct StepColumns {
  BasisSet basis;                    ///< of all columns
  std::vector<long> unknown;         ///< columns, ascending
  std::vector<long> fixed;           ///< columns, ascending
  std::vector<double> fixed_values;  ///< eV
  PriorOptions prior;                ///< of the unknowns
  BasisSet unknown_basis;            ///< the sections that the unknowns are the columns of, in their order
  std::vector<int> sections;         ///< of the unknowns: number of their section there

  /// The coefficients of all columns from those of the unknowns.
  std::vector<double> all(std::span<const double> solution) const;
};

/// @throws ShapeError  a prior mean of another length than the blocks have columns
StepColumns step_columns(const std::vector<Block>& blocks, const std::vector<Block>& parents, const ParentSpec& spec,
                         const BlockPrior& prior);

/// What the solver has to know of the unknowns, added to the settings of the recipe: the prior, stiffer by the smoothness prior,
/// the section of each unknown, and the rows of the constraints.
/// @throws InputError  as constraint_rows
LeastSquaresOptions step_solver_options(const SolverSpec& solver, const StepColumns& columns);

}  // namespace carillon
