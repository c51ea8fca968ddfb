#pragma once

#include <span>

#include "carillon/core/parallel.hpp"
#include "carillon/solve/matrix.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// How many ranks leave groups out: 0..workers-1, no more than there are groups with rows. Called by all ranks together.
/// @param groups  of the root; not looked at elsewhere
/// @return        on all ranks
/// @throws ShapeError  on all ranks: fewer than two groups with rows
int count_group_workers(std::span<const TriangularFactor> groups, const Communicator& world);

/// On the root the sum of all workers' matrices. Exact where each entry is 0 on all workers but one.
/// @param part  this rank's; of equal shape on all workers, not looked at on other ranks
void add_up_on_root(const Communicator& world, int workers, Matrix& part);

}  // namespace carillon
