#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {

/// One atom's descriptor and its derivatives with respect to the displacements of its neighbours, as one descriptor fills it.
///
/// The functions of a descriptor are of two kinds. A radial function is a sum over neighbours of something that depends on the
/// distance alone, so one slope a neighbour tells its derivative; an angular function needs a vector, but only for neighbours
/// inside the smaller angular cutoff. That is what makes derivatives small enough to keep for a whole training set.
struct AtomDescriptor {
  Eigen::VectorXd values;             ///< [size]
  Eigen::MatrixXd radial_slopes;      ///< [radial functions x neighbours], 1/Å: of one copy, see Descriptor
  std::vector<int> close;             ///< neighbours that take part in angular functions, by number in the list
  Eigen::MatrixXd angular_gradients;  ///< [angular functions of all copies x 3 close], 1/Å
};

/// What a network sees of an atom's surroundings: numbers that do not change with rotation, translation, or the order of atoms.
///
/// With several elements every function comes twice, as it is and with each neighbour's contribution multiplied by a number of
/// its element, so that the length does not depend on how many elements there are (N. Artrith, A. Urban, G. Ceder, Phys. Rev. B
/// 96, 014112 (2017), doi:10.1103/PhysRevB.96.014112). Order: radial, angular; then the same of the weighted copy.
class Descriptor {
public:
  virtual ~Descriptor() = default;

  virtual double cutoff() const = 0;  ///< Å

  int radial_functions() const { return radial_functions_; }    ///< of one copy
  int angular_functions() const { return angular_functions_; }  ///< of one copy
  int copies() const { return weights_.size() > 1 ? 2 : 1; }
  int size() const { return copies() * (radial_functions_ + angular_functions_); }

  /// The number that the weighted copy multiplies contributions of this element with: -1 and 1 of two elements, -1, 0, 1 of
  /// three, and so on.
  /// @throws DomainError  an element the descriptor was not made for
  double weight(Element element) const;

  /// @param neighbors  of one atom, within cutoff()
  /// @param weights    of these neighbours
  /// @param out        its memory is used again where the sizes fit
  /// Cost O(neighbours radial + close² angular). Thread safe.
  virtual void describe(std::span<const Neighbor> neighbors, std::span<const double> weights, AtomDescriptor& out) const = 0;

protected:
  Descriptor(std::vector<Element> elements, int radial_functions, int angular_functions);

private:
  std::vector<Element> elements_;
  std::vector<double> weights_;  // [elements]
  int radial_functions_;
  int angular_functions_;
};

}  // namespace carillon
