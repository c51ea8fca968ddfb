#pragma once

#include <Eigen/Core>
#include <vector>

#include "carillon/neural/descriptor.hpp"

namespace carillon {

/// Descriptors of a run of atoms of one structure and their derivatives with respect to the displacements of all neighbours,
/// packed one after another.
///
/// Real is the type the derivatives are stored in: double where forces have to be exact (NetworkPotential), float for a training
/// set, which is large and has to be read once an iteration. Either way sums are in double precision. Memory: a neighbour costs
/// radial_functions reals, one inside the angular cutoff 3 · copies · angular_functions more.
template <class Real>
class DescribedAtoms {
public:
  /// @param first, last  atoms first .. last-1
  /// @throws DomainError  an element the descriptor was not made for
  DescribedAtoms(const Descriptor& descriptor, const Structure& structure, const NeighborList& neighbors, std::size_t first,
                 std::size_t last);

  std::size_t size() const { return start_.size() - 1; }              ///< atoms
  std::size_t neighbors() const { return neighbor_atom_.size(); }     ///< of all of them
  const Eigen::MatrixXd& values() const { return values_; }           ///< [descriptor size x atoms]
  std::size_t begin(std::size_t atom) const { return start_[atom]; }  ///< number of the atom's first neighbour
  std::size_t end(std::size_t atom) const { return start_[atom + 1]; }
  int neighbor_atom(std::size_t neighbor) const { return neighbor_atom_[neighbor]; }
  Eigen::Vector3d displacement(std::size_t neighbor) const { return displacements_.col(static_cast<Eigen::Index>(neighbor)); }
  std::size_t bytes() const;  ///< of the derivatives

  /// The gradient of sum_d cotangent_d G_d(atom) with respect to each neighbour's displacement.
  /// @param cotangent  [descriptor size]
  /// @param gradients  out, [3 x neighbours of the atom]
  void pull_back(std::size_t atom, const Eigen::Ref<const Eigen::VectorXd>& cotangent,
                 Eigen::Ref<Eigen::Matrix3Xd> gradients) const;

  /// How the descriptor changes when the neighbours' displacements do: the transpose of pull_back.
  /// @param velocities  [3 x neighbours of the atom]
  /// @param change      out, [descriptor size]
  void push_forward(std::size_t atom, const Eigen::Ref<const Eigen::Matrix3Xd>& velocities,
                    Eigen::Ref<Eigen::VectorXd> change) const;

private:
  void append(const AtomDescriptor& atom, std::span<const Neighbor> neighbors, std::span<const double> weights);

  Eigen::Index radial_;   // functions of one copy
  Eigen::Index angular_;  // of one copy
  Eigen::Index copies_;
  Eigen::MatrixXd values_;
  std::vector<std::size_t> start_ = {0};  // [atoms + 1], into neighbours
  std::vector<int> neighbor_atom_;
  Eigen::Matrix3Xd displacements_;
  std::vector<double> weights_;                 // [neighbours], with two copies only
  std::vector<std::size_t> close_start_ = {0};  // [atoms + 1], into close_
  std::vector<int> close_;                      // number among the atom's neighbours
  std::vector<Real> radial_slopes_;
  std::vector<Real> angular_gradients_;
};

extern template class DescribedAtoms<float>;
extern template class DescribedAtoms<double>;

}  // namespace carillon
