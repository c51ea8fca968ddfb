#include "carillon/fit/frame_selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/data/frame_facts.hpp"
#include "carillon/fit/extrapolation.hpp"
#include "carillon/fit/label_rows.hpp"

namespace carillon {
namespace {

constexpr std::size_t projections = 64;
constexpr std::uint64_t projection_seed = 20;

struct MethodName {
  SelectionMethod method;
  const char* name;
};
constexpr MethodName method_names[] = {{SelectionMethod::d_optimal, "d-optimal"},
                                       {SelectionMethod::farthest_point, "farthest-point"},
                                       {SelectionMethod::random, "random"},
                                       {SelectionMethod::uncertainty, "uncertainty"}};

void learn_frame(std::vector<LinearPart>& parts, const Dataset& data, long frame, bool forces_only) {
  check_interrupt();
  const Structure structure = data.read(frame);
  for (LinearPart& part : parts)
    if (part.meets(data.summary(frame))) part.known.add(label_rows(part.rows(structure), part.weights, structure, forces_only));
}

class Selector {
public:
  Selector(const Dataset& pool, std::vector<LinearPart> parts, const SelectionOptions& options)
      : pool_(pool), parts_(std::move(parts)), options_(options) {}

  bool meets(long frame) const {
    return std::any_of(parts_.begin(), parts_.end(), [&](const LinearPart& part) { return part.meets(pool_.summary(frame)); });
  }

  /// What the frame would add, for the first time; with the atom farthest from what the parts know.
  ChosenFrame first_look(long frame) const {
    ChosenFrame seen{frame, 0.0, {}, {}};
    visit_rows(frame, [&](const LinearPart& part, const Matrix& rows) {
      const std::vector<double> grades = extrapolation_grades(part.known.leverages(rows), atoms_of(frame));
      if (options_.observe_grades) options_.observe_grades(frame, part.name, grades);
      const auto farthest = std::max_element(grades.begin(), grades.end());
      if (*farthest > seen.peak.grade) seen.peak = {part.name, farthest - grades.begin(), *farthest};
      add_gain(part, rows, seen);
    });
    return seen;
  }

  /// What it would add now.
  ChosenFrame look_again(const ChosenFrame& before) const {
    ChosenFrame seen{before.frame, 0.0, {}, before.peak};
    visit_rows(before.frame, [&](const LinearPart& part, const Matrix& rows) { add_gain(part, rows, seen); });
    return seen;
  }

  void learn(long frame) { learn_frame(parts_, pool_, frame, options_.forces_only); }

  /// Energy rows per atom of all parts, whitened and projected.
  std::vector<double> place_of(long frame) const {
    check_interrupt();
    const Structure structure = pool_.read(frame);
    std::vector<double> place(projections, 0.0);
    std::mt19937_64 signs(projection_seed);
    for (const LinearPart& part : parts_) {
      StructureRows rows = part.rows(structure);
      Matrix energy(static_cast<long>(rows.columns()), 1);
      std::copy(rows.energy().begin(), rows.energy().end(), energy.values().begin());
      const Matrix white = part.known.whitened(energy);
      for (const double x : white.values()) {
        const std::uint64_t bits = signs();
        for (std::size_t p = 0; p < projections; ++p) place[p] += (bits >> p & 1U) ? x : -x;
      }
    }
    for (double& x : place) x /= static_cast<double>(structure.size());
    return place;
  }

private:
  template <class Visit>
  void visit_rows(long frame, const Visit& visit) const {
    check_interrupt();
    const Structure structure = pool_.read(frame);
    for (const LinearPart& part : parts_)
      if (part.meets(pool_.summary(frame)))
        visit(part, label_rows(part.rows(structure), part.weights, structure, options_.forces_only));
  }

  std::size_t atoms_of(long frame) const { return static_cast<std::size_t>(pool_.summary(frame).atoms); }

