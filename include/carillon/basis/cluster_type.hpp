#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "carillon/basis/below_inner.hpp"
#include "carillon/basis/pair_coordinate.hpp"
#include "carillon/basis/permutation.hpp"
#include "carillon/basis/smoothing.hpp"
#include "carillon/core/element.hpp"

namespace carillon {

/// Range and length scale of one pair inside a cluster type.
struct Slot {
  double inner = 0;   ///< Å
  double outer = 0;   ///< Å
  double lambda = 1;  ///< Morse length of the element pair, Å; not used by the other coordinates

  bool operator==(const Slot&) const = default;
};

/// What all cluster types of a block have in common.
struct RadialForm {
  CoordinateKind coordinate = CoordinateKind::morse;
  Smoothing smoothing;
  BelowInner below_inner = BelowInner::smooth;

  bool operator==(const RadialForm&) const = default;
};

/// An element multiset of 1 to 4 atoms (`C`, `CN`, `CCN`, `CCNN`) with its polynomial orders, cutoffs and list of
/// symmetry-unique terms. One atom: a constant energy for each atom of that element (the energy offset).
class ClusterType {
public:
  /// @param elements  1 to 4, any order; kept sorted by symbol
  /// @param order     the field's order keyword O: two atoms T_1..T_O, three and four powers 0..O-1; 1 for one atom
  /// @param slots     one for each pair of the *sorted* elements, numbered as in permutation.hpp; slots of the same
  ///                  element pair must be equal, or exchanging like atoms would change the energy
  /// @throws ShapeError   the number of slots does not fit
  /// @throws DomainError  order or cutoffs out of range, or unequal slots of one element pair
  ClusterType(std::vector<Element> elements, int order, std::vector<Slot> slots, RadialForm form,
              AdmissionRule rule = AdmissionRule::touched);

  int atoms() const { return static_cast<int>(elements_.size()); }
  const std::vector<Element>& elements() const { return elements_; }
  std::string name() const;  ///< `CCN`
  int order() const { return order_; }
  int max_power() const { return atoms() == 2 ? order_ : order_ - 1; }
  const std::vector<Slot>& slots() const { return slots_; }
  const RadialForm& form() const { return form_; }
  AdmissionRule rule() const { return rule_; }
  const std::vector<Term>& terms() const { return table_->terms; }
  int columns() const { return table_->orbit_count; }  ///< unknowns
  double cutoff() const;                               ///< largest outer cutoff of its slots, Å; 0 for one atom

  /// The smoothed polynomials of one slot and their slopes (docs/theory.md, Eq. 2, 3 and 8).
  ///
  /// @param r       distance, Å, 0 < r < outer
  /// @param values  out, shape [max_power + 1]: f(r) T_n(s(r))
  /// @param slopes  out, same shape: d/dr of it, 1/Å
  /// Cost O(max_power), no allocation, thread safe.
  void evaluate_slot(int slot, double r, std::span<double> values, std::span<double> slopes) const;

  /// Same elements, orders, cutoffs and form: coefficients of one mean the same in the other.
  bool operator==(const ClusterType& other) const;

private:
  std::vector<Element> elements_;
  int order_;
  std::vector<Slot> slots_;
  RadialForm form_;
  AdmissionRule rule_;
  std::vector<PairCoordinate> coordinates_;
  std::shared_ptr<const TermTable> table_;  // shared by copies: thousands of terms
};

/// The name of the cluster type that atoms of these elements form, in any order: `CCN`.
std::string cluster_name(std::vector<Element> elements);

}  // namespace carillon
