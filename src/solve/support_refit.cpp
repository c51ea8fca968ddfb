#include "carillon/solve/support_refit.hpp"

#include <string>

#include "carillon/core/error.hpp"
#include "carillon/solve/fixed_columns.hpp"

namespace carillon {

Solution refit_support(const TriangularFactor& factor, const Prior& prior, const std::vector<bool>& kept, double lambda) {
  if (static_cast<long>(kept.size()) != factor.unknowns() || prior.weight.size() != kept.size())
    throw ShapeError("a support of " + std::to_string(kept.size()) + " unknowns does not fit a factor of " +
                     std::to_string(factor.unknowns()));
  std::vector<long> held;
  std::vector<double> values;
  std::vector<std::size_t> places;
  Prior inner;
  for (std::size_t j = 0; j < kept.size(); ++j) {
    if (!kept[j]) {
      held.push_back(static_cast<long>(j));
      values.push_back(prior.mean[j]);
      continue;
    }
    places.push_back(j);
    inner.weight.push_back(prior.weight[j]);
    inner.mean.push_back(prior.mean[j]);
  }
  const TriangularFactor part = fix_columns(factor, held, values);
  Solution solution = lambda > 0.0 ? solve_ridge_before_spectrum(part, inner, lambda) : solve_ridge(part, inner, lambda);
  std::vector<double> all = prior.mean;
  for (std::size_t k = 0; k < places.size(); ++k) all[places[k]] = solution.coefficients[k];
  solution.coefficients = std::move(all);
  return solution;
}

}  // namespace carillon
