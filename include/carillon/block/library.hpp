#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/block/block.hpp"

namespace carillon {

/// One block of a library, in the words of a table.
struct LibraryEntry {
  std::string folder;  ///< name inside the library's folder
  std::string name;
  std::vector<Element> elements;
  int columns = 0;
  std::vector<int> orders;             ///< largest order of the 2-, 3-, 4-body sections; 0 where there is none
  std::vector<double> cutoffs;         ///< the same for the outer cutoffs, Å
  std::map<std::string, long> frames;  ///< state point -> training frames
  std::string checksum;
};

/// A folder that looks like a block and cannot be read.
struct BrokenBlock {
  std::string folder;
  std::string reason;
};

struct Library {
  std::vector<LibraryEntry> blocks;  ///< in fitting order, then by folder
  std::vector<BrokenBlock> broken;   ///< by folder
};

/// Reads every block folder inside `folder`, one level deep. Folders without a block.yaml are left out.
/// @throws FileError  `folder` is not a folder
Library read_library(const std::string& folder);

/// A Markdown table of the blocks, followed by the broken ones with their reasons.
std::string library_table(const Library& library);

}  // namespace carillon
