#include "carillon/fit/constraint_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

/// `C-N` or `N-C`.
std::optional<std::vector<Element>> pair_elements(const std::string& name) {
  const auto dash = name.find('-');
  if (dash == std::string::npos) return {};
  const auto a = Element::from_symbol(name.substr(0, dash));
  const auto b = Element::from_symbol(name.substr(dash + 1));
  if (!a || !b) return {};
  return std::vector<Element>{*a, *b};
}

RepulsiveRange read_repulsive(const Yaml& node) {
  node.require_keys({"pairs", "below", "points"});
  RepulsiveRange range;
  for (const Yaml& item : node.at("pairs").items()) {
    range.pairs.push_back(item.string());
    if (!pair_elements(range.pairs.back())) item.fail("'" + range.pairs.back() + "' is not an element pair such as C-N");
  }
  if (range.pairs.empty()) node.at("pairs").fail("no pair is named");
  range.below = node.at("below").positive();
  range.points = static_cast<int>(node.integer_or("points", range.points));
  if (range.points < 2 || range.points > 200) node.at("points").fail("expected 2 to 200 points");
  return range;
}

/// The type these elements form in the basis.
/// @throws InputError  there is none
std::size_t require_type(const BasisSet& basis, const std::vector<Element>& elements, const std::string& what) {
  if (const auto type = basis.find(elements)) return *type;
  throw InputError("constraints: " + what + " in this step");
}

/// Rows that are filled one after the other.
class RowList {
public:
  explicit RowList(const BasisSet& basis) : columns_(static_cast<std::size_t>(basis.columns())) {}

  std::span<double> add() {
    rows_.emplace_back(columns_, 0.0);
    return rows_.back();
  }

  Matrix matrix() const {
    Matrix out(static_cast<long>(rows_.size()), static_cast<long>(columns_));
    for (std::size_t i = 0; i < rows_.size(); ++i)
      for (std::size_t j = 0; j < columns_; ++j) out(static_cast<long>(i), static_cast<long>(j)) = rows_[i][j];
    return out;
  }

private:
  std::size_t columns_;
  std::vector<std::vector<double>> rows_;
};

void add_repulsive(const RepulsiveRange& range, const std::string& pair, const BasisSet& basis, RowList& rows) {
  const std::size_t place = require_type(basis, *pair_elements(pair), "the pair " + pair + " has no two-body terms");
  const ClusterType& type = basis.types()[place];
  const Slot& slot = type.slots().front();
  if (range.below <= slot.inner || range.below >= slot.outer)
    throw InputError(fmt::format("constraints: repulsive below {} Å lies outside the range of {}, {} to {} Å", range.below, pair,
                                 slot.inner, slot.outer));
  std::vector<double> values(static_cast<std::size_t>(type.max_power()) + 1);
  std::vector<double> slopes(values.size());
  for (int k = 0; k < range.points; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(range.points - 1);
    type.evaluate_slot(0, slot.inner + share * (range.below - slot.inner), values, slopes);
    const std::span<double> row = rows.add();
    for (const Term& term : type.terms())
      row[static_cast<std::size_t>(basis.first_column(place) + term.orbit)] -= slopes[term.powers.front()];
  }
}

}  // namespace

ConstraintSpec read_constraint_spec(const Yaml& node) {
  node.require_keys({"isolated_atom_energy", "repulsive"});
  ConstraintSpec spec;
  if (const auto energies = node.find("isolated_atom_energy"))
    for (const auto& [symbol, value] : energies->entries()) {
      if (!Element::from_symbol(symbol)) value.fail("unknown element '" + symbol + "'");
      spec.isolated_atom_energy[symbol] = value.number();
    }
  if (const auto repulsive = node.find("repulsive")) {
    if (repulsive->is_list())
      for (const Yaml& item : repulsive->items()) spec.repulsive.push_back(read_repulsive(item));
    else
      spec.repulsive.push_back(read_repulsive(*repulsive));
  }
  return spec;
}

std::string constraint_spec_yaml(const ConstraintSpec& spec) {
  std::vector<std::string> energies;
  for (const auto& [symbol, energy] : spec.isolated_atom_energy) energies.push_back(fmt::format("{}: {}", symbol, energy));
  std::vector<std::string> ranges;
  for (const RepulsiveRange& range : spec.repulsive)
    ranges.push_back(
        fmt::format("{{pairs: [{}], below: {}, points: {}}}", fmt::join(range.pairs, ", "), range.below, range.points));
  std::vector<std::string> parts;
  if (!energies.empty()) parts.push_back(fmt::format("isolated_atom_energy: {{{}}}", fmt::join(energies, ", ")));
  if (!ranges.empty()) parts.push_back(fmt::format("repulsive: [{}]", fmt::join(ranges, ", ")));
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

LinearConstraints constraint_rows(const ConstraintSpec& spec, const BasisSet& basis) {
  RowList equal(basis);
  RowList falling(basis);
  LinearConstraints out;
  for (const auto& [symbol, energy] : spec.isolated_atom_energy) {
    const std::size_t type =
        require_type(basis, {*Element::from_symbol(symbol)}, "element " + symbol + " has no energy offset to fix");
    equal.add()[static_cast<std::size_t>(basis.first_column(type))] = 1.0;
    out.equal_to.push_back(energy);
  }
  for (const RepulsiveRange& range : spec.repulsive)
    for (const std::string& pair : range.pairs) {
      add_repulsive(range, pair, basis, falling);
      out.bound.resize(out.bound.size() + static_cast<std::size_t>(range.points), 0.0);
    }
  out.equal = equal.matrix();
  out.at_least = falling.matrix();
  return out;
}

}  // namespace carillon
