#include "pair_carillon.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>

#include "atom.h"
#include "carillon/api/open_potential.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "comm.h"
#include "error.h"
#include "force.h"
#include "memory.h"
#include "update.h"

namespace carillon::lammps {
namespace {

/// LAMMPS's order of the six components of a virial.
constexpr int virial_row[6] = {0, 1, 2, 0, 0, 1};
constexpr int virial_column[6] = {0, 1, 2, 1, 2, 2};

int code_of(const DomainPotential& potential, const std::string& symbol) {
  if (symbol == "NULL") return -1;
  const std::vector<Element>& known = potential.elements();
  const auto found = std::find_if(known.begin(), known.end(), [&](Element element) { return element.symbol() == symbol; });
  if (found == known.end())
    throw InputError("element " + symbol + " is not part of the model; known: " + element_set_name(known));
  return static_cast<int>(found - known.begin());
}

}  // namespace

PairCarillon::PairCarillon(LAMMPS_NS::LAMMPS* lammps) : Pair(lammps) {
  single_enable = 0;
  restartinfo = 0;
  one_coeff = 1;
  manybody_flag = 1;
  no_virial_fdotr_compute = 1;
}

PairCarillon::~PairCarillon() {
  if (copymode != 0 || allocated == 0) return;
  memory->destroy(setflag);
  memory->destroy(cutsq);
}

void PairCarillon::settings(int count, char**) {
  if (count > 0)
    error->all(FLERR, std::string("pair_style carillon takes no arguments; the model's folder goes into pair_coeff"));
}

void PairCarillon::allocate() {
  const int types = atom->ntypes;
  if (allocated == 0) {
    memory->create(setflag, types + 1, types + 1, "pair:setflag");
    memory->create(cutsq, types + 1, types + 1, "pair:cutsq");
    allocated = 1;
  }
  const auto is_mapped = [&](int type) { return code_of_type_[static_cast<std::size_t>(type)] >= 0; };
  for (int i = 1; i <= types; ++i)
    for (int j = i; j <= types; ++j) setflag[i][j] = is_mapped(i) && is_mapped(j) ? 1 : 0;
}

void PairCarillon::read(const char* model, char** symbols) {
  potential_ = open_domain_potential({model});
  code_of_type_.assign(1, -1);
  for (int type = 1; type <= atom->ntypes; ++type) code_of_type_.push_back(code_of(*potential_, symbols[type - 1]));
  if (std::all_of(code_of_type_.begin(), code_of_type_.end(), [](int code) { return code < 0; }))
    throw InputError("every atom type is NULL; expected at least one element of the model");
}

void PairCarillon::coeff(int count, char** words) {
  if (count != 3 + atom->ntypes)  // LAMMPS itself has seen to it that the first two are * *
    error->all(FLERR, "pair_coeff of pair style carillon: expected * *, a model, and an element (or NULL) for each of the " +
                          std::to_string(atom->ntypes) + " atom types");
  std::string problem;
  try {
    Communicator(world).agree([&] { read(words[2], words + 3); });
  } catch (const std::exception& caught) {
    problem = caught.what();
  }
  if (!problem.empty()) error->all(FLERR, "pair_coeff of pair style carillon: " + problem);
  allocate();
}

void PairCarillon::init_style() {
  if (update->unit_style != std::string_view("metal"))
    error->all(FLERR, "pair style carillon: expected units metal, found units " + std::string(update->unit_style));
  if (force->newton_pair == 0) error->all(FLERR, std::string("pair style carillon: expected newton on, found newton off"));
  set_threads(comm->nthreads);  // one, unless LAMMPS is told otherwise: ranks share the cores already
}

double PairCarillon::init_one(int i, int j) {
  if (setflag[i][j] == 0) error->all(FLERR, std::string("All pair coeffs are not set"));
  return potential_->cutoff();
}

SimulatorAtoms PairCarillon::given_atoms() {
  const auto own = static_cast<std::size_t>(atom->nlocal);
  const std::size_t all = own + static_cast<std::size_t>(atom->nghost);
  codes_.resize(all);
  for (std::size_t i = 0; i < all; ++i) codes_[i] = code_of_type_[static_cast<std::size_t>(atom->type[i])];
  owned_.assign(all, 0);
  std::fill_n(owned_.begin(), own, 1);
  const double* coordinates = all > 0 ? atom->x[0] : nullptr;
  return {codes_, owned_, {coordinates, 3 * all}};
}

void PairCarillon::hand_back(const DomainPrediction& found, const Domain& atoms) {
  for (std::size_t i = 0; i < atoms.number.size(); ++i)
    for (long axis = 0; axis < 3; ++axis) atom->f[atoms.number[i]][axis] += found.forces[i][axis];
  for (std::size_t i = 0; i < atoms.owned; ++i) {
    if (eflag_global != 0) eng_vdwl += found.atom_energies[i];
    if (eflag_atom != 0) eatom[atoms.number[i]] += found.atom_energies[i];
  }
  if (vflag_global == 0) return;
  for (int v = 0; v < 6; ++v) virial[v] -= found.virial(virial_row[v], virial_column[v]);
}

void PairCarillon::compute(int energy_flags, int virial_flags) {
  ev_init(energy_flags, virial_flags);
  if (vflag_atom != 0 || cvflag_atom != 0) error->all(FLERR, std::string("pair style carillon has no stress per atom"));
  std::string problem;
  try {
    const Domain atoms = domain_of(potential_->elements(), given_atoms(), potential_->cutoff());
    if (atoms.owned > 0) hand_back(potential_->evaluate_domain(atoms.atoms, atoms.owned), atoms);
  } catch (const std::exception& caught) {
    problem = caught.what();
  }
  if (!problem.empty()) error->one(FLERR, "pair style carillon: " + problem);
}

LAMMPS_NS::Pair* create_pair_carillon(LAMMPS_NS::LAMMPS* lammps) { return new PairCarillon(lammps); }

}  // namespace carillon::lammps
