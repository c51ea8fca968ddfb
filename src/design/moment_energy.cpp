#include "carillon/design/moment_energy.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/design/moment_workspace.hpp"

namespace carillon {
namespace {

/// A task and its coefficients in the layout of the moment: [power of ij][moment].
template <int N>
struct WeightedTask {
  const MomentTask<N>* task;
  AlignedBuffer coefficients;
};

bool has_weight(const MomentPlan& plan, std::size_t type, const std::vector<double>& coefficients) {
  const auto first = coefficients.begin() + plan.basis().first_column(type);
  return std::any_of(first, first + plan.basis().types()[type].columns(), [](double c) { return c != 0; });
}

template <int N>
std::vector<WeightedTask<N>> weighted_tasks(const MomentPlan& plan, const std::vector<double>& coefficients) {
  std::vector<WeightedTask<N>> out;
  for (const MomentTask<N>& task : plan.tasks<N>()) {
    if (!has_weight(plan, task.type, coefficients)) continue;
    AlignedBuffer values(task.shape.order * task.shape.size);
    for (std::size_t c = 0; c < task.fold.columns(); ++c)
      for (const int source : task.fold.sources(c)) values.data()[source] = coefficients[task.fold.first_column() + c];
    out.push_back({&task, std::move(values)});
  }
  return out;
}

/// What one atom's pairs add; what larger clusters add is found from the bonds.
struct AtomSum {
  double energy = 0;
  Eigen::Vector3d force = Eigen::Vector3d::Zero();
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();
};

/// What clusters of three and four atoms add to each bond.
struct BondSums {
  std::vector<double> energies;  ///< the bond's share of its clusters' energies
  std::vector<double> slopes;    ///< dE/dr
};

/// Which atoms are a domain's own, and how much of a pair's energy therefore is.
struct Ownership {
  std::size_t owned;

  bool operator()(std::size_t atom) const { return atom < owned; }
  double share(std::size_t a, std::size_t b) const { return 0.5 * ((*this)(a) + (*this)(b)); }
};

}  // namespace

struct MomentEnergy::State {
  State(const BasisSet& basis, const std::vector<double>& coefficients_, const MomentKernels& kernels_)
      : plan(basis, kernels_.width),
        kernels(kernels_),
        coefficients(coefficients_),
        triplets(weighted_tasks<3>(plan, coefficients)),
        quadruplets(weighted_tasks<4>(plan, coefficients)) {
    for (std::size_t t = 0; t < plan.basis().types().size(); ++t)
      if (const ClusterType& type = plan.basis().types()[t]; type.atoms() == 1)
        offsets[type.elements().front()] = coefficients[static_cast<std::size_t>(plan.basis().first_column(t))];
  }

  /// Energy of an isolated atom, where the basis has one.
  double offset(Element element) const {
    const auto found = offsets.find(element);
    return found == offsets.end() ? 0.0 : found->second;
  }

  MomentPlan plan;
  const MomentKernels& kernels;
  std::vector<double> coefficients;
  std::vector<WeightedTask<3>> triplets;
  std::vector<WeightedTask<4>> quadruplets;
  std::map<Element, double> offsets;
};

/// Evaluates atoms: one for each thread.
class MomentEnergy::Worker {
public:
  /// @param bonds  out; an atom writes those to its later neighbours
  Worker(const State& state, const NeighborList& neighbors, const PairTable& pairs, Ownership is_owned, BondSums& bonds)
      : state_(state), neighbors_(neighbors), pairs_(pairs), is_owned_(is_owned), bonds_(bonds), environment_(state.plan, pairs) {}

  AtomSum evaluate(std::size_t atom) {
    AtomSum sum;
    if (pairs_.code(atom) < 0) return sum;
    add_pairs(atom, sum);
    // Owned atoms come first, so each bond that has one is met from its owned end, or from its earlier one.
    if (!is_owned_(atom) || (state_.triplets.empty() && state_.quadruplets.empty())) return sum;
    environment_.fill(atom);
    for (const auto& task : state_.triplets) add_task(task);
    for (const auto& task : state_.quadruplets) add_task(task);
    return sum;
  }

private:
  void add_pairs(std::size_t atom, AtomSum& sum) {
    const auto all = neighbors_.neighbors(atom);
    const std::size_t earlier = all.size() - neighbors_.later_neighbors(atom).size();
    for (std::size_t n = 0; n < all.size(); ++n) {
      const int other = pairs_.code(static_cast<std::size_t>(all[n].index));
      const int type = other < 0 ? -1 : state_.plan.pair_type(state_.plan.element_pair(pairs_.code(atom), other));
      const double share = is_owned_.share(atom, static_cast<std::size_t>(all[n].index));
      if (type >= 0 && share > 0) add_pair(all[n], n >= earlier, share, static_cast<std::size_t>(type), sum);
    }
  }

  void add_pair(const Neighbor& neighbor, bool is_later, double share, std::size_t number, AtomSum& sum) {
    const ClusterType& type = state_.plan.basis().types()[number];
    if (neighbor.distance >= type.slots().front().outer) return;
    const auto length = static_cast<std::size_t>(type.max_power()) + 1;
    values_.resize(length);
    slopes_.resize(length);
    type.evaluate_slot(0, neighbor.distance, values_, slopes_);
    const double* coefficients = state_.coefficients.data() + state_.plan.basis().first_column(number);
    double energy = 0;
    double slope = 0;
    for (std::size_t c = 0; c + 1 < length; ++c) {
      energy += coefficients[c] * values_[c + 1];
      slope += coefficients[c] * slopes_[c + 1];
    }
    const Eigen::Vector3d pull = share * slope / neighbor.distance * neighbor.displacement;
    sum.energy += 0.5 * energy;
    sum.force += pull;
    if (is_later) sum.virial += pull * neighbor.displacement.transpose();
  }

