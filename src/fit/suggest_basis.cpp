#include "carillon/fit/suggest_basis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

// Where the smoothing falls over three quarters of the range, a shell near the outer cutoff hardly counts: ranges shorter than
// these lose accuracy on dense carbon and nitrogen, whose second shells end at 3.2 Å.
constexpr double fewest_peaks = 3.2;
constexpr double shortest_pair = 4.0;     // Å
constexpr double longest_pair = 8.0;      // Å
constexpr double shortest_cluster = 3.0;  // Å
constexpr double longest_triplet = 5.0;   // Å
constexpr double longest_quadruplet = 4.0;

/// To whole hundredths or tenths, written without trailing digits: 0.92, not 0.9200000000000001.
double to_hundredths(double value) { return std::round(value * 100) / 100; }
double to_tenths(double value) { return std::round(value * 10) / 10; }

double inner_cutoff(double smallest) { return std::max(0.01, std::floor((smallest - 0.01) * 100) / 100); }

double outer_cutoff(const PairShells& shells, double lambda, double reach) {
  const double wanted = std::max({shells.second_minimum, fewest_peaks * lambda, shortest_pair});
  return to_tenths(std::min({wanted, longest_pair, reach}));
}

std::string shell_text(double place) {
  return place > 0 ? fmt::format("{:.2f} Å", to_hundredths(place)) : std::string("not seen");
}

}  // namespace

SuggestedBasis suggest_basis(const PairDistribution& distribution) {
  SuggestedBasis out;
  BasisSpec& spec = out.spec;
  spec.form.smoothing = {SmoothingKind::tersoff, 0.75};
  spec.pair_order = 8;
  spec.triplet_order = 6;
  spec.quadruplet_order = 4;
  double shell_end = 0;
  for (const auto& [pair, histogram] : distribution.histograms()) {
    if (histogram.pairs() == 0) continue;
    const PairShells shells = pair_shells(distribution.radial_distribution(pair), distribution.width());
    // Too few pairs for a peak: bonds are some 1.2 times the shortest distance in hot matter.
    const double peak = shells.first_peak > 0 ? shells.first_peak : 1.2 * histogram.smallest;
    const double lambda = to_hundredths(peak);
    spec.pairs[pair_name(pair)] = {inner_cutoff(histogram.smallest), outer_cutoff(shells, lambda, distribution.reach()), lambda};
    shell_end = std::max(shell_end, shells.second_minimum);
    out.shells[pair] = shells;
  }
  if (spec.pairs.empty())
    throw InputError(
        fmt::format("no two atoms are within {} Å of each other: there is no basis to suggest", distribution.reach()));
  spec.triplet_outer = to_tenths(std::clamp(shell_end, shortest_cluster, longest_triplet));
  spec.quadruplet_outer = to_tenths(std::clamp(shell_end, shortest_cluster, longest_quadruplet));
  return out;
}

std::string suggested_basis_yaml(const SuggestedBasis& suggested, const PairDistribution& distribution, long frames) {
  std::string out =
      fmt::format("# Suggested from the distances in {} frames: inner cutoffs just below the smallest distance, Morse\n", frames);
  out += "# lengths at the first peak of the radial distribution function, outer cutoffs at its shells. The orders are a usual\n";
  out += "# start and do not come from the data.\n";
  for (const auto& [pair, shells] : suggested.shells) {
    const PairHistogram& histogram = distribution.histograms().at(pair);
    out += fmt::format("#   {}: {} pairs within {} Å, smallest distance {:.3f} Å, first peak {}, shells end at {} and {}\n",
                       pair_name(pair), histogram.pairs(), distribution.reach(), histogram.smallest,
                       shell_text(shells.first_peak), shell_text(shells.first_minimum), shell_text(shells.second_minimum));
  }
  return out + "basis:\n" + basis_spec_yaml(suggested.spec, 2);
}

}  // namespace carillon
