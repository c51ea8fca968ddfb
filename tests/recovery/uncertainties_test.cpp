// Recovery: uncertainties cover the truth as often as they say.

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/block/block_file.hpp"
#include "carillon/fit/step_columns.hpp"
#include "carillon/fit/uncertain_potential.hpp"
#include "carillon/validate/calibration.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

using testing::normal_numbers;
using testing::small_basis;

Structure frame_of(const std::vector<const char*>& symbols, unsigned seed) {
  return testing::random_structure(testing::elements(symbols), 6, 5.0, 1.3, seed);
}

/// Rows of a few frames, stacked.
std::vector<std::vector<double>> design_rows(const BasisSet& basis, unsigned first_seed, unsigned frames) {
  const MomentRows rows(basis);
  std::vector<std::vector<double>> out;
  for (unsigned k = 0; k < frames; ++k) {
    const StructureRows of_frame = rows.rows(frame_of({"C"}, first_seed + k));
    for (std::size_t r = 0; r < of_frame.rows(); ++r) out.emplace_back(of_frame.row(r).begin(), of_frame.row(r).end());
  }
  return out;
}

TEST(Uncertainties, CoverTheTruthAsOftenAsTheySay) {
  // Truths drawn from the prior, labels with noise, fitted; then errors on a frame that was not fitted. One number of each kind
  // per truth, so that the errors are independent and the counts binomial.
  const BasisSet basis = small_basis({"C"});
  const auto columns = static_cast<std::size_t>(basis.columns());
  const std::vector<std::vector<double>> design = design_rows(basis, 100, 8);
  const Structure held_out = frame_of({"C"}, 200);
  const double noise = 0.05;
  const double width = 0.3;  // of the prior
  constexpr int truths = 500;
  Calibration calibration;
  for (unsigned truth = 0; truth < truths; ++truth) {
    std::vector<double> c = normal_numbers(basis.columns(), 1000 + truth);
    for (double& x : c) x *= width;
    const std::vector<double> errors = normal_numbers(static_cast<long>(design.size()), 5000 + truth);
    TriangularFactor factor(basis.columns() + 1);
    std::vector<double> rows;
    for (std::size_t r = 0; r < design.size(); ++r) {
      rows.insert(rows.end(), design[r].begin(), design[r].end());
      double b = noise * errors[r];
      for (std::size_t j = 0; j < columns; ++j) b += design[r][j] * c[j];
      rows.push_back(b);
    }
    factor.absorb(rows, static_cast<long>(design.size()));

    SolverSpec solver;
    solver.options.strength = Strength::given;
    solver.options.posterior = true;
    std::vector<double> norms = factor.column_norms();
    norms.pop_back();
    const Block own{{}, basis, std::vector<double>(columns, 0.0), {}};
    LeastSquaresOptions options = step_solver_options(solver, step_columns({own}, {}, {}, {}));
    const double typical = make_prior(norms, options.prior).weight.back();
    options.lambda = std::pow(noise / (width * typical), 2);
    const LeastSquaresResult found = make_least_squares(options)->solve(std::vector{factor});
    const std::vector<Block> blocks = split_into_blocks(basis, found.coefficients, {});
    const UncertainPotential potential(compose(blocks), split_posterior({*found.posterior, basis, blocks}));

    const Prediction truly = ChimesPotential(basis, c).evaluate(held_out);
    Prediction predicted = potential.evaluate(held_out);
    Structure label = held_out;
    label.energy = truly.energy;
    calibration.add(label, predicted);
    label.energy.reset();
    label.forces = truly.forces;
    for (std::size_t i = 0; i < label.size(); ++i)  // one force component only: a deviation of 0 is passed over
      for (int d = 0; d < 3; ++d)
        if (i != 2 || d != 1) predicted.deviation->forces[i][d] = 0.0;
    calibration.add(label, predicted);
  }
  for (const CalibrationRow& row : calibration.rows()) {
    if (row.quantity == "all") continue;
    ASSERT_EQ(row.count, truths);
    EXPECT_NEAR(row.coverage_50, 0.5, 4.0 * std::sqrt(0.25 / truths)) << row.quantity;
    EXPECT_NEAR(row.coverage_90, 0.9, 4.0 * std::sqrt(0.09 / truths)) << row.quantity;
    EXPECT_NEAR(row.rms_ratio, 1.0, 4.0 / std::sqrt(2.0 * truths)) << row.quantity;
  }
}

}  // namespace
}  // namespace carillon
