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
  for (std::size_t n = size(); n-- > 0;) first_copy_[static_cast<std::size_t>(atom_[n])] = static_cast<int>(n);
  for (std::size_t n = 0; n < size(); ++n) join_neighbors_of(n);
  for (std::size_t n = 0; n < size(); ++n) first_copy_[static_cast<std::size_t>(atom_[n])] = -1;
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
  atom_.clear();
  shift_.clear();
  for (const std::size_t e : order_) {
    atom_.push_back(entries[e].atom);
    shift_.push_back(entries[e].shift);
    home_bond_.push_back(entries[e].bond);
    reach_.push_back(entries[e].reach);
  }
  atom_.push_back(-1);
  shift_.push_back({});
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

inline int LocalEnvironment::find(int atom, const std::array<int, 3>& shift) const {
  const int first = first_copy_[static_cast<std::size_t>(atom)];
  if (first < 0) return -1;
  const std::array<int, 3>& there = shift_[static_cast<std::size_t>(first)];
  // Nearly always the first copy, or none, in a cell wider than the cutoff; bit by bit, since == calls memcmp.
  if (((there[0] ^ shift[0]) | (there[1] ^ shift[1]) | (there[2] ^ shift[2])) == 0) return first;
  return atom_[static_cast<std::size_t>(first) + 1] == atom ? find_among_copies(first, shift) : -1;
}

int LocalEnvironment::find_among_copies(int first, const std::array<int, 3>& shift) const {
  // Copies of one atom stand together, sorted by shift: those before the one looked for are followed by none of them.
  const int atom = atom_[static_cast<std::size_t>(first)];
  const auto is_before = [&](std::size_t n) { return atom_[n] == atom && shift_[n] < shift; };
  auto low = static_cast<std::size_t>(first);
  for (std::size_t high = size(); low < high;) {
    const std::size_t middle = (low + high) / 2;
    if (is_before(middle))
      low = middle + 1;
    else
      high = middle;
  }
  return atom_[low] == atom && shift_[low] == shift ? static_cast<int>(low) : -1;
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
