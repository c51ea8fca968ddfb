#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace carillon {

/// Smallest distance and number of pairs of one element pair that a block's training data held.
struct DistanceCoverage {
  double smallest = 0;  ///< Å
  double largest = 0;   ///< Å, up to the outer cutoff
  long pairs = 0;       ///< within the outer cutoff
};

/// Where a block comes from: enough to find the data and the recipe again and to know where it may be used.
struct Provenance {
  std::string source;                                 ///< `fit`, or the file it was imported from
  std::string carillon_version;                       ///< with the commit
  std::string recipe_sha256;                          ///< of the resolved recipe; empty for an import
  std::map<std::string, std::string> data_sha256;     ///< path relative to the recipe -> hash
  std::map<std::string, long> frames;                 ///< state point (label) -> training frames
  std::map<std::string, std::string> parents;         ///< block subtracted before the fit -> its checksum
  std::map<std::string, DistanceCoverage> distances;  ///< element pair `C-N` -> what the data covered
  std::string solver;                                 ///< one line: kind, strength and how it was chosen
  std::vector<std::string> notes;
};

}  // namespace carillon
