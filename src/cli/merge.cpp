#include "carillon/cli/refit_run.hpp"
#include "carillon/evidence/shared_evidence.hpp"
#include "carillon/fit/refit.hpp"

namespace carillon {
namespace {

Evidence merge_all(const RefitArguments& arguments, const Communicator& world) {
  std::vector<Block> parents;
  world.agree([&] { parents = read_parent_blocks(arguments); });
  Evidence merged = read_shared_evidence(arguments.blocks.front(), world);
  for (std::size_t k = 1; k < arguments.blocks.size(); ++k) {
    const Evidence next = read_shared_evidence(arguments.blocks[k], world);
    world.agree([&] { merged = merged_evidence(std::move(merged), next, parents); });
  }
  return merged;
}

}  // namespace

void add_merge_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<RefitArguments>();
  CLI::App* verb =
      app.add_subcommand("merge", "put the evidence of the same block from several fits together and fit it, without the data");
  verb->add_option("BLOCK", arguments->blocks, "folders of one block from two or more fits; settings are those of the first")
      ->required()
      ->expected(2, 1000)
      ->option_text("BLOCK...");
  add_refit_options(*verb, *arguments);
  verb->footer(
      "Example:\n"
      "  carillon merge ours/blocks/C-N theirs/blocks/C-N -o both\n"
      "The fits must have the same sections and rows of the same form, and no data file in common.");
  verb->callback([arguments, &session] {
    session.start();
    session.world.agree([&] { refuse_networks_among_blocks(*arguments); });
    std::vector<Evidence> evidence;
    evidence.push_back(merge_all(*arguments, session.world));
    run_refits(std::move(evidence), *arguments, session);
  });
}

}  // namespace carillon
