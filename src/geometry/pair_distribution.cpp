#include "carillon/geometry/pair_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace carillon {

long PairHistogram::pairs() const { return std::accumulate(counts.begin(), counts.end(), 0L); }

long PairHistogram::pairs_below(double distance, double width) const {
  const auto last = static_cast<std::size_t>(std::max(0.0, distance / width + 1e-9));
  return std::accumulate(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(std::min(last, counts.size())), 0L);
}

PairDistribution::PairDistribution(double reach, double width) : reach_(reach), width_(width) {
  if (!(width > 0) || !(reach >= width)) throw DomainError("pair distribution: expected 0 < width <= reach");
  bins_ = std::lround(reach / width);
}

void PairDistribution::add(const Structure& structure, const NeighborList& neighbors) {
  std::map<Element, double> atoms;
  for (const Element element : structure.species) ++atoms[element];
  const bool periodic = structure.cell.periodic[0] && structure.cell.periodic[1] && structure.cell.periodic[2];
  for (auto a = atoms.begin(); a != atoms.end(); ++a)
    for (auto b = a; b != atoms.end(); ++b) {
      PairHistogram& histogram = histograms_[{a->first, b->first}];
      histogram.counts.resize(bins(), 0);
      if (periodic) histogram.ideal_density += a->second * b->second / structure.cell.volume() / (a == b ? 2 : 1);
    }
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const Neighbor& neighbor : neighbors.later_neighbors(i)) {
      const auto bin = static_cast<std::size_t>(neighbor.distance / width_);
      if (bin >= bins()) continue;
      PairHistogram& histogram =
          histograms_[element_pair(structure.species[i], structure.species[static_cast<std::size_t>(neighbor.index)])];
      ++histogram.counts[bin];
      if (histogram.smallest > 0 && neighbor.distance >= histogram.smallest) continue;
      histogram.smallest = neighbor.distance;
      histogram.nearest = structure.origin;
      histogram.nearest.atom = static_cast<long>(i);
      histogram.nearest_other = neighbor.index;
    }
}

void PairDistribution::merge(const PairDistribution& other) {
  if (other.bins_ != bins_ || other.width_ != width_) throw ShapeError("pair distribution: other bins");
  for (const auto& [pair, theirs] : other.histograms_) {
    PairHistogram& mine = histograms_[pair];
    mine.counts.resize(bins(), 0);
    for (std::size_t k = 0; k < bins(); ++k) mine.counts[k] += theirs.counts[k];
    mine.ideal_density += theirs.ideal_density;
    if (theirs.smallest == 0 || (mine.smallest > 0 && mine.smallest <= theirs.smallest)) continue;
    mine.smallest = theirs.smallest;
    mine.nearest = theirs.nearest;
    mine.nearest_other = theirs.nearest_other;
  }
}

std::vector<double> PairDistribution::radial_distribution(const ElementPair& pair) const {
  const auto found = histograms_.find(pair);
  if (found == histograms_.end() || found->second.pairs() == 0) return {};
  const double density = found->second.ideal_density > 0 ? found->second.ideal_density : 1;
  std::vector<double> out(bins());
  for (std::size_t k = 0; k < bins(); ++k) {
    const double inner = static_cast<double>(k) * width_;
    const double outer = inner + width_;
    const double shell = 4 * std::numbers::pi / 3 * (outer * outer * outer - inner * inner * inner);
    out[k] = static_cast<double>(found->second.counts[k]) / (shell * density);
  }
  return out;
}

}  // namespace carillon
