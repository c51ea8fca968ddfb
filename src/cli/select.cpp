#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "carillon/api/open_linear_parts.hpp"
#include "carillon/api/open_uncertain.hpp"
#include "carillon/cli/data_arguments.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "carillon/fit/frame_selection.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/validate/csv_field.hpp"

namespace carillon {
namespace {

/// Whether a model is a network, or a committee of networks.
bool is_network(const std::string& path) { return !network_path(path).empty() || !network_path(path + "/1").empty(); }

struct SelectArguments {
  std::vector<std::string> inputs;  // models, then the pool
  std::string output;
  std::string report;
  std::string grades;
  std::string method = selection_method_name(SelectionMethod::d_optimal);
  std::vector<std::string> blocks;
  std::vector<std::string> known;
  SelectionOptions options;
  bool overwrite = false;
  DataArguments data;
};

std::string place_of(const Dataset& pool, long frame) {
  const FrameSummary& summary = pool.summary(frame);
  return fmt::format("{} frame {}", pool.sources()[static_cast<std::size_t>(summary.source)].path, summary.frame_in_file);
}

/// Why each frame was chosen: of which atom the model is least sure.
std::string table_of_uncertainties(const Dataset& pool, const std::vector<ChosenFrame>& chosen) {
  std::string out = "| choice | frame | label | standard deviation of a force, eV/Å | atom |\n| --: | :-- | :-- | --: | --: |\n";
  for (std::size_t k = 0; k < chosen.size(); ++k)
    out += fmt::format("| {} | {} | {} | {:.4g} | {} |\n", k + 1, place_of(pool, chosen[k].frame),
                       pool.summary(chosen[k].frame).label, chosen[k].gain, chosen[k].peak.atom);
  return out;
}

/// Why each frame was chosen: what it adds for which part, and which atom is farthest from what is known.
std::string table_of_gains(const Dataset& pool, const std::vector<ChosenFrame>& chosen) {
  std::string out = "| choice | frame | label | gain, nats | of which | farthest atom |\n| --: | :-- | :-- | --: | :-- | :-- |\n";
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const ChosenFrame& one = chosen[k];
    std::string shares;
    for (const auto& [part, gain] : one.gains) shares += fmt::format("{}{} {:.4g}", shares.empty() ? "" : ", ", part, gain);
    out += fmt::format("| {} | {} | {} | {:.4g} | {} | atom {} for {}, grade {:.3g} |\n", k + 1, place_of(pool, one.frame),
                       pool.summary(one.frame).label, one.gain, shares, one.peak.atom, one.peak.part, one.peak.grade);
  }
  return out;
}

std::string report_json(const Dataset& pool, const std::vector<ChosenFrame>& chosen, const std::string& method) {
  nlohmann::ordered_json out{{"method", method}, {"frames", nlohmann::ordered_json::array()}};
  for (const ChosenFrame& one : chosen) {
    const FrameSummary& summary = pool.summary(one.frame);
    nlohmann::ordered_json frame{{"file", pool.sources()[static_cast<std::size_t>(summary.source)].path},
                                 {"frame_in_file", summary.frame_in_file},
                                 {"label", summary.label}};
    if (method == selection_method_name(SelectionMethod::uncertainty)) {
      frame["deviation"] = one.gain;  // eV/Å
      frame["atom"] = one.peak.atom;
    } else {
      frame["gain"] = one.gain;
      frame["gain_by_block"] = one.gains;
      frame["farthest_atom"] = {{"block", one.peak.part}, {"atom", one.peak.atom}, {"grade", one.peak.grade}};
    }
    out["frames"].push_back(std::move(frame));
  }
  return out.dump(1) + "\n";
}

std::vector<ChosenFrame> choose(const SelectArguments& arguments, const SelectionOptions& options,
                                const std::vector<std::string>& models, const Dataset& pool, const Session& session) {
  std::vector<long> all(static_cast<std::size_t>(pool.size()));
  std::iota(all.begin(), all.end(), 0);
  if (options.method == SelectionMethod::uncertainty) {
    const UncertainModel model = open_uncertain_model(models);
    for (const std::string& doubt : model.doubts) spdlog::warn("{}", doubt);
    Progress looking = session.progress("looking at frames");
    return most_uncertain_frames(*model.potential, pool, all, options.budget, looking.callback());
  }
  std::vector<LinearPart> parts = open_linear_parts(models, arguments.blocks);
  if (arguments.known.empty() && std::any_of(models.begin(), models.end(), is_network))
    spdlog::warn(
        "a network does not hold what it was trained on: frames are chosen as if nothing were labelled yet; --known names them");
  if (!arguments.known.empty()) {
    Progress learning = session.progress("frames that are known");
    learn_frames(parts, open_data(arguments.known, arguments.data), options.forces_only, learning.callback());
  }
  Progress looking = session.progress("looking at frames");
  return select_frames(std::move(parts), pool, all, options, looking.callback());
}

/// Options that say nothing to frames chosen one by one.
void refuse_options_of_gains(const SelectArguments& arguments) {
  if (arguments.method != selection_method_name(SelectionMethod::uncertainty)) return;
  const auto refuse = [](bool given, const char* option) {
    if (given) throw InputError(fmt::format("--method uncertainty chooses by deviations of forces; it has no {}", option));
  };
  refuse(!arguments.grades.empty(), "--grades");
  refuse(!arguments.blocks.empty(), "--blocks");
  refuse(!arguments.known.empty(), "--known");
  refuse(arguments.options.forces_only, "--forces-only");
  refuse(arguments.options.per_atom, "--per-atom");
}

void select(const SelectArguments& arguments, const Session& session) {
  refuse_options_of_gains(arguments);
  std::vector<std::string> read = arguments.inputs;
  read.insert(read.end(), arguments.known.begin(), arguments.known.end());
  refuse_outputs({arguments.output, arguments.report, arguments.grades}, read, arguments.overwrite);
  const std::vector<std::string> models(arguments.inputs.begin(), arguments.inputs.end() - 1);
  const Dataset pool = open_data({arguments.inputs.back()}, arguments.data);
  SelectionOptions options = arguments.options;
  options.method = selection_method_from_name(arguments.method);
  std::optional<AtomicFile> grades;
  if (!arguments.grades.empty()) {
    grades.emplace(arguments.grades);
    grades->write("file,frame_in_file,label,atom,block,grade\n");
    options.observe_grades = [&](long frame, const std::string& block, std::span<const double> of_atoms) {
      const FrameSummary& summary = pool.summary(frame);
      const std::string& file = pool.sources()[static_cast<std::size_t>(summary.source)].path;
      for (std::size_t atom = 0; atom < of_atoms.size(); ++atom)
        grades->write(fmt::format("{},{},{},{},{},{:.6g}\n", csv_field(file), summary.frame_in_file, csv_field(summary.label),
                                  atom, block, of_atoms[atom]));
    };
  }
  const std::vector<ChosenFrame> chosen = choose(arguments, options, models, pool, session);
  if (static_cast<long>(chosen.size()) < options.budget)
    spdlog::warn("{} frames were asked for, and the pool has only {} that hold elements of what to choose for", options.budget,
                 chosen.size());
  ExtxyzWriter out(arguments.output);
  const bool by_uncertainty = options.method == SelectionMethod::uncertainty;
  const char* const key = by_uncertainty ? "selection_deviation" : "selection_gain";
  for (const ChosenFrame& one : chosen)
    out.write(pool.read(one.frame), {.numbers = {{key, one.gain}}, .keys = other_keys(pool, one.frame)});
  if (!arguments.report.empty()) write_file(arguments.report, report_json(pool, chosen, arguments.method));
  if (grades) grades->commit();
  out.commit();
  fmt::print("{}", by_uncertainty ? table_of_uncertainties(pool, chosen) : table_of_gains(pool, chosen));
}

}  // namespace