  template <int N>
  void add_task(const WeightedTask<N>& weighted) {
    const MomentTask<N>& task = *weighted.task;
    if (task.elements[0] != environment_.home_code()) return;
    const MomentFunction moment = kernel_for(state_.kernels, task);
    const MomentView clusters = view_of(state_.plan, task, pairs_);
    const MomentScratch& scratch = workspace_.reserve(environment_.view(), task.shape);
    const std::size_t order = task.shape.order;
    moment_.reserve(task.shape.size);
    weights_.resize(order);
    const std::size_t first_bond = pairs_.first_bond(state_.plan.element_pair(task.elements[0], task.elements[1]));
    const std::size_t stride = state_.plan.kinds()[task.kinds[0]].stride;
    for (int j = environment_.first_of(task.elements[1]); j < environment_.end_of(task.elements[1]); ++j) {
      const auto n = static_cast<std::size_t>(j);
      if (!environment_.ray(n).is_later || !environment_.is_within(n, task.levels[0])) continue;
      if (!moment(environment_.view(), clusters, j, scratch, moment_.data())) continue;
      state_.kernels.multiply(weighted.coefficients.data(), moment_.data(), order, task.shape.size, weights_.data());
      const auto bond = static_cast<std::size_t>(environment_.bond(n));
      const double* values = pairs_.values(task.kinds[0]) + bond * stride;
      const double* slopes = pairs_.slopes(task.kinds[0]) + bond * stride;
      double energy = 0;
      for (std::size_t a = 0; a < order; ++a) {
        energy += values[a] * weights_[a];
        bonds_.slopes[first_bond + bond] += slopes[a] * weights_[a];
      }
      bonds_.energies[first_bond + bond] += energy / slot_count(N);
    }
  }

  const State& state_;
  const NeighborList& neighbors_;
  const PairTable& pairs_;
  Ownership is_owned_;
  BondSums& bonds_;
  LocalEnvironment environment_;
  MomentWorkspace workspace_;
  AlignedBuffer moment_;
  std::vector<double> weights_, values_, slopes_;
};

MomentEnergy::MomentEnergy(const BasisSet& basis, const std::vector<double>& coefficients, SimdLevel level) {
  if (coefficients.size() != static_cast<std::size_t>(basis.columns()))
    throw ShapeError("expected " + std::to_string(basis.columns()) + " coefficients, found " +
                     std::to_string(coefficients.size()));
  state_ = std::make_shared<const State>(basis, coefficients, moment_kernels(level));
}

const BasisSet& MomentEnergy::basis() const { return state_->plan.basis(); }
double MomentEnergy::bond_cutoff() const { return state_->plan.cutoff(); }
SimdLevel MomentEnergy::level() const { return state_->kernels.level; }

ClusterEnergy MomentEnergy::evaluate(const Structure& structure) const {
  // Energy offsets alone need no neighbours: a cutoff that finds none.
  return evaluate(structure, NeighborList(structure, std::max(basis().cutoff(), 1e-3)));
}

ClusterEnergy MomentEnergy::evaluate(const Structure& structure, const NeighborList& neighbors) const {
  return sum(structure, neighbors, structure.size());
}

ClusterEnergy MomentEnergy::evaluate_domain(const Structure& structure, const NeighborList& neighbors, std::size_t owned) const {
  return sum(structure, neighbors, owned);
}

ClusterEnergy MomentEnergy::sum(const Structure& structure, const NeighborList& neighbors, std::size_t owned) const {
  const MomentPlan& plan = state_->plan;
  const std::size_t atoms = structure.size();
  const Ownership is_owned{owned};
  const PairTable pairs(plan, structure, neighbors);
  BondSums bonds{std::vector<double>(pairs.bonds(), 0.0), std::vector<double>(pairs.bonds(), 0.0)};
  std::vector<AtomSum> sums(atoms);
  constexpr std::size_t atoms_at_once = 4;
  const std::size_t groups = (atoms + atoms_at_once - 1) / atoms_at_once;
  parallel_for_workers(static_cast<long>(groups), [&] {
    return [&, worker = std::make_shared<Worker>(*state_, neighbors, pairs, is_owned, bonds)](long group) {
      const std::size_t begin = static_cast<std::size_t>(group) * atoms_at_once;
      for (std::size_t i = begin; i < std::min(begin + atoms_at_once, atoms); ++i) sums[i] = worker->evaluate(i);
    };
  });

  ClusterEnergy out;
  out.forces.reserve(atoms);
  for (std::size_t i = 0; i < atoms; ++i) {
    AtomSum& sum = sums[i];
    const auto rays = pairs.rays(i);
    const auto entries = pairs.entries(i);
    for (std::size_t e = 0; e < entries.size(); ++e) {
      const auto other = static_cast<std::size_t>(entries[e].atom);
      const std::size_t bond =
          pairs.first_bond(plan.element_pair(pairs.code(i), pairs.code(other))) + static_cast<std::size_t>(entries[e].bond);
      const double slope = is_owned.share(i, other) * bonds.slopes[bond];
      sum.energy += 0.5 * bonds.energies[bond];
      sum.force += slope * rays[e].direction;
      if (rays[e].is_later) sum.virial += (slope * rays[e].distance) * rays[e].direction * rays[e].direction.transpose();
    }
    if (is_owned(i)) out.atom_energies.push_back(sum.energy + state_->offset(structure.species[i]));
    out.forces.push_back(sum.force);
    out.virial += sum.virial;
  }
  out.energy = std::accumulate(out.atom_energies.begin(), out.atom_energies.end(), 0.0);
  return out;
}

}  // namespace carillon
