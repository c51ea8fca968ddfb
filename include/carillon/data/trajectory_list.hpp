#pragma once

#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"

namespace carillon {

/// The field's list of training files (`traj_list.dat`): the number of files, then a line `frames path [label...]` for each.
///
/// A source reads only its first `frames` frames, and fewer in the file is an error. Several label words are joined by blanks.
/// Relative paths start from the folder of the list. Every other option is taken from `options`.
///
/// @throws FileError   the list cannot be opened
/// @throws InputError  anything malformed, naming file:line
std::vector<DataSource> read_trajectory_list(const std::string& path, const DataOptions& options = {});

}  // namespace carillon
