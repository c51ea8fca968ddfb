#include "carillon/data/duplicate_frames.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

namespace carillon {
namespace {

constexpr double same_coordinate = 1e-4;  // Å: files print four digits or more
// A fingerprint changes by 2 pi same_coordinate / edge / sqrt(atoms): below this in cells of any size in use.
constexpr double same_fingerprint = 2e-5;

/// Matches atoms modulo lattice vectors.
class Matcher {
public:
  Matcher(const Structure& a, const Structure& b) : a_(a), b_(b), vectors_(a.cell.completed()), inverse_(vectors_.inverse()) {}

  /// Whether every atom of a, moved by `shift`, stands on an atom of b of its own.
  bool matches(const Eigen::Vector3d& shift) const {
    std::vector<bool> taken(b_.size(), false);
    for (std::size_t i = 0; i < a_.size(); ++i) {
      const auto partner = atom_at(a_.positions[i] + shift, a_.species[i], taken);
      if (!partner) return false;
      taken[*partner] = true;
    }
    return true;
  }

private:
  std::optional<std::size_t> atom_at(const Eigen::Vector3d& place, Element element, const std::vector<bool>& taken) const {
    for (std::size_t j = 0; j < b_.size(); ++j)
      if (!taken[j] && b_.species[j] == element && is_lattice_vector(b_.positions[j] - place)) return j;
    return std::nullopt;
  }

  bool is_lattice_vector(const Eigen::Vector3d& difference) const {
    Eigen::RowVector3d fractional = difference.transpose() * inverse_;
    for (int d = 0; d < 3; ++d)
      if (a_.cell.periodic[static_cast<std::size_t>(d)]) fractional[d] -= std::round(fractional[d]);
    return (fractional * vectors_).norm() < 2 * same_coordinate;
  }

  const Structure& a_;
  const Structure& b_;
  Eigen::Matrix3d vectors_;
  Eigen::Matrix3d inverse_;
};

Element rarest_element(const Structure& frame) {
  std::map<Element, long> counts;
  for (const Element element : frame.species) ++counts[element];
  return std::min_element(counts.begin(), counts.end(), [](const auto& x, const auto& y) { return x.second < y.second; })->first;
}

bool is_rearranged(const Structure& a, const Structure& b) {
  const Matcher matcher(a, b);
  if (matcher.matches(Eigen::Vector3d::Zero())) return true;
  const Element rarest = rarest_element(a);
  const auto first = static_cast<std::size_t>(std::find(a.species.begin(), a.species.end(), rarest) - a.species.begin());
  for (std::size_t j = 0; j < b.size(); ++j)
    if (b.species[j] == rarest && matcher.matches(b.positions[j] - a.positions[first])) return true;
  return false;
}

bool are_alike(const FrameFacts& a, const FrameFacts& b) {
  if (a.counts != b.counts || std::abs(a.volume - b.volume) > 1e-4 * a.volume) return false;
  for (std::size_t g = 0; g < a.fingerprint.size(); ++g)
    if (std::abs(a.fingerprint[g] - b.fingerprint[g]) > same_fingerprint) return false;
  return true;
}

/// How the labels of two equal structures compare, in words.
std::string labels_compared(const Structure& a, const Structure& b) {
  constexpr double same_energy = 1e-5;  // eV an atom
  if (!a.energy || !b.energy) return "";
  const double difference = std::abs(*a.energy - *b.energy) / static_cast<double>(a.size());
  if (difference < same_energy) return ", with the same energy";
  return fmt::format(", but with another energy: they differ by {:.4g} eV/atom", difference);
}

Finding duplicate_finding(const Dataset& data, long frame, const Structure& a, const Structure& b, Likeness how) {
  return {Severity::error, "duplicate", location_of(data, frame), data.summary(frame).label,
          fmt::format("{} {}{}",
                      how == Likeness::identical ? "the same structure as"
                                                 : "up to order of atoms, wrapping or a shift the same structure as",
                      a.origin.text(), labels_compared(a, b))};
}

}  // namespace

Likeness likeness(const Structure& a, const Structure& b) {
  if (a.size() != b.size() || a.cell.periodic != b.cell.periodic) return Likeness::different;
  if ((a.cell.vectors - b.cell.vectors).cwiseAbs().maxCoeff() > same_coordinate) return Likeness::different;
  bool identical = a.species == b.species;
  for (std::size_t i = 0; i < a.size() && identical; ++i)
    identical = (a.positions[i] - b.positions[i]).cwiseAbs().maxCoeff() < same_coordinate;
  if (identical) return Likeness::identical;
  return is_rearranged(a, b) ? Likeness::rearranged : Likeness::different;
}

DuplicateFrames find_duplicate_frames(const Dataset& data, const std::vector<FrameFacts>& facts) {
  DuplicateFrames out{std::vector<long>(facts.size(), -1), {}};
  std::vector<long> order(facts.size());
  std::iota(order.begin(), order.end(), 0);
  const auto key = [&](long frame) { return facts[static_cast<std::size_t>(frame)].fingerprint[0]; };
  std::stable_sort(order.begin(), order.end(), [&](long a, long b) { return key(a) < key(b); });
  std::map<long, Finding> found;  // by frame, so that findings come in the order of the data
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t j = i + 1; j < order.size() && key(order[j]) - key(order[i]) <= same_fingerprint; ++j) {
      const auto [earlier, later] = std::minmax(order[i], order[j]);
      if (out.duplicate_of[static_cast<std::size_t>(later)] >= 0) continue;
      if (!are_alike(facts[static_cast<std::size_t>(earlier)], facts[static_cast<std::size_t>(later)])) continue;
      const Structure a = data.read(earlier);
      const Structure b = data.read(later);
      const Likeness how = likeness(a, b);
      if (how == Likeness::different) continue;
      out.duplicate_of[static_cast<std::size_t>(later)] = earlier;
      found.emplace(later, duplicate_finding(data, later, a, b, how));
    }
  for (auto& [frame, finding] : found) out.findings.push_back(std::move(finding));
  return out;
}

}  // namespace carillon
