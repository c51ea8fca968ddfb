#pragma once

#include <Eigen/Core>

namespace carillon {

/// Brings each component of one element's descriptor to mean 0 and standard deviation 1 over the atoms it was made from.
struct Scaler {
  Eigen::VectorXd mean;    ///< [descriptor size]
  Eigen::VectorXd spread;  ///< [descriptor size], > 0; 1 for components that do not vary

  /// No change at all.
  static Scaler identity(Eigen::Index size);

  /// @param values  [descriptor size x atoms]
  Eigen::MatrixXd apply(const Eigen::Ref<const Eigen::MatrixXd>& values) const;
};

/// Sums from which a Scaler is made; of several processes they can be added up.
class ScalerSums {
public:
  explicit ScalerSums(Eigen::Index size) : sums_(Eigen::VectorXd::Zero(2 * size + 1)) {}

  /// Shifts are subtracted first, so that squares do not lose the digits of small variations about a large mean.
  /// @param origin  [size], the same in all calls: any typical value
  void add(const Eigen::Ref<const Eigen::VectorXd>& value, const Eigen::VectorXd& origin);

  Eigen::VectorXd& numbers() { return sums_; }  ///< [2 size + 1]
  double atoms() const { return sums_[sums_.size() - 1]; }
  Scaler scaler(const Eigen::VectorXd& origin) const;

private:
  Eigen::VectorXd sums_;
};

}  // namespace carillon
