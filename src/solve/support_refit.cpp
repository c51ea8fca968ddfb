#include "carillon/solve/support_refit.hpp"

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

/// R of the columns kept, with what the others explain at the prior's mean taken from the right-hand side.
TriangularFactor factor_of_kept(const TriangularFactor& factor, const Prior& prior, const std::vector<long>& kept) {
  const long rows = factor.stored_rows();
  const long columns = static_cast<long>(kept.size()) + 1;
  std::vector<double> entries(static_cast<Index>(rows * columns), 0.0);  // row after row
  const auto add = [&](long to, double share, std::span<const double> column) {
    for (Index i = 0; i < column.size(); ++i)
      entries[i * static_cast<Index>(columns) + static_cast<Index>(to)] += share * column[i];
  };
  std::vector<double> held = prior.mean;
  for (long k = 0; k + 1 < columns; ++k) {
    const long j = kept[static_cast<Index>(k)];
    add(k, 1.0, factor.column(j));
    held[static_cast<Index>(j)] = 0.0;
  }
  add(columns - 1, 1.0, factor.column(factor.unknowns()));
  for (long j = 0; j < factor.unknowns(); ++j)
    if (held[static_cast<Index>(j)] != 0.0) add(columns - 1, -held[static_cast<Index>(j)], factor.column(j));
  TriangularFactor out(columns);
  out.absorb(entries, rows);
  return out;
}

}  // namespace

Solution refit_support(const TriangularFactor& factor, const Prior& prior, const std::vector<bool>& kept, double lambda) {
  if (static_cast<long>(kept.size()) != factor.unknowns() || prior.weight.size() != kept.size())
    throw ShapeError("a support of " + std::to_string(kept.size()) + " unknowns does not fit a factor of " +
                     std::to_string(factor.unknowns()));
  std::vector<long> places;
  Prior inner;
  for (Index j = 0; j < kept.size(); ++j) {
    if (!kept[j]) continue;
    places.push_back(static_cast<long>(j));
    inner.weight.push_back(prior.weight[j]);
    inner.mean.push_back(prior.mean[j]);
  }
  const TriangularFactor part = factor_of_kept(factor, prior, places);
  Solution solution = lambda > 0.0 ? solve_ridge_before_spectrum(part, inner, lambda) : solve_ridge(part, inner, lambda);
  std::vector<double> all = prior.mean;
  for (Index k = 0; k < places.size(); ++k) all[static_cast<Index>(places[k])] = solution.coefficients[k];
  solution.coefficients = std::move(all);
  return solution;
}

}  // namespace carillon
