#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <numeric>

#include "carillon/api/open_potential.hpp"
#include "carillon/cli/data_arguments.hpp"
#include "carillon/cli/evaluation.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/validate/metrics_table.hpp"

namespace carillon {
namespace {

struct EvaluateArguments {
  std::vector<std::string> inputs;  // models, then the data
  std::string predictions;
  std::string metrics;
  std::string plots;
  bool overwrite = false;
  DataArguments data;
};

bool has_labels(const MetricsTable& table) { return table.all.energy.count + table.all.force.count + table.all.stress.count > 0; }

void evaluate(const EvaluateArguments& arguments, const Session& session) {
  const std::vector<std::string> models(arguments.inputs.begin(), arguments.inputs.end() - 1);
  std::unique_ptr<Potential> potential;
  std::optional<Dataset> data;
  session.world.agree([&] {
    for (const std::string& file : {arguments.predictions, arguments.metrics})
      if (!file.empty()) refuse_existing(file, arguments.overwrite);
    potential = open_potential(models);
    data = open_data({arguments.inputs.back()}, arguments.data);
  });
  spdlog::info("{}", potential->description());
  std::vector<long> frames(static_cast<std::size_t>(data->size()));
  std::iota(frames.begin(), frames.end(), 0);
  std::optional<OutputFolder> plots;
  session.world.agree([&] {
    if (!arguments.plots.empty() && session.world.is_root()) plots.emplace(arguments.plots, arguments.overwrite);
  });
  const std::string parity = plots ? plots->file("parity.csv") : "";
  const MetricsTable table = evaluate_and_write(session, *potential, *data, frames, {arguments.predictions, parity});
  session.world.agree([&] {
    if (!session.world.is_root()) return;
    if (!arguments.metrics.empty()) write_file(arguments.metrics, metrics_json(table));
    if (plots) draw_parity_plots(parity, plots->path());
    if (has_labels(table))
      fmt::print("{}", metrics_markdown(table));
    else if (arguments.predictions.empty())
      throw InputError("the data have no labels to compare with, and no -o FILE was given: nothing was written");
  });
}

}  // namespace

void add_evaluate_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App* verb = app.add_subcommand("evaluate", "energies, forces and stresses of structures; errors where there are labels");
  verb->add_option("INPUTS", arguments->inputs,
                   "MODEL... DATA: a params.txt, a model folder, or the folders of blocks that make a model; then the structures "
                   "(extended XYZ, .xyzf, or xyz with 9 cell numbers)")
      ->required()
      ->expected(2, CLI::detail::expected_max_vector_size);
  verb->add_option("-o,--output", arguments->predictions, "predictions as extended XYZ (eV, eV/Å, eV/Å³, tension positive)");
  verb->add_option("--metrics", arguments->metrics, "errors by label as JSON");
  verb->add_option("--plots", arguments->plots, "folder for parity plots and their points (parity.csv)");
  verb->add_flag("--overwrite", arguments->overwrite, "replace existing files");
  add_data_options(*verb, arguments->data);
  verb->callback([arguments, &session] {
    session.start();
    evaluate(*arguments, session);
  });
}

}  // namespace carillon
