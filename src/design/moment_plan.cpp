#include "carillon/design/moment_plan.hpp"

#include <algorithm>
#include <numeric>

namespace carillon {
namespace {

std::size_t rounded_up(std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; }

/// Slot of a cluster type -> slot of a tuple of its elements in another order.
template <int N>
std::array<int, max_slots> slots_in_tuple(const std::array<int, N>& elements) {
  std::array<int, N> atom_at;
  std::iota(atom_at.begin(), atom_at.end(), 0);
  std::stable_sort(atom_at.begin(), atom_at.end(),
                   [&](int a, int b) { return elements[static_cast<std::size_t>(a)] < elements[static_cast<std::size_t>(b)]; });
  std::array<int, max_slots> out{};
  for (int p = 0; p < slot_count(N); ++p) {
    const auto [a, b] = slot_atoms(N, p);
    out[static_cast<std::size_t>(p)] = slot_of(N, atom_at[static_cast<std::size_t>(a)], atom_at[static_cast<std::size_t>(b)]);
  }
  return out;
}

}  // namespace

MomentShape::MomentShape(int atoms_, int order_, bool symmetric_, std::size_t width)
    : atoms(atoms_), order(static_cast<std::size_t>(order_)), symmetric(symmetric_) {
  const std::size_t square = order * order;
  padded = rounded_up(atoms == 3 ? order : square, width);
  size = atoms == 3 ? order * padded : order * square * padded;
  if (symmetric) size = rounded_up(order * square * (square + 1) / 2, width);
}

std::optional<std::size_t> MomentShape::index(const Powers& powers) const {
  if (atoms == 3) return powers[1] * padded + powers[2];
  const std::size_t bd = powers[1] * order + powers[3];
  const std::size_t ce = powers[2] * order + powers[4];
  const std::size_t f = powers[5];
  const std::size_t square = order * order;
  if (!symmetric) return (f * square + bd) * padded + ce;
  if (bd > ce) return std::nullopt;
  const std::size_t triangle = square * (square + 1) / 2;
  const std::size_t below = (square - bd) * (square - bd + 1) / 2;  // entries of this row and those after it
  return f * triangle + triangle - below + ce - bd;
}

FoldTable::FoldTable(std::size_t first, const std::vector<std::vector<int>>& sources) : first_(first) {
  start_.push_back(0);
  for (const auto& of_column : sources) {
    source_.insert(source_.end(), of_column.begin(), of_column.end());
    start_.push_back(source_.size());
  }
}

void FoldTable::add(const double* products, std::span<double> row) const {
  for (std::size_t c = 0; c < columns(); ++c) {
    double sum = 0;
    for (std::size_t s = start_[c]; s < start_[c + 1]; ++s) sum += products[source_[s]];
    row[first_ + c] += sum;
  }
}

MomentPlan::MomentPlan(const BasisSet& basis, std::size_t width) : basis_(basis) {
  for (const ClusterType& type : basis_.types())
    elements_.insert(elements_.end(), type.elements().begin(), type.elements().end());
  elements_ = unique_elements(std::move(elements_));
  number_levels();
  pair_types_.assign(element_pairs(), -1);
  for (std::size_t t = 0; t < basis_.types().size(); ++t) {
    const ClusterType& type = basis_.types()[t];
    if (type.atoms() == 2) pair_types_[element_pair(code(type.elements()[0]), code(type.elements()[1]))] = static_cast<int>(t);
    if (type.atoms() == 3) add_tasks<3>(t, width, triplets_);
    if (type.atoms() == 4) add_tasks<4>(t, width, quadruplets_);
  }
}

int MomentPlan::code(Element element) const {
  const auto found = std::lower_bound(elements_.begin(), elements_.end(), element);
  return found != elements_.end() && *found == element ? static_cast<int>(found - elements_.begin()) : -1;
}

std::size_t MomentPlan::element_pair(int a, int b) const {
  return static_cast<std::size_t>(std::min(a, b)) * elements_.size() + static_cast<std::size_t>(std::max(a, b));
}

void MomentPlan::number_levels() {
  for (const ClusterType& type : basis_.types())
    if (type.atoms() > 2)
      for (const Slot& slot : type.slots()) levels_.push_back(slot.outer);
  std::sort(levels_.begin(), levels_.end(), std::greater<>());
  levels_.erase(std::unique(levels_.begin(), levels_.end()), levels_.end());
}

std::size_t MomentPlan::kind_of(std::size_t type_number, int slot) {
  const ClusterType& type = basis_.types()[type_number];
  const auto [a, b] = slot_atoms(type.atoms(), slot);
  SlotKind kind;
  kind.element_pair =
      element_pair(code(type.elements()[static_cast<std::size_t>(a)]), code(type.elements()[static_cast<std::size_t>(b)]));
  kind.type = type_number;
  kind.slot = slot;
  kind.atoms = type.atoms();
  kind.length = static_cast<std::size_t>(type.max_power()) + 1;
  // Rows of three-atom tables are read as vectors, of any width; those of four-atom tables value by value.
  kind.stride = rounded_up(kind.length, kind.atoms == 3 ? 8 : 4);
  const auto same = [&](const SlotKind& other) {
    const ClusterType& other_type = basis_.types()[other.type];
    return other.element_pair == kind.element_pair && other.atoms == kind.atoms && other.length == kind.length &&
           other_type.form() == type.form() &&
           other_type.slots()[static_cast<std::size_t>(other.slot)] == type.slots()[static_cast<std::size_t>(slot)];
  };
  const auto found = std::find_if(kinds_.begin(), kinds_.end(), same);
  if (found != kinds_.end()) return static_cast<std::size_t>(found - kinds_.begin());
  kinds_.push_back(kind);
  return kinds_.size() - 1;
}

template <int N>
void MomentPlan::add_tasks(std::size_t type, std::size_t width, std::vector<MomentTask<N>>& tasks) {
  std::array<int, N> elements;
  for (std::size_t a = 0; a < N; ++a) elements[a] = code(basis_.types()[type].elements()[a]);
  do {
    if (N == 4 && elements[2] > elements[N - 1]) continue;  // k and l are a set
    tasks.push_back(make_task<N>(type, elements, width));
  } while (std::next_permutation(elements.begin(), elements.end()));
}

template <int N>
MomentTask<N> MomentPlan::make_task(std::size_t type_number, const std::array<int, N>& elements, std::size_t width) {
  const ClusterType& type = basis_.types()[type_number];
  const std::array<int, max_slots> slot_at = slots_in_tuple<N>(elements);
  MomentTask<N> task{type_number, elements, {}, {}, MomentShape(N, type.order(), N == 4 && elements[2] == elements[N - 1], width),
                     {}};
  for (int p = 0; p < slot_count(N); ++p) {
    const auto slot = static_cast<std::size_t>(slot_at[static_cast<std::size_t>(p)]);
    const double outer = type.slots()[static_cast<std::size_t>(p)].outer;
    task.kinds[slot] = kind_of(type_number, p);
    task.levels[slot] = static_cast<int>(std::find(levels_.begin(), levels_.end(), outer) - levels_.begin());
  }
  std::vector<std::vector<int>> sources(static_cast<std::size_t>(type.columns()));
  for (const Term& term : type.terms()) {
    Powers powers{};
    for (std::size_t p = 0; p < MomentTask<N>::slots; ++p) powers[static_cast<std::size_t>(slot_at[p])] = term.powers[p];
    const std::optional<std::size_t> entry = task.shape.index(powers);
    if (entry) sources[static_cast<std::size_t>(term.orbit)].push_back(static_cast<int>(powers[0] * task.shape.size + *entry));
  }
  task.fold = FoldTable(static_cast<std::size_t>(basis_.first_column(type_number)), sources);
  return task;
}

}  // namespace carillon
