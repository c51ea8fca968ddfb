#include "carillon/fit/carried_prior.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr double worth_a_note = 0.02;  // beyond this the two surfaces visibly differ
constexpr double too_different = 0.1;

Element renamed(Element element, const PriorSpec& spec) {
  const auto found = spec.map.find(std::string(element.symbol()));
  return found == spec.map.end() ? element : *Element::from_symbol(found->second);
}

void require_one_to_one(const std::vector<Block>& sources, const PriorSpec& spec) {
  std::set<Element> there;
  std::set<Element> here;
  for (const Block& source : sources) there.insert(source.elements.begin(), source.elements.end());
  for (const Element element : there)
    if (!here.insert(renamed(element, spec)).second)
      throw InputError(fmt::format("prior: two elements are mapped to {}", renamed(element, spec).symbol()));
  for (const auto& [from, to] : spec.map)
    if (!there.contains(*Element::from_symbol(from)))
      throw InputError(fmt::format("prior: no block given holds {}, which is mapped to {}", from, to));
}

/// A section there and its counterpart here, with the place of each atom.
struct Counterpart {
  const ClusterType& there;
  const ClusterType& here;
  std::array<int, max_atoms> atom_there{};  ///< of each atom here

  int slot_there(int slot) const {
    const auto [a, b] = slot_atoms(here.atoms(), slot);
    return slot_of(here.atoms(), atom_there[static_cast<std::size_t>(a)], atom_there[static_cast<std::size_t>(b)]);
  }
};

Counterpart match(const ClusterType& there, const ClusterType& here, const std::vector<Element>& names) {
  Counterpart pair{there, here, {}};
  std::vector<int> order(names.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return names[static_cast<std::size_t>(a)] < names[static_cast<std::size_t>(b)]; });
  std::copy(order.begin(), order.end(), pair.atom_there.begin());
  return pair;
}

void require_same_kind(const Counterpart& pair) {
  const auto refuse = [&](const std::string& reason) {
    throw InputError(
        fmt::format("prior: section {} there and {} here differ in {}", pair.there.name(), pair.here.name(), reason));
  };
  if (!(pair.there.form() == pair.here.form())) refuse("coordinate, smoothing or behaviour below the inner cutoff");
  if (pair.there.rule() != pair.here.rule()) refuse("the rule of which terms are admitted");
  if (pair.there.order() > pair.here.order())
    refuse(
        fmt::format("order ({} there, {} here): terms of the higher order would be lost", pair.there.order(), pair.here.order()));
}

/// Length here over length there, of each slot's inner and outer cutoff and Morse length.
struct Ratio {
  std::string what;
  double value;
};

std::vector<Ratio> length_ratios(const Counterpart& pair) {
  std::vector<Ratio> ratios;
  for (int p = 0; p < slot_count(pair.here.atoms()); ++p) {
    const Slot& here = pair.here.slots()[static_cast<std::size_t>(p)];
    const Slot& there = pair.there.slots()[static_cast<std::size_t>(pair.slot_there(p))];
    const auto add = [&](const char* what, double a, double b) {
      if (b > 0) ratios.push_back({fmt::format("{} of section {}", what, pair.here.name()), a / b});
    };
    add("outer cutoff", here.outer, there.outer);
    add("inner cutoff", here.inner, there.inner);
    if (pair.here.form().coordinate == CoordinateKind::morse) add("morse length", here.lambda, there.lambda);
  }
  return ratios;
}

double common_scale(const std::vector<Counterpart>& pairs) {
  double sum = 0;
  int count = 0;
  for (const Counterpart& pair : pairs)
    for (int p = 0; p < slot_count(pair.here.atoms()); ++p, ++count)
      sum += std::log(pair.here.slots()[static_cast<std::size_t>(p)].outer /
                      pair.there.slots()[static_cast<std::size_t>(pair.slot_there(p))].outer);
  return count == 0 ? 1 : std::exp(sum / count);
}

/// Refuses lengths that make another surface of the same coefficients, and notes those that make a slightly other one.
void compare_lengths(const std::vector<Counterpart>& pairs, double scale, std::vector<std::string>& notes) {
  for (const Counterpart& pair : pairs)
    for (const Ratio& ratio : length_ratios(pair)) {
      const double off = std::abs(ratio.value / scale - 1);
      const std::string words = fmt::format("prior: {} is {:.4g} times that of {} there, where lengths scale by {:.4g}",
                                            ratio.what, ratio.value, pair.there.name(), scale);
      if (off > too_different) throw InputError(words + ": the coefficients would mean another surface");
      if (off > worth_a_note && (notes.empty() || notes.back() != words)) notes.push_back(words);
    }
}

/// Sets the mean of the section's columns. Terms of one orbit share a coefficient, so any term of it says which.
void carry_section(const Counterpart& pair, const double* source, double* mean) {
  std::map<Powers, int> orbits;
  for (const Term& term : pair.there.terms()) orbits[term.powers] = term.orbit;
  for (const Term& term : pair.here.terms()) {
    Powers powers{};
    for (int p = 0; p < slot_count(pair.here.atoms()); ++p)
      powers[static_cast<std::size_t>(pair.slot_there(p))] = term.powers[static_cast<std::size_t>(p)];
    if (const auto found = orbits.find(powers); found != orbits.end()) mean[term.orbit] = source[found->second];
  }
}

}  // namespace

CarriedPrior carry_prior(const std::vector<Block>& sources, const BasisSet& basis, const PriorSpec& spec) {
  require_one_to_one(sources, spec);
  CarriedPrior carried{std::vector<double>(static_cast<std::size_t>(basis.columns()), 0.0), {}};
  std::vector<Counterpart> pairs;
  std::vector<bool> found(basis.types().size(), false);
  for (const Block& source : sources)
    for (std::size_t t = 0; t < source.basis.types().size(); ++t) {
      const ClusterType& there = source.basis.types()[t];
      std::vector<Element> names;
      for (const Element element : there.elements()) names.push_back(renamed(element, spec));
      const std::optional<std::size_t> place = basis.find(names);
      if (!place) continue;
      if (found[*place])
        throw InputError(fmt::format("prior: two of the blocks given have a section for {}", basis.types()[*place].name()));
      found[*place] = true;
      const Counterpart pair = match(there, basis.types()[*place], names);
      require_same_kind(pair);
      pairs.push_back(pair);
      carry_section(pair, source.coefficients.data() + source.basis.first_column(t),
                    carried.mean.data() + basis.first_column(*place));
    }
  if (pairs.empty()) throw InputError("prior: the blocks given have no section in common with this one");
  for (std::size_t t = 0; t < found.size(); ++t)
    if (!found[t] && basis.types()[t].atoms() > 1)
      carried.notes.push_back(fmt::format("prior: section {} has no counterpart; it is drawn to zero", basis.types()[t].name()));
  compare_lengths(pairs, spec.length_scale.value_or(common_scale(pairs)), carried.notes);
  return carried;
}

}  // namespace carillon
