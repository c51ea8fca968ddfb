#include "carillon/fit/parent_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "carillon/core/element.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr const char* hold_names[] = {"frozen", "soft", "free"};

ParentHold::Kind kind_from(const Yaml& node) {
  const std::string word = node.choice({hold_names[0], hold_names[1], hold_names[2]});
  return static_cast<ParentHold::Kind>(std::find(std::begin(hold_names), std::end(hold_names), word) - std::begin(hold_names));
}

const char* kind_name(ParentHold::Kind kind) { return hold_names[static_cast<std::size_t>(kind)]; }

/// `N-C/CN` -> `C-N/CN`: the block's name as blocks are called; the section is compared with the block's own later.
std::string normalised(const std::string& key, const Yaml& node) {
  const std::size_t slash = key.find('/');
  try {
    const std::string block = element_set_name(elements_of_name(key.substr(0, slash)));
    return slash == std::string::npos ? block : block + key.substr(slash);
  } catch (const InputError& problem) {
    node.fail(problem.what());
  }
}

double factor_of_rows(const Yaml& node) {
  if (node.is_scalar() && (node.string() == "true" || node.string() == "false")) return node.boolean() ? 1 : 0;
  return node.positive();
}

void read_entry(const std::string& key, const Yaml& node, ParentSpec& spec) {
  const std::string name = normalised(key, node);
  if (node.is_scalar()) {
    spec.holds[name] = {kind_from(node), 1};
    if (spec.holds[name].kind == ParentHold::Kind::frozen) spec.evidence.erase(name);
    return;
  }
  node.require_keys({"hold", "dial", "evidence"});
  ParentHold hold{ParentHold::Kind::soft, 1};
  if (const auto before = spec.holds.find(name); before != spec.holds.end() && before->second.kind != ParentHold::Kind::frozen)
    hold = before->second;
  if (node.has("dial")) hold.kind = ParentHold::Kind::soft;
  if (const auto value = node.find("hold")) hold.kind = kind_from(*value);
  if (hold.kind == ParentHold::Kind::frozen) spec.evidence.erase(name);
  if (const auto value = node.find("dial")) {
    hold.dial = value->positive();
    if (hold.kind != ParentHold::Kind::soft) value->fail("a dial is for soft parents only");
  }
  if (const auto value = node.find("evidence")) {
    if (name.find('/') != std::string::npos) value->fail("evidence is that of a whole block, not of a section");
    const double factor = factor_of_rows(*value);
    if (hold.kind == ParentHold::Kind::frozen && factor > 0) value->fail("a frozen parent has no use for its evidence");
    spec.evidence.erase(name);
    if (factor > 0) spec.evidence[name] = factor;
  }
  spec.holds[name] = hold;
}

std::string resolved(const std::string& path, const std::string& folder) {
  const std::filesystem::path given(path);
  return given.is_absolute() || folder.empty() ? given.string()
                                               : (std::filesystem::path(folder) / given).lexically_normal().string();
}

std::string padding(int indent) { return std::string(static_cast<std::size_t>(indent), ' '); }

}  // namespace

ParentHold ParentSpec::hold_of(const Block& block, const ClusterType& section) const {
  if (const auto found = holds.find(block.name() + "/" + section.name()); found != holds.end()) return found->second;
  if (const auto found = holds.find(block.name()); found != holds.end()) return found->second;
  return {};
}

bool ParentSpec::all_frozen() const {
  return std::all_of(holds.begin(), holds.end(), [](const auto& entry) { return entry.second.kind == ParentHold::Kind::frozen; });
}

ParentSpec read_parent_spec(const Yaml& node, ParentSpec spec) {
  for (const auto& [key, value] : node.entries()) read_entry(key, value, spec);
  return spec;
}

std::string parent_spec_yaml(const ParentSpec& spec, int indent) {
  std::string out;
  for (const auto& [name, hold] : spec.holds) {
    std::string words = fmt::format("hold: {}", kind_name(hold.kind));
    if (hold.kind == ParentHold::Kind::soft) words += fmt::format(", dial: {}", hold.dial);
    if (const auto rows = spec.evidence.find(name); rows != spec.evidence.end())
      words += fmt::format(", evidence: {}", rows->second);
    out += fmt::format("{}{}: {{{}}}\n", padding(indent), yaml_quoted(name), words);
  }
  return out;
}

void check_parent_spec(const ParentSpec& spec, const std::vector<Block>& parents) {
  std::vector<std::string> known;
  std::set<std::string> moving;
  for (const Block& parent : parents) {
    known.push_back(parent.name());
    for (const ClusterType& section : parent.basis.types()) {
      known.push_back(parent.name() + "/" + section.name());
      if (spec.hold_of(parent, section).kind != ParentHold::Kind::frozen) moving.insert(parent.name());
    }
  }
  for (const auto& [name, hold] : spec.holds)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw InputError(
          fmt::format("parents: '{}' is no parent of this step nor a section of one; known: {}", name, fmt::join(known, ", ")));
  for (const auto& [name, factor] : spec.evidence)
    if (!moving.contains(name))
      throw InputError(fmt::format("parents: all sections of {} are frozen, so its evidence is of no use", name));
}

PriorSpec read_prior_spec(const Yaml& node, const std::string& folder) {
  node.require_keys({"from", "map", "length_scale", "dial"});
  PriorSpec spec;
  const Yaml from = node.at("from");
  for (const std::string& path : from.is_list() ? from.strings() : std::vector<std::string>{from.string()})
    spec.from.push_back(resolved(path, folder));
  if (spec.from.empty()) from.fail("expected a block folder or a params.txt");
  if (const auto value = node.find("map"))
    for (const auto& [there, here] : value->entries()) {
      if (!Element::from_symbol(there)) value->fail("'" + there + "' is not an element symbol");
      if (!Element::from_symbol(here.string())) here.fail("'" + here.string() + "' is not an element symbol");
      spec.map[there] = here.string();
    }
  if (const auto value = node.find("length_scale"); value && value->string() != "auto") spec.length_scale = value->positive();
  if (const auto value = node.find("dial")) spec.dial = value->positive();
  return spec;
}

std::string prior_spec_yaml(const PriorSpec& spec, int indent) {
  if (spec.from.empty()) return "";
  const std::string pad = padding(indent);
  std::string from;
  for (const std::string& path : spec.from) from += (from.empty() ? "" : ", ") + yaml_quoted(path);
  std::string out = fmt::format("{}from: [{}]\n", pad, from);
  std::string map;
  for (const auto& [there, here] : spec.map) map += fmt::format("{}{}: {}", map.empty() ? "" : ", ", there, yaml_quoted(here));
  if (!map.empty()) out += fmt::format("{}map: {{{}}}\n", pad, map);
  out += fmt::format("{}length_scale: {}\n", pad, spec.length_scale ? fmt::format("{}", *spec.length_scale) : "auto");
  return out + fmt::format("{}dial: {}\n", pad, spec.dial);
}

}  // namespace carillon
