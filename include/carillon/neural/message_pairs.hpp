#pragma once

#include <Eigen/Core>
#include <vector>

#include "carillon/geometry/neighbor_list.hpp"
#include "carillon/neural/element_groups.hpp"
#include "carillon/neural/network_spec.hpp"

namespace carillon {

/// The pairs of atoms of a structure that send each other messages, and the functions of their distances that filters are made
/// of:
///
///   φ_k(r) = f_c(r) T_k(s(r)) / √neighbors,  k = 0..order,  f_c = (1 + cos(π r/r_c))/2,  s in [-1, 1]
///
/// A pair is there once; the atoms of both ends send. Images of an atom itself count as well.
class MessagePairs {
public:
  /// Messages sent by atoms of one element. Pairs of two such atoms send two through one column of functions, others one.
  struct Group {
    std::size_t element = 0;                                ///< of the senders, number in the model
    std::vector<Eigen::Index> pairs;                        ///< [columns]
    Eigen::MatrixXd values;                                 ///< φ, [functions x columns]
    Eigen::MatrixXd slopes;                                 ///< dφ/dr, 1/Å
    std::vector<Eigen::Index> senders, receivers, columns;  ///< [messages]: two atoms and a column
  };

  MessagePairs() = default;  ///< no messages at all
  /// @param groups  all atoms of the structure by element
  /// @throws as NeighborList
  MessagePairs(const MessageSpec& spec, const Structure& structure, std::span<const ElementGroup> groups);

  Eigen::Index size() const { return displacements_.cols(); }  ///< pairs
  const std::vector<Group>& groups() const { return groups_; }
  std::size_t bytes() const;  ///< of functions and places

  /// What an energy does to the atoms by way of the distances.
  /// @param by_distance  dE/dr, [pairs], eV/Å
  /// @param forces       [3 x atoms], added to
  /// @param virial       dE/d(strain), added to
  void add_forces(const Eigen::VectorXd& by_distance, Eigen::Matrix3Xd& forces, Eigen::Matrix3d& virial) const;

  /// The transpose of add_forces: how the sum of forces · velocities + virial : strain depends on each dE/dr.
  /// @return  [pairs]
  Eigen::VectorXd distance_changes(const Eigen::Matrix3Xd& velocities, const Eigen::Matrix3d& strain) const;

private:
  std::vector<Eigen::Index> first_, second_;  // [pairs], atoms
  Eigen::Matrix3Xd displacements_;            // from first to second
  std::vector<Group> groups_;
};

}  // namespace carillon
