// Oracle: energies, stresses and forces that the field's evaluator (chimes_calculator) printed for its published potentials.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/units.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/exchange/chimes_params.hpp"
#include "support/largest_deviation.hpp"
#include "support/shared_data.hpp"

namespace carillon {
namespace {

using testing::LargestDeviation;
using testing::shared_data;

/// GPa in one kcal/mol/Å³ as the evaluator prints it: not CODATA's, so its stresses are 3e-5 of themselves off ours.
constexpr double printed_gpa = 6.9479;

/// The evaluator enlarges a cell that is shorter than the cutoff by n copies in each direction and then gives each atom the
/// forces of all its (n + 1)³ copies: for the CO cell of 7.9 Å under a cutoff of 8 Å the printed forces are 8 times the slope of
/// the printed energy, as finite differences show. Energy and stress are divided by the number of copies and right.
constexpr double forces_of_two_copies_each_way = 8;

struct PublishedCase {
  const char* params;
  const char* configuration;
  double force_factor = 1;

  std::string expected_name() const { return std::string(params) + "." + configuration + ".dat"; }
  friend void PrintTo(const PublishedCase& published, std::ostream* out) { *out << published.expected_name(); }
};

constexpr const char* liquid_co = "published_params.liqCO.2+3b.cubic.txt";
constexpr const char* liquid_c = "published_params.liqC.2+3b.cubic.txt";
constexpr const char* hn3 = "published_params.HN3.2+3+4b.Tersoff.special.offsets.txt";

const PublishedCase cases[] = {
    {liquid_c, "liqC.2.5gcc_6000K.OUTCAR_#000.xyz"},
    {liquid_c, "liqC.2.5gcc_6000K.OUTCAR_#001.xyz"},
    {liquid_co, "CO.2.5gcc_6500K.OUTCAR_#000.xyz", forces_of_two_copies_each_way},
    {liquid_co, "diam.2_#000.xyz"},
    {liquid_co, "diam.8_#000.xyz"},
    {liquid_co, "diam.16_#000.xyz"},
    {liquid_co, "diam.64_#000.xyz"},
    {"published_params.CO2400K.2+3+4b.Tersoff.special.offsets.txt", "CO.9GPa_2400K.OUTCAR_#000.xyz"},
    {hn3, "HN3.2gcc_3000K.OUTCAR_#000.xyz"},
    {hn3, "HN3.2gcc_3000K.OUTCAR_#001.xyz"},
    {"test_params.HN3.penalty.txt", "HN3.2.04gcc_20000K_#000.xyz"},
};

Structure read_configuration(const std::string& name) {
  DataOptions options;
  options.format = "plain_xyz";
  return Dataset({{shared_data("published/configurations/" + name), options}}).read(0);
}

ChimesPotential published_potential(const std::string& name) {
  return ChimesPotential(to_hierarchy(read_chimes_params(shared_data("published/force_fields/" + name))));
}

std::vector<double> read_numbers(const std::string& path) {
  std::ifstream file(path);
  std::vector<double> numbers;
  for (double number = 0; file >> number;) numbers.push_back(number);
  return numbers;
}

class PublishedPotential : public ::testing::TestWithParam<PublishedCase> {};

TEST_P(PublishedPotential, EnergyStressAndForcesAreThoseOfTheFieldsEvaluator) {
  const PublishedCase& published = GetParam();
  const std::string path = shared_data("published/expected/" + published.expected_name());
  CARILLON_SKIP_WITHOUT(path);
  const std::vector<double> expected = read_numbers(path);
  const Structure structure = read_configuration(published.configuration);
  ASSERT_EQ(expected.size(), 7 + 3 * structure.size());
  const Prediction prediction = published_potential(published.params).evaluate(structure);

  LargestDeviation energy, stress, force;
  energy.compare(units::ev_to_kcal_per_mol * prediction.energy, expected[0]);
  constexpr int order[6][2] = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}};  // xx yy zz xy xz yz, pressure positive
  for (std::size_t k = 0; k < 6; ++k)
    stress.compare(-printed_gpa * units::ev_to_kcal_per_mol * prediction.stress(order[k][0], order[k][1]), expected[1 + k]);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (int axis = 0; axis < 3; ++axis)
      force.compare(published.force_factor * units::ev_to_kcal_per_mol * prediction.forces[i][axis],
                    expected[7 + 3 * i + static_cast<std::size_t>(axis)]);
  // The printed numbers are rounded in the sixth decimal or figure; 1e-3 leaves room for the sums of the other program.
  energy.expect_within(1e-3, "energy_kcal_per_mol");
  stress.expect_within(1e-3, "stress_gpa");
  force.expect_within(1e-3, "force_kcal_per_mol_per_angstrom");
}

INSTANTIATE_TEST_SUITE_P(Cases, PublishedPotential, ::testing::ValuesIn(cases), [](const auto& instance) {
  std::string name = instance.param.configuration;
  name = name.substr(0, name.size() - 4);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

TEST(PublishedPotentials, EveryExpectedFileIsACase) {
  const std::string folder = shared_data("published/expected");
  CARILLON_SKIP_WITHOUT(folder);
  std::set<std::string> files, names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path().filename().string());
  for (const PublishedCase& published : cases) names.insert(published.expected_name());
  EXPECT_EQ(files, names);
}

/// Invariance: the same crystal in primitive, cubic and enlarged cells of 2.5 to 7.1 Å, all below the cutoff of 8 Å.
TEST(PublishedPotentials, DiamondCellsOfAnySizeHaveOneEnergyPerAtom) {
  CARILLON_SKIP_WITHOUT(shared_data("published/configurations"));
  const ChimesPotential potential = published_potential(liquid_co);
  const auto energy_per_atom = [&](const char* name) {
    const Structure cell = read_configuration(name);
    return potential.evaluate(cell).energy / static_cast<double>(cell.size());
  };
  const double primitive = energy_per_atom("diam.2_#000.xyz");
  LargestDeviation energy;
  for (const char* name : {"diam.8_#000.xyz", "diam.16_#000.xyz", "diam.64_#000.xyz"})
    energy.compare(energy_per_atom(name), primitive);
  energy.expect_within(1e-9, "energy_ev_per_atom");
}

}  // namespace
}  // namespace carillon
