#include "carillon/data/data_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "carillon/core/error.hpp"
#include "carillon/data/frame_format.hpp"

namespace carillon {
namespace {

KeyNames read_keys(const Yaml& node) {
  node.require_keys({"energy", "forces", "stress", "virial", "label", "temperature"});
  return {node.string_or("energy", ""), node.string_or("forces", ""), node.string_or("stress", ""),
          node.string_or("virial", ""), node.string_or("label", ""),  node.string_or("temperature", "")};
}

LabelKinds read_kinds(const Yaml& node) {
  LabelKinds kinds;
  for (const Yaml& item : node.items()) {
    const std::string kind = item.choice({"energy", "forces", "stress"});
    (kind == "energy" ? kinds.energy : kind == "forces" ? kinds.forces : kinds.stress) = true;
  }
  return kinds;
}

std::string kinds_yaml(const LabelKinds& kinds) {
  std::vector<std::string> names;
  if (kinds.energy) names.emplace_back("energy");
  if (kinds.forces) names.emplace_back("forces");
  if (kinds.stress) names.emplace_back("stress");
  return fmt::format("[{}]", fmt::join(names, ", "));
}

bool overlap(const LabelKinds& one, const LabelKinds& other) {
  return (one.energy && other.energy) || (one.forces && other.forces) || (one.stress && other.stress);
}

}  // namespace

std::string resolved_path(const std::string& path, const std::string& folder) {
  const std::filesystem::path given(path);
  return given.is_absolute() || folder.empty() ? given.string()
                                               : (std::filesystem::path(folder) / given).lexically_normal().string();
}

DataSource read_data_source(const Yaml& node, const std::string& folder) {
  node.require_keys(
      {"file", "format", "keys", "require", "ignore", "stress", "columns", "label", "temperatures", "first_frames"});
  DataSource source;
  source.path = resolved_path(node.at("file").string(), folder);
  DataOptions& options = source.options;
  std::vector<std::string> formats = frame_format_names();
  formats.insert(formats.begin(), "auto");
  if (const auto value = node.find("format")) options.format = value->choice(formats);
  if (const auto value = node.find("keys")) options.keys = read_keys(*value);
  if (const auto value = node.find("require")) options.required = read_kinds(*value);
  if (const auto value = node.find("ignore")) {
    options.ignored = read_kinds(*value);
    if (overlap(options.ignored, options.required)) value->fail("a quantity is both required and ignored");
  }
  if (const auto value = node.find("stress"))
    options.stress_convention = stress_convention_from_name(value->choice(stress_convention_names()));
  if (const auto value = node.find("columns")) options.columns = value->strings();
  options.label = node.string_or("label", "");
  if (const auto value = node.find("temperatures")) options.temperature_file = resolved_path(value->string(), folder);
  options.first_frames = node.integer_or("first_frames", 0);
  if (options.first_frames < 0) node.at("first_frames").fail("expected a number of frames, or 0 for all");
  return source;
}

std::string data_source_yaml(const DataSource& source) {
  const DataOptions& options = source.options;
  std::string out = "  - file: " + yaml_quoted(source.path) + "\n";
  const auto line = [&](const std::string& key, const std::string& value) { out += "    " + key + ": " + value + "\n"; };
  line("format", options.format);
  std::string keys;
  const auto key = [&](const char* name, const std::string& value) {
    if (!value.empty()) keys += fmt::format("{}{}: {}", keys.empty() ? "" : ", ", name, yaml_quoted(value));
  };
  key("energy", options.keys.energy);
  key("forces", options.keys.forces);
  key("stress", options.keys.stress);
  key("virial", options.keys.virial);
  key("label", options.keys.label);
  key("temperature", options.keys.temperature);
  if (!keys.empty()) line("keys", "{" + keys + "}");
  line("require", kinds_yaml(options.required));
  if (options.ignored.any()) line("ignore", kinds_yaml(options.ignored));
  if (options.stress_convention) line("stress", stress_convention_names()[static_cast<std::size_t>(*options.stress_convention)]);
  if (!options.columns.empty()) line("columns", yaml_list(options.columns));
  if (!options.label.empty()) line("label", yaml_quoted(options.label));
  if (!options.temperature_file.empty()) line("temperatures", yaml_quoted(options.temperature_file));
  if (options.first_frames > 0) line("first_frames", std::to_string(options.first_frames));
  return out;
}

SplitSpec read_split_spec(const Yaml& test) {
  test.require_keys({"fraction", "seed", "stratified", "labels", "frames"});
  SplitSpec split;
  int ways = 0;
  if (const auto value = test.find("fraction")) {
    ++ways;
    split.kind = SplitSpec::Kind::fraction;
    split.fraction = value->number();
    if (split.fraction < 0 || split.fraction >= 1) value->fail("expected a fraction in [0, 1)");
  }
  if (const auto value = test.find("labels")) {
    ++ways;
    split.kind = SplitSpec::Kind::labels;
    split.labels = value->strings();
  }
  if (const auto value = test.find("frames")) {
    ++ways;
    split.kind = SplitSpec::Kind::frames;
    for (const Yaml& item : value->items()) split.frames.push_back(item.integer());
  }
  if (ways != 1) test.fail("expected exactly one of fraction, labels, frames");
  const long seed = test.integer_or("seed", 1);
  if (seed < 0) test.at("seed").fail("expected a seed of 0 or more");
  split.seed = static_cast<std::uint64_t>(seed);
  split.stratified = test.boolean_or("stratified", split.stratified);
  return split;
}

std::string split_spec_yaml(const SplitSpec& split) {
  switch (split.kind) {
    case SplitSpec::Kind::none:
      return "";
    case SplitSpec::Kind::fraction:
      return fmt::format("{{fraction: {}, seed: {}, stratified: {}}}", split.fraction, split.seed, split.stratified);
    case SplitSpec::Kind::labels:
      return "{labels: " + yaml_list(split.labels) + "}";
    case SplitSpec::Kind::frames:
      return fmt::format("{{frames: [{}]}}", fmt::join(split.frames, ", "));
  }
  return "";
}

Split split_frames(const SplitSpec& spec, const Dataset& data) {
  std::vector<long> all(static_cast<std::size_t>(data.size()));
  std::iota(all.begin(), all.end(), 0);
  return split_frames(spec, data, all);
}

Split split_frames(const SplitSpec& spec, const Dataset& data, const std::vector<long>& among) {
  std::vector<std::string> labels;
  for (const long frame : among) labels.push_back(data.summary(frame).label);
  const auto places = [&] {
    std::vector<long> out;
    for (const long frame : spec.frames) {
      const auto found = std::lower_bound(among.begin(), among.end(), frame);
      if (frame >= 0 && frame < data.size() && (found == among.end() || *found != frame))
        throw InputError(fmt::format("frame {} is kept out already", frame));
      out.push_back(frame < 0 || frame >= data.size() ? frame : found - among.begin());
    }
    return out;
  };
  const auto split_places = [&]() -> Split {
    switch (spec.kind) {
      case SplitSpec::Kind::none:
        return split_by_frames(static_cast<long>(among.size()), {});
      case SplitSpec::Kind::fraction:
        return split_by_fraction(labels, spec.fraction, spec.seed, spec.stratified);
      case SplitSpec::Kind::labels:
        return split_by_label(labels, spec.labels);
      case SplitSpec::Kind::frames:
        return split_by_frames(static_cast<long>(among.size()), places());
    }
    return {};
  };
  Split split = split_places();
  for (std::vector<long>* part : {&split.train, &split.test})
    for (long& place : *part) place = among[static_cast<std::size_t>(place)];
  return split;
}

}  // namespace carillon
