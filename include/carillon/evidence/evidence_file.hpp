#pragma once

#include <string>

#include "carillon/evidence/evidence.hpp"

namespace carillon {

/// Evidence on disk is the HDF5 file `evidence.h5` inside the folder of its (first) block; docs/file_formats.md lists what is in
/// it. Every dataset carries a checksum.

std::string evidence_path(const std::string& block_folder);

/// Writes the file as a whole or not at all.
/// @throws FileError               it cannot be written
/// @throws ShapeError, DomainError  as check_evidence
void write_evidence(const std::string& path, const Evidence& evidence);

/// @throws FileError   the file is missing or cannot be read
/// @throws InputError  not evidence, another format version, damaged or cut short; with the file's name and what is wrong
/// Memory Evidence::bytes().
Evidence read_evidence(const std::string& path);

/// The evidence in a block's folder.
/// @throws InputError  there is none (the message says how a fit leaves it), or as read_evidence
Evidence read_block_evidence(const std::string& block_folder);

}  // namespace carillon
