// What the KIM API calls (https://openkim.org, API 2.2 and later). One model is open for each create call; its state lies in the
// buffer that KIM hands back on every call.

#include <algorithm>
#include <exception>
#include <memory>
#include <string>

#include "KIM_ModelDriverHeaders.hpp"
#include "carillon/api/open_potential.hpp"
#include "carillon/potential/simulator_atoms.hpp"
#include "model_files.hpp"

namespace carillon::kim {
namespace {

/// KIM's convention: 0 is success.
constexpr int success = 0;
constexpr int failure = 1;

struct Model {
  std::unique_ptr<DomainPotential> potential;
  double cutoff = 0;
  int requests_no_neighbors_of_ghosts = 1;
};

/// Runs `work`; what it throws becomes an entry in KIM's log, since nothing may leave a C interface.
template <class Context, class Work>
int guarded(Context* context, Work work) {
  try {
    work();
    return success;
  } catch (const std::exception& problem) {
    context->LogEntry(KIM::LOG_VERBOSITY::error, problem.what(), __LINE__, __FILE__);
    return failure;
  }
}

void require(int error, const char* what) {
  if (error != 0) throw std::runtime_error(std::string("the KIM API refused ") + what);
}

std::unique_ptr<DomainPotential> open_parameter_files(const KIM::ModelDriverCreate* create) {
  const std::string* folder = nullptr;
  create->GetParameterFileDirectoryName(&folder);
  int count = 0;
  create->GetNumberOfParameterFiles(&count);
  std::vector<std::string> files;
  for (int i = 0; i < count; ++i) {
    const std::string* name = nullptr;
    require(create->GetParameterFileBasename(i, &name), "a parameter file's name");
    files.push_back(*name);
  }
  const TemporaryFolder restored;
  restore_model_folder(*folder, files, restored.path());
  return open_domain_potential({restored.path().string()});
}

Model* model_of(const auto* context) {
  void* buffer = nullptr;
  context->GetModelBufferPointer(&buffer);
  return static_cast<Model*>(buffer);
}

int destroy(KIM::ModelDestroy* destroyed) {
  delete model_of(destroyed);
  return success;
}

int create_arguments(const KIM::ModelCompute*, KIM::ModelComputeArgumentsCreate* create) {
  return guarded(create, [&] {
    using namespace KIM::COMPUTE_ARGUMENT_NAME;
    for (const auto& name : {partialEnergy, partialForces, partialParticleEnergy, partialVirial})
      require(create->SetArgumentSupportStatus(name, KIM::SUPPORT_STATUS::optional), "an argument");
  });
}

int destroy_arguments(const KIM::ModelCompute*, KIM::ModelComputeArgumentsDestroy*) { return success; }

template <class Number>
Number* argument(const KIM::ModelComputeArguments* arguments, KIM::ComputeArgumentName name) {
  Number* pointer = nullptr;
  require(arguments->GetArgumentPointer(name, &pointer), "an argument");
  return pointer;
}

/// @param count  of the simulator's particles: what belongs to those that are out of reach is zero
void hand_back(const DomainPrediction& found, const Domain& domain, std::size_t count,
               const KIM::ModelComputeArguments* arguments) {
  using namespace KIM::COMPUTE_ARGUMENT_NAME;
  if (auto* energy = argument<double>(arguments, partialEnergy)) {
    *energy = 0;
    for (const double part : found.atom_energies) *energy += part;
  }
  if (auto* energies = argument<double>(arguments, partialParticleEnergy)) {
    std::fill_n(energies, count, 0.0);
    for (std::size_t i = 0; i < domain.owned; ++i) energies[domain.number[i]] = found.atom_energies[i];
  }
  if (auto* forces = argument<double>(arguments, partialForces)) {
    std::fill_n(forces, 3 * count, 0.0);
    for (std::size_t i = 0; i < domain.number.size(); ++i)
      for (long axis = 0; axis < 3; ++axis) forces[3 * domain.number[i] + static_cast<std::size_t>(axis)] = found.forces[i][axis];
  }
  if (auto* virial = argument<double>(arguments, partialVirial))  // sum of dE/dr r r / r, xx yy zz yz xz xy: ours
    for (int v = 0; v < 6; ++v) virial[v] = found.virial(voigt_row[v], voigt_column[v]);
}

int compute(const KIM::ModelCompute* context, const KIM::ModelComputeArguments* arguments) {
  return guarded(context, [&] {
    using namespace KIM::COMPUTE_ARGUMENT_NAME;
    const Model* model = model_of(context);
    const auto count = static_cast<std::size_t>(*argument<const int>(arguments, numberOfParticles));
    const SimulatorAtoms given{{argument<const int>(arguments, particleSpeciesCodes), count},
                               {argument<const int>(arguments, particleContributing), count},
                               {argument<const double>(arguments, coordinates), 3 * count}};
    const Domain domain = domain_of(model->potential->elements(), given, model->cutoff);
    hand_back(model->potential->evaluate_domain(domain.atoms, domain.owned), domain, count, arguments);
  });
}

template <class Routine>
KIM::Function* as_function(Routine* routine) {
  return reinterpret_cast<KIM::Function*>(routine);
}

void announce(KIM::ModelDriverCreate* create, const Model& model) {
  require(create->SetUnits(KIM::LENGTH_UNIT::A, KIM::ENERGY_UNIT::eV, KIM::CHARGE_UNIT::unused, KIM::TEMPERATURE_UNIT::unused,
                           KIM::TIME_UNIT::unused),
          "Å and eV");
  require(create->SetModelNumbering(KIM::NUMBERING::zeroBased), "numbers from zero");
  create->SetInfluenceDistancePointer(&model.cutoff);
  create->SetNeighborListPointers(1, &model.cutoff, &model.requests_no_neighbors_of_ghosts);
  int code = 0;
  for (const Element element : model.potential->elements())
    require(create->SetSpeciesCode(KIM::SpeciesName(std::string(element.symbol())), code++), "an element");
  using namespace KIM::MODEL_ROUTINE_NAME;
  const struct {
    KIM::ModelRoutineName name;
    KIM::Function* function;
  } routines[] = {{ComputeArgumentsCreate, as_function(&create_arguments)},
                  {ComputeArgumentsDestroy, as_function(&destroy_arguments)},
                  {Compute, as_function(&compute)},
                  {Destroy, as_function(&destroy)}};
  for (const auto& routine : routines)
    require(create->SetRoutinePointer(routine.name, KIM::LANGUAGE_NAME::cpp, 1, routine.function), "a routine");
}

}  // namespace
}  // namespace carillon::kim

extern "C" int create_carillon_driver(KIM::ModelDriverCreate* create, KIM::LengthUnit, KIM::EnergyUnit, KIM::ChargeUnit,
                                      KIM::TemperatureUnit, KIM::TimeUnit) {
  using namespace carillon::kim;
  return guarded(create, [&] {
    auto model = std::make_unique<Model>();
    model->potential = open_parameter_files(create);
    model->cutoff = model->potential->cutoff();
    announce(create, *model);
    create->SetModelBufferPointer(model.release());
  });
}
