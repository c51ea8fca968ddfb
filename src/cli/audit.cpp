#include "carillon/fit/audit.hpp"

#include <fmt/format.h>

#include "carillon/cli/audit_plots.hpp"
#include "carillon/cli/data_arguments.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/pair_distance.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/fit/audit_report.hpp"
#include "carillon/fit/block_coverage.hpp"

namespace carillon {
namespace {

constexpr int findings_status = 3;

struct AuditArguments {
  std::vector<std::string> files;
  std::vector<std::string> blocks;
  std::vector<std::string> inner;  // `C-N=0.9`
  std::string json;
  std::string plots;
  std::string suggest;
  bool strict = false;
  bool overwrite = false;
  DataArguments data;
};

AuditReport run_audit(const AuditArguments& arguments, const Dataset& data, const Session& session) {
  AuditOptions options;
  options.blocks = read_blocks(arguments.blocks);
  for (const std::string& text : arguments.inner) options.inner.insert(*pair_distance(text));
  return audit(data, options, [&session](const std::string& title) {
    auto progress = std::make_shared<Progress>(session.progress(title));
    return [progress](long done, long total) { progress->update(done, total); };
  });
}

/// @return the exit status that the findings ask for
int audit_files(const AuditArguments& arguments, const Session& session) {
  for (const std::string& file : {arguments.json, arguments.suggest})
    if (!file.empty()) refuse_existing(file, arguments.overwrite);
  std::optional<OutputFolder> plots;
  if (!arguments.plots.empty()) plots.emplace(arguments.plots, arguments.overwrite);
  const Dataset data = open_data(arguments.files, arguments.data);
  const AuditReport report = run_audit(arguments, data, session);
  if (!arguments.json.empty()) write_file(arguments.json, audit_json(data, report));
  if (!arguments.suggest.empty()) {
    if (!report.suggested) throw InputError(arguments.suggest + ": not written: no two atoms are near each other");
    write_file(arguments.suggest, suggested_basis_yaml(*report.suggested, report.distribution, data.size()));
  }
  if (plots) write_audit_plots(data, report, *plots);
  fmt::print("{}", audit_text(data, report));
  const bool failed = report.count(Severity::error) > 0 || (arguments.strict && report.count(Severity::warning) > 0);
  return failed ? findings_status : 0;
}

}  // namespace

void add_audit_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<AuditArguments>();
  CLI::App* verb =
      app.add_subcommand("audit", "look for wrong labels, units, duplicates and distances in data, before they are fitted");
  verb->add_option("DATA", arguments->files, "files of frames, looked at together")->required()->option_text("DATA...");
  verb->add_option("--blocks", arguments->blocks, "blocks to be frozen (folders or params.txt): their cutoffs and coverage count")
      ->option_text("BLOCK...");
  verb->add_option("--inner", arguments->inner, "an inner cutoff (Å) to compare distances with; may be repeated")
      ->check(problem_of_pair_distance)
      ->allow_extra_args(false)
      ->option_text("PAIR=DISTANCE");
  verb->add_option("--json", arguments->json, "everything that was found, for programs")->option_text("FILE");
  verb->add_option("--plots", arguments->plots, "distances, energies and pressures as tables and pictures")
      ->option_text("FOLDER");
  verb->add_option("--suggest", arguments->suggest, "write a basis section for a recipe, read off the distances")
      ->option_text("FILE");
  verb->add_flag("--strict", arguments->strict, "warnings, too, give status 3");
  verb->add_flag("--overwrite", arguments->overwrite, "replace existing files");
  add_data_options(*verb, arguments->data);
  verb->footer(
      "Status 0: no error was found; 3: errors were found (with --strict: or warnings). docs/audit.md says what each check "
      "does.\n"
      "Examples:\n"
      "  carillon audit frames.extxyz --suggest basis.yaml                   findings, and a basis to begin with\n"
      "  carillon audit frames.extxyz --blocks blocks/C blocks/N             before C and N are frozen");
  verb->callback([arguments, &session] {
    session.start();
    session.world.agree([&] {
      if (session.world.is_root()) session.exit_status = audit_files(*arguments, session);
    });
  });
}

}  // namespace carillon
