#include "carillon/data/energy_offsets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace carillon {
namespace {

/// Shares of the elements in a frame.
Eigen::VectorXd fractions_of(const FrameFacts& facts) {
  Eigen::VectorXd out(static_cast<Eigen::Index>(facts.counts.size()));
  for (Eigen::Index e = 0; e < out.size(); ++e)
    out[e] = static_cast<double>(facts.counts[static_cast<std::size_t>(e)]) / static_cast<double>(facts.atoms);
  return out;
}

/// The smallest x that minimises |A x - b|, from A'A and A'b. Compositions are of order 1, so squaring the condition is no harm.
Eigen::VectorXd smallest_solution(const Eigen::MatrixXd& normal, const Eigen::VectorXd& right) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(normal);
  Eigen::VectorXd inverse = spectrum.eigenvalues();
  const double floor = 1e-12 * inverse.maxCoeff();
  for (double& value : inverse) value = value > floor ? 1 / value : 0;
  return spectrum.eigenvectors() * inverse.asDiagonal() * (spectrum.eigenvectors().transpose() * right);
}

constexpr double vanishing_share = 1e-9;  // of an element: rounding of ratios of whole numbers

/// Gauss-Jordan elimination: the reduced row echelon form, whose free columns give directions that involve as few elements as
/// can be.
/// @return the pivot column of each of the first rows; the rows after them are zero
std::vector<std::size_t> reduce_rows(std::vector<std::vector<double>>& rows, std::size_t columns) {
  std::vector<std::size_t> pivots;
  for (std::size_t column = 0; column < columns && pivots.size() < rows.size(); ++column) {
    const std::size_t top = pivots.size();
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(top);
    const auto largest = std::max_element(
        begin, rows.end(), [&](const auto& a, const auto& b) { return std::abs(a[column]) < std::abs(b[column]); });
    if (std::abs((*largest)[column]) < vanishing_share) continue;
    std::iter_swap(begin, largest);
    const double pivot = rows[top][column];
    for (double& value : rows[top]) value /= pivot;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double factor = i == top ? 0 : rows[i][column];
      for (std::size_t k = 0; k < columns && factor != 0; ++k) rows[i][k] -= factor * rows[top][k];
    }
    pivots.push_back(column);
  }
  return pivots;
}

/// The element symbols of a direction's entries that are not zero.
std::vector<std::string> elements_in(const OffsetDirection& direction, const std::vector<Element>& elements) {
  std::vector<std::string> names;
  for (std::size_t e = 0; e < elements.size(); ++e)
    if (direction[e] != 0) names.emplace_back(elements[e].symbol());
  return names;
}

