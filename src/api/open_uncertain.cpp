#include "carillon/api/open_uncertain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "carillon/api/open_potential.hpp"
#include "carillon/block/block_file.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/fit/uncertain_potential.hpp"
#include "carillon/neural/network_file.hpp"

namespace carillon {
namespace {

namespace fs = std::filesystem;

/// Reads a posterior that is there, and sees that it is of the model's block, so that a complaint can name the file.
void add_when_there(const std::string& path, const Hierarchy& model, std::vector<BlockPosterior>& found) {
  if (!fs::exists(path)) return;
  BlockPosterior posterior = read_posterior(path);
  try {
    for (const Block& block : model.blocks)
      if (block.name() == posterior.block) check_posterior(posterior, block);
    check_sensitivities(posterior, model.blocks);
  } catch (const InputError& problem) {
    throw InputError(path + ": " + problem.what());
  }
  found.push_back(std::move(posterior));
}

/// A posterior is about a block given others; without those, or with other versions of them, it says too little.
std::vector<std::string> missing_parents(const std::vector<BlockPosterior>& posteriors, const Hierarchy& model) {
  std::vector<std::string> doubts;
  for (const BlockPosterior& posterior : posteriors)
    for (const ParentSensitivity& known : posterior.parents) {
      const bool is_there = std::any_of(model.blocks.begin(), model.blocks.end(), [&](const Block& block) {
        return block.name() == known.parent && block_checksum(block) == known.checksum;
      });
      if (!is_there)
        doubts.push_back(fmt::format(
            "the posterior of block {} is the one given block {} as it was in its fit, which is not in this model: its "
            "deviations may be too small",
            posterior.block, known.parent));
    }
  return doubts;
}

}  // namespace

std::vector<BlockPosterior> find_posteriors(const std::vector<std::string>& paths, const Hierarchy& model) {
  std::vector<BlockPosterior> found;
  if (paths.size() != 1 || !is_model_folder(paths.front())) {
    for (const std::string& path : paths) add_when_there(posterior_path(path), model, found);
    return found;
  }
  const fs::path folder = fs::absolute(paths.front()).lexically_normal();
  const fs::path beside = (folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path()) / "blocks";
  for (const Block& block : model.blocks) {
    const std::string inside = posterior_path((folder / block.name()).string());
    add_when_there(fs::exists(inside) ? inside : posterior_path((beside / block.name()).string()), model, found);
  }
  return found;
}

UncertainModel open_uncertain_model(const std::vector<std::string>& paths, double scale) {
  if (auto committee = open_committee(paths, scale)) {
    const std::size_t members = committee->members().size();
    return {std::move(committee), {}, members};
  }
  if (paths.size() == 1 && !network_path(paths.front()).empty())
    throw InputError(paths.front() + ": one network does not know how sure it is; train several ('committee' in a recipe)");
  const Hierarchy model = open_model(paths);
  std::vector<BlockPosterior> posteriors = find_posteriors(paths, model);
  UncertainModel out{nullptr, missing_parents(posteriors, model)};
  auto potential = std::make_unique<UncertainPotential>(model, std::move(posteriors), scale);
  for (const std::string& block : potential->certain_blocks())
    out.doubts.push_back("block " + block + " has no posterior: it counts as certain");
  out.potential = std::move(potential);
  return out;
}

}  // namespace carillon