  void add_gain(const LinearPart& part, const Matrix& rows, ChosenFrame& seen) const {
    double gain = part.known.gain(rows);
    if (options_.per_atom) gain /= static_cast<double>(atoms_of(seen.frame));
    seen.gains[part.name] = gain;
    seen.gain += gain;
  }

  const Dataset& pool_;
  std::vector<LinearPart> parts_;
  const SelectionOptions& options_;
};

/// Greedy and lazy: gains only fall, so one that is up to date and the largest of all, old ones included, is the largest.
std::vector<ChosenFrame> choose_d_optimal(Selector& selector, const std::vector<long>& candidates, long budget,
                                          const ProgressCallback& progress) {
  struct Candidate {
    ChosenFrame seen;
    std::size_t chosen_before;  ///< when it was looked at
  };
  std::vector<Candidate> waiting;
  for (const long frame : candidates) {
    waiting.push_back({selector.first_look(frame), 0});
    if (progress) progress(static_cast<long>(waiting.size()), static_cast<long>(candidates.size()));
  }
  // Of equal gains the earlier frame comes first, so that the choice does not depend on the order of work.
  const auto smaller = [](const Candidate& a, const Candidate& b) {
    return a.seen.gain != b.seen.gain ? a.seen.gain < b.seen.gain : a.seen.frame > b.seen.frame;
  };
  std::make_heap(waiting.begin(), waiting.end(), smaller);
  std::vector<ChosenFrame> chosen;
  while (!waiting.empty() && static_cast<long>(chosen.size()) < budget) {
    std::pop_heap(waiting.begin(), waiting.end(), smaller);
    Candidate& best = waiting.back();
    if (best.chosen_before == chosen.size()) {
      selector.learn(best.seen.frame);
      chosen.push_back(std::move(best.seen));
      waiting.pop_back();
      continue;
    }
    best = {selector.look_again(best.seen), chosen.size()};
    std::push_heap(waiting.begin(), waiting.end(), smaller);
  }
  return chosen;
}

double squared_distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
  return sum;
}

std::vector<long> farthest_points(const Selector& selector, const std::vector<long>& candidates, long budget,
                                  const ProgressCallback& progress) {
  std::vector<std::vector<double>> places;
  std::vector<double> distance;  // to the nearest that is chosen
  for (const long frame : candidates) {
    places.push_back(selector.place_of(frame));
    distance.push_back(squared_distance(places.back(), std::vector<double>(projections, 0.0)));
    if (progress) progress(static_cast<long>(places.size()), static_cast<long>(candidates.size()));
  }
  std::vector<long> order;
  while (static_cast<long>(order.size()) < std::min(budget, static_cast<long>(candidates.size()))) {
    const auto farthest = static_cast<std::size_t>(std::max_element(distance.begin(), distance.end()) - distance.begin());
    for (std::size_t k = 0; k < places.size(); ++k) {
      const double here = squared_distance(places[k], places[farthest]);
      distance[k] = order.empty() ? here : std::min(distance[k], here);
    }
    distance[farthest] = -1.0;  // never again, even among equal frames
    for (const long taken : order) distance[static_cast<std::size_t>(taken)] = -1.0;
    order.push_back(static_cast<long>(farthest));
  }
  for (long& k : order) k = candidates[static_cast<std::size_t>(k)];
  return order;
}

/// Fisher and Yates, with bits that every standard library gives alike.
std::vector<long> shuffled(std::vector<long> frames, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  for (std::size_t k = frames.size(); k > 1; --k) std::swap(frames[k - 1], frames[bits() % k]);
  return frames;
}

/// The gains of a choice that something else has made; grades are those of before anything was chosen.
std::vector<ChosenFrame> follow(Selector& selector, const std::vector<long>& order, long budget) {
  const auto count = std::min(order.size(), static_cast<std::size_t>(budget));
  std::vector<ChosenFrame> chosen;
  for (std::size_t k = 0; k < count; ++k) chosen.push_back(selector.first_look(order[k]));
  for (ChosenFrame& one : chosen) {
    one = selector.look_again(one);
    selector.learn(one.frame);
  }
  return chosen;
}

/// Nothing where the frame has elements that the potential does not.
std::optional<ChosenFrame> look_for_uncertainty(const Potential& potential, const Dataset& pool, long frame) {
  const std::vector<Element>& held = pool.summary(frame).elements;
  const std::vector<Element>& known = potential.elements();
  if (!std::includes(known.begin(), known.end(), held.begin(), held.end())) return {};
  const Prediction said = potential.evaluate(pool.read(frame));
  if (!said.deviation) throw InputError(potential.description() + ": does not know how sure it is");
  ChosenFrame out{frame, 0.0, {}, {}};
  for (std::size_t i = 0; i < said.deviation->forces.size(); ++i) {
    const double here = said.deviation->forces[i].norm();
    if (!std::isfinite(here)) {
      Location where = location_of(pool, frame);
      where.atom = static_cast<long>(i);
      fail_at(where, "the standard deviation of its force is not finite");
    }
    if (i > 0 && here <= out.gain) continue;
    out.gain = here;
    out.peak = {"", static_cast<long>(i), here};
  }
  return out;
}

}  // namespace

