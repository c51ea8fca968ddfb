#pragma once

#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"

namespace carillon {

/// A key of an extended XYZ frame that says nothing of what a Structure holds (`frame_id`, `label_level`): carried along, not
/// understood.
struct OtherKey {
  std::string key;
  std::string value;  ///< without quotes, escapes resolved; empty for a bare word
  std::string text;   ///< key and value as they stand in the file: `label_code="CP2K 2023.1"`
};

/// What a frame's comment line says beside the structure and its labels, in its order; nothing in formats without keys.
///
/// A name of a quantity is left out even where the quantity was taken from another: an energy that was passed over would stand
/// for the frame's own when the two were written together. Other names of the label stay, which are true beside the one taken.
/// @throws DomainError  `frame` is outside the data
/// @throws FileError    the file was removed since it was opened
/// @throws InputError   the file was cut since; what else was changed is for Dataset::read() to find
/// Cost: maps the file, and parses one line.
std::vector<OtherKey> other_keys(const Dataset& data, long frame);

}  // namespace carillon
