#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "carillon/potential/domain_potential.hpp"
#include "carillon/potential/simulator_atoms.hpp"
#include "fmt_of_lammps.hpp"  // before LAMMPS's
#include "pair.h"

namespace carillon::lammps {

/// LAMMPS's `pair_style carillon`: a Carillon model on the atoms of each rank (docs/molecular_dynamics.md).
///
///     pair_style carillon
///     pair_coeff * * MODEL C N
///
/// MODEL is a model folder, a params.txt, a network or a committee; then the element of each atom type, or NULL for types of
/// other styles of a hybrid. Needs `units metal` and `newton on`. Forces on ghosts go back to their owners; each rank's virial is
/// the model's own. No energy of single pairs, and no stress per atom. What is wrong ends LAMMPS with one message.
///
/// The model finds its neighbours by itself and asks for no list of LAMMPS, which only has to keep enough ghosts: that is all the
/// cutoff of init_one() is for. `special_bonds` and `neigh_modify exclude`, which act on lists, therefore change nothing.
class PairCarillon : public LAMMPS_NS::Pair {
public:
  explicit PairCarillon(LAMMPS_NS::LAMMPS* lammps);
  ~PairCarillon() override;
  PairCarillon(const PairCarillon&) = delete;
  PairCarillon& operator=(const PairCarillon&) = delete;

  void settings(int count, char** words) override;
  void coeff(int count, char** words) override;
  void init_style() override;
  double init_one(int i, int j) override;
  void compute(int energy_flags, int virial_flags) override;

private:
  void read(const char* model, char** symbols);
  void allocate();
  SimulatorAtoms given_atoms();
  void hand_back(const DomainPrediction& found, const Domain& atoms);

  std::unique_ptr<DomainPotential> potential_;
  std::vector<int> code_of_type_;  // [types + 1], number of the model's element; -1: NULL
  std::vector<int> codes_;         // [atoms]
  std::vector<int> owned_;         // [atoms]
};

/// What LAMMPS calls to make one.
LAMMPS_NS::Pair* create_pair_carillon(LAMMPS_NS::LAMMPS* lammps);

}  // namespace carillon::lammps
