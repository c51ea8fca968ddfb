#include "carillon/geometry/neighbor_list.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <optional>

#include "carillon/geometry/reduced_cell.hpp"

namespace carillon {
namespace {

constexpr double same_place = 1e-6;              // Å
constexpr double farthest_cell = 1e6;            // in cells; beyond it wrapping loses digits the search relies on
constexpr double farthest_place = 1e9;           // in open directions, Å, for the same reason
constexpr std::size_t most_neighbors = 1000000;  // of one atom
constexpr double most_bins_visited = 1e7;        // around one atom
constexpr double most_reach = 1e4;               // bins to either side in one direction

using Index3 = std::array<int, 3>;

[[noreturn]] void fail_at_atom(const Structure& structure, std::size_t atom, const std::string& problem) {
  Location where = structure.origin;
  where.atom = static_cast<long>(atom);
  fail_at(where, problem);
}

[[noreturn]] void fail_too_many(const Structure& structure, std::size_t atom, double cutoff) {
  fail_at_atom(
      structure, atom,
      fmt::format("more than {} neighbours within {} angstrom; are the cell and the units right?", most_neighbors, cutoff));
}

void check_input(const Structure& structure, double cutoff) {
  if (!(cutoff > 0) || !std::isfinite(cutoff)) {
    throw DomainError(fmt::format("neighbour list: cutoff {} is not a positive number", cutoff));
  }
  if (structure.positions.size() != structure.species.size()) {
    throw ShapeError(
        fmt::format("neighbour list: {} species but {} positions", structure.species.size(), structure.positions.size()));
  }
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (!structure.positions[i].allFinite()) fail_at_atom(structure, i, "position is not finite");
  }
}

ReducedCell reduced_or_fail(const Structure& structure) {
  try {
    return reduced_cell(structure.cell);
  } catch (const DomainError& error) {
    fail_at(structure.origin, error.what());
  }
}

int whole_part(int numerator, int denominator) {  // rounds down, for negative numerators too
  return numerator >= 0 ? numerator / denominator : -((-numerator + denominator - 1) / denominator);
}

/// Atoms sorted into a grid of equal bins of the reduced cell. In a periodic direction the bins fill the cell and atoms are
/// wrapped into it; in an open one they fill the extent of the atoms.
class Bins {
public:
  Bins(const Structure& structure, double cutoff);

  /// Calls visit(atom, its wrapped position relative to that of `home`, shift as in Neighbor) for every copy in the bins
  /// around atom `home`, itself included.
  template <class Visit>
  void visit_around(std::size_t home, Visit&& visit) const;

private:
  void wrap(const Structure& structure, std::size_t atom);
  void measure_extent();
  void divide(const Structure& structure, double cutoff);
  void fill();
  int bin_number(const Index3& bin) const { return (bin[0] * count_[1] + bin[1]) * count_[2] + bin[2]; }

