#include "carillon/api/open_potential.hpp"

#include <filesystem>

#include "carillon/block/block_file.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/error.hpp"
#include "carillon/exchange/chimes_params.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/neural/network_potential.hpp"

namespace carillon {
namespace {

/// Where a model is, for those who give the folder around it.
std::string hint_for(const std::string& path) {
  return is_model_folder(path + "/model") ? "; its model is " + path + "/model" : "";
}

}  // namespace

Hierarchy open_model(const std::vector<std::string>& paths) {
  if (paths.empty()) throw InputError("no model given");
  for (const std::string& path : paths)
    if (!network_path(path).empty()) throw InputError(path + ": is a network; expected a model of blocks");
  if (paths.size() == 1) {
    const std::string& path = paths.front();
    if (is_model_folder(path)) return read_model(path);
    if (!std::filesystem::exists(path)) throw FileError(path + ": cannot be opened: no such file or folder");
    if (!std::filesystem::is_directory(path)) return to_hierarchy(read_chimes_params(path));
    if (!is_block_folder(path))
      throw InputError(path + ": is neither a model folder (model.yaml) nor a block folder (block.yaml)" + hint_for(path));
  }
  std::vector<Block> blocks;
  for (const std::string& path : paths) {
    if (!is_block_folder(path))
      throw InputError(path + ": is not a block folder (block.yaml); several inputs must all be blocks of one model");
    blocks.push_back(read_block(path));
  }
  return compose(std::move(blocks));
}

std::unique_ptr<Potential> open_potential(const std::vector<std::string>& paths) {
  if (paths.size() == 1)
    if (const std::string network = network_path(paths.front()); !network.empty())
      return std::make_unique<NetworkPotential>(read_network(network));
  return std::make_unique<ChimesPotential>(open_model(paths));
}

std::unique_ptr<DomainPotential> open_domain_potential(const std::vector<std::string>& paths) {
  if (paths.size() == 1 && !network_path(paths.front()).empty())
    throw InputError(paths.front() + ": this kind of model cannot be divided among processors: a network");
  return std::make_unique<ChimesPotential>(open_model(paths));
}

}  // namespace carillon
