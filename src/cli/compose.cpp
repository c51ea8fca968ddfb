#include <fmt/format.h>

#include "carillon/api/open_potential.hpp"
#include "carillon/block/block_file.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/cli/fit_output.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"

namespace carillon {
namespace {

struct ComposeArguments {
  std::vector<std::string> blocks;
  std::string output;
  bool overwrite = false;
  std::vector<double> penalty;
  ComposeOptions options;
};

void compose_model(const ComposeArguments& arguments) {
  refuse_existing(arguments.output, arguments.overwrite);
  refuse_networks(arguments.blocks, "blocks");
  ComposeOptions options = arguments.options;
  if (!arguments.penalty.empty()) options.penalty = Penalty{arguments.penalty[0], arguments.penalty[1]};
  std::vector<Block> blocks;
  for (const std::string& folder : arguments.blocks) blocks.push_back(read_block(folder));
  const Hierarchy model = compose(std::move(blocks), options);
  write_model(arguments.output, model, arguments.overwrite);
  copy_posteriors(arguments.output, arguments.blocks, model);  // without them it would count as certain
  fmt::print("composed {} from {} blocks{}: {}\n", element_set_name(model.elements), model.blocks.size(),
             model.penalty.scale > 0 ? "" : ", without a penalty at short distances (--penalty)", arguments.output);
}

}  // namespace

void add_compose_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<ComposeArguments>();
  CLI::App* verb = app.add_subcommand("compose", "put blocks together into a model, after checking that they agree");
  verb->add_option("BLOCK", arguments->blocks, "block folders, in any order")->required()->option_text("BLOCK...");
  verb->add_option("-o,--output", arguments->output, "model folder to write")->required()->option_text("FOLDER");
  verb->add_option("--penalty", arguments->penalty, "short-range penalty: onset above the inner cutoff (Å) and scale (eV/Å³)")
      ->expected(2)
      ->check(CLI::NonNegativeNumber)
      ->option_text("DISTANCE SCALE");
  verb->add_option("--absent", arguments->options.absent, "element sets meant to have no block, such as C-H-N")
      ->option_text("NAME...");
  verb->add_flag("--other-parents", arguments->options.other_parents,
                 "accept a block that was fitted on what other versions of its parents left");
  verb->add_flag("--overwrite", arguments->overwrite, "replace an existing model folder");
  verb->footer("Example:\n  carillon compose blocks/C blocks/N blocks/C-N -o model --penalty 0.02 20000");
  verb->callback([arguments, &session] {
    session.start();
    session.world.agree([&] {
      if (session.world.is_root()) compose_model(*arguments);
    });
  });
}

}  // namespace carillon