  std::array<bool, 3> periodic_;
  ReducedCell cell_;
  Eigen::Matrix3d inverse_;               // columns: reciprocal vectors, 1/Å
  std::vector<Eigen::Array3d> fraction_;  // [atoms], wrapped; counted from the lowest atom where open
  std::vector<Eigen::Vector3d> wrapped_;  // [atoms], Å
  std::vector<Index3> image_;             // [atoms], position = wrapped + image · given cell
  Index3 count_ = {1, 1, 1};              // bins in each direction
  Index3 reach_ = {0, 0, 0};              // bins to look at on either side
  Eigen::Array3d extent_ = {1, 1, 1};     // in fractional coordinates
  std::vector<Index3> bin_;               // [atoms]
  std::vector<int> start_;                // [bins + 1], into order_
  std::vector<int> order_;                // [atoms], by bin
};

Bins::Bins(const Structure& structure, double cutoff)
    : periodic_(structure.cell.periodic), cell_(reduced_or_fail(structure)), inverse_(cell_.vectors.inverse()) {
  for (std::size_t i = 0; i < structure.size(); ++i) wrap(structure, i);
  measure_extent();
  divide(structure, cutoff);
  fill();
}

void Bins::wrap(const Structure& structure, std::size_t atom) {
  Eigen::Array3d fraction = (structure.positions[atom].transpose() * inverse_).transpose().array();
  Eigen::RowVector3d image = Eigen::RowVector3d::Zero();
  for (int d = 0; d < 3; ++d) {
    const bool periodic = periodic_[static_cast<std::size_t>(d)];
    if (!(std::abs(fraction[d]) < (periodic ? farthest_cell : farthest_place))) {
      fail_at_atom(structure, atom, "position is too far away");
    }
    if (periodic) image[d] = std::floor(fraction[d]);
  }
  const Eigen::RowVector3d given = image * cell_.combination.cast<double>();
  if (given.cwiseAbs().maxCoeff() > 1e9) fail_at_atom(structure, atom, "position is too many cells away for so skewed a cell");
  fraction_.push_back(fraction - image.transpose().array());
  wrapped_.push_back(structure.positions[atom] - (image * cell_.vectors).transpose());
  image_.push_back({static_cast<int>(given[0]), static_cast<int>(given[1]), static_cast<int>(given[2])});
}

void Bins::measure_extent() {
  for (int d = 0; d < 3; ++d) {
    if (periodic_[static_cast<std::size_t>(d)] || fraction_.empty()) continue;
    const auto [lowest, highest] =
        std::minmax_element(fraction_.begin(), fraction_.end(), [d](const auto& a, const auto& b) { return a[d] < b[d]; });
    const double from = (*lowest)[d];
    extent_[d] = (*highest)[d] - from;
    for (Eigen::Array3d& fraction : fraction_) fraction[d] -= from;
  }
}

void Bins::divide(const Structure& structure, double cutoff) {
  const Eigen::Array3d width = inverse_.colwise().norm().cwiseInverse().transpose().array();  // perpendicular, of a whole cell
  const Eigen::Array3d length = width * extent_;
  const auto most = static_cast<double>(std::max<std::size_t>(structure.size(), 1));
  Eigen::Array3d count = (2 / cutoff * length).floor().max(1);
  // Never more bins than atoms: two molecules a kilometre apart must not cost a kilometre of empty bins.
  while (count.prod() > most) {
    Eigen::Index largest = 0;
    count.maxCoeff(&largest);
    count[largest] = std::ceil(count[largest] / 2);
  }
  Eigen::Array3d reach;
  for (int d = 0; d < 3; ++d) {
    // The margin covers atoms that rounding put into the bin next to theirs.
    reach[d] = length[d] > 0 ? std::ceil(cutoff * count[d] / length[d] + 1e-6) : 0;
    if (!periodic_[static_cast<std::size_t>(d)]) reach[d] = std::min(reach[d], count[d] - 1);
  }
  if (structure.size() > 0 && (reach.maxCoeff() > most_reach || (2 * reach + 1).prod() > most_bins_visited)) {
    fail_too_many(structure, 0, cutoff);
  }
  for (int d = 0; d < 3; ++d) {
    count_[static_cast<std::size_t>(d)] = static_cast<int>(count[d]);
    reach_[static_cast<std::size_t>(d)] = structure.size() > 0 ? static_cast<int>(reach[d]) : 0;
  }
}

void Bins::fill() {
  start_.assign(
      static_cast<std::size_t>(count_[0]) * static_cast<std::size_t>(count_[1]) * static_cast<std::size_t>(count_[2]) + 1, 0);
  for (const Eigen::Array3d& fraction : fraction_) {
    Index3 bin{};
    for (int d = 0; d < 3; ++d) {
      const auto at = static_cast<std::size_t>(d);
      const double place = extent_[d] > 0 ? fraction[d] / extent_[d] * count_[at] : 0;
      bin[at] = std::clamp(static_cast<int>(place), 0, count_[at] - 1);
    }
    bin_.push_back(bin);
    ++start_[static_cast<std::size_t>(bin_number(bin)) + 1];
  }
  for (std::size_t b = 1; b < start_.size(); ++b) start_[b] += start_[b - 1];
  order_.resize(bin_.size());
  std::vector<int> next(start_.begin(), start_.end() - 1);
  for (std::size_t i = 0; i < bin_.size(); ++i) {
    order_[static_cast<std::size_t>(next[static_cast<std::size_t>(bin_number(bin_[i]))]++)] = static_cast<int>(i);
  }
}

template <class Visit>
void Bins::visit_around(std::size_t home, Visit&& visit) const {
  const auto place = [&](std::size_t d, int offset, Index3& bin, Index3& image) {
    const int raw = bin_[home][d] + offset;
    image[d] = periodic_[d] ? whole_part(raw, count_[d]) : 0;
    bin[d] = raw - image[d] * count_[d];
    return bin[d] >= 0 && bin[d] < count_[d];
  };
  Index3 bin{};
  Index3 image{};
  for (int a = -reach_[0]; a <= reach_[0]; ++a) {
    if (!place(0, a, bin, image)) continue;
    for (int b = -reach_[1]; b <= reach_[1]; ++b) {
      if (!place(1, b, bin, image)) continue;
      for (int c = -reach_[2]; c <= reach_[2]; ++c) {
        if (!place(2, c, bin, image)) continue;
        const Eigen::RowVector3i whole(image[0], image[1], image[2]);
        const Eigen::Vector3d origin = (whole.cast<double>() * cell_.vectors).transpose() - wrapped_[home];
        const Eigen::RowVector3i shift = whole * cell_.combination;
        const auto number = static_cast<std::size_t>(bin_number(bin));
        for (int k = start_[number]; k < start_[number + 1]; ++k) {
          const auto atom = static_cast<std::size_t>(order_[static_cast<std::size_t>(k)]);
          const Index3& from = image_[home];
          const Index3& to = image_[atom];
          visit(atom, origin + wrapped_[atom],
                Index3{shift[0] + from[0] - to[0], shift[1] + from[1] - to[1], shift[2] + from[2] - to[2]});
        }
      }
    }
  }
}

bool earlier(const Neighbor& a, const Neighbor& b) { return order_of_copies(a.index, a.shift, b.index, b.shift) < 0; }

Neighbor make_neighbor(const Structure& structure, std::size_t home, std::size_t atom, const Index3& shift) {
  // Difference first, then the lattice vector: both change sign exactly when the pair is reversed, and so does the sum.
  const Eigen::Vector3d moved = (Eigen::RowVector3d(shift[0], shift[1], shift[2]) * structure.cell.vectors).transpose();
  const Eigen::Vector3d displacement = (structure.positions[atom] - structure.positions[home]) + moved;
  return {static_cast<int>(atom), shift, displacement, displacement.norm()};
}

void check_apart(const Structure& structure, std::size_t home, const Neighbor& neighbor) {
  if (neighbor.distance >= same_place) return;
  fail_at_atom(structure, home,
               static_cast<std::size_t>(neighbor.index) == home
                   ? fmt::format("stands on its own image [{}]; the cell is too small", fmt::join(neighbor.shift, " "))
                   : fmt::format("stands at the same place as atom {} ({:.3g} angstrom apart, image [{}])", neighbor.index,
                                 neighbor.distance, fmt::join(neighbor.shift, " ")));
}

/// Numbers of the halo's atoms that are closer than its cutoff to an owned one.
std::vector<int> inner_halo(const NeighborList& list, const Halo& halo, std::size_t atoms) {
  std::vector<char> is_inner(atoms, 0);
  for (std::size_t i = 0; i < halo.owned; ++i)
    for (const Neighbor& neighbor : list.later_neighbors(i))
      if (neighbor.distance < halo.cutoff) is_inner[static_cast<std::size_t>(neighbor.index)] = 1;
  std::vector<int> out;
  for (std::size_t g = halo.owned; g < atoms; ++g)
    if (is_inner[g] != 0) out.push_back(static_cast<int>(g));
  return out;
}

Structure part_of(const Structure& structure, const std::vector<int>& atoms) {
  Structure out;
  out.origin = structure.origin;
  for (const int atom : atoms) {
    out.species.push_back(structure.species[static_cast<std::size_t>(atom)]);
    out.positions.push_back(structure.positions[static_cast<std::size_t>(atom)]);
  }
  return out;
}

}  // namespace

