#include "carillon/solve/merge_tree.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <exception>
#include <map>
#include <new>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

using Index = std::size_t;
constexpr int tree_tag = 7101;
constexpr int share_tag = 7102;

/// One step of the walk that all ranks take in the same order, each doing its own part: that is what keeps blocking messages
/// from waiting for each other in a circle.
struct Step {
  enum class Kind { make, merge, deliver } kind;
  long unit = 0;   ///< whose factor is made, absorbs, or is delivered
  int rank = 0;    ///< that holds it
  long other = 0;  ///< merge: whose factor is absorbed; deliver: the group
  int other_rank = 0;
};

/// The pieces of a group that are complete but have no sibling yet: a binary counter, largest first.
struct Piece {
  long unit = 0;  ///< first unit in it, by which it is known
  int rank = 0;
  int level = 0;
};

Step merge_last_two(std::vector<Piece>& pieces) {
  const Piece right = pieces.back();
  pieces.pop_back();
  Piece& left = pieces.back();
  left.level = std::max(left.level, right.level) + 1;
  return {Step::Kind::merge, left.unit, left.rank, right.unit, right.rank};
}

std::vector<Step> make_walk(const UnitPlan& plan) {
  const auto group_of = [&](long unit) { return plan.group.empty() ? 0L : plan.group[static_cast<Index>(unit)]; };
  std::vector<long> left(static_cast<Index>(plan.groups()), 0);
  for (long unit = 0; unit < plan.units(); ++unit) ++left[static_cast<Index>(group_of(unit))];

  std::vector<Step> walk;
  // Other ranks' whole groups go last: who hands one over waits for the root, which until then still makes units of its own.
  std::vector<Step> from_others;
  std::map<long, std::vector<Piece>> open;
  for (long unit = 0; unit < plan.units(); ++unit) {
    const int rank = plan.owner[static_cast<Index>(unit)];
    const long group = group_of(unit);
    std::vector<Piece>& pieces = open[group];
    walk.push_back({Step::Kind::make, unit, rank});
    pieces.push_back({unit, rank, 0});
    while (pieces.size() > 1 && pieces[pieces.size() - 2].level == pieces.back().level) walk.push_back(merge_last_two(pieces));
    if (--left[static_cast<Index>(group)] > 0) continue;
    while (pieces.size() > 1) walk.push_back(merge_last_two(pieces));
    const Piece& whole = pieces.front();
    (whole.rank == 0 ? walk : from_others).push_back({Step::Kind::deliver, whole.unit, whole.rank, group, 0});
    open.erase(group);
  }
  walk.insert(walk.end(), from_others.begin(), from_others.end());
  return walk;
}

/// The part of one rank in the walk. After an error, its own work's or that of taking a factor in, it goes on with word that
/// there is no factor, so that no other rank waits for ever; whoever receives such word fails in the same way.
class Walker {
public:
  Walker(const Communicator& world, const UnitPlan& plan, const MakeUnit& make, FactorShelf& shelf)
      : world_(world), plan_(plan), make_(make), shelf_(shelf), filled_(static_cast<Index>(plan.groups()), false) {}

  void take(const Step& step) {
    if (step.kind == Step::Kind::make) {
      if (step.rank == world_.rank()) make(step.unit);
      return;
    }
    const bool merge = step.kind == Step::Kind::merge;
    std::optional<TriangularFactor> moved = merge ? move(step.other, step.other_rank, step.rank) : move(step.unit, step.rank, 0);
    if (!moved || failed()) return;
    guard([&] {
      if (merge)
        absorb(step.unit, std::move(*moved));
      else
        deliver(step, std::move(*moved));
    });
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }
  bool failed() const { return error_ != nullptr || poisoned_; }

  /// By group; on the root, after the walk.
  std::vector<TriangularFactor> delivered() {
    std::vector<TriangularFactor> groups;
    for (long group = 0; group < plan_.groups() && world_.is_root(); ++group)
      groups.push_back(filled_[static_cast<Index>(group)] ? shelf_.take(group_number(group)) : TriangularFactor(plan_.columns));
    return groups;
  }

private:
  template <class Work>
  void guard(Work work) {
    try {
      work();
    } catch (...) {
      if (!failed()) error_ = std::current_exception();
      drop_all();
    }
  }

  void drop_all() {
    hand_.clear();
    shelf_.clear();
  }

