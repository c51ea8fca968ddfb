#include "carillon/basis/cluster_type.hpp"

#include <algorithm>

#include "carillon/basis/chebyshev.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {

std::string cluster_name(std::vector<Element> elements) {
  std::sort(elements.begin(), elements.end());
  std::string name;
  for (const Element element : elements) name += element.symbol();
  return name;
}

ClusterType::ClusterType(std::vector<Element> elements, int order, std::vector<Slot> slots, RadialForm form, AdmissionRule rule)
    : elements_(std::move(elements)), order_(order), slots_(std::move(slots)), form_(form), rule_(rule) {
  std::sort(elements_.begin(), elements_.end());
  const std::string what = "cluster type " + name();
  if (elements_.empty() || elements_.size() > max_atoms) throw ShapeError(what + ": 1 to 4 atoms are possible");
  if (static_cast<int>(slots_.size()) != slot_count(atoms()))
    throw ShapeError(what + ": expected " + std::to_string(slot_count(atoms())) + " slots, found " + std::to_string(slots_.size()));
  const int smallest_order = atoms() > 2 ? 2 : 1;
  if (order_ < smallest_order) throw DomainError(what + ": order " + std::to_string(order_) + " is below " + std::to_string(smallest_order));
  if (atoms() == 1) order_ = 1;
  form_.smoothing.check();
  for (const Slot& slot : slots_) coordinates_.emplace_back(form_.coordinate, slot.inner, slot.outer, slot.lambda);
  for (const auto& perm : like_atom_permutations(elements_))
    for (int p = 0; p < slot_count(atoms()); ++p) {
      const auto [a, b] = slot_atoms(atoms(), p);
      const int q = slot_of(atoms(), perm[static_cast<std::size_t>(a)], perm[static_cast<std::size_t>(b)]);
      if (!(slots_[static_cast<std::size_t>(p)] == slots_[static_cast<std::size_t>(q)]))
        throw DomainError(what + ": slots of one element pair have different cutoffs, so exchanging like atoms would change the energy");
    }
  table_ = std::make_shared<const TermTable>(enumerate_terms(elements_, std::max(1, max_power()), rule_));
}

std::string ClusterType::name() const { return cluster_name(elements_); }

double ClusterType::cutoff() const {
  double largest = 0;
  for (const Slot& slot : slots_) largest = std::max(largest, slot.outer);
  return largest;
}

void ClusterType::evaluate_slot(int slot, double r, std::span<double> values, std::span<double> slopes) const {
  const auto& [inner, outer, lambda] = slots_[static_cast<std::size_t>(slot)];
  const PairCoordinate::Value coordinate = coordinates_[static_cast<std::size_t>(slot)].at(std::max(r, inner));
  chebyshev(coordinate.s, values, slopes);
  for (double& slope : slopes) slope *= coordinate.slope;
  if (r < inner) {
    const BelowInnerShift below = below_inner_shift(form_.below_inner, r, inner);
    for (std::size_t n = 0; n < values.size(); ++n) {
      values[n] += below.shift * slopes[n];
      slopes[n] *= below.slope;
    }
  }
  const Smoothing::Value smooth = form_.smoothing.at(r, outer);
  for (std::size_t n = 0; n < values.size(); ++n) {
    slopes[n] = smooth.f * slopes[n] + smooth.slope * values[n];
    values[n] *= smooth.f;
  }
}

bool ClusterType::operator==(const ClusterType& other) const {
  return elements_ == other.elements_ && order_ == other.order_ && slots_ == other.slots_ && form_ == other.form_ && rule_ == other.rule_;
}

}  // namespace carillon
