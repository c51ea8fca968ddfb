#pragma once

#include <string>
#include <vector>

#include "carillon/block/hierarchy.hpp"

namespace carillon {

/// A potential file of the field's programs (`params.txt`), in our units and our order of atoms and slots.
struct ChimesParams {
  std::string path;
  std::vector<Element> elements;  ///< in file order
  std::vector<double> masses;     ///< amu, [elements]
  /// Pairs, triplets and quadruplets in file order, then one-atom types where the file has energy offsets.
  BasisSet basis;
  std::vector<double> coefficients;   ///< eV, [basis.columns()]; 0 for terms the file does not list
  Penalty penalty;                    ///< the evaluator's defaults (0.01 Å, 1e4 kcal/mol/Å³) where the file is silent
  std::vector<std::string> excluded;  ///< names of the cluster types that the file says are absent
  std::vector<std::string> comments;  ///< at the head of the file: source, range of use
  std::vector<std::string> notes;     ///< what a user should look at: a mass far from the element's
};

/// Reads a params.txt (docs/file_formats.md). Written against the field's published files; strict where they are not clear.
///
/// @throws FileError   it cannot be opened
/// @throws InputError  with file and line: coulomb or over-coordination terms, which Carillon does not have; a missing section or
///                     ENDFILE; unknown lines; numbers that are missing or not finite; terms that are listed twice, of too high
///                     power or that leave an atom untouched; permutation-equivalent terms that differ by more than 1e-9, or of
///                     which only some are listed (the field's evaluator would then depend on the order of the atoms)
/// Cost: a fraction of a second for the largest published file.
ChimesParams read_chimes_params(const std::string& path);

/// The file's sections as blocks, with the file and its comments as provenance.
std::vector<Block> to_blocks(const ChimesParams& params);

/// The file as a whole model. Sets of two or more elements all of whose types the file excludes are taken as meant to be absent;
/// a lone element without any type is not: that is the mark of a cross block.
///
/// @param absent  further element sets that may be absent
/// @throws InputError  as compose
Hierarchy to_hierarchy(const ChimesParams& params, const std::vector<std::string>& absent = {});

/// Writes a model so that the field's evaluator (chimes_calculator) gives the same energy. One file has one order for each number
/// of atoms: the largest of the blocks; terms that a block does not have, and zeros, are not listed. Coefficients of an imported
/// model read back bit for bit, others to the last digit.
///
/// @return  warnings, which also stand at the head of the file: a many-body cutoff beyond its pair's, or four-body terms that
///          reach farther than three-body terms, with both of which the field's programs have trouble
/// @throws InputError  what the format cannot express: another coordinate than morse, a behaviour below the inner cutoff other
///                     than smooth
/// @throws FileError   it cannot be written
std::vector<std::string> write_chimes_params(const std::string& path, const Hierarchy& model);

}  // namespace carillon
