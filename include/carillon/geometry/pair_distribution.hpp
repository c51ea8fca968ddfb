#pragma once

#include <map>
#include <vector>

#include "carillon/geometry/close_pairs.hpp"

namespace carillon {

/// Distances of one pair of elements, counted over frames.
struct PairHistogram {
  std::vector<long> counts;  ///< [bins]; bin k holds distances in [k, k + 1) times the width
  double smallest = 0;       ///< Å, of all distances; 0 when there is none
  Location nearest;          ///< frame and atom of the smallest distance
  long nearest_other = -1;   ///< the atom at its other end
  /// Sum over periodic frames of N_a N_b / V, or N_a² / 2V for like atoms, 1/Å³: pairs that atoms without interaction would have
  /// in each Å³.
  double ideal_density = 0;

  long pairs() const;
  /// Counts in the bins that end at or below `distance`.
  long pairs_below(double distance, double width) const;
};

/// How often each distance between each two elements occurs in a data set: memory of the histograms, whatever the frames.
class PairDistribution {
public:
  /// @param reach  Å, distances counted
  /// @param width  Å, of a bin
  /// @throws DomainError  not 0 < width <= reach
  explicit PairDistribution(double reach = 8.0, double width = 0.01);

  /// @param neighbors  of the structure, with a cutoff of at least reach()
  /// Cost O(neighbours).
  void add(const Structure& structure, const NeighborList& neighbors);
  /// @throws ShapeError  other bins
  void merge(const PairDistribution& other);

  double reach() const { return reach_; }
  double width() const { return width_; }
  const std::map<ElementPair, PairHistogram>& histograms() const { return histograms_; }

  /// The radial distribution function at the bins' centres: counts over those of an ideal gas of the same density, so 1 far away
  /// in a liquid. Where no frame is periodic there is no density, and it is only proportional to that.
  /// @return empty when the pair does not occur
  std::vector<double> radial_distribution(const ElementPair& pair) const;

private:
  std::size_t bins() const { return static_cast<std::size_t>(bins_); }

  double reach_;
  double width_;
  long bins_;
  std::map<ElementPair, PairHistogram> histograms_;
};

}  // namespace carillon
