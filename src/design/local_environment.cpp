#include "carillon/design/local_environment.hpp"

#include <algorithm>

namespace carillon {
namespace {

void set_bit(std::uint64_t* set, std::size_t bit) { set[bit / 64] |= std::uint64_t{1} << (bit % 64); }

}  // namespace

LocalEnvironment::LocalEnvironment(const MomentPlan& plan, const PairTable& pairs)
    : plan_(plan), pairs_(pairs), first_copy_(pairs.atoms(), -1) {}

void LocalEnvironment::fill(std::size_t home) {
  home_ = home;
  sort_by_element();
  size_sets();
  const auto entries = pairs_.entries(home_);
  for (std::size_t n = size(); n-- > 0;) first_copy_[static_cast<std::size_t>(entries[order_[n]].atom)] = static_cast<int>(n);
  for (std::size_t n = 0; n < size(); ++n) join_neighbors_of(n);
  for (const PairTable::Entry& entry : entries) first_copy_[static_cast<std::size_t>(entry.atom)] = -1;
}

void LocalEnvironment::sort_by_element() {
  const auto entries = pairs_.entries(home_);
  const auto code_of = [&](std::size_t e) { return pairs_.code(static_cast<std::size_t>(entries[e].atom)); };
  order_.clear();
  first_.clear();
  for (int code = 0; code < static_cast<int>(plan_.elements().size()); ++code) {
    first_.push_back(static_cast<int>(order_.size()));
    for (std::size_t e = 0; e < entries.size(); ++e)
      if (code_of(e) == code) order_.push_back(e);
  }
  first_.push_back(static_cast<int>(order_.size()));
  home_bond_.clear();
  reach_.clear();
  for (const std::size_t e : order_) {
    home_bond_.push_back(entries[e].bond);
    reach_.push_back(entries[e].reach);
  }
}

void LocalEnvironment::size_sets() {
  const std::size_t words = (size() + 63) / 64;
  const std::size_t levels = plan_.levels().size();
  bond_.resize(size() * size());
  of_element_.assign(plan_.elements().size() * words, 0);
  near_home_.assign(levels * words, 0);
  near_.assign(levels * size() * words, 0);
  for (std::size_t code = 0; code < plan_.elements().size(); ++code)
    for (int n = first_[code]; n < first_[code + 1]; ++n) set_bit(&of_element_[code * words], static_cast<std::size_t>(n));
  for (std::size_t n = 0; n < size(); ++n)
    for (int level = 0; level < reach_[n]; ++level) set_bit(&near_home_[static_cast<std::size_t>(level) * words], n);
  view_ = {static_cast<int>(size()),
           static_cast<int>(words),
           of_element_.data(),
           near_home_.data(),
           near_.data(),
           home_bond_.data(),
           bond_.data()};
}

int LocalEnvironment::find(int atom, const std::array<int, 3>& shift) const {
  const int first = first_copy_[static_cast<std::size_t>(atom)];
  if (first < 0) return -1;
  const auto entries = pairs_.entries(home_);
  const auto from = order_.begin() + first;
  if (entries[*from].shift == shift) return first;  // nearly always, in a cell wider than the cutoff
  // Copies of one atom stand together, sorted by shift.
  const auto found = std::partition_point(from, order_.end(),
                                          [&](std::size_t e) { return entries[e].atom == atom && entries[e].shift < shift; });
  if (found == order_.end() || entries[*found].atom != atom || entries[*found].shift != shift) return -1;
  return static_cast<int>(found - order_.begin());
}

void LocalEnvironment::join_neighbors_of(std::size_t n) {
  const std::size_t words = static_cast<std::size_t>(view_.words);
  const PairTable::Entry& neighbor = pairs_.entries(home_)[order_[n]];
  for (const PairTable::Entry& next : pairs_.entries(static_cast<std::size_t>(neighbor.atom))) {
    const int other = find(
        next.atom, {neighbor.shift[0] + next.shift[0], neighbor.shift[1] + next.shift[1], neighbor.shift[2] + next.shift[2]});
    if (other < 0) continue;
    const auto m = static_cast<std::size_t>(other);
    bond_[n * size() + m] = next.bond;
    for (int level = 0; level < next.reach; ++level) set_bit(&near_[(static_cast<std::size_t>(level) * size() + n) * words], m);
  }
}

}  // namespace carillon
