#include "carillon/fit/step_posteriors.hpp"

#include <algorithm>

#include "carillon/fit/evidence_folds.hpp"
#include "carillon/fit/label_rows.hpp"
#include "carillon/fit/step_settings.hpp"
#include "carillon/solve/cross_validation.hpp"

namespace carillon {
namespace {

bool is_named(const std::vector<std::string>& names, const Block& block) {
  return std::find(names.begin(), names.end(), block.name()) != names.end();
}

/// Whether the block's coefficients are those of the step's solution, section by section.
bool has_solution(const Block& block, const StepReport& report) {
  for (std::size_t t = 0; t < block.basis.types().size(); ++t) {
    const auto place = report.basis.find(block.basis.types()[t].elements());
    if (!place) return false;
    const auto here = block.coefficients.begin() + block.basis.first_column(t);
    const auto there = report.solution.coefficients.begin() + report.basis.first_column(*place);
    if (!std::equal(here, here + block.basis.types()[t].columns(), there)) return false;
  }
  return true;
}

/// The weighted rows of [A_blocks | A_parents | b], all folds together.
TriangularFactor weighted_rows(const Evidence& evidence) {
  const StepSettings settings = read_step_settings(evidence);
  return merge_groups(weighted_folds(evidence, {settings.weights, settings.labels, false}));
}

}  // namespace

std::vector<BlockPosterior> step_posteriors(const StepReport& report, const std::vector<Block>& model) {
  if (!report.solution.posterior) return {};
  std::vector<Block> blocks;
  for (const Block& block : model)
    if ((is_named(report.blocks, block) || is_named(report.moved_parents, block)) && has_solution(block, report))
      blocks.push_back(block);
  const PosteriorStep step{*report.solution.posterior, report.basis, blocks};
  const bool follows = report.evidence && !report.evidence->parents.empty() && report.moved_parents.empty();
  std::vector<BlockPosterior> posteriors =
      follows ? split_posterior(step, weighted_rows(*report.evidence), report.evidence->parents) : split_posterior(step);
  for (BlockPosterior& posterior : posteriors) posterior.weights = label_weights(report.weights);
  return posteriors;
}

}  // namespace carillon
