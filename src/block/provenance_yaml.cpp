#include "carillon/block/provenance_yaml.hpp"

#include <fmt/format.h>

#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

std::string text_line(const char* key, const std::string& value) {
  return value.empty() ? "" : fmt::format("  {}: {}\n", key, yaml_quoted(value));
}

std::string map_lines(const char* key, const std::map<std::string, std::string>& values) {
  if (values.empty()) return "";
  std::string out = fmt::format("  {}:\n", key);
  for (const auto& [name, value] : values) out += fmt::format("    {}: {}\n", yaml_quoted(name), yaml_quoted(value));
  return out;
}

std::map<std::string, std::string> string_map(const Yaml& yaml, const std::string& key) {
  std::map<std::string, std::string> out;
  if (const auto values = yaml.find(key))
    for (const auto& [name, value] : values->entries()) out[name] = value.string();
  return out;
}

}  // namespace

std::string provenance_yaml(const Provenance& provenance) {
  std::string out = fmt::format("  source: {}\n", yaml_quoted(provenance.source));
  out += text_line("carillon_version", provenance.carillon_version);
  out += text_line("recipe_sha256", provenance.recipe_sha256);
  out += text_line("solver", provenance.solver);
  out += map_lines("data_sha256", provenance.data_sha256);
  out += map_lines("parents", provenance.parents);
  if (!provenance.frames.empty()) out += "  frames:\n";
  for (const auto& [label, count] : provenance.frames) out += fmt::format("    {}: {}\n", yaml_quoted(label), count);
  if (!provenance.distances.empty()) out += "  distances:\n";
  for (const auto& [pair, covered] : provenance.distances)
    out += fmt::format("    {}: {{smallest: {}, largest: {}, pairs: {}}}\n", yaml_quoted(pair), exact_text(covered.smallest),
                       exact_text(covered.largest), covered.pairs);
  if (!provenance.notes.empty()) out += "  notes:\n";
  for (const std::string& note : provenance.notes) out += fmt::format("    - {}\n", yaml_quoted(note));
  return out;
}

Provenance provenance_from(const Yaml& yaml) {
  yaml.require_keys(
      {"source", "carillon_version", "recipe_sha256", "solver", "data_sha256", "parents", "frames", "distances", "notes"});
  Provenance out;
  out.source = yaml.at("source").string();
  out.carillon_version = yaml.string_or("carillon_version", "");
  out.recipe_sha256 = yaml.string_or("recipe_sha256", "");
  out.solver = yaml.string_or("solver", "");
  out.data_sha256 = string_map(yaml, "data_sha256");
  out.parents = string_map(yaml, "parents");
  if (const auto frames = yaml.find("frames"))
    for (const auto& [label, count] : frames->entries()) out.frames[label] = count.integer();
  if (const auto distances = yaml.find("distances"))
    for (const auto& [pair, covered] : distances->entries()) {
      covered.require_keys({"smallest", "largest", "pairs"});
      out.distances[pair] = {covered.at("smallest").number(), covered.at("largest").number(), covered.at("pairs").integer()};
    }
  if (const auto notes = yaml.find("notes")) out.notes = notes->strings();
  return out;
}

}  // namespace carillon
