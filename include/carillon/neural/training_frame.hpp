#pragma once

#include <array>

#include "carillon/neural/described_atoms.hpp"
#include "carillon/neural/network_model.hpp"

namespace carillon {

/// Squared and absolute errors of one kind of label, added up: energies per atom (eV), force components (eV/Å), stress components
/// (eV/Å³).
struct ErrorSums {
  double count = 0;  ///< a number of labels, kept as double to be sent along
  double squared = 0;
  double absolute = 0;

  void add(double error);
  double rmse() const;  ///< 0 without any
  double mae() const;
};

/// A loss and the errors it was made from.
struct LossSums {
  double loss = 0;
  ErrorSums energy, force, stress;
};

/// What squared errors of one frame are multiplied with in the loss; 0 leaves a kind out.
struct LossFactors {
  double energy = 0;  ///< of ((E - E_ref) / atoms)²
  double force = 0;   ///< of each squared component
  double stress = 0;  ///< of each squared component, of the six or three that were given
};

/// A frame ready for training: descriptors, their derivatives, labels. Made once.
class TrainingFrame {
public:
  /// @param model  its descriptor and elements count, not its numbers
  TrainingFrame(const Structure& structure, const Descriptor& descriptor, const NetworkModel& model);

  /// Takes over the model's scalers: before the first loss, and whenever they change.
  void standardise(const NetworkModel& model);

  /// Adds the frame's loss and errors to `sums` and, when `gradient` is given, the derivative of the loss with respect to all
  /// weights.
  /// @param gradient  [model.weights.size()], or null
  /// Cost: see Network; derivatives of descriptors are read once, with the gradient twice.
  void add_loss(const NetworkModel& model, const LossFactors& factors, LossSums& sums, Eigen::VectorXd* gradient) const;

  /// What the network alone says, without shifts, eV.
  double network_energy(const NetworkModel& model) const;

  const DescribedAtoms<float>& atoms() const { return atoms_; }
  std::size_t bytes() const { return atoms_.bytes() + read_.pairs.bytes(); }  ///< of what is kept for derivatives
  const std::vector<ElementGroup>& groups() const { return read_.groups; }
  const std::optional<double>& energy() const { return energy_; }
  const std::string& label() const { return label_; }
  Eigen::VectorXd composition(const NetworkModel& model) const;  ///< atoms of each element

private:
  struct State;
  struct Residuals;
  State evaluate(const NetworkModel& model) const;
  Residuals residuals(const State& state, const LossFactors& factors, LossSums& sums) const;
  Eigen::MatrixXd tangents(const Residuals& residuals) const;

  DescribedAtoms<float> atoms_;
  NetworkAtoms read_;
  std::optional<double> energy_;
  std::optional<Eigen::Matrix3Xd> forces_;
  std::optional<Eigen::Matrix3d> stress_;
  int stress_components_ = 6;
  double volume_;
  std::string label_;
};

}  // namespace carillon
