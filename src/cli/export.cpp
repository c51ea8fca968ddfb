#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>

#include "carillon/api/open_potential.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/exchange/chimes_params.hpp"
#include "carillon/exchange/kim_model.hpp"
#include "carillon/neural/network_file.hpp"

namespace carillon {
namespace {

struct ExportArguments {
  std::vector<std::string> model;
  std::string output;
  std::string kim_name;  ///< empty: a params.txt is wanted
  bool overwrite = false;
};

/// What the driver opens: the model alone, without what else lies beside it. One network in `network.yaml`, a committee's members
/// in folders.
void write_files_of_model(const std::vector<std::string>& paths, const std::string& folder) {
  const std::vector<std::string> members = committee_members(paths);
  for (std::size_t k = 0; k < members.size(); ++k) write_files_of_model({members[k]}, fmt::format("{}/{}", folder, k + 1));
  if (!members.empty()) return;
  const std::string network = paths.size() == 1 ? network_path(paths.front()) : "";
  if (network.empty()) return write_model(folder, open_model(paths));
  std::filesystem::create_directories(folder);
  write_network(folder + "/network.yaml", read_network(network));
}

void export_model(const ExportArguments& arguments) {
  refuse_existing(arguments.output, arguments.overwrite);
  refuse_input(arguments.output, arguments.model);
  if (!arguments.kim_name.empty()) {
    const auto potential = open_domain_potential(arguments.model);  // it can be opened, with elements that agree
    write_kim_model(
        arguments.output, arguments.kim_name, [&](const std::string& folder) { write_files_of_model(arguments.model, folder); },
        arguments.overwrite);
    fmt::print("wrote {} as the KIM model {}; install it with: kim-api-collections-management install user {}\n",
               element_set_name(potential->elements()), arguments.kim_name, arguments.output);
    return;
  }
  const Hierarchy model = open_model(arguments.model);
  for (const std::string& warning : write_chimes_params(arguments.output, model)) spdlog::warn("{}", warning);
  fmt::print("wrote {} as {}\n", element_set_name(model.elements), arguments.output);
}

}  // namespace

void add_export_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<ExportArguments>();
  CLI::App* verb = app.add_subcommand("export", "write a model for other programs: a ChIMES params.txt, or a KIM model");
  verb->add_option("MODEL", arguments->model,
                   "a model folder, the folders of blocks that make a model, or a params.txt; with --kim a network or a\n"
                   "committee as well")
      ->required()
      ->option_text("MODEL...");
  verb->add_option("-o,--output", arguments->output, "file to write; with --kim a folder")->required()->option_text("PATH");
  verb->add_option("--kim", arguments->kim_name, "write a KIM portable model of this name, for LAMMPS, ASE and others")
      ->option_text("NAME");
  verb->add_flag("--overwrite", arguments->overwrite, "replace what exists there");
  verb->callback([arguments, &session] {
    session.start();
    session.world.agree([&] {
      if (session.world.is_root()) export_model(*arguments);
    });
  });
}

}  // namespace carillon
