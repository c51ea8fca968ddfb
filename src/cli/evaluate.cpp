#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "carillon/api/open_potential.hpp"
#include "carillon/cli/data_arguments.hpp"
#include "carillon/cli/evaluation.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/uncertainty.hpp"
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
  UncertaintyArguments uncertainty;
};

bool has_labels(const Dataset& data) {
  for (long frame = 0; frame < data.size(); ++frame) {
    const FrameSummary& summary = data.summary(frame);
    if (summary.has_energy || summary.has_forces || summary.stress_components > 0) return true;
  }
  return false;
}

/// What can be known before any work is done.
void check_outputs(const EvaluateArguments& arguments) {
  for (const std::string& file : {arguments.predictions, arguments.metrics})
    if (!file.empty()) refuse_existing(file, arguments.overwrite);
  const auto place = [](const std::string& file) { return std::filesystem::weakly_canonical(std::filesystem::absolute(file)); };
  if (!arguments.predictions.empty() && !arguments.metrics.empty() && place(arguments.predictions) == place(arguments.metrics))
    throw InputError(arguments.predictions + ": is named twice, for the predictions and for the metrics");
  for (const std::string& file : {arguments.predictions, arguments.metrics}) refuse_input(file, arguments.inputs);
}

void check_labels(const EvaluateArguments& arguments, const Dataset& data) {
  if (has_labels(data)) return;
  const std::string problem = arguments.inputs.back() + ": no labels to compare with";
  if (arguments.predictions.empty()) throw InputError(problem + "; name a file for the predictions with -o");
  spdlog::warn("{}", problem);
}

void evaluate(const EvaluateArguments& arguments, const Session& session) {
  const std::vector<std::string> models(arguments.inputs.begin(), arguments.inputs.end() - 1);
  std::unique_ptr<Potential> potential;
  std::optional<Dataset> data;
  session.world.agree([&] {
    check_outputs(arguments);
    if (arguments.uncertainty.wanted())
      potential = open_uncertain_potential(models, arguments.uncertainty);
    else
      potential = open_potential(models);
    Progress reading = session.progress("reading data");
    data = open_data({arguments.inputs.back()}, arguments.data, when_data_are_large(reading));
    check_labels(arguments, *data);
  });
  spdlog::info("{}", potential->description());
  std::vector<long> frames(static_cast<std::size_t>(data->size()));
  std::iota(frames.begin(), frames.end(), 0);
  std::optional<OutputFolder> plots;
  std::optional<AtomicFile> metrics;  // opened before the work, which would be lost if it could not be
  session.world.agree([&] {
    if (!session.world.is_root()) return;
    if (!arguments.metrics.empty()) metrics.emplace(arguments.metrics);
    if (!arguments.plots.empty()) plots.emplace(arguments.plots, arguments.overwrite);
  });
  const std::string parity = plots ? plots->file("parity.csv") : "";
  Calibration calibration;
  const MetricsTable table =
      evaluate_and_write(session, *potential, *data, frames, {arguments.predictions, parity}, &calibration);
  session.world.agree([&] {
    if (!session.world.is_root()) return;
    if (metrics) {
      const std::string json = metrics_json(table);
      metrics->write(arguments.uncertainty.wanted() ? with_calibration(json, calibration, arguments.uncertainty) : json);
      metrics->commit();
    }
    if (plots) draw_parity_plots(parity, plots->path());
    if (has_labels(*data)) fmt::print("{}{}", metrics_markdown(table), calibration_report(calibration, arguments.uncertainty));
  });
}

}  // namespace

void add_evaluate_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App* verb = app.add_subcommand("evaluate", "energies, forces and stresses of structures; errors where there are labels");
  verb->add_option("INPUTS", arguments->inputs,
                   "a model folder, a params.txt, a network, or the folders of blocks that make a model;\n"
                   "last the structures: extended XYZ, .xyzf, or xyz with 9 cell numbers")
      ->required()
      ->option_text("MODEL... DATA")
      ->expected(2, CLI::detail::expected_max_vector_size);
  verb->add_option("-o,--output", arguments->predictions, "predictions as extended XYZ (eV, eV/Å, eV/Å³, tension positive)")
      ->option_text("FILE");
  verb->add_option("--metrics", arguments->metrics, "errors by label as JSON")->option_text("FILE");
  verb->add_option("--plots", arguments->plots, "parity plots and their points (parity.csv)")->option_text("FOLDER");
  verb->add_flag("--overwrite", arguments->overwrite, "replace existing files");
  add_uncertainty_options(*verb, arguments->uncertainty);
  add_data_options(*verb, arguments->data);
  verb->footer(
      "Examples:\n"
      "  carillon evaluate result/model frames.extxyz                        a table of errors, by label\n"
      "  carillon evaluate params.txt frames.xyzf -o predicted.extxyz        predictions\n"
      "  carillon evaluate blocks/C blocks/N blocks/C-N frames.extxyz        blocks, composed for this once\n"
      "  carillon evaluate result/model held_out.extxyz --scale-uncertainty  how sure the model is, and rightly");
  verb->callback([arguments, &session] {
    session.start();
    evaluate(*arguments, session);
  });
}

}  // namespace carillon
