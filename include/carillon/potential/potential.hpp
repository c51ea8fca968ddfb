#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "carillon/data/structure.hpp"

namespace carillon {

/// Standard deviations of what a potential says, in the same units and shapes; of the stress, component by component.
struct Deviation {
  double energy = 0;
  std::vector<Eigen::Vector3d> forces;               ///< [atoms]
  Eigen::Matrix3d stress = Eigen::Matrix3d::Zero();  ///< symmetric; zero for a structure without a volume
};

/// What a potential says about one structure. eV, eV/Å, eV/Å³ (tension positive, (1/V) dE/d(strain), no kinetic part).
struct Prediction {
  double energy = 0;
  std::vector<Eigen::Vector3d> forces;                 ///< [atoms]
  Eigen::Matrix3d stress = Eigen::Matrix3d::Zero();    ///< symmetric; zero for a structure without a volume
  std::optional<Deviation> deviation = std::nullopt;  ///< from potentials that know how sure they are
};

/// Anything that gives energy, forces and stress: block models, networks. `validate` sees only this interface, so that all
/// families are judged by the same code.
class Potential {
public:
  virtual ~Potential() = default;

  /// @throws InputError  the structure holds an element the potential does not know (named with its origin and atom)
  /// Thread safe. Uses OpenMP inside; the result does not depend on the number of threads.
  virtual Prediction evaluate(const Structure& structure) const = 0;

  virtual double cutoff() const = 0;                        ///< largest interaction distance, Å
  virtual const std::vector<Element>& elements() const = 0;  ///< sorted
  virtual std::string description() const = 0;              ///< one line for logs and reports
};

}  // namespace carillon
