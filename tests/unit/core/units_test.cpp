#include "carillon/core/units.hpp"

#include <gtest/gtest.h>

namespace carillon::units {
namespace {

// Oracle: the defining constants of the SI (exact), and CODATA 2022 for what is measured.
constexpr double joule_per_ev = 1.602176634e-19;
constexpr double per_mol = 6.02214076e23;
constexpr double joule_per_kelvin = 1.380649e-23;
constexpr double joule_per_kcal = 4184;
constexpr double hbar_c = 1973.269804593025;  // eV Å, exact to the digits given
constexpr double fine_structure = 7.2973525643e-3;

/// Values are typed with 12 or more digits; what follows from them agrees to one unit of the twelfth.
constexpr double typed_digits = 1e-12;

void expect_relative(double value, double expected, double tolerance) { EXPECT_NEAR(value / expected, 1.0, tolerance); }

TEST(Units, OracleKcalPerMol) {
  expect_relative(ev_to_kcal_per_mol, joule_per_ev * per_mol / joule_per_kcal, typed_digits);
  expect_relative(hartree_to_kcal_per_mol, hartree_to_ev * joule_per_ev * per_mol / joule_per_kcal, typed_digits);
}

TEST(Units, OracleHartreeTimesBohrIsTheCoulombConstant) {
  expect_relative(hartree_to_ev * bohr_to_angstrom, fine_structure * hbar_c, 1e-10);  // the fine-structure constant has 11 digits
}

TEST(Units, OraclePressure) {
  expect_relative(ev_per_cubic_angstrom_to_gpa, joule_per_ev / 1e-30 * 1e-9, typed_digits);
  // The number that potentials of this family are quoted with, to its seven digits.
  EXPECT_NEAR(kcal_per_mol_per_cubic_angstrom_to_gpa, 6.947695, 5e-7);
  expect_relative(kbar_to_ev_per_cubic_angstrom * 10, gpa_to_ev_per_cubic_angstrom, typed_digits);
}

TEST(Units, OracleDensity) {
  EXPECT_NEAR(amu_per_cubic_angstrom_to_gram_per_cubic_centimetre, 1 / (per_mol * 1e-24), 1e-8)
      << "the unit of mass and Avogadro's number agree to about 3e-10 since 2019";
  // Diamond: eight carbon atoms in a cube of 3.567 Å.
  EXPECT_NEAR(8 * 12.011 / (3.567 * 3.567 * 3.567) * amu_per_cubic_angstrom_to_gram_per_cubic_centimetre, 3.515, 1e-3);
}

TEST(Units, IdentityOfInversesAndProducts) {
  constexpr double rounding = 1e-15;
  expect_relative(ev_to_kcal_per_mol * kcal_per_mol_to_ev, 1.0, rounding);
  expect_relative(ev_per_cubic_angstrom_to_gpa * gpa_to_ev_per_cubic_angstrom, 1.0, rounding);
  expect_relative(hartree_per_bohr_to_ev_per_angstrom * bohr_to_angstrom, hartree_to_ev, rounding);
  expect_relative(hartree_per_bohr_to_kcal_per_mol_per_angstrom * bohr_to_angstrom, hartree_to_kcal_per_mol, rounding);
  expect_relative(hartree_per_bohr_to_ev_per_angstrom * ev_to_kcal_per_mol, hartree_per_bohr_to_kcal_per_mol_per_angstrom, rounding);
}

}  // namespace
}  // namespace carillon::units
