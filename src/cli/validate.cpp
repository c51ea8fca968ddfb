#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <filesystem>

#include "carillon/api/open_potential.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/plots.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/core/version.hpp"
#include "carillon/validate/results_table.hpp"
#include "carillon/validate/validation_case.hpp"

namespace carillon {
namespace {

namespace fs = std::filesystem;

constexpr int case_failed = 3;

struct ValidateArguments {
  std::vector<std::string> inputs;  // the model, then cases
  std::string output;
  std::string dynamics;
  bool no_report = false;
  bool overwrite = false;
};

/// A case, or a folder with a case in it: what the model is not.
bool is_case(const std::string& path) {
  if (is_case_folder(path)) return true;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(path, none))
    if (is_case_folder(entry.path().string())) return true;
  return false;
}

/// The inputs up to the first case are the model.
std::size_t first_case(const std::vector<std::string>& inputs) {
  std::size_t k = 0;
  while (k < inputs.size() && !is_case(inputs[k])) ++k;
  if (k == 0) throw InputError(inputs.front() + ": is a case; name the model first");
  if (k == inputs.size())
    throw InputError(inputs.back() + ": is neither a case (a folder with a case.yaml) nor a folder of cases");
  return k;
}

std::vector<NamedCase> read_all_cases(const std::vector<std::string>& folders) {
  std::vector<NamedCase> cases;
  for (const std::string& folder : folders)
    for (NamedCase& named : read_cases(folder)) cases.push_back(std::move(named));
  return cases;
}

/// All results, and the first error in the input of a case: what the other cases say is written before it ends the program.
struct AllResults {
  std::vector<CaseResult> cases;
  std::exception_ptr error = nullptr;
};

/// A case whose input is wrong becomes a failed one, where all ranks know of the error.
CaseResult run_or_fail(const NamedCase& named, const Potential& potential, const CaseInputs& inputs, std::exception_ptr& error) {
  CaseResult result = unanswered_case(named);
  try {
    return run_case(named, potential, inputs);
  } catch (const AgreedMemoryError&) {
    throw;
  } catch (const AgreedError& problem) {
    result.fail(problem.what());
    if (!error) error = std::current_exception();
  } catch (const InputError& problem) {
    if (inputs.world.size() > 1) throw;  // of this rank alone: the others wait
    result.fail(problem.what());
    if (!error) error = std::current_exception();
  }
  return result;
}

AllResults run_all(const std::vector<NamedCase>& cases, const Potential& potential, const CaseInputs& inputs,
                   const Session& session) {
  AllResults all;
  std::vector<CaseResult>& results = all.cases;
  for (const NamedCase& named : cases) {
    check_interrupt();
    results.push_back(run_or_fail(named, potential, inputs, all.error));
    const CaseResult& result = results.back();
    if (session.world.is_root())
      spdlog::info("{}: {}{}, {:.1f} s", named.name, to_string(result.status),
                   result.reason.empty() ? "" : " (" + result.reason + ")", result.seconds);
  }
  return all;
}

void write_results(const OutputFolder& folder, const std::string& json, const std::vector<CaseResult>& results, bool report) {
  fs::remove(folder.file("report.html"));  // of an earlier run: a page beside results that are not its own misleads
  write_file(folder.file("results.json"), json);
  write_file(folder.file("results.md"), results_details(results));
  if (report) draw_plots("report", "report.py", {folder.file("results.json"), "-o", folder.file("report.html")});
}

void validate(const ValidateArguments& arguments, Session& session) {
  std::unique_ptr<Potential> potential;
  std::vector<NamedCase> cases;
  ValidatedModel model;
  std::optional<OutputFolder> output;
  session.world.agree([&] {
    const auto split = arguments.inputs.begin() + static_cast<std::ptrdiff_t>(first_case(arguments.inputs));
    model.paths = {arguments.inputs.begin(), split};
    cases = read_all_cases({split, arguments.inputs.end()});
    potential = open_potential(model.paths);
    if (!arguments.dynamics.empty() && !fs::is_directory(arguments.dynamics))
      throw InputError(arguments.dynamics + ": is not a folder of scripts/run_md.py");
    if (session.world.is_root()) {
      output.emplace(arguments.output, arguments.overwrite);
      output->refuse_inputs_inside(arguments.inputs);
    }
  });
  model.description = potential->description();
  model.carillon_version = version();
  spdlog::info("{}", model.description);
  const AllResults all = run_all(cases, *potential, {session.world, arguments.dynamics}, session);
  session.world.agree([&] {
    if (!session.world.is_root()) return;
    const std::vector<CaseResult>& results = all.cases;
    write_results(*output, results_json(model, results), results, !arguments.no_report);
    fmt::print("{}", results_markdown(results));
    if (any_failed(results)) session.exit_status = case_failed;
  });
  if (all.error) std::rethrow_exception(all.error);
}

}  // namespace

void add_validate_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<ValidateArguments>();
  CLI::App* verb =
      app.add_subcommand("validate", "put validation cases to a model: errors, curves, elastic constants, dynamics; a report");
  verb->add_option("INPUTS", arguments->inputs,
                   "a model as for 'evaluate'; then cases: folders with a case.yaml, or folders of such folders")
      ->required()
      ->option_text("MODEL... CASE...")
      ->expected(2, CLI::detail::expected_max_vector_size);
  verb->add_option("-o,--output", arguments->output, "where results.json, results.md and report.html go")
      ->required()
      ->option_text("FOLDER");
  verb->add_option("--dynamics", arguments->dynamics,
                   "trajectories of this model, made by scripts/run_md.py, for cases of kind 'dynamics'")
      ->option_text("FOLDER");
  verb->add_flag("--no-report", arguments->no_report, "leave out report.html, which needs Python and matplotlib");
  verb->add_flag("--overwrite", arguments->overwrite, "replace existing files");
  verb->footer(
      "Exit status 3: a case failed. Skipped cases (data that are not there) are no failures.\n"
      "Examples:\n"
      "  carillon validate blocks/C blocks/N blocks/C-N validation/cases -o checked     all cases\n"
      "  carillon validate result/model validation/cases/diamond_elastic -o checked    one");
  verb->callback([arguments, &session] {
    session.start();
    validate(*arguments, session);
  });
}

}  // namespace carillon
