#include "carillon/fit/evidence_folds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/error.hpp"
#include "carillon/fit/step_settings.hpp"
#include "carillon/solve/fixed_columns.hpp"

namespace carillon {
namespace {

/// Factor of the rows of a group; 0 where they do not count.
double row_factor(const EvidenceKey& key, const FoldChoice& choice) {
  const Weights& weights = choice.weights;
  const bool wanted =
      choice.labels.empty() || std::find(choice.labels.begin(), choice.labels.end(), key.label) != choice.labels.end();
  if (!wanted) return 0;
  const double of_label = weights.label_factor(key.label);
  switch (key.kind) {
    case RowKind::force:
      return weights.force * of_label;
    case RowKind::stress:
      return weights.stress * of_label;
    case RowKind::energy:
      return weights.energy * std::sqrt(weights.energy_multiplicity) * of_label;
    case RowKind::all:
      return 1;
  }
  return 0;
}

void require_possible(const Evidence& evidence, const FoldChoice& choice) {
  const std::string name = "evidence of block " + evidence.name() + ": ";
  if (evidence.form != row_form(choice.weights))
    throw InputError(fmt::format("{}its rows are {}, but {} is asked for: that takes the data", name, evidence.form.text(),
                                 row_form(choice.weights).text()));
  if (evidence.level == EvidenceLevel::total && (!choice.labels.empty() || choice.by_label))
    throw InputError(name + "it is of level total and does not tell labels apart");
  const std::vector<std::string> known = evidence.labels();
  for (const std::string& label : choice.labels)
    if (std::find(known.begin(), known.end(), label) == known.end())
      throw InputError(fmt::format("{}unknown label '{}'; known: {}", name, label, fmt::join(known, ", ")));
}

struct Placement {
  std::vector<long> fixed;           ///< the parent's columns that the step does not have
  std::vector<double> fixed_values;  ///< eV
  std::vector<long> position;        ///< of the others, in the step
};

Placement place_sections(const BasisSet& columns, const Evidence& parent) {
  std::vector<Block> blocks = parent.blocks;
  blocks.insert(blocks.end(), parent.parents.begin(), parent.parents.end());
  const BasisSet own = joined_basis(blocks);
  const std::vector<double> values = joined_coefficients(blocks);
  Placement placement;
  for (std::size_t t = 0; t < own.types().size(); ++t) {
    const ClusterType& type = own.types()[t];
    const auto place = columns.find(type.elements());
    if (place && !(columns.types()[*place] == type))
      throw InputError(fmt::format("evidence of block {}: section {} has other orders or cutoffs than in this fit", parent.name(),
                                   type.name()));
    for (int c = 0; c < type.columns(); ++c) {
      const long column = own.first_column(t) + c;
      if (place) {
        placement.position.push_back(columns.first_column(*place) + c);
      } else {
        placement.fixed.push_back(column);
        placement.fixed_values.push_back(values[static_cast<std::size_t>(column)]);
      }
    }
  }
  return placement;
}

}  // namespace

Weights unit_weights(const Weights& weights) {
  Weights unit;
  unit.energy_per_atom = weights.energy_per_atom;
  unit.stress_times_volume = weights.stress_times_volume;
  unit.shear_multiplicity = weights.shear_multiplicity;
  return unit;
}

RowForm row_form(const Weights& weights) {
  return {weights.energy_per_atom, weights.stress_times_volume, weights.shear_multiplicity};
}

FoldChoice fold_choice(const Weights& weights, const std::vector<std::string>& labels, const SolverSpec& solver) {
  return {weights, labels, solver.options.strength == Strength::groups && solver.fold_by_label};
}

std::vector<TriangularFactor> weighted_folds(const Evidence& evidence, const FoldChoice& choice) {
  require_possible(evidence, choice);
  std::map<std::string, std::size_t> fold_of_label;
  std::vector<TriangularFactor> folds;
  if (!choice.by_label) folds.assign(static_cast<std::size_t>(evidence.folds), TriangularFactor(evidence.unknowns() + 1));
  bool any = false;
  for (const auto& [key, factor] : evidence.groups) {
    const double weight = row_factor(key, choice);
    if (weight == 0) continue;
    any = true;
    std::size_t fold = static_cast<std::size_t>(key.fold);
    if (choice.by_label) {
      fold = fold_of_label.try_emplace(key.label, fold_of_label.size()).first->second;
      if (fold == folds.size()) folds.emplace_back(evidence.unknowns() + 1);
    }
    TriangularFactor weighted = factor;
    weighted.scale(weight);
    folds[fold].absorb(weighted);
  }
  if (!any) throw InputError("evidence of block " + evidence.name() + ": no rows are left with these labels and weights");
  return folds;
}

void add_parent_rows(std::vector<TriangularFactor>& folds, const BasisSet& columns, const Evidence& parent, double factor,
                     bool by_label) {
  if (parent.level == EvidenceLevel::total && (folds.size() > 1 || by_label))
    throw InputError(
        fmt::format("evidence of block {} is of level total, which has no folds to leave out: give the strength, or choose "
                    "it by gcv",
                    parent.name()));
  const StepSettings settings = read_step_settings(parent);
  const Placement placement = place_sections(columns, parent);
  const std::size_t own_folds = folds.size();
  std::size_t number = 0;
  for (const TriangularFactor& rows : weighted_folds(parent, {settings.weights, settings.labels, by_label})) {
    TriangularFactor placed =
        place_columns(fix_columns(rows, placement.fixed, placement.fixed_values), columns.columns(), placement.position);
    placed.scale(factor);
    if (by_label)
      folds.push_back(std::move(placed));
    else
      folds[number % own_folds].absorb(placed);
    ++number;
  }
}

std::vector<TriangularFactor> fix_folds(std::vector<TriangularFactor> folds, const StepColumns& columns) {
  for (TriangularFactor& fold : folds) fold = fix_columns(fold, columns.fixed, columns.fixed_values);
  return folds;
}

}  // namespace carillon
