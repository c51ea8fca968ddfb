#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/exchange/chimes_cutoffs.hpp"

namespace carillon {

/// A setup file of the field's fitter (`fm_setup.in`), checked but not yet turned into anything of ours.
struct ChimesSetup {
  enum class StressRows { none, diagonal, full };  ///< which components are fitted

  /// A keyword that is known and has no meaning here, with why.
  struct Ignored {
    std::string keyword;
    std::string value;
    long line = 0;
    std::string reason;
  };

  /// `EXCLUDE nB INTERACTION`: one cluster type that is left out of the fit.
  struct Exclusion {
    std::vector<Element> elements;  ///< sorted
    long line = 0;
  };

  std::string path;
  std::string trajectory;           ///< as written: an xyzf file, or a list of them
  bool trajectory_is_list = false;  ///< `MULTI file`
  long frames = 0;                  ///< NFRAMES: how many are used
  StressRows stress = StressRows::none;
  std::optional<long> stress_frames;  ///< only the first so many frames; nothing: all
  bool energies = false;
  std::optional<long> energy_frames;  ///< only the first so many frames; nothing: all
  int order_2 = 0;                    ///< T_1..T_O
  int order_3 = 0;                    ///< powers 0..O-1; 0: no such terms
  int order_4 = 0;
  RadialForm form;
  bool hierarchical = false;
  std::vector<Element> elements;  ///< in file order
  std::vector<double> masses;     ///< amu, [elements]
  ChimesCutoffs cutoffs;
  std::vector<Exclusion> exclusions;
  std::vector<Ignored> ignored;  ///< in file order
};

/// Reads a fm_setup.in (docs/file_formats.md).
///
/// @throws FileError   it cannot be opened
/// @throws InputError  with file and line: a keyword that is not known (the message lists the known ones) or given twice, a
///                     missing one, values of the wrong kind, charges and over-coordination terms (Carillon has neither), pairs
///                     or atom types that are missing, cutoffs out of order, exclusions that the field's fitter would not heed
ChimesSetup read_chimes_setup(const std::string& path);

/// The unknowns in the column order of the field's fitter: like pairs in type order, then unlike pairs; triplet types, quadruplet
/// types; last, where energies are fitted, one constant for each element. Excluded cluster types are absent.
///
/// @throws InputError  nothing is left to fit; special cutoffs out of order; orders that make millions of terms
BasisSet basis_set(const ChimesSetup& setup);

}  // namespace carillon
