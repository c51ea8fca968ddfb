#pragma once

#include <string>

#include "carillon/block/hierarchy.hpp"

namespace carillon {

/// A composed model on disk is a folder: model.yaml (elements, penalty, absent interactions, the blocks with their checksums) and
/// one block folder for each block, named after it.

/// Writes the folder as a whole or not at all.
/// @param overwrite  replace an existing model folder with everything in it
/// @throws InputError  `folder` exists and `overwrite` is false, or it exists and is not a model folder
/// @throws FileError   it cannot be written
void write_model(const std::string& folder, const Hierarchy& model, bool overwrite = false);

/// Reads the blocks, compares their checksums with model.yaml, and composes them again.
/// @throws InputError  not a model folder; another format version; unknown keys; a block that was exchanged or changed; and all
///                     that read_block and compose throw
/// @throws FileError   a file is missing or cannot be read
Hierarchy read_model(const std::string& folder);

/// True for a folder that holds a model.yaml.
bool is_model_folder(const std::string& folder);

}  // namespace carillon
