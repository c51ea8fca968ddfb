#pragma once

#include <Eigen/Core>
#include <vector>

#include "carillon/neural/network_model.hpp"
#include "carillon/neural/training_recipe.hpp"

namespace carillon {

/// The weights of a model that a stage may move. The optimisers never see the others, which so stay as they are to the bit.
class FreeWeights {
public:
  FreeWeights(const NetworkModel& model, const StageSpec& stage);

  Eigen::Index size() const { return static_cast<Eigen::Index>(places_.size()); }
  Eigen::VectorXd of(const Eigen::VectorXd& all) const { return all(places_); }
  void put(const Eigen::VectorXd& some, Eigen::VectorXd& all) const { all(places_) = some; }
  /// Factors of the learning rate, by layer: [size()].
  const Eigen::VectorXd& rates() const { return rates_; }

private:
  std::vector<Eigen::Index> places_;
  Eigen::VectorXd rates_;
};

}  // namespace carillon
