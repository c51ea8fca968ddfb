#include "carillon/fit/linear_part.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "carillon/core/error.hpp"
#include "carillon/design/moment_rows.hpp"

namespace carillon {
namespace {

LinearPart part_of(const Block& block, const BlockPosterior& posterior) {
  const auto kernels = std::make_shared<const MomentRows>(block.basis);
  // All its elements are in the frame: else it has no rows there.
  const auto meets = [elements = block.elements](const FrameSummary& frame) {
    return std::includes(frame.elements.begin(), frame.elements.end(), elements.begin(), elements.end());
  };
  return {block.name(), meets, [kernels](const Structure& structure) { return kernels->rows(structure); }, posterior.weights,
          Information(posterior.posterior)};
}

}  // namespace

std::vector<LinearPart> block_parts(const Hierarchy& model, const std::vector<BlockPosterior>& posteriors,
                                    const std::vector<std::string>& wanted) {
  std::vector<LinearPart> parts;
  std::vector<std::string> names;
  for (const BlockPosterior& posterior : posteriors) {
    names.push_back(posterior.block);
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), posterior.block) == wanted.end()) continue;
    const auto block =
        std::find_if(model.blocks.begin(), model.blocks.end(), [&](const Block& b) { return b.name() == posterior.block; });
    if (block == model.blocks.end()) continue;
    check_posterior(posterior, *block);
    if (!(posterior.weights.force > 0.0)) throw InputError("block " + posterior.block + ": it was fitted without forces");
    parts.push_back(part_of(*block, posterior));
  }
  for (const std::string& name : wanted)
    if (std::none_of(parts.begin(), parts.end(), [&](const LinearPart& part) { return part.name == name; }))
      throw InputError(fmt::format("no block {} with a posterior; there are: {}", name, fmt::join(names, ", ")));
  if (parts.empty())
    throw InputError("no block of the model has a posterior (posterior.h5): fit it with 'posterior: true' in its solver");
  return parts;
}

}  // namespace carillon
