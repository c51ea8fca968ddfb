#pragma once

#include <vector>

#include "carillon/data/finding.hpp"
#include "carillon/data/structure.hpp"

namespace carillon {

/// Whether a number looks as if it stood for a missing one: nothing but nines from 999 on (999, -9999.99), a power of ten from
/// 1e5 on, or beyond 1e10. Compared to ten digits, since reading may have converted it to and fro.
bool is_placeholder(double value);

/// Labels of a frame that stand for missing ones. An energy of exactly 0 and any placeholder, in eV, eV/Å and eV/Å³ or in the
/// units of .xyzf (kcal/mol, Hartree/bohr, GPa), is an error; a stress that is all exactly zero is a warning. Of an atom alone
/// (no cell, or one above 200 Å³) a zero is right where energies are counted from free atoms. Zero forces need a look at the
/// structure: geometry/zero_forces.hpp. Cost O(atoms).
std::vector<Finding> find_placeholder_labels(const Structure& frame);

}  // namespace carillon
