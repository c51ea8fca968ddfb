#include "carillon/cli/refit_run.hpp"
#include "carillon/evidence/shared_evidence.hpp"

namespace carillon {

void add_refit_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<RefitArguments>();
  CLI::App* verb = app.add_subcommand("refit", "fit blocks again from their evidence, without the data");
  verb->add_option("BLOCK", arguments->blocks, "block folders that carry evidence.h5, parents first")
      ->required()
      ->option_text("BLOCK...");
  add_refit_options(*verb, *arguments);
  verb->footer(
      "Examples:\n"
      "  carillon refit result/blocks/C-N --weights energy=3 --strength groups -o reweighted\n"
      "  carillon refit result/blocks/C-N --drop-label hot -o without-hot\n"
      "  carillon refit result/blocks/C-N --parents better/blocks/C -o on-better-carbon\n"
      "docs/evidence.md tells what evidence is for.");
  verb->callback([arguments, &session] {
    session.start();
    session.world.agree([&] { refuse_networks_among_blocks(*arguments); });
    std::vector<Evidence> evidence;
    for (const std::string& folder : arguments->blocks) evidence.push_back(read_shared_evidence(folder, session.world));
    run_refits(std::move(evidence), *arguments, session);
  });
}

}  // namespace carillon
