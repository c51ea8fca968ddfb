#pragma once

#include <Eigen/Core>

#include "carillon/neural/network_model.hpp"

namespace carillon {

/// The last layer of a network, in which everything is linear: with the layers before it held fixed, energy, forces and stress of
/// a structure are sums of its weights times the rows made here. So what labels would tell about these weights is a question for
/// linear algebra, as with the coefficients of a block (V. Zaverkin, J. Kästner, Mach. Learn.: Sci. Technol. 2, 035009 (2021),
/// doi:10.1088/2632-2153/abe294).
class LastLayer {
public:
  explicit LastLayer(NetworkModel model);

  /// Of each element of the model in turn: its weights, and its bias (with which a reference energy is one).
  Eigen::Index columns() const { return static_cast<Eigen::Index>(model_.elements.size()) * per_element_; }
  const std::vector<Element>& elements() const { return model_.elements; }
  Eigen::VectorXd weights() const;  ///< [columns], the biases with reference energies, eV

  /// Derivatives of what the network says with respect to weights(): 3N forces (1/Å), stress (Voigt order, 1/Å³; zero without a
  /// volume), energy.
  /// @return  [3N + 7 x columns]
  /// @throws DomainError  an element that the model does not have
  /// Cost of descriptors once, and of a network and its derivatives for each column of an element in the structure; columns are
  /// shared among OpenMP threads, the same bits for any number of them.
  Eigen::MatrixXd rows(const Structure& structure) const;

private:
  Eigen::Index offset(std::size_t element) const;  // of the layer in all weights

  NetworkModel model_;
  std::shared_ptr<const Descriptor> descriptor_;
  Eigen::Index per_element_;
};

}  // namespace carillon
