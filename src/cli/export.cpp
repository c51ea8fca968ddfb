#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "carillon/api/open_potential.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/exchange/chimes_params.hpp"

namespace carillon {
namespace {

struct ExportArguments {
  std::vector<std::string> model;
  std::string output;
  bool overwrite = false;
};

void export_model(const ExportArguments& arguments) {
  refuse_existing(arguments.output, arguments.overwrite);
  const Hierarchy model = open_model(arguments.model);
  for (const std::string& warning : write_chimes_params(arguments.output, model)) spdlog::warn("{}", warning);
  fmt::print("wrote {} as {}\n", element_set_name(model.elements), arguments.output);
}

}  // namespace

void add_export_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<ExportArguments>();
  CLI::App* verb = app.add_subcommand("export", "write a model for other programs, as a ChIMES params.txt");
  verb->add_option("MODEL", arguments->model, "a model folder, the folders of blocks that make a model, or a params.txt")
      ->required()
      ->option_text("MODEL...");
  verb->add_option("-o,--output", arguments->output, "file to write")->required()->option_text("FILE");
  verb->add_flag("--overwrite", arguments->overwrite, "replace an existing file");
  verb->callback([arguments, &session] {
    session.start();
    session.world.agree([&] {
      if (session.world.is_root()) export_model(*arguments);
    });
  });
}

}  // namespace carillon
