#pragma once

/// Physical constants and unit conversions (CODATA 2022). No other file of the project may hold such a number.
///
/// Inside Carillon: length Å, energy eV, force eV/Å, stress eV/Å³ (tension positive), mass amu, temperature K.
/// A conversion is named from_to: `kcal_per_mol_to_ev * x` turns kcal/mol into eV.
namespace carillon::units {

inline constexpr double hartree_to_ev = 27.211386245981;
inline constexpr double bohr_to_angstrom = 0.529177210544;
inline constexpr double hartree_to_kcal_per_mol = 627.5094740631;
inline constexpr double ev_to_kcal_per_mol = hartree_to_kcal_per_mol / hartree_to_ev;
inline constexpr double ev_to_kj_per_mol = 4.184 * ev_to_kcal_per_mol;  // thermochemical calorie, exact
inline constexpr double kcal_per_mol_to_ev = hartree_to_ev / hartree_to_kcal_per_mol;
inline constexpr double hartree_per_bohr_to_ev_per_angstrom = hartree_to_ev / bohr_to_angstrom;
inline constexpr double hartree_per_bohr_to_kcal_per_mol_per_angstrom = hartree_to_kcal_per_mol / bohr_to_angstrom;
inline constexpr double ev_per_cubic_angstrom_to_gpa = 160.2176634;
inline constexpr double gpa_to_ev_per_cubic_angstrom = 1.0 / ev_per_cubic_angstrom_to_gpa;
inline constexpr double kbar_to_ev_per_cubic_angstrom = 0.1 * gpa_to_ev_per_cubic_angstrom;
inline constexpr double kcal_per_mol_per_cubic_angstrom_to_gpa = kcal_per_mol_to_ev * ev_per_cubic_angstrom_to_gpa;
inline constexpr double amu_per_cubic_angstrom_to_gram_per_cubic_centimetre = 1.66053906892;
inline constexpr double ev_per_amu_to_kj_per_gram =
    ev_per_cubic_angstrom_to_gpa / amu_per_cubic_angstrom_to_gram_per_cubic_centimetre;
inline constexpr double boltzmann_ev_per_kelvin = 8.617333262e-5;  // exact in the SI, here to ten digits

}  // namespace carillon::units
