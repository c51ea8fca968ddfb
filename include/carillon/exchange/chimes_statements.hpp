#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carillon/exchange/chimes_cutoffs.hpp"
#include "carillon/exchange/chimes_text.hpp"

namespace carillon {

/// The statements of a params.txt as they stand in the file, in whatever order: each checked by itself, none against another.
/// Energies in kcal/mol.
struct ChimesStatements {
  struct Term {
    Powers powers{};
    double value = 0;
    ChimesLine line;
  };

  /// A PAIRTYPE, TRIPLETTYPE or QUADRUPLETYPE section.
  struct Type {
    long index = 0;
    std::vector<Element> atoms;  ///< in file order
    bool excluded = false;
    std::vector<Term> terms;
    ChimesLine line;
  };

  /// A row of PAIRMAPS, TRIPMAPS or QUADMAPS.
  struct Map {
    long index = 0;
    std::vector<Element> elements;  ///< sorted
    ChimesLine line;
  };

  struct Offset {
    long atom_type = 0;  ///< 0-based
    double value = 0;
    ChimesLine line;
  };

  std::string path;
  std::vector<long> orders;  ///< for 2, 3, 4 atoms; empty: no PAIRTYP line
  std::vector<Element> elements;
  std::vector<double> masses;
  RadialForm form;
  bool has_smoothing = false;
  ChimesCutoffs cutoffs;
  std::optional<double> penalty_distance;
  std::optional<double> penalty_scale;
  std::map<long, ChimesLine> excluded_elements;  ///< index -> line of EXCL1B
  std::map<long, ChimesLine> excluded_pairs;     ///< index -> line of EXCL2B
  std::map<int, long> announced;                 ///< atoms -> number of types that ATOM PAIR TRIPLETS or QUADRUPLETS promises
  std::map<int, std::vector<Type>> types;        ///< atoms -> sections
  std::map<int, std::vector<Map>> maps;          ///< atoms -> rows
  bool has_offsets = false;
  std::vector<Offset> offsets;
  std::vector<std::string> comments;  ///< at the head of the file
};

/// @throws FileError   it cannot be opened
/// @throws InputError  with file and line: unknown or repeated lines, words that are missing or of the wrong kind
ChimesStatements read_chimes_statements(const std::string& path);

}  // namespace carillon
