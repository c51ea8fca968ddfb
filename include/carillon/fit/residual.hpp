#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/design/assemble.hpp"

namespace carillon {

/// The reference labels of a frame minus what the frozen blocks give: the target of the next block (docs/theory.md, Eq. 9).
///
/// @param frozen  null: nothing is subtracted
Target residual_target(const Structure& structure, const ChimesPotential* frozen);

/// How large forces are before and after the frozen blocks are subtracted, by state point. A ratio above 1 means that the
/// subtraction made the target *larger* than the reference: the frozen blocks act against the data there.
class ResidualTally {
public:
  void add(const Structure& structure, const Target& target);
  /// Adds what other ranks gathered.
  void merge(const ResidualTally& other);

  struct Entry {
    long count = 0;            ///< force components
    double reference_sum = 0;  ///< of squares, eV²/Å²
    double residual_sum = 0;
    double reference_rms() const;  ///< eV/Å
    double residual_rms() const;   ///< eV/Å
    double ratio() const { return residual_rms() / reference_rms(); }
  };
  const std::map<std::string, Entry>& labels() const { return labels_; }

  std::string serialize() const;
  static ResidualTally deserialize(const std::string& bytes);

private:
  std::map<std::string, Entry> labels_;
};

}  // namespace carillon
