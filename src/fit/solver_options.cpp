#include "carillon/fit/solver_options.hpp"

namespace carillon {

LeastSquaresOptions solver_options(const SolverSpec& solver, const BasisSet& basis) {
  LeastSquaresOptions options = solver.options;
  options.prior.penalised.clear();
  options.sections.clear();
  for (std::size_t t = 0; t < basis.types().size(); ++t) {
    const ClusterType& type = basis.types()[t];
    const auto columns = static_cast<std::size_t>(type.columns());
    options.prior.penalised.insert(options.prior.penalised.end(), columns, type.atoms() > 1);
    options.sections.insert(options.sections.end(), columns, static_cast<int>(t));
  }
  options.prior.stiffness = smoothness_stiffness(solver.smoothness, basis);
  return options;
}

}  // namespace carillon
