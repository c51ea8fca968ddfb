#include "carillon/neural/message_pairs.hpp"

#include <cmath>

#include "carillon/basis/chebyshev.hpp"
#include "carillon/basis/pair_coordinate.hpp"
#include "carillon/basis/smoothing.hpp"

namespace carillon {
namespace {

/// φ and dφ/dr at one distance.
void fill_functions(const MessageSpec& spec, double r, Eigen::Ref<Eigen::VectorXd> values, Eigen::Ref<Eigen::VectorXd> slopes) {
  const PairCoordinate::Value s = PairCoordinate(CoordinateKind::direct, 0, spec.cutoff, 1).at(r);
  const Smoothing::Value f = Smoothing{SmoothingKind::tersoff, 1.0}.at(r, spec.cutoff);
  const auto count = static_cast<std::size_t>(values.size());
  chebyshev(s.s, {values.data(), count}, {slopes.data(), count});
  const double share = 1 / std::sqrt(spec.neighbors);  // a sum of so many numbers of size 1 and either sign is of size 1 then
  slopes = (share * (f.slope * values + f.f * s.slope * slopes)).eval();
  values *= share * f.f;
}

}  // namespace

MessagePairs::MessagePairs(const MessageSpec& spec, const Structure& structure, std::span<const ElementGroup> groups) {
  std::vector<std::size_t> group_of(structure.size());
  for (const ElementGroup& group : groups) {
    for (const Eigen::Index atom : group.atoms) group_of[static_cast<std::size_t>(atom)] = groups_.size();
    groups_.emplace_back().element = group.element;
  }
  const NeighborList neighbors(structure, spec.cutoff);
  std::vector<double> distances;
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const Neighbor& neighbor : neighbors.later_neighbors(i)) {
      const auto pair = static_cast<Eigen::Index>(distances.size());
      const Eigen::Index ends[2] = {static_cast<Eigen::Index>(i), neighbor.index};
      first_.push_back(ends[0]);
      second_.push_back(ends[1]);
      distances.push_back(neighbor.distance);
      for (const int end : {0, 1}) {
        Group& group = groups_[group_of[static_cast<std::size_t>(ends[end])]];
        if (group.pairs.empty() || group.pairs.back() != pair) group.pairs.push_back(pair);
        group.senders.push_back(ends[end]);
        group.receivers.push_back(ends[1 - end]);
        group.columns.push_back(static_cast<Eigen::Index>(group.pairs.size()) - 1);
      }
    }
  displacements_.resize(3, static_cast<Eigen::Index>(distances.size()));
  Eigen::Index pair = 0;
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const Neighbor& neighbor : neighbors.later_neighbors(i)) displacements_.col(pair++) = neighbor.displacement;
  for (Group& group : groups_) {
    group.values.resize(spec.order + 1, static_cast<Eigen::Index>(group.pairs.size()));
    group.slopes.resize(group.values.rows(), group.values.cols());
    for (Eigen::Index c = 0; c < group.values.cols(); ++c)
      fill_functions(spec, distances[static_cast<std::size_t>(group.pairs[static_cast<std::size_t>(c)])], group.values.col(c),
                     group.slopes.col(c));
  }
}

std::size_t MessagePairs::bytes() const {
  std::size_t numbers = 5 * first_.size();
  for (const Group& group : groups_)
    numbers += static_cast<std::size_t>(2 * group.values.size()) + group.pairs.size() + 3 * group.senders.size();
  return sizeof(double) * numbers;
}

void MessagePairs::add_forces(const Eigen::VectorXd& by_distance, Eigen::Matrix3Xd& forces, Eigen::Matrix3d& virial) const {
  for (Eigen::Index p = 0; p < size(); ++p) {
    const Eigen::Vector3d r = displacements_.col(p);
    const Eigen::Vector3d gradient = by_distance[p] / r.norm() * r;
    forces.col(first_[static_cast<std::size_t>(p)]) += gradient;
    forces.col(second_[static_cast<std::size_t>(p)]) -= gradient;
    virial += gradient * r.transpose();
  }
}

Eigen::VectorXd MessagePairs::distance_changes(const Eigen::Matrix3Xd& velocities, const Eigen::Matrix3d& strain) const {
  Eigen::VectorXd out(size());
  for (Eigen::Index p = 0; p < size(); ++p) {
    const Eigen::Vector3d r = displacements_.col(p);
    const Eigen::Vector3d change =
        velocities.col(first_[static_cast<std::size_t>(p)]) - velocities.col(second_[static_cast<std::size_t>(p)]) + strain * r;
    out[p] = r.dot(change) / r.norm();
  }
  return out;
}

}  // namespace carillon