  void make(long unit) {
    if (failed()) return;
    guard([&] {
      put_down();
      TriangularFactor factor = make_(unit);
      if (factor.columns() != plan_.columns)
        throw ShapeError("unit " + std::to_string(unit) + " made a factor of " + std::to_string(factor.columns()) +
                         " columns, not " + std::to_string(plan_.columns));
      hand_.emplace(unit, std::move(factor));
      unmerged_.insert(unit);
    });
  }

  void absorb(long piece, TriangularFactor right) {
    TriangularFactor left = fetch(piece);
    left.absorb(right);
    right = TriangularFactor(plan_.columns);
    put_down();
    hand_.emplace(piece, std::move(left));
    unmerged_.erase(piece);
  }

  /// A whole group, on the root.
  void deliver(const Step& step, TriangularFactor factor) {
    put(group_number(step.other), step.unit, std::move(factor));
    filled_[static_cast<Index>(step.other)] = true;
  }

  /// @param piece  what the factor is
  void put(long number, long piece, TriangularFactor factor) {
    if (unmerged_.contains(piece))
      shelf_.put_unit(number, piece, std::move(factor));
    else
      shelf_.put(number, std::move(factor));
  }

  /// What was made or merged last stays in hand until something else is made: most often its sibling is ready already.
  void put_down() {
    if (hand_.empty()) return;
    const long piece = hand_.begin()->first;
    put(piece, piece, std::move(hand_.begin()->second));
    hand_.clear();
  }

  TriangularFactor fetch(long piece) {
    if (auto found = hand_.extract(piece)) return std::move(found.mapped());
    return shelf_.take(piece);
  }

  /// Numbers of groups on the shelf come after those of units.
  long group_number(long group) const { return plan_.units() + group; }

  /// The piece, on rank `to` only; nothing after a failure.
  std::optional<TriangularFactor> move(long piece, int from, int to) {
    std::optional<TriangularFactor> moved;
    if (from == world_.rank() && !failed()) guard([&] { moved = fetch(piece); });
    if (from == to) return moved;
    if (from == world_.rank()) {
      send(moved, to);
      return {};
    }
    if (to == world_.rank()) guard([&] { moved = receive(from); });
    return moved;
  }

  void send(const std::optional<TriangularFactor>& piece, int to) const {
    const double sound = piece ? 1.0 : 0.0;
    world_.send({&sound, 1}, to, tree_tag);
    if (piece) send_factor(world_, *piece, to, tree_tag);
  }

  std::optional<TriangularFactor> receive(int from) {
    double sound = 0.0;
    world_.receive({&sound, 1}, from, tree_tag);
    if (sound > 0.0) return receive_factor(world_, from, tree_tag);
    poisoned_ = true;
    drop_all();
    return {};
  }

  const Communicator& world_;
  const UnitPlan& plan_;
  const MakeUnit& make_;
  FactorShelf& shelf_;
  std::map<long, TriangularFactor> hand_;  ///< at most one, by first unit
  std::set<long> unmerged_;                ///< pieces that are a unit this rank made
  std::vector<bool> filled_;               ///< groups on the root's shelf
  std::exception_ptr error_;
  bool poisoned_ = false;
};

}  // namespace

namespace {

struct Owners {
  std::vector<int> owners;
  int back_rank = 0;  ///< of the last unit; too many ranks when the limit is too small
};

/// Fills rank after rank up to a limit.
Owners owners_within(double limit, std::span<const double> costs, int ranks) {
  Owners out;
  double filled = 0;
  for (Index unit = 0; unit < costs.size(); ++unit) {
    const bool is_full = filled + costs[unit] > limit * (1 + 1e-9);
    const bool are_left_for_each = static_cast<long>(costs.size() - unit) < ranks - out.back_rank;
    if (unit > 0 && (is_full || are_left_for_each)) {
      ++out.back_rank;
      filled = 0;
    }
    filled += costs[unit];
    out.owners.push_back(out.back_rank);
  }
  return out;
}

}  // namespace

long UnitPlan::groups() const { return group.empty() ? 1 : 1 + *std::max_element(group.begin(), group.end()); }

