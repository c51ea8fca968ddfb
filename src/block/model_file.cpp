#include "carillon/block/model_file.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "carillon/block/atomic_folder.hpp"
#include "carillon/block/block_file.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/yaml.hpp"

namespace carillon {
namespace {

constexpr long format_version = 1;

std::string model_yaml(const Hierarchy& model) {
  std::vector<std::string> elements;
  for (const Element element : model.elements) elements.emplace_back(element.symbol());
  std::string out = fmt::format(
      "# A Carillon model: blocks that fit together, each in a folder of its name.\n"
      "format: carillon-model\nformat_version: {}\nelements: {}\nabsent: {}\n"
      "penalty: {{distance: {}, scale: {}}}  # Å, eV/Å³; scale 0: none\nblocks:\n",
      format_version, yaml_list(elements), yaml_list(model.absent), exact_text(model.penalty.distance),
      exact_text(model.penalty.scale));
  for (const Block& block : model.blocks)
    out += fmt::format("  - {{name: {}, checksum: {}}}\n", yaml_quoted(block.name()), block_checksum(block));
  return out;
}

/// A block's name becomes part of a path: a name from an edited file must not lead out of the model's folder.
Block block_of_model(const std::string& folder, const Yaml& entry) {
  entry.require_keys({"name", "checksum"});
  const std::string name = entry.at("name").string();
  if (name.find('/') != std::string::npos || name.find("..") != std::string::npos)
    entry.fail("'" + name + "' is not the name of a block");
  Block block = read_block(folder + "/" + name);
  if (block.name() != name) entry.fail("the folder " + name + " holds block " + block.name());
  if (block_checksum(block) != entry.at("checksum").string())
    entry.fail("block " + name + " is not the one this model was composed from: its checksum is another");
  return block;
}

}  // namespace

bool is_model_folder(const std::string& folder) { return std::filesystem::is_regular_file(folder + "/model.yaml"); }

void write_model(const std::string& folder, const Hierarchy& model, bool overwrite) {
  if (std::filesystem::exists(folder)) {
    if (!overwrite) throw InputError(folder + ": exists already, and may not be overwritten");
    if (!is_model_folder(folder)) throw InputError(folder + ": exists and is not a model folder, so it is not overwritten");
  }
  AtomicFolder target(folder);
  for (const Block& block : model.blocks) write_block(target.temporary() + "/" + block.name(), block);
  write_file(target.temporary() + "/model.yaml", model_yaml(model));
  target.commit();
}

Hierarchy read_model(const std::string& folder) {
  if (!is_model_folder(folder)) throw InputError(folder + ": not a model folder: it has no model.yaml");
  const Yaml yaml = Yaml::load_file(folder + "/model.yaml");
  yaml.require_keys({"format", "format_version", "elements", "absent", "penalty", "blocks"});
  yaml.at("format").choice({"carillon-model"});
  if (const long version = yaml.at("format_version").integer(); version != format_version)
    yaml.at("format_version").fail(fmt::format("format version {} is not known; this program reads {}", version, format_version));
  const Yaml penalty = yaml.at("penalty");
  penalty.require_keys({"distance", "scale"});

  std::vector<Block> blocks;
  for (const Yaml& entry : yaml.at("blocks").items()) blocks.push_back(block_of_model(folder, entry));
  ComposeOptions options;
  options.penalty = Penalty{penalty.at("distance").number(), penalty.at("scale").number()};
  options.absent = yaml.at("absent").strings();
  options.other_parents = true;  // whoever composed it has decided
  Hierarchy model = [&] {
    try {
      return compose(std::move(blocks), options);
    } catch (const InputError& problem) {
      yaml.fail(problem.what());
    }
  }();
  std::vector<std::string> elements;
  for (const Element element : model.elements) elements.emplace_back(element.symbol());
  if (yaml.at("elements").strings() != elements) yaml.at("elements").fail("the blocks have other elements");
  return model;
}

}  // namespace carillon