/// Adds atom after atom to a list.
class NeighborList::Search {
public:
  Search(NeighborList& list, const Structure& structure) : list_(list), structure_(structure), bins_(structure, list.cutoff_) {}

  void add(std::size_t home) {
    // First on wrapped positions, which are at hand; the decision is made on the given ones.
    const double wide = (list_.cutoff_ + same_place) * (list_.cutoff_ + same_place);
    bins_.visit_around(home, [&](std::size_t atom, const Eigen::Vector3d& displacement, const Index3& shift) {
      ++list_.candidates_;
      if (displacement.squaredNorm() > wide || (atom == home && shift == Index3{0, 0, 0})) return;
      const Neighbor neighbor = make_neighbor(structure_, home, atom, shift);
      if (!(neighbor.distance < list_.cutoff_)) return;
      check_apart(structure_, home, neighbor);
      if (list_.neighbors_.size() - list_.start_.back() >= most_neighbors) fail_too_many(structure_, home, list_.cutoff_);
      list_.neighbors_.push_back(neighbor);
    });
    std::sort(list_.neighbors_.begin() + static_cast<std::ptrdiff_t>(list_.start_.back()), list_.neighbors_.end(), earlier);
    list_.end_atom();
  }

private:
  NeighborList& list_;
  const Structure& structure_;
  Bins bins_;
};