std::string joined_with_and(const std::vector<std::string>& names) {
  if (names.size() < 2) return names.empty() ? "" : names.front();
  return fmt::format("{} and {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

/// `43:11` for the ratio of two elements that every frame has, in lowest terms.
std::string ratio_text(const FrameFacts& frame, std::size_t a, std::size_t b) {
  const long divisor = std::gcd(frame.counts[a], frame.counts[b]);
  return fmt::format("{}:{}", frame.counts[a] / divisor, frame.counts[b] / divisor);
}

std::string reason_of(const OffsetDirection& direction, const std::vector<Element>& elements,
                      const std::vector<FrameFacts>& facts) {
  std::vector<std::size_t> involved;
  for (std::size_t e = 0; e < elements.size(); ++e)
    if (direction[e] != 0) involved.push_back(e);
  const std::string names = joined_with_and(elements_in(direction, elements));
  if (involved.size() == 1) return fmt::format("no frame with an energy holds {}, so its energy is not known", names);
  if (involved.size() == 2) {
    for (const FrameFacts& frame : facts)
      if (frame.energy && frame.counts[involved[0]] > 0)
        return fmt::format("all frames have the same {}:{} ratio ({}), so the energies of {} cannot be told apart",
                           elements[involved[0]].symbol(), elements[involved[1]].symbol(),
                           ratio_text(frame, involved[0], involved[1]), names);
  }
  return fmt::format(
      "the amounts of {} depend on each other in the same way in all frames, so their energies cannot be told apart", names);
}

std::string change_of(const OffsetDirection& direction, const std::vector<Element>& elements) {
  std::vector<std::string> changes;
  for (std::size_t e = 0; e < elements.size(); ++e)
    if (direction[e] != 0) changes.push_back(fmt::format("{} by {:+.4g} eV", elements[e].symbol(), direction[e]));
  return fmt::format("changing {} changes no frame's energy", joined_with_and(changes));
}

}  // namespace

EnergyOffsets fit_energy_offsets(const std::vector<FrameFacts>& facts) {
  constexpr int rounds = 30;
  constexpr double smallest_residual = 1e-4;  // eV/atom: what is smaller counts alike
  const auto elements = static_cast<Eigen::Index>(facts.empty() ? 0 : facts.front().counts.size());
  EnergyOffsets out{std::vector<double>(static_cast<std::size_t>(elements), 0.0),
                    std::vector<double>(facts.size(), std::numeric_limits<double>::quiet_NaN())};
  Eigen::VectorXd offsets = Eigen::VectorXd::Zero(elements);
  for (int round = 0; round < rounds; ++round) {
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(elements, elements);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(elements);
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (!facts[i].energy) continue;
      const Eigen::VectorXd row = fractions_of(facts[i]);
      const double weight = round == 0 ? 1 : 1 / std::max(std::abs(out.residuals[i]), smallest_residual);
      normal += weight * row * row.transpose();
      right += weight * row * (*facts[i].energy / static_cast<double>(facts[i].atoms));
    }
    if (normal.isZero(0)) return out;
    offsets = smallest_solution(normal, right);
    for (std::size_t i = 0; i < facts.size(); ++i)
      if (facts[i].energy)
        out.residuals[i] = *facts[i].energy / static_cast<double>(facts[i].atoms) - fractions_of(facts[i]).dot(offsets);
  }
  out.offsets.assign(offsets.begin(), offsets.end());
  return out;
}

std::vector<OffsetDirection> open_offset_directions(const std::vector<FrameFacts>& facts, const std::vector<bool>& known) {
  std::vector<std::size_t> open;  // elements whose offsets are asked for
  for (std::size_t e = 0; e < known.size(); ++e)
    if (!known[e]) open.push_back(e);
  std::set<std::vector<double>> compositions;
  for (const FrameFacts& frame : facts) {
    if (!frame.energy) continue;
    std::vector<double> shares;
    for (const std::size_t e : open) shares.push_back(static_cast<double>(frame.counts[e]) / static_cast<double>(frame.atoms));
    compositions.insert(std::move(shares));
  }
  if (compositions.empty()) return {};
  std::vector<std::vector<double>> rows(compositions.begin(), compositions.end());
  const std::vector<std::size_t> pivots = reduce_rows(rows, open.size());
  std::vector<OffsetDirection> out;
  for (std::size_t column = 0; column < open.size(); ++column) {
    if (std::find(pivots.begin(), pivots.end(), column) != pivots.end()) continue;
    OffsetDirection direction(known.size(), 0.0);
    direction[open[column]] = 1;
    for (std::size_t i = 0; i < pivots.size(); ++i)
      if (std::abs(rows[i][column]) > vanishing_share) direction[open[pivots[i]]] = -rows[i][column];
    out.push_back(std::move(direction));
  }
  return out;
}

std::vector<Finding> find_open_offsets(const Dataset& data, const std::vector<FrameFacts>& facts,
                                       const std::vector<bool>& known) {
  std::vector<Finding> findings;
  const std::vector<Element> elements = data.elements();
  for (const OffsetDirection& direction : open_offset_directions(facts, known))
    findings.push_back({Severity::warning, "unidentifiable_offset", Location(), "",
                        fmt::format("{}: {}", reason_of(direction, elements, facts), change_of(direction, elements))});
  return findings;
}

}  // namespace carillon