void UnitPlan::require_sound(int ranks) const {
  if (!group.empty() && group.size() != owner.size()) throw ShapeError("a unit plan has one group per unit, or none");
  for (const int rank : owner)
    if (rank < 0 || rank >= ranks)
      throw DomainError("unit owner " + std::to_string(rank) + " is not a rank below " + std::to_string(ranks));
  for (const long place : group)
    if (place < 0) throw DomainError("unit group " + std::to_string(place) + " is below 0");
}

std::vector<int> UnitPlan::contiguous_owners(long units, int ranks) {
  std::vector<int> owners;
  for (long unit = 0; unit < units; ++unit) owners.push_back(static_cast<int>(unit * ranks / units));
  return owners;
}

std::vector<int> UnitPlan::contiguous_owners(std::span<const double> costs, int ranks) {
  // The smallest limit on a rank's costs that suffices, by bisection: one unit fits under the first, all under the second.
  double low = costs.empty() ? 0.0 : *std::max_element(costs.begin(), costs.end());
  double high = std::accumulate(costs.begin(), costs.end(), 0.0);
  if (owners_within(low, costs, ranks).back_rank < ranks) high = low;
  while (high - low > 1e-3 * high) {
    const double middle = 0.5 * (low + high);
    (owners_within(middle, costs, ranks).back_rank < ranks ? high : low) = middle;
  }
  return owners_within(high, costs, ranks).owners;
}

void send_factor(const Communicator& world, const TriangularFactor& factor, int to, int tag) {
  double has_room = 0.0;
  const std::array<double, 3> shape{static_cast<double>(factor.columns()), static_cast<double>(factor.row_count()),
                                    static_cast<double>(factor.stored_rows())};
  world.send(shape, to, tag);
  world.receive({&has_room, 1}, to, tag);
  if (has_room > 0.0) world.send(factor.packed(), to, tag);
}

TriangularFactor receive_factor(const Communicator& world, int from, int tag) {
  std::array<double, 3> shape{};
  world.receive(shape, from, tag);
  const long columns = static_cast<long>(shape[0]);
  const long stored_rows = static_cast<long>(shape[2]);
  LargeVector packed;
  double has_room = 1.0;
  try {
    packed.resize(TriangularFactor::packed_size(columns, stored_rows));
  } catch (const std::bad_alloc&) {
    has_room = 0.0;
    world.send({&has_room, 1}, from, tag);  // or the other would wait until the factor is taken
    throw;
  }
  world.send({&has_room, 1}, from, tag);
  world.receive(packed, from, tag);
  return TriangularFactor::from_packed(columns, static_cast<long>(shape[1]), stored_rows, std::move(packed));
}

std::vector<TriangularFactor> share_factors(const Communicator& world, std::span<const TriangularFactor> factors, int ranks) {
  double count = static_cast<double>(factors.size());
  world.broadcast({&count, 1});
  std::vector<TriangularFactor> received;
  // Rank r has its factors from r without its highest bit.
  const int bit = world.is_root() ? 0 : static_cast<int>(std::bit_floor(static_cast<unsigned>(world.rank())));
  std::exception_ptr error;
  for (long g = 0; g < static_cast<long>(count) && world.rank() < ranks; ++g) {
    try {
      if (bit > 0) received.push_back(receive_factor(world, world.rank() - bit, share_tag));
    } catch (...) {
      error = std::current_exception();
      received.assign(1, TriangularFactor(1));  // something to hand on, for others wait for it; thrown away below
    }
    const TriangularFactor& factor = bit > 0 ? received.back() : factors[static_cast<Index>(g)];
    for (int child = std::max(1, 2 * bit); world.rank() + child < ranks; child *= 2)
      send_factor(world, factor, world.rank() + child, share_tag);
  }
  world.agree([&] {
    if (error) std::rethrow_exception(error);
  });
  return received;
}

std::vector<TriangularFactor> combine_units(const Communicator& world, const UnitPlan& plan, const MakeUnit& make,
                                            FactorShelf& shelf) {
  plan.require_sound(world.size());
  Walker walker(world, plan, make, shelf);
  for (const Step& step : make_walk(plan)) walker.take(step);
  std::vector<TriangularFactor> groups;
  world.agree([&] {
    walker.rethrow();
    if (!walker.failed()) groups = walker.delivered();
  });
  return groups;
}

std::vector<TriangularFactor> combine_units(const Communicator& world, const UnitPlan& plan, const MakeUnit& make) {
  MemoryShelf shelf;
  return combine_units(world, plan, make, shelf);
}

}  // namespace carillon
