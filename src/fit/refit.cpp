#include "carillon/fit/refit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/version.hpp"
#include "carillon/fit/step_blocks.hpp"
#include "carillon/fit/weights_spec.hpp"

namespace carillon {
namespace {

const Block* find_block(const std::vector<Block>& blocks, const std::string& name) {
  const auto found = std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) { return block.name() == name; });
  return found == blocks.end() ? nullptr : &*found;
}

std::vector<std::string> labels_left(const Evidence& evidence, const std::vector<std::string>& before, const Yaml& dropped) {
  if (evidence.level == EvidenceLevel::total)
    dropped.fail("the evidence of block " + evidence.name() + " is of level total and does not tell labels apart");
  std::vector<std::string> left = before.empty() ? evidence.labels() : before;
  for (const Yaml& item : dropped.items()) {
    const auto found = std::find(left.begin(), left.end(), item.string());
    if (found == left.end()) item.fail(fmt::format("unknown label '{}'; known: {}", item.string(), fmt::join(left, ", ")));
    left.erase(found);
  }
  if (left.empty()) dropped.fail("no label is left");
  return left;
}

/// What kinds of rows count how often.
RowCounts count_rows(const Evidence& evidence, const StepSettings& settings) {
  RowCounts counts;
  for (const auto& [key, factor] : evidence.groups) {
    const bool wanted =
        settings.labels.empty() || std::find(settings.labels.begin(), settings.labels.end(), key.label) != settings.labels.end();
    if (!wanted || settings.weights.label_factor(key.label) == 0) continue;
    if (key.kind == RowKind::force && settings.weights.force > 0) counts.force += factor.row_count();
    if (key.kind == RowKind::stress && settings.weights.stress > 0) counts.stress += factor.row_count();
    if (key.kind == RowKind::energy && settings.weights.energy > 0) counts.energy += factor.row_count();
  }
  return counts;
}

Provenance refit_provenance(const Evidence& evidence, const StepSettings& settings, const Summary& summary) {
  Provenance provenance = evidence.blocks.front().provenance;
  provenance.source = "refit from evidence";
  provenance.carillon_version = version() + " (" + git_hash() + ")";
  provenance.solver = solver_text(settings.solver.options.method, summary);
  if (!settings.labels.empty())
    std::erase_if(provenance.frames, [&](const auto& entry) {
      return std::find(settings.labels.begin(), settings.labels.end(), entry.first) == settings.labels.end();
    });
  provenance.parents.clear();
  for (const Block& parent : evidence.parents) provenance.parents[parent.name()] = block_checksum(parent);
  return provenance;
}

}  // namespace

StepSettings changed_settings(const Evidence& evidence, StepSettings settings, const Yaml& changes) {
  changes.require_keys({"weights", "solver", "labels", "drop_labels", "parents", "prior_dial"});
  const std::string weights_before = weights_spec_yaml(settings.weights, 0);
  settings = read_step_settings(changes, std::move(settings));
  if (evidence.level == EvidenceLevel::total && weights_spec_yaml(settings.weights, 0) != weights_before)
    throw InputError(fmt::format(
        "evidence of block {}: it is of level total, whose rows have their weights already: other weights take the data",
        evidence.name()));
  if (const auto dropped = changes.find("drop_labels")) settings.labels = labels_left(evidence, settings.labels, *dropped);
  return settings;
}

void replace_parents(Evidence& evidence, const std::vector<Block>& parents) {
  for (const Block& given : parents) {
    if (!find_block(evidence.parents, given.name()))
      throw InputError(fmt::format("block {} is no parent in the evidence of block {}", given.name(), evidence.name()));
    for (Block& parent : evidence.parents) {
      if (parent.name() != given.name()) continue;
      if (sections_checksum(parent) != sections_checksum(given))
        throw InputError(fmt::format(
            "block {}: its sections differ in orders, cutoffs or radial form from those in the evidence of block {}: that "
            "takes the data",
            given.name(), evidence.name()));
      parent = in_section_order(given);
    }
  }
}

RefitResult refit(RefitRequest request, const Communicator& world) {
  Evidence& evidence = request.evidence;
  world.agree([&] { replace_parents(evidence, request.parents); });
  RefitResult result;
  StepReport& report = result.report;
  for (const Block& block : evidence.blocks) report.blocks.push_back(block.name());
  report.rows = count_rows(evidence, request.settings);
  report.weights = request.settings.weights;
  const auto start = std::chrono::steady_clock::now();
  EvidenceSolution solution = solve_evidence({evidence, request.settings, request.parent_evidence}, world);
  report.solution = std::move(solution.result);
  report.solve_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report.columns = static_cast<long>(solution.columns.unknown.size());
  report.basis = solution.columns.unknown_basis;
  report.solution.coefficients.resize(solution.columns.unknown.size());
  world.broadcast(report.solution.coefficients);

  const std::vector<double> all = solution.columns.all(report.solution.coefficients);
  const auto own = static_cast<std::size_t>(evidence.block_unknowns());
  const std::vector<Block> moved =
      moved_parents(evidence.parents, std::span(all).subspan(own), request.settings.parents, evidence.name());
  result.parents = evidence.parents;
  for (const Block& block : moved) {
    report.moved_parents.push_back(block.name());
    *std::find_if(result.parents.begin(), result.parents.end(), [&](const Block& b) { return b.name() == block.name(); }) = block;
  }
  std::size_t next = 0;
  for (Block& block : evidence.blocks) {
    std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(next), block.coefficients.size(), block.coefficients.begin());
    next += block.coefficients.size();
  }
  Provenance provenance = refit_provenance(evidence, request.settings, report.solution.summary);
  note_moved_parents(provenance, moved, request.settings.parents);
  result.blocks = evidence.blocks;
  for (Block& block : result.blocks) block.provenance = provenance;  // the evidence keeps its own: it has all rows as before
  evidence.settings = step_settings_yaml(request.settings);
  if (request.price && !evidence.parents.empty())
    report.price = price_of_hierarchy({evidence, request.settings, request.parent_evidence}, world);
  if (world.is_root()) report.evidence = std::make_shared<const Evidence>(std::move(evidence));
  return result;
}

Evidence merged_evidence(Evidence first, const Evidence& second, const std::vector<Block>& parents) {
  const std::vector<std::string> wanted = read_step_settings(first).labels;
  for (const std::string& label : second.labels())
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), label) == wanted.end())
      throw InputError(
          fmt::format("evidence of block {}: the first was last fitted on some labels only, and label '{}' of another is not "
                      "among them: refit the first with all its labels before",
                      first.name(), label));
  absorb_evidence(first, second);
  for (std::size_t k = 0; k < first.parents.size(); ++k) {
    const Block& parent = first.parents[k];
    if (!find_block(parents, parent.name()) && block_checksum(parent) != block_checksum(second.parents[k]))
      throw InputError(
          fmt::format("evidence of block {}: the two fits stand on different versions of block {}: say which one is to be used",
                      first.name(), parent.name()));
  }
  return first;
}

}  // namespace carillon
