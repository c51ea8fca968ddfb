#pragma once

#include <string>

#include "carillon/block/block.hpp"

namespace carillon {

/// A block on disk is a folder:
///
///   block.yaml        name, radial form, sections with order, rule and cutoffs, units, provenance, checksums
///   coefficients.csv  section, column inside the section, powers of its representative term, value in eV (reads back bit
///                     for bit)
///   CARD.md           what a person should know before using it, generated from the block

/// SHA-256 over what decides the energy: radial form, sections with orders and cutoffs, coefficients. Provenance is left out,
/// and so is the order in which the sections are held.
/// @throws ShapeError, DomainError  as check_block
std::string block_checksum(const Block& block);

/// SHA-256 over what decides the columns of a fit: the same without the coefficients.
std::string sections_checksum(const Block& block);

/// Writes the folder as a whole or not at all: into a temporary folder beside it, which is then renamed.
///
/// @param overwrite  replace an existing block folder with everything in it (also evidence of the old coefficients)
/// @throws InputError  `folder` exists and `overwrite` is false, or it exists and is not a block folder
/// @throws FileError   it cannot be written
/// @throws ShapeError, DomainError  as check_block
void write_block(const std::string& folder, const Block& block, bool overwrite = false);

/// @throws InputError  not a block folder; another format version or units; unknown keys; coefficients that are too few, too
///                     many, not finite or of a term the section does not have; a checksum that does not fit (the message says
///                     which file was changed). With file and line.
/// @throws FileError   a file is missing or cannot be read
Block read_block(const std::string& folder);

/// What a block folder's files hold, for files of another kind that carry blocks.
struct BlockTexts {
  std::string yaml;          ///< block.yaml
  std::string coefficients;  ///< coefficients.csv
};
/// @throws ShapeError, DomainError  as check_block
BlockTexts block_texts(const Block& block);
/// The reverse.
/// @param name  what complaints call the folder
/// @throws InputError  as read_block
Block block_from_texts(const BlockTexts& texts, const std::string& name);

/// True for a folder that holds a block.yaml.
bool is_block_folder(const std::string& folder);

}  // namespace carillon
