#include "carillon/api/open_potential.hpp"

#include <algorithm>
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

void refuse_networks(const std::vector<std::string>& paths, const std::string& expected) {
  for (const std::string& path : paths) {
    if (!network_path(path).empty()) throw InputError(path + ": is a network; expected " + expected);
    if (!network_path(path + "/1").empty()) throw InputError(path + ": is a committee of networks; expected " + expected);
  }
}

Hierarchy open_model(const std::vector<std::string>& paths) {
  if (paths.empty()) throw InputError("no model given");
  refuse_networks(paths, "a model of blocks");
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

std::vector<std::string> committee_members(const std::vector<std::string>& paths) {
  if (paths.size() > 1) {
    const bool networks = std::all_of(paths.begin(), paths.end(), [](const auto& path) { return !network_path(path).empty(); });
    return networks ? paths : std::vector<std::string>();
  }
  std::vector<std::string> members;
  if (paths.empty() || !network_path(paths.front()).empty() || is_model_folder(paths.front())) return members;
  const auto member = [&](std::size_t number) { return paths.front() + "/" + std::to_string(number); };
  const auto is_model = [](const std::string& path) { return !network_path(path).empty() || is_model_folder(path); };
  while (is_model(member(members.size() + 1))) members.push_back(member(members.size() + 1));
  if (!members.empty() && std::filesystem::exists(paths.front() + "/checkpoint"))
    throw InputError(paths.front() + ": a committee whose training was interrupted; run 'carillon train' again");
  return members;
}

std::unique_ptr<Committee> open_committee(const std::vector<std::string>& paths, std::optional<double> scale) {
  Committee::Members opened;
  for (const std::string& member : committee_members(paths)) opened.push_back(open_domain_potential({member}));
  return opened.empty() ? nullptr : std::make_unique<Committee>(std::move(opened), scale);
}

std::unique_ptr<DomainPotential> open_domain_potential(const std::vector<std::string>& paths) {
  if (auto committee = open_committee(paths)) return committee;
  if (paths.size() == 1)
    if (const std::string network = network_path(paths.front()); !network.empty())
      return std::make_unique<NetworkPotential>(read_network(network));
  return std::make_unique<ChimesPotential>(open_model(paths));
}

std::unique_ptr<Potential> open_potential(const std::vector<std::string>& paths) { return open_domain_potential(paths); }

}  // namespace carillon
