// Makes a one-term carbon model, writes it as a model folder, opens it again as a user's program would, and compares the
// energy of a dimer with the formula written out by hand. Status 0: they agree.

#include <carillon/api/open_potential.hpp>
#include <carillon/block/model_file.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>

namespace {

constexpr double inner = 1.0;        // Å
constexpr double outer = 3.0;        // Å
constexpr double lambda = 1.5;       // Å
constexpr double coefficient = 2.5;  // eV
constexpr double distance = 1.7;     // Å

carillon::Hierarchy one_term_model() {
  const carillon::Element carbon = *carillon::Element::from_symbol("C");
  const carillon::RadialForm form{carillon::CoordinateKind::morse, {carillon::SmoothingKind::cubic}, carillon::BelowInner::smooth};
  carillon::Block block;
  block.elements = {carbon};
  block.basis = carillon::BasisSet({carillon::ClusterType({carbon, carbon}, 1, {{inner, outer, lambda}}, form)});
  block.coefficients = {coefficient};
  block.provenance.source = "an example written by hand";
  return carillon::compose({block});
}

/// E = c f(r) T_1(s), T_1(s) = s, with Morse coordinate and cubic smoothing (docs/theory.md, Eq. 2 to 4).
double expected_energy() {
  const double at_inner = std::exp(-inner / lambda);
  const double at_outer = std::exp(-outer / lambda);
  const double s = (2 * std::exp(-distance / lambda) - at_inner - at_outer) / (at_inner - at_outer);
  return coefficient * std::pow(1 - distance / outer, 3) * s;
}

}  // namespace

int main() {
  const std::filesystem::path folder = std::filesystem::current_path() / "one-term-model";
  carillon::write_model(folder.string(), one_term_model(), true);
  const auto potential = carillon::open_potential({folder.string()});

  carillon::Structure dimer;
  dimer.species = potential->elements();
  dimer.species.push_back(dimer.species.front());
  dimer.positions = {{0, 0, 0}, {0, 0, distance}};
  const double energy = potential->evaluate(dimer).energy;

  std::printf("%.15f eV, expected %.15f eV\n", energy, expected_energy());
  return std::abs(energy - expected_energy()) < 1e-14 ? 0 : 1;
}
