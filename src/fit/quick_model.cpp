#include "carillon/fit/quick_model.hpp"

#include <algorithm>
#include <map>

#include "carillon/core/interrupt.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/data/robust_statistics.hpp"
#include "carillon/design/assemble.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/geometry/close_pairs.hpp"
#include "carillon/solve/ridge.hpp"
#include "carillon/solve/row_stream.hpp"

namespace carillon {
namespace {

constexpr std::size_t most_frames = 400;
constexpr std::size_t most_elements_with_triplets = 4;
// Frames whose forces are far too small, or whose labels' are, must not decide.
constexpr double smallest_in_label = 0.5;  // of the label's median force rms
constexpr double smallest_of_all = 0.2;    // of the median force rms of all frames
constexpr double strength = 1e-4;  // of the prior, where 1 draws as much as the data: only to hold what the data do not touch

/// All cluster types of the pairs that `spec` knows, with pairs and triplets of low order.
BasisSet low_order_basis(BasisSpec spec, const std::vector<Element>& elements) {
  spec.pair_order = 8;
  spec.triplet_order = 4;
  spec.quadruplet_order = 0;
  spec.offsets = false;
  std::vector<std::string> blocks;
  for (std::size_t a = 0; a < elements.size(); ++a)
    for (std::size_t b = a; b < elements.size(); ++b)
      if (spec.pairs.contains(pair_name({elements[a], elements[b]})))
        blocks.push_back(element_set_name({elements[a], elements[b]}));
  // Triplets of two elements need all three pairs, and there are too many of them where there are many elements.
  const std::size_t all_pairs = elements.size() * (elements.size() + 1) / 2;
  if (spec.pairs.size() < all_pairs || elements.size() > most_elements_with_triplets) spec.triplet_order = 0;
  return blocks_basis(spec, blocks);
}

/// So many frames, evenly spaced.
std::vector<long> thinned(const std::vector<long>& frames, std::size_t count) {
  if (frames.size() <= count) return frames;
  std::vector<long> out;
  for (std::size_t k = 0; k < count; ++k) out.push_back(frames[k * frames.size() / count]);
  return out;
}

/// At most so many of `usable`, a fair share from each label, evenly spaced in it.
std::vector<long> chosen_frames(const Dataset& data, const std::vector<long>& usable) {
  if (usable.size() <= most_frames) return usable;
  std::map<std::string, std::vector<long>> by_label;
  for (const long frame : usable) by_label[data.summary(frame).label].push_back(frame);
  if (by_label.size() > most_frames) return thinned(usable, most_frames);
  std::vector<long> chosen;
  for (const auto& [label, frames] : by_label)
    for (const long frame : thinned(frames, most_frames / by_label.size())) chosen.push_back(frame);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

double median_force(const std::vector<FrameFacts>& facts, const std::vector<long>& frames) {
  std::vector<double> values;
  for (const long frame : frames) values.push_back(facts[static_cast<std::size_t>(frame)].force_rms);
  return median_of(std::move(values));
}

/// What each frame's forces are divided by, eV/Å.
std::map<long, double> force_scales(const Dataset& data, const std::vector<FrameFacts>& facts, const std::vector<long>& frames) {
  std::map<std::string, std::vector<long>> by_label;
  for (const long frame : frames) by_label[data.summary(frame).label].push_back(frame);
  const double least = smallest_of_all * median_force(facts, frames);
  std::map<long, double> out;
  for (const auto& [label, members] : by_label) {
    const double floor = std::max(least, smallest_in_label * median_force(facts, members));
    for (const long frame : members) out[frame] = std::max(floor, facts[static_cast<std::size_t>(frame)].force_rms);
  }
  return out;
}

}  // namespace

std::optional<QuickModel> fit_quick_model(const Dataset& data, const std::vector<FrameFacts>& facts,
                                          const std::vector<long>& usable, const BasisSpec& suggested,
                                          const ProgressCallback& progress) {
  std::vector<long> with_forces;
  for (const long frame : usable)
    if (facts[static_cast<std::size_t>(frame)].force_hash != 0) with_forces.push_back(frame);
  if (with_forces.empty()) return std::nullopt;
  const std::vector<long> frames = chosen_frames(data, with_forces);
  const std::map<long, double> scales = force_scales(data, facts, frames);
  QuickModel model{low_order_basis(suggested, data.elements()), {}, static_cast<long>(frames.size())};
  const MomentRows moment_rows(model.basis);
  RowStream stream(model.basis.columns() + 1);
  const auto batch = static_cast<std::size_t>(threads());
  for (std::size_t begin = 0; begin < frames.size(); begin += batch) {
    check_interrupt();
    std::vector<WeightedRows> rows(std::min(batch, frames.size() - begin));
    parallel_for(static_cast<long>(rows.size()), [&](long k) {
      const long frame = frames[begin + static_cast<std::size_t>(k)];
      const Structure structure = data.read(frame);
      Weights weights;
      weights.force = 1 / scales.at(frame);
      rows[static_cast<std::size_t>(k)] =
          assemble(structure, moment_rows.rows(structure), {std::nullopt, structure.forces, std::nullopt}, weights);
    });
    for (const WeightedRows& some : rows) stream.append(some.values, some.counts.total());
    if (progress) progress(static_cast<long>(begin + rows.size()), static_cast<long>(frames.size()));
  }
  const TriangularFactor factor = stream.finish();
  std::vector<double> norms = factor.column_norms();
  norms.pop_back();
  model.coefficients = solve_ridge(factor, make_prior(norms, {PriorScaling::unit_norm, {}, {}, {}}), strength).coefficients;
  return model;
}

}  // namespace carillon
