#include "carillon/fit/chimes_setup_recipe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "carillon/block/hierarchy.hpp"
#include "carillon/core/error.hpp"
#include "carillon/data/trajectory_list.hpp"

namespace carillon {
namespace {

using ElementLists = std::vector<std::vector<Element>>;

/// Every multiset of `atoms` elements, sorted.
ElementLists all_multisets(const std::vector<Element>& elements, std::size_t atoms, std::size_t first = 0) {
  if (atoms == 0) return {{}};
  ElementLists out;
  for (std::size_t e = first; e < elements.size(); ++e)
    for (std::vector<Element> rest : all_multisets(elements, atoms - 1, e)) {
      rest.insert(rest.begin(), elements[e]);
      out.push_back(std::move(rest));
    }
  return out;
}

/// Cutoffs of one cluster type that differ from its pairs' own; nothing to say when none does.
SpecialCutoffs special_of(const ClusterType& type, const std::map<std::string, Slot>& pairs) {
  SpecialCutoffs special{type.name(), {}, {}};
  for (int p = 0; p < slot_count(type.atoms()); ++p) {
    const auto [a, b] = slot_atoms(type.atoms(), p);
    const std::string pair =
        element_pair_name(type.elements()[static_cast<std::size_t>(a)], type.elements()[static_cast<std::size_t>(b)]);
    const Slot& slot = type.slots()[static_cast<std::size_t>(p)];
    if (slot.inner != pairs.at(pair).inner) special.inner[pair] = slot.inner;
    if (slot.outer != pairs.at(pair).outer) special.outer[pair] = slot.outer;
  }
  return special;
}

std::vector<DataSource> sources_of(const ChimesSetup& setup, std::vector<std::string>& notes) {
  const std::filesystem::path folder = std::filesystem::path(setup.path).parent_path();
  const std::string trajectory = (folder / setup.trajectory).lexically_normal().string();
  DataOptions options;
  options.format = "xyzf";
  options.required = {setup.energies, true, setup.stress != ChimesSetup::StressRows::none};
  if (setup.stress_frames && *setup.stress_frames < setup.frames) {
    options.required.stress = false;
    notes.push_back(fmt::format("FITSTRS asks for the stress of the first {} frames; the recipe uses every stress the data hold",
                                *setup.stress_frames));
  }
  if (setup.energy_frames && *setup.energy_frames < setup.frames) {
    options.required.energy = false;
    notes.push_back(fmt::format("FITENER asks for the energy of the first {} frames; the recipe uses every energy the data hold",
                                *setup.energy_frames));
  }
  if (setup.stress == ChimesSetup::StressRows::diagonal)
    notes.emplace_back(
        "FITSTRS asks for the diagonal of the stress; where the data hold all six components the recipe uses them all");
  if (setup.trajectory_is_list) return read_trajectory_list(trajectory, options);
  options.first_frames = setup.frames;
  return {{trajectory, options}};
}

BasisSpec spec_of(const ChimesSetup& setup, const BasisSet& basis) {
  BasisSpec spec;
  spec.form = setup.form;
  spec.pair_order = setup.order_2;
  spec.triplet_order = setup.order_3;
  spec.quadruplet_order = setup.order_4;
  spec.offsets = setup.energies;
  for (const ChimesPair& pair : setup.cutoffs.pairs())
    spec.pairs[element_pair_name(pair.first, pair.second)] = {pair.inner, pair.outer, pair.lambda};
  for (const ClusterType& type : basis.types()) {
    if (type.atoms() < 3) continue;
    SpecialCutoffs special = special_of(type, spec.pairs);
    if (!special.inner.empty() || !special.outer.empty()) spec.special.push_back(std::move(special));
  }
  return spec;
}

}  // namespace

ConvertedSetup recipe_from_chimes_setup(const ChimesSetup& setup, const std::map<std::string, std::string>& frozen) {
  const BasisSet basis = basis_set(setup);
  ConvertedSetup out;
  out.recipe.title = "converted from " + std::filesystem::path(setup.path).filename().string();
  out.recipe.file = setup.path;
  out.recipe.data = sources_of(setup, out.notes);

  StepSpec fitted;
  fitted.basis = spec_of(setup, basis);
  fitted.weights.energy_multiplicity = 3;
  fitted.weights.shear_multiplicity = 2;
  if (!setup.energies) fitted.weights.energy = 0;
  if (setup.stress == ChimesSetup::StressRows::none) fitted.weights.stress = 0;

  std::set<std::string> wanted;
  for (const ClusterType& type : basis.types()) wanted.insert(element_set_name(type.elements()));
  const int orders[] = {0, setup.energies ? 1 : 0, setup.order_2, setup.order_3, setup.order_4};
  for (std::size_t atoms = 1; atoms <= max_atoms; ++atoms)
    for (const auto& elements : all_multisets(setup.elements, atoms)) {
      const bool in_fitted_block = wanted.contains(element_set_name(elements));
      if (orders[atoms] > 0 && in_fitted_block && !basis.find(elements)) fitted.basis.absent.push_back(cluster_name(elements));
    }

  const int largest = setup.order_4 > 0 ? 4 : setup.order_3 > 0 ? 3 : 2;
  for (const std::string& block : needed_blocks(setup.elements, largest)) {
    const auto file = frozen.find(block);
    if (wanted.contains(block)) {
      if (file != frozen.end()) throw InputError("block " + block + " is fitted by " + setup.path + ", so it cannot be frozen");
      fitted.blocks.push_back(block);
      continue;
    }
    if (file == frozen.end()) {
      out.recipe.absent_blocks.push_back(block);
      out.notes.push_back("every interaction of block " + block + " is excluded and no file was given for it (--frozen " + block +
                          "=FILE): it is taken as absent, nothing is subtracted for it");
      continue;
    }
    StepSpec step;
    step.blocks = {block};
    step.frozen = file->second;
    out.recipe.steps.push_back(std::move(step));
  }
  for (const auto& entry : frozen) {
    const std::string& block = entry.first;  // a lambda of standard C++20 cannot capture a structured binding
    if (std::none_of(out.recipe.steps.begin(), out.recipe.steps.end(),
                     [&](const StepSpec& step) { return step.blocks.front() == block; }))
      throw InputError("frozen block " + block + " is not one that " + setup.path + " excludes");
  }
  out.recipe.steps.push_back(std::move(fitted));
  out.notes.emplace_back(
      "row weights are not part of the setup: set 'weights' in the recipe (force, energy and stress are at 1)");
  for (const ChimesSetup::Ignored& entry : setup.ignored)
    out.notes.push_back(
        fmt::format("{}:{}: {} {} has no meaning here: {}", setup.path, entry.line, entry.keyword, entry.value, entry.reason));
  return out;
}

}  // namespace carillon
