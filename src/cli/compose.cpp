#include <fmt/format.h>

#include "carillon/block/block_file.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/error.hpp"

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
  ComposeOptions options = arguments.options;
  if (!arguments.penalty.empty()) {
    if (arguments.penalty[0] <= 0 || arguments.penalty[1] < 0) throw InputError("--penalty: expected a distance above zero and a scale of zero or more");
    options.penalty = Penalty{arguments.penalty[0], arguments.penalty[1]};
  }
  std::vector<Block> blocks;
  for (const std::string& folder : arguments.blocks) blocks.push_back(read_block(folder));
  const Hierarchy model = compose(std::move(blocks), options);
  write_model(arguments.output, model, arguments.overwrite);
  fmt::print("composed {} from {} blocks: {}\n", element_set_name(model.elements), model.blocks.size(), arguments.output);
}

}  // namespace

void add_compose_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<ComposeArguments>();
  CLI::App* verb = app.add_subcommand("compose", "put blocks together into a model, after checking that they agree");
  verb->add_option("BLOCK", arguments->blocks, "block folders, in any order")->required();
  verb->add_option("-o,--output", arguments->output, "model folder to write")->required();
  verb->add_option("--penalty", arguments->penalty, "short-range penalty: onset above the inner cutoff (Å) and scale (eV/Å³)")->expected(2);
  verb->add_option("--absent", arguments->options.absent, "element sets meant to have no block, such as C-H-N");
  verb->add_flag("--overwrite", arguments->overwrite, "replace an existing model folder");
  verb->callback([arguments, &session] {
    session.start();
    if (session.world.is_root()) compose_model(*arguments);
  });
}

}  // namespace carillon
