#include "carillon/block/block_card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

/// As a person would have written it; block.yaml has every digit.
std::string cutoff_text(double cutoff) { return fmt::format("{:.6g}", cutoff); }

std::string slot_ranges(const ClusterType& type) {
  std::map<std::string, std::string> ranges;
  for (int p = 0; p < slot_count(type.atoms()); ++p) {
    const auto [a, b] = slot_atoms(type.atoms(), p);
    const Slot& slot = type.slots()[static_cast<std::size_t>(p)];
    const std::string pair =
        element_pair_name(type.elements()[static_cast<std::size_t>(a)], type.elements()[static_cast<std::size_t>(b)]);
    ranges[pair] = fmt::format("{} {} to {}", pair, cutoff_text(slot.inner), cutoff_text(slot.outer));
  }
  std::string out;
  for (const auto& [pair, range] : ranges) out += (out.empty() ? "" : "; ") + range;
  return out.empty() ? "-" : out;
}

std::string sections_table(const Block& block) {
  std::string out = "| section | order | coefficients | of them zero | pair ranges, Å |\n| --- | --- | --- | --- | --- |\n";
  std::size_t first = 0;
  for (const ClusterType& type : block.basis.types()) {
    const auto begin = block.coefficients.begin() + static_cast<std::ptrdiff_t>(first);
    const auto zeros = std::count(begin, begin + type.columns(), 0.0);
    out += fmt::format("| {} | {} | {} | {} | {} |\n", type.name(), type.order(), type.columns(), zeros, slot_ranges(type));
    first += static_cast<std::size_t>(type.columns());
  }
  return out;
}

std::string radial_text(const RadialForm& form) {
  std::string smoothing = to_string(form.smoothing.kind);
  if (form.smoothing.kind == SmoothingKind::tersoff)
    smoothing += fmt::format(" over the last {} of the range", exact_text(form.smoothing.fraction));
  return fmt::format("Pair coordinate {}, smoothing {}, below the inner cutoff {}.", to_string(form.coordinate), smoothing,
                     to_string(form.below_inner));
}

std::string frames_text(const Provenance& provenance) {
  if (provenance.frames.empty()) return "The state points of the training data are not recorded.\n";
  std::string out = "| state point | frames |\n| --- | --- |\n";
  for (const auto& [label, count] : provenance.frames) out += fmt::format("| {} | {} |\n", label, count);
  return out;
}

/// A distance between two atoms, to what is known of it.
std::string distance_text(double distance) { return fmt::format("{:.3f}", distance); }

std::string distances_text(const Provenance& provenance) {
  if (provenance.distances.empty()) return "The distances the training data covered are not recorded.\n";
  std::string out = "| pair | smallest, Å | largest, Å | pairs |\n| --- | --- | --- | --- |\n";
  for (const auto& [pair, covered] : provenance.distances)
    out += fmt::format("| {} | {} | {} | {} |\n", pair, distance_text(covered.smallest), distance_text(covered.largest),
                       covered.pairs);
  return out;
}

std::string origin_text(const Provenance& provenance) {
  std::string out = fmt::format("- source: {}\n", provenance.source.empty() ? "not recorded" : provenance.source);
  out += fmt::format("- solver: {}\n", provenance.solver.empty() ? "not recorded" : provenance.solver);
  if (!provenance.carillon_version.empty()) out += fmt::format("- carillon: {}\n", provenance.carillon_version);
  if (!provenance.recipe_sha256.empty()) out += fmt::format("- recipe sha256: {}\n", provenance.recipe_sha256);
  for (const auto& [file, hash] : provenance.data_sha256) out += fmt::format("- data: {} (sha256 {})\n", file, hash);
  for (const auto& [name, checksum] : provenance.parents)
    out += fmt::format("- fitted on top of block {} ({})\n", name, checksum);
  return out;
}

/// What follows from the block itself and from its provenance, and nothing else.
std::string limits_text(const Block& block) {
  std::string out;
  if (block.elements.size() > 1)
    out +=
        "- It holds only the terms that need all of its elements: it is a model only together with the blocks of every smaller "
        "set.\n";
  for (const auto& [pair, covered] : block.provenance.distances)
    out += fmt::format("- No {} pair closer than {} Å was in the training data: below that it extrapolates.\n", pair,
                       distance_text(covered.smallest));
  const auto& types = block.basis.types();
  if (std::none_of(types.begin(), types.end(), [](const ClusterType& type) { return type.atoms() == 1; }) &&
      block.elements.size() == 1)
    out += "- It has no energy for a lone atom: total energies are known up to a constant for each atom.\n";
  for (const std::string& note : block.provenance.notes) out += fmt::format("- {}\n", note);
  return out.empty() ? "None recorded.\n" : out;
}

}  // namespace

std::string block_card(const Block& block) {
  std::string out = fmt::format(
      "# Block {}\n\nAll cluster terms of up to {} atoms whose elements are exactly {}: {} coefficients.\n{}\n\n", block.name(),
      block.basis.max_atoms_in_type(), block.name(), block.basis.columns(), radial_text(block.basis.types().front().form()));
  out += sections_table(block);
  out += "\n## Training data\n\n" + frames_text(block.provenance) + "\n" + distances_text(block.provenance);
  out += "\n## Origin\n\n" + origin_text(block.provenance);
  out += "\n## Known limits\n\n" + limits_text(block);
  return out;
}

}  // namespace carillon
