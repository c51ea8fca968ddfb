#include "carillon/fit/step_columns.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/error.hpp"
#include "carillon/fit/constraint_rows.hpp"
#include "carillon/fit/smoothness.hpp"

namespace carillon {
namespace {

/// Adds one unknown after the other to a StepColumns.
class Columns {
public:
  explicit Columns(StepColumns& out) : out_(out) {}

  /// The unknowns that follow are the columns of this section.
  void begin_unknown(const ClusterType& section) { sections_.push_back(section); }
  void unknown(bool penalised, double stiffness, double mean, bool held = false) {
    out_.unknown.push_back(next_++);
    out_.prior.held.push_back(held);
    out_.prior.penalised.push_back(penalised);
    out_.prior.stiffness.push_back(stiffness);
    out_.prior.mean.push_back(mean);
    out_.sections.push_back(static_cast<int>(sections_.size()) - 1);
  }
  void fixed(double value) {
    out_.fixed.push_back(next_++);
    out_.fixed_values.push_back(value);
  }
  long next() const { return next_; }
  void finish() { out_.unknown_basis = BasisSet(std::move(sections_)); }

private:
  StepColumns& out_;
  std::vector<ClusterType> sections_;
  long next_ = 0;
};

}  // namespace

StepColumns step_columns(const std::vector<Block>& blocks, const std::vector<Block>& parents, const ParentSpec& spec,
                         const BlockPrior& prior) {
  StepColumns out;
  std::vector<Block> all = blocks;
  all.insert(all.end(), parents.begin(), parents.end());
  out.basis = joined_basis(all);
  Columns columns(out);
  for (const Block& block : blocks)
    for (const ClusterType& type : block.basis.types()) {
      columns.begin_unknown(type);
      for (int c = 0; c < type.columns(); ++c) {
        const auto place = static_cast<std::size_t>(columns.next());
        if (!prior.mean.empty() && place >= prior.mean.size())
          throw ShapeError("a prior mean for fewer columns than the blocks have");
        columns.unknown(type.atoms() > 1, prior.dial, prior.mean.empty() ? 0 : prior.mean[place]);
      }
    }
  if (!prior.mean.empty() && static_cast<long>(prior.mean.size()) != columns.next())
    throw ShapeError("a prior mean for more columns than the blocks have");
  for (const Block& parent : parents)
    for (std::size_t t = 0; t < parent.basis.types().size(); ++t) {
      const ClusterType& type = parent.basis.types()[t];
      const ParentHold hold = spec.hold_of(parent, type);
      if (hold.kind != ParentHold::Kind::frozen) columns.begin_unknown(type);
      for (int c = 0; c < type.columns(); ++c) {
        const double value = parent.coefficients[static_cast<std::size_t>(parent.basis.first_column(t) + c)];
        if (hold.kind == ParentHold::Kind::frozen) columns.fixed(value);
        if (hold.kind == ParentHold::Kind::soft) columns.unknown(true, hold.dial, value, true);
        if (hold.kind == ParentHold::Kind::free) columns.unknown(type.atoms() > 1, 1, 0);
      }
    }
  columns.finish();
  return out;
}

std::vector<double> StepColumns::all(std::span<const double> solution) const {
  if (solution.size() != unknown.size()) throw ShapeError("a solution of another number of unknowns than the step has");
  std::vector<double> values(unknown.size() + fixed.size());
  for (std::size_t k = 0; k < unknown.size(); ++k) values[static_cast<std::size_t>(unknown[k])] = solution[k];
  for (std::size_t k = 0; k < fixed.size(); ++k) values[static_cast<std::size_t>(fixed[k])] = fixed_values[k];
  return values;
}

LeastSquaresOptions step_solver_options(const SolverSpec& solver, const StepColumns& columns) {
  LeastSquaresOptions options = solver.options;
  options.prior = columns.prior;
  options.prior.scaling = solver.options.prior.scaling;
  const std::vector<double> smoothness = smoothness_stiffness(solver.smoothness, columns.unknown_basis);
  std::transform(smoothness.begin(), smoothness.end(), options.prior.stiffness.begin(), options.prior.stiffness.begin(),
                 std::multiplies<>());
  options.sections = columns.sections;
  options.constraints = constraint_rows(solver.constraints, columns.unknown_basis);
  return options;
}

}  // namespace carillon
