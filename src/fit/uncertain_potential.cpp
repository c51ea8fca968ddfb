#include "carillon/fit/uncertain_potential.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "carillon/core/error.hpp"
#include "carillon/solve/lapack.hpp"

namespace carillon {
namespace {

/// One column for each of the frame's 3N + 7 quantities.
Matrix as_columns(const StructureRows& rows) {
  Matrix columns(static_cast<long>(rows.columns()), static_cast<long>(rows.rows()));
  std::copy(rows.values().begin(), rows.values().end(), columns.values().begin());
  return columns;
}

Deviation unpack(const std::vector<double>& variance, std::size_t atoms, double scale) {
  const auto at = [&](std::size_t row) { return scale * std::sqrt(variance[row]); };
  Deviation out;
  for (std::size_t i = 0; i < atoms; ++i) out.forces.emplace_back(at(3 * i), at(3 * i + 1), at(3 * i + 2));
  for (int v = 0; v < 6; ++v) {
    const double deviation = at(3 * atoms + static_cast<std::size_t>(v));
    out.stress(voigt_row[v], voigt_column[v]) = out.stress(voigt_column[v], voigt_row[v]) = deviation;
  }
  out.energy = at(3 * atoms + 6);
  return out;
}

}  // namespace

UncertainPotential::UncertainPotential(const Hierarchy& model, std::vector<BlockPosterior> posteriors, double scale)
    : potential_(model), scale_(scale) {
  if (!(scale > 0.0) || !std::isfinite(scale)) throw DomainError(fmt::format("uncertainties cannot be scaled by {}", scale));
  for (const Block& block : model.blocks) {
    const auto found = std::find_if(posteriors.begin(), posteriors.end(),
                                    [&](const BlockPosterior& posterior) { return posterior.block == block.name(); });
    if (found == posteriors.end()) {
      certain_blocks_.push_back(block.name());
      continue;
    }
    check_posterior(*found, block);
    check_sensitivities(*found, model.blocks);
    parts_.push_back({MomentRows(block.basis), std::move(*found)});
  }
  if (parts_.empty())
    throw InputError("no block of the model has a posterior (posterior.h5): fit it with 'posterior: true' in its solver");
}

Deviation UncertainPotential::deviation(const Structure& structure) const {
  const std::size_t atoms = structure.size();
  std::vector<double> variance(3 * atoms + 7, 0.0);
  std::map<std::string, Matrix> from_children;  // what a block's rows gain because its children follow it
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
    const BlockPosterior& block = part->posterior;
    Matrix rows = as_columns(part->rows.rows(structure));
    if (const auto gained = from_children.find(block.block); gained != from_children.end())
      for (std::size_t k = 0; k < rows.size(); ++k) rows.values()[k] += gained->second.values()[k];
    const std::vector<double> deviations = block.posterior.standard_deviations(rows);
    for (std::size_t k = 0; k < variance.size(); ++k) variance[k] += deviations[k] * deviations[k];
    for (const ParentSensitivity& parent : block.parents) {
      Matrix& gain = from_children.try_emplace(parent.parent, parent.slope.columns(), rows.columns()).first->second;
      lapack::multiply(1.0, parent.slope.view(), lapack::Op::transposed, rows.view(), lapack::Op::plain, 1.0, gain.view());
    }
  }
  return unpack(variance, atoms, scale_);
}

Prediction UncertainPotential::evaluate(const Structure& structure) const {
  Prediction prediction = potential_.evaluate(structure);
  prediction.deviation = deviation(structure);
  return prediction;
}

std::string UncertainPotential::description() const {
  return potential_.description() + fmt::format(", uncertainties of {} blocks", parts_.size());
}

}  // namespace carillon
