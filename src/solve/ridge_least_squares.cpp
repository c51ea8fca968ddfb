#include "carillon/solve/ridge_least_squares.hpp"

#include <fmt/format.h>

#include <array>

#include "carillon/core/interrupt.hpp"
#include "carillon/solve/group_workers.hpp"
#include "carillon/solve/merge_tree.hpp"
#include "carillon/solve/spectrum.hpp"

namespace carillon {
namespace {

constexpr int path_tag = 7103;
constexpr int total_tag = 7104;

/// What the band form of all data gives.
struct PathAndSpectrum {
  RidgePath path;
  Spectrum spectrum;
};

PathAndSpectrum make_path(const TriangularFactor& total, const Prior& prior, const std::vector<double>& lambdas) {
  check_interrupt();
  const BandForm band(StandardForm(total, prior));
  std::vector<double> values;
  RidgePath path = ridge_path(band, total.row_count(), lambdas, &values);
  return {std::move(path), exact_spectrum(values, band.form(), total)};
}

void send_path(const Communicator& world, const PathAndSpectrum& found) {
  const RidgePath& path = found.path;
  const Spectrum& spectrum = found.spectrum;
  const std::array<double, 3> numbers{spectrum.range.largest, spectrum.range.smallest, static_cast<double>(spectrum.rank)};
  world.send(numbers, 0, path_tag);
  world.send(path.coefficients.values(), 0, path_tag);
  for (const auto* values : {&path.residual_norm, &path.degrees_of_freedom, &path.gcv}) world.send(*values, 0, path_tag);
}

PathAndSpectrum receive_path(const Communicator& world, int from, long unknowns, const std::vector<double>& lambdas) {
  PathAndSpectrum found;
  std::array<double, 3> numbers{};
  world.receive(numbers, from, path_tag);
  found.spectrum = {{numbers[0], numbers[1]}, static_cast<long>(numbers[2])};
  RidgePath& path = found.path;
  path.lambda = lambdas;
  path.coefficients = Matrix(unknowns, static_cast<long>(lambdas.size()));
  world.receive(path.coefficients.values(), from, path_tag);
  for (auto* values : {&path.residual_norm, &path.degrees_of_freedom, &path.gcv}) {
    values->resize(lambdas.size());
    world.receive(*values, from, path_tag);
  }
  return found;
}

LeastSquaresResult result_of(Solution solution) {
  LeastSquaresResult result;
  result.coefficients = std::move(solution.coefficients);
  result.summary = std::move(solution.summary);
  return result;
}

void add_path(LeastSquaresResult& result, PathAndSpectrum found) {
  set_spectrum(result.summary, found.spectrum);
  result.path = std::move(found.path);
}

/// The factor of all data, which the last worker has, on the root too.
void share_total(const Communicator& world, int last_worker, std::optional<TriangularFactor>& total) {
  if (last_worker == 0) return;
  if (world.rank() == last_worker) send_factor(world, *total, 0, total_tag);
  if (world.is_root()) total = receive_factor(world, last_worker, total_tag);
}

}  // namespace

LeastSquaresResult RidgeLeastSquares::solve(std::span<const TriangularFactor> groups, const Communicator& world) const {
  if (options_.strength == Strength::groups) return solve_by_groups(groups, world);
  LeastSquaresResult result;
  world.agree([&] {
    if (world.is_root()) result = solve_alone(groups);
  });
  return result;
}

LeastSquaresResult RidgeLeastSquares::solve_alone(std::span<const TriangularFactor> groups) const {
  const TriangularFactor total = merge_groups(groups);
  const Prior prior = make_prior(unknown_norms(groups), options_.prior);
  if (options_.strength == Strength::given) return result_of(solve_ridge(total, prior, options_.lambda));

  const std::vector<double> lambdas = options_.grid.values();
  PathAndSpectrum found = make_path(total, prior, lambdas);
  const std::size_t chosen = choose_lambda(found.path.gcv, {}, ChoiceRule::minimum);
  check_interrupt();
  LeastSquaresResult result = result_of(solve_ridge_before_spectrum(total, prior, lambdas[chosen]));
  result.summary.lambda_how = fmt::format("gcv: score {:.6g}{}", found.path.gcv[chosen], at_end_of_grid(chosen, lambdas.size()));
  add_path(result, std::move(found));
  return result;
}

LeastSquaresResult RidgeLeastSquares::solve_by_groups(std::span<const TriangularFactor> own, const Communicator& world) const {
  const int workers = count_group_workers(own, world);
  const int last_worker = workers - 1;
  const std::vector<TriangularFactor> received = share_factors(world, own, workers);
  const std::span<const TriangularFactor> groups = world.is_root() ? own : received;
  std::vector<double> lambdas;
  Prior prior;
  LeftOutGroups left_out;
  world.agree([&] {
    if (world.rank() >= workers) return;
    lambdas = options_.grid.values();
    prior = make_prior(unknown_norms(groups), options_.prior);
    left_out = leave_out_share(groups, prior, lambdas, {world.rank(), workers});
  });
  add_up_on_root(world, workers, left_out.mean_square);
  share_total(world, last_worker, left_out.total);

  LeastSquaresResult result;
  PathAndSpectrum found;
  world.agree([&] {
    if (world.is_root()) result = solve_chosen(groups, prior, lambdas, std::move(left_out.mean_square), *left_out.total);
    if (world.rank() == last_worker) found = make_path(*left_out.total, prior, lambdas);
  });
  if (last_worker > 0 && world.rank() == last_worker) send_path(world, found);
  if (!world.is_root()) return result;
  if (last_worker > 0) found = receive_path(world, last_worker, groups.front().unknowns(), lambdas);
  add_path(result, std::move(found));
  return result;
}

LeastSquaresResult RidgeLeastSquares::solve_chosen(std::span<const TriangularFactor> groups, const Prior& prior,
                                                   const std::vector<double>& lambdas, Matrix group_mean_square,
                                                   const TriangularFactor& total) const {
  CrossValidation validation = pool_groups(groups, lambdas, std::move(group_mean_square), options_.rule);
  const std::size_t chosen = validation.chosen;
  check_interrupt();
  LeastSquaresResult result = result_of(solve_ridge_before_spectrum(total, prior, lambdas[chosen]));
  result.summary.lambda_how = fmt::format("groups: mean square {:.6g} over {} groups left out in turn{}",
                                          validation.mean_square[chosen], groups.size(), at_end_of_grid(chosen, lambdas.size()));
  result.validation = std::move(validation);
  return result;
}

}  // namespace carillon
