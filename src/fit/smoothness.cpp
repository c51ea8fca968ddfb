#include "carillon/fit/smoothness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "carillon/core/error.hpp"
#include "carillon/fit/basis_spec.hpp"

namespace carillon {
namespace {

constexpr double largest_power = 10;

double degree_of(const Term& term, DegreeKind kind) {
  if (kind == DegreeKind::total) return std::accumulate(term.powers.begin(), term.powers.end(), 0.0);
  return *std::max_element(term.powers.begin(), term.powers.end());
}

double factor_of(const std::map<int, double>& factors, int atoms) {
  const auto found = factors.find(atoms);
  return found == factors.end() ? 1.0 : found->second;
}

double factor_of(const std::map<std::string, double>& factors, const std::string& section) {
  const auto found = factors.find(section);
  return found == factors.end() ? 1.0 : found->second;
}

std::string checked_section(const Yaml& value, const std::string& name) {
  try {
    return cluster_name(elements_of_cluster(name));
  } catch (const InputError& problem) {
    value.fail(problem.what());
  }
}

template <class Factors>
std::string factors_yaml(const Factors& factors) {
  std::string out;
  for (const auto& [name, factor] : factors) out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", name, factor);
  return "{" + out + "}";
}

}  // namespace

SmoothnessSpec read_smoothness(const Yaml& node, SmoothnessSpec smoothness) {
  node.require_keys({"degree_power", "type", "body", "sections"});
  if (const auto value = node.find("degree_power")) {
    smoothness.degree_power = value->number();
    if (!(smoothness.degree_power >= 0 && smoothness.degree_power <= largest_power))
      value->fail(fmt::format("expected a power from 0 to {}", largest_power));
  }
  if (const auto value = node.find("type"))
    smoothness.degree =
        value->choice({"total_degree", "largest_degree"}) == "total_degree" ? DegreeKind::total : DegreeKind::largest;
  if (const auto value = node.find("body")) {
    value->require_keys({"2", "3", "4"});
    for (const auto& [atoms, factor] : value->entries()) smoothness.body[std::stoi(atoms)] = factor.positive();
  }
  if (const auto value = node.find("sections"))
    for (const auto& [name, factor] : value->entries()) smoothness.sections[checked_section(factor, name)] = factor.positive();
  return smoothness;
}

std::string smoothness_yaml(const SmoothnessSpec& smoothness) {
  return fmt::format("{{degree_power: {}, type: {}, body: {}, sections: {}}}", smoothness.degree_power,
                     smoothness.degree == DegreeKind::total ? "total_degree" : "largest_degree", factors_yaml(smoothness.body),
                     factors_yaml(smoothness.sections));
}

std::vector<double> smoothness_stiffness(const SmoothnessSpec& smoothness, const BasisSet& basis) {
  std::vector<double> stiffness(static_cast<std::size_t>(basis.columns()), 1.0);
  for (std::size_t t = 0; t < basis.types().size(); ++t) {
    const ClusterType& type = basis.types()[t];
    if (type.atoms() == 1) continue;
    const double factor = factor_of(smoothness.body, type.atoms()) * factor_of(smoothness.sections, type.name());
    // Terms of one orbit are permutations of each other, so they agree on the degree.
    for (const Term& term : type.terms())
      stiffness[static_cast<std::size_t>(basis.first_column(t) + term.orbit)] =
          factor * std::pow(1.0 + degree_of(term, smoothness.degree), smoothness.degree_power);
  }
  return stiffness;
}

}  // namespace carillon
