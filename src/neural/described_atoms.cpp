#include "carillon/neural/described_atoms.hpp"

#include "carillon/neural/column_products.hpp"

namespace carillon {

template <class Real>
DescribedAtoms<Real>::DescribedAtoms(const Descriptor& descriptor, const Structure& structure, const NeighborList& neighbors,
                                     std::size_t first, std::size_t last)
    : radial_(descriptor.radial_functions()),
      angular_(descriptor.angular_functions()),
      copies_(descriptor.copies()),
      values_(descriptor.size(), static_cast<Eigen::Index>(last - first)) {
  std::size_t count = 0;
  for (std::size_t i = first; i < last; ++i) count += neighbors.neighbors(i).size();
  neighbor_atom_.reserve(count);
  displacements_.resize(3, static_cast<Eigen::Index>(count));
  radial_slopes_.reserve(count * static_cast<std::size_t>(radial_));
  AtomDescriptor atom;
  std::vector<double> weights;
  for (std::size_t i = first; i < last; ++i) {
    weights.clear();
    for (const Neighbor& neighbor : neighbors.neighbors(i))
      weights.push_back(descriptor.weight(structure.species[static_cast<std::size_t>(neighbor.index)]));
    descriptor.describe(neighbors.neighbors(i), weights, atom);
    values_.col(static_cast<Eigen::Index>(i - first)) = atom.values;
    append(atom, neighbors.neighbors(i), weights);
  }
}

template <class Real>
void DescribedAtoms<Real>::append(const AtomDescriptor& atom, std::span<const Neighbor> neighbors,
                                  std::span<const double> weights) {
  for (const Neighbor& neighbor : neighbors) {
    displacements_.col(static_cast<Eigen::Index>(neighbor_atom_.size())) = neighbor.displacement;
    neighbor_atom_.push_back(neighbor.index);
  }
  start_.push_back(neighbor_atom_.size());
  if (copies_ == 2) weights_.insert(weights_.end(), weights.begin(), weights.end());
  close_.insert(close_.end(), atom.close.begin(), atom.close.end());
  close_start_.push_back(close_.size());
  const auto append_numbers = [](std::vector<Real>& to, const Eigen::MatrixXd& from) {
    for (const double value : from.reshaped()) to.push_back(static_cast<Real>(value));
  };
  append_numbers(radial_slopes_, atom.radial_slopes);
  append_numbers(angular_gradients_, atom.angular_gradients);
}

template <class Real>
std::size_t DescribedAtoms<Real>::bytes() const {
  return sizeof(Real) * (radial_slopes_.size() + angular_gradients_.size());
}

template <class Real>
void DescribedAtoms<Real>::pull_back(std::size_t atom, const Eigen::Ref<const Eigen::VectorXd>& cotangent,
                                     Eigen::Ref<Eigen::Matrix3Xd> gradients) const {
  const std::size_t from = start_[atom];
  const std::size_t count = start_[atom + 1] - from;
  const auto rows = static_cast<std::size_t>(radial_);
  const Real* slopes = radial_slopes_.data() + from * rows;
  Eigen::VectorXd along(static_cast<Eigen::Index>(count));
  column_dots(slopes, rows, count, cotangent.data(), along.data());
  if (copies_ == 2) {
    Eigen::VectorXd weighted(static_cast<Eigen::Index>(count));
    column_dots(slopes, rows, count, cotangent.data() + radial_ + angular_, weighted.data());
    along += weighted.cwiseProduct(Eigen::Map<const Eigen::VectorXd>(weights_.data() + from, weighted.size()));
  }
  for (std::size_t j = 0; j < count; ++j) {
    const Eigen::Vector3d r = displacement(from + j);
    const auto column = static_cast<Eigen::Index>(j);
    gradients.col(column) = along[column] / r.norm() * r;
  }
  const std::size_t close_from = close_start_[atom];
  const std::size_t close_count = close_start_[atom + 1] - close_from;
  if (angular_ == 0 || close_count == 0) return;
  Eigen::VectorXd angular(copies_ * angular_);
  for (Eigen::Index copy = 0; copy < copies_; ++copy)
    angular.segment(copy * angular_, angular_) = cotangent.segment(copy * (radial_ + angular_) + radial_, angular_);
  Eigen::Matrix3Xd vectors(3, static_cast<Eigen::Index>(close_count));
  const auto angular_rows = static_cast<std::size_t>(angular.size());
  column_dots(angular_gradients_.data() + 3 * close_from * angular_rows, angular_rows, 3 * close_count, angular.data(),
              vectors.data());
  for (std::size_t k = 0; k < close_count; ++k)
    gradients.col(close_[close_from + k]) += vectors.col(static_cast<Eigen::Index>(k));
}

template <class Real>
void DescribedAtoms<Real>::push_forward(std::size_t atom, const Eigen::Ref<const Eigen::Matrix3Xd>& velocities,
                                        Eigen::Ref<Eigen::VectorXd> change) const {
  const std::size_t from = start_[atom];
  const std::size_t count = start_[atom + 1] - from;
  const auto rows = static_cast<std::size_t>(radial_);
  const Real* slopes = radial_slopes_.data() + from * rows;
  Eigen::VectorXd along(static_cast<Eigen::Index>(count));
  for (std::size_t j = 0; j < count; ++j) {
    const Eigen::Vector3d r = displacement(from + j);
    along[static_cast<Eigen::Index>(j)] = r.dot(velocities.col(static_cast<Eigen::Index>(j))) / r.norm();
  }
  change.setZero();
  add_columns(slopes, rows, count, along.data(), change.data());
  if (copies_ == 2) {
    along = along.cwiseProduct(Eigen::Map<const Eigen::VectorXd>(weights_.data() + from, along.size())).eval();
    add_columns(slopes, rows, count, along.data(), change.data() + radial_ + angular_);
  }
  const std::size_t close_from = close_start_[atom];
  const std::size_t close_count = close_start_[atom + 1] - close_from;
  if (angular_ == 0 || close_count == 0) return;
  Eigen::Matrix3Xd vectors(3, static_cast<Eigen::Index>(close_count));
  for (std::size_t k = 0; k < close_count; ++k)
    vectors.col(static_cast<Eigen::Index>(k)) = velocities.col(close_[close_from + k]);
  Eigen::VectorXd angular = Eigen::VectorXd::Zero(copies_ * angular_);
  const auto angular_rows = static_cast<std::size_t>(angular.size());
  add_columns(angular_gradients_.data() + 3 * close_from * angular_rows, angular_rows, 3 * close_count, vectors.data(),
              angular.data());
  for (Eigen::Index copy = 0; copy < copies_; ++copy)
    change.segment(copy * (radial_ + angular_) + radial_, angular_) = angular.segment(copy * angular_, angular_);
}

template class DescribedAtoms<float>;
template class DescribedAtoms<double>;

}  // namespace carillon