void add_select_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<SelectArguments>();
  CLI::App* verb = app.add_subcommand("select", "the frames of a pool that are most worth labelling");
  verb->add_option("INPUTS", arguments->inputs,
                   "a model folder, or the folders of blocks that make a model, with posteriors (posterior.h5);\n"
                   "or a network, or a committee;\n"
                   "last the pool: extended XYZ, .xyzf, or xyz with 9 cell numbers; labels are not needed")
      ->required()
      ->option_text("MODEL... POOL")
      ->expected(2, CLI::detail::expected_max_vector_size);
  verb->add_option("-o,--output", arguments->output, "chosen frames as extended XYZ, the most telling first")
      ->required()
      ->option_text("FILE");
  verb->add_option("-n,--budget", arguments->options.budget, "frames to choose, at most; default: 10")
      ->check(CLI::Range(1L, 1000000L))
      ->option_text("N");
  verb->add_option("--method", arguments->method, "d-optimal (default), farthest-point, random, uncertainty")
      ->check(CLI::IsMember(selection_method_names()))
      ->option_text("METHOD");
  verb->add_option("--blocks", arguments->blocks, "blocks to choose for; default: all that have a posterior")
      ->option_text("NAME...");
  verb->add_option("--known", arguments->known,
                   "frames that count as labelled already: those a network was trained on, or that are being labelled")
      ->option_text("FILE...");
  verb->add_flag("--forces-only", arguments->options.forces_only,
                 "gains of force labels alone; default: of forces, energy and stress as the fit weighed them");
  verb->add_flag("--per-atom", arguments->options.per_atom, "gains over the number of atoms, where labels cost by the atom");
  verb->add_option("--seed", arguments->options.seed, "of the random choice; default: 1")->option_text("SEED");
  verb->add_option("--report", arguments->report, "gains by block and farthest atoms as JSON")->option_text("FILE");
  verb->add_option("--grades", arguments->grades,
                   "how far each atom is from what each block knows, as CSV: above 1 the block extrapolates;\n"
                   "d-optimal grades the whole pool, the other methods what they choose")
      ->option_text("FILE");
  verb->add_flag("--overwrite", arguments->overwrite, "replace existing files");
  add_data_options(*verb, arguments->data);
  verb->footer(
      "Examples:\n"
      "  carillon select result/model pool.extxyz -n 20 -o to-label.extxyz\n"
      "  carillon select result/model pool.extxyz -n 20 --blocks C-N -o to-label.extxyz --report why.json\n"
      "  carillon select network pool.extxyz -n 20 --known training.extxyz -o to-label.extxyz\n"
      "  carillon select committee pool.extxyz -n 20 --method uncertainty -o to-label.extxyz");
  verb->callback([arguments, &session] {
    session.start();
    session.world.agree([&] {
      if (session.world.is_root()) select(*arguments, session);
    });
  });
}

}  // namespace carillon
