#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "carillon/core/yaml.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/data/split.hpp"

namespace carillon {

/// The parts that every recipe has in common: which files of frames, and which frames are kept out of the fit.

/// A path of a recipe, relative to the recipe's folder.
std::string resolved_path(const std::string& path, const std::string& folder);

/// One entry of a recipe's list `data`.
/// @throws InputError  unknown keys or values
DataSource read_data_source(const Yaml& node, const std::string& folder);

/// The same as lines of that list, indented by two blanks.
std::string data_source_yaml(const DataSource& source);

/// Which frames are kept out: for testing, for validation.
struct SplitSpec {
  enum class Kind { none, fraction, labels, frames } kind = Kind::none;
  double fraction = 0;
  std::uint64_t seed = 1;
  bool stratified = true;
  std::vector<std::string> labels;
  std::vector<long> frames;
};

/// `{fraction: …}`, `{labels: …}` or `{frames: …}`.
/// @throws InputError  not exactly one of these, or a value out of range
SplitSpec read_split_spec(const Yaml& node);

/// The same in one line; empty for none.
std::string split_spec_yaml(const SplitSpec& split);

/// The frames to fit and to test on.
/// @throws InputError  unknown label or frame, nothing left to train on
Split split_frames(const SplitSpec& spec, const Dataset& data);

/// The same of some frames only: both parts are among them.
/// @param among  ascending
/// @throws InputError  besides, a frame that is not among them
Split split_frames(const SplitSpec& spec, const Dataset& data, const std::vector<long>& among);

}  // namespace carillon
