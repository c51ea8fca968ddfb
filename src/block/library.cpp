#include "carillon/block/library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

LibraryEntry entry_of(const std::string& folder, const Block& block) {
  LibraryEntry entry;
  entry.folder = folder;
  entry.name = block.name();
  entry.elements = block.elements;
  entry.columns = block.basis.columns();
  for (int atoms = 2; atoms <= max_atoms; ++atoms) {
    int order = 0;
    for (const ClusterType& type : block.basis.types())
      if (type.atoms() == atoms) order = std::max(order, type.order());
    entry.orders.push_back(order);
    entry.cutoffs.push_back(block.basis.cutoff(atoms));
  }
  entry.frames = block.provenance.frames;
  entry.checksum = block_checksum(block);
  return entry;
}

std::string frames_cell(const std::map<std::string, long>& frames) {
  if (frames.empty()) return "not recorded";
  long total = 0;
  for (const auto& [label, count] : frames) total += count;
  return fmt::format("{} ({} frames)", frames.size(), total);
}

/// `25 / 10 / 4`, with a dash where a body order is absent.
template <class Number>
std::string slashed(const std::vector<Number>& values) {
  std::string out;
  for (const Number value : values) out += (out.empty() ? "" : " / ") + (value > 0 ? fmt::format("{}", value) : std::string("-"));
  return out;
}

}  // namespace

Library read_library(const std::string& folder) {
  if (!std::filesystem::is_directory(folder)) throw FileError(folder + ": is not a folder");
  std::vector<std::string> names;
  for (const auto& item : std::filesystem::directory_iterator(folder))
    if (item.is_directory()) names.push_back(item.path().filename().string());
  std::sort(names.begin(), names.end());
  Library library;
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    if (!is_block_folder(path)) continue;
    try {
      library.blocks.push_back(entry_of(name, read_block(path)));
    } catch (const Error& problem) {
      library.broken.push_back({name, problem.what()});
    }
  }
  std::stable_sort(library.blocks.begin(), library.blocks.end(),
                   [](const LibraryEntry& a, const LibraryEntry& b) { return in_fitting_order(a.elements, b.elements); });
  return library;
}

std::string library_table(const Library& library) {
  std::string out =
      "| block | folder | coefficients | orders 2 / 3 / 4 | cutoffs 2 / 3 / 4, Å | state points | checksum |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const LibraryEntry& entry : library.blocks)
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", entry.name, entry.folder, entry.columns, slashed(entry.orders),
                       slashed(entry.cutoffs), frames_cell(entry.frames), entry.checksum.substr(0, 12));
  if (!library.broken.empty()) out += "\nThese folders hold blocks that cannot be read:\n\n";
  for (const BrokenBlock& broken : library.broken) out += fmt::format("- {}: {}\n", broken.folder, broken.reason);
  return out;
}

}  // namespace carillon