SelectionMethod selection_method_from_name(const std::string& name) {
  for (const MethodName& entry : method_names)
    if (name == entry.name) return entry.method;
  throw InputError(fmt::format("unknown selection method '{}'; known: {}", name, fmt::join(selection_method_names(), ", ")));
}

std::string selection_method_name(SelectionMethod method) {
  for (const MethodName& entry : method_names)
    if (method == entry.method) return entry.name;
  throw DomainError("unknown selection method");
}

std::vector<std::string> selection_method_names() {
  std::vector<std::string> names;
  for (const MethodName& entry : method_names) names.emplace_back(entry.name);
  return names;
}

void learn_frames(std::vector<LinearPart>& parts, const Dataset& data, bool forces_only, const ProgressCallback& progress) {
  for (long frame = 0; frame < data.size(); ++frame) {
    learn_frame(parts, data, frame, forces_only);
    if (progress) progress(frame + 1, data.size());
  }
}

std::vector<ChosenFrame> select_frames(std::vector<LinearPart> parts, const Dataset& pool, const std::vector<long>& candidates,
                                       const SelectionOptions& options, const ProgressCallback& progress) {
  if (options.budget < 1) throw DomainError(fmt::format("a budget of {} frames", options.budget));
  Selector selector(pool, std::move(parts), options);
  std::vector<long> met;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(met), [&](long frame) { return selector.meets(frame); });
  if (met.empty()) throw InputError("no frame of the pool holds the elements of what to choose for");
  switch (options.method) {
    case SelectionMethod::d_optimal:
      return choose_d_optimal(selector, met, options.budget, progress);
    case SelectionMethod::farthest_point:
      return follow(selector, farthest_points(selector, met, options.budget, progress), options.budget);
    case SelectionMethod::random:
      return follow(selector, shuffled(met, options.seed), options.budget);
    case SelectionMethod::uncertainty:
      break;  // not by what parts know
  }
  throw DomainError("frames cannot be selected by the parts of a model with this method");
}

std::vector<ChosenFrame> most_uncertain_frames(const Potential& potential, const Dataset& pool,
                                               const std::vector<long>& candidates, long budget,
                                               const ProgressCallback& progress) {
  std::vector<ChosenFrame> seen;
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    check_interrupt();
    if (const auto frame = look_for_uncertainty(potential, pool, candidates[k])) seen.push_back(*frame);
    if (progress) progress(static_cast<long>(k) + 1, static_cast<long>(candidates.size()));
  }
  if (seen.empty()) throw InputError("no frame of the pool holds elements of the model only");
  std::stable_sort(seen.begin(), seen.end(), [](const ChosenFrame& a, const ChosenFrame& b) { return a.gain > b.gain; });
  seen.resize(std::min(seen.size(), static_cast<std::size_t>(budget)));
  return seen;
}

}  // namespace carillon