void NeighborList::end_atom() {
  const Neighbor home{static_cast<int>(later_.size()), {0, 0, 0}, Eigen::Vector3d::Zero(), 0};
  const auto first = neighbors_.begin() + static_cast<std::ptrdiff_t>(start_.back());
  later_.push_back(static_cast<std::size_t>(std::upper_bound(first, neighbors_.end(), home, earlier) - neighbors_.begin()));
  start_.push_back(neighbors_.size());
}

NeighborList::NeighborList(const Structure& structure, double cutoff) : cutoff_(cutoff), start_{0} {
  check_input(structure, cutoff);
  Search search(*this, structure);
  for (std::size_t i = 0; i < structure.size(); ++i) search.add(i);
}

NeighborList::NeighborList(const Structure& structure, double cutoff, const Halo& halo) : cutoff_(cutoff), start_{0} {
  check_input(structure, cutoff);
  if (halo.owned > structure.size()) throw DomainError(fmt::format("{} owned atoms of {}", halo.owned, structure.size()));
  if (halo.cutoff > cutoff) throw DomainError(fmt::format("a halo cutoff of {} Å beyond the list's {} Å", halo.cutoff, cutoff));
  if (structure.cell.any_periodic()) throw DomainError("a domain has its neighbours beside it and no periodic boundaries");
  Search search(*this, structure);
  for (std::size_t i = 0; i < halo.owned; ++i) search.add(i);
  add_halo(structure, halo);
}

/// Of the halo's atoms: the reverse of what the owned atoms have, then the neighbours among themselves. In this order they are
/// sorted.
void NeighborList::add_halo(const Structure& structure, const Halo& halo) {
  std::vector<std::size_t> next(structure.size() + 1, 0);  // where the next reverse neighbour of an atom goes
  for (const Neighbor& neighbor : neighbors_) ++next[static_cast<std::size_t>(neighbor.index) + 1];
  for (std::size_t i = 0; i < structure.size(); ++i) next[i + 1] += next[i];
  const std::vector<std::size_t> first = next;
  std::vector<Neighbor> reverse(neighbors_.size());
  for (std::size_t i = 0; i < halo.owned; ++i)
    for (const Neighbor& neighbor : neighbors(i))
      reverse[next[static_cast<std::size_t>(neighbor.index)]++] = {
          static_cast<int>(i), {0, 0, 0}, -neighbor.displacement, neighbor.distance};

  const std::vector<int> inner = halo.cutoff > 0 ? inner_halo(*this, halo, structure.size()) : std::vector<int>{};
  std::optional<NeighborList> among;
  if (!inner.empty()) among.emplace(part_of(structure, inner), halo.cutoff);
  std::size_t k = 0;
  for (std::size_t g = halo.owned; g < structure.size(); ++g) {
    neighbors_.insert(neighbors_.end(), reverse.begin() + static_cast<std::ptrdiff_t>(first[g]),
                      reverse.begin() + static_cast<std::ptrdiff_t>(first[g + 1]));
    if (k < inner.size() && inner[k] == static_cast<int>(g))
      for (Neighbor neighbor : among->neighbors(k++)) {
        neighbor.index = inner[static_cast<std::size_t>(neighbor.index)];
        neighbors_.push_back(neighbor);
      }
    end_atom();
  }
  if (among) candidates_ += among->candidates();
}

}  // namespace carillon
