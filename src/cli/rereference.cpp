#include <fmt/format.h>

#include <optional>

#include "carillon/api/open_potential.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/cli/data_arguments.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "carillon/fit/rereference.hpp"

namespace carillon {
namespace {

struct RereferenceArguments {
  std::vector<std::string> inputs;  // models or one file of frames, then the data
  std::string output;
  std::string report;
  bool frames = false;
  bool overwrite = false;
  DataArguments data;
};

void check_outputs(const RereferenceArguments& arguments) {
  if (arguments.frames && arguments.inputs.size() != 2)
    throw CLI::ValidationError("--frames", "takes one file of frames and the data");
  refuse_outputs({arguments.output, arguments.report}, arguments.inputs, arguments.overwrite);
}

void finish(const RereferenceArguments& arguments, const Rereferencing& change) {
  if (!arguments.report.empty()) write_file(arguments.report, rereferencing_json(change));
  fmt::print("{}", rereferencing_text(change));
}

void rereference_model(const RereferenceArguments& arguments, const Session& session) {
  std::optional<Dataset> target;
  Hierarchy model;
  session.world.agree([&] {
    check_outputs(arguments);
    model = open_model({arguments.inputs.begin(), arguments.inputs.end() - 1});
    target = open_data({arguments.inputs.back()}, arguments.data);
  });
  Progress progress = session.progress("evaluation");
  const Rereferencing change = rereference(model, *target, session.world, progress.callback());
  session.world.agree([&] {
    if (!session.world.is_root()) return;
    const std::string note = "re-referenced to " + arguments.inputs.back();
    write_model(arguments.output, shifted(model, change, note), arguments.overwrite);
    finish(arguments, change);
  });
}

void rereference_frames(const RereferenceArguments& arguments) {
  check_outputs(arguments);
  const Dataset source = open_data({arguments.inputs.front()}, arguments.data);
  const Rereferencing change = rereference(source, open_data({arguments.inputs.back()}, arguments.data));
  ExtxyzWriter out(arguments.output);
  for (long frame = 0; frame < source.size(); ++frame) out.write(shifted(source.read(frame), change));
  out.commit();
  finish(arguments, change);
}

}  // namespace

void add_rereference_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<RereferenceArguments>();
  CLI::App* verb =
      app.add_subcommand("rereference", "bring energies to the level of theory of other data, by a shift for each element");
  verb->add_option("INPUTS", arguments->inputs,
                   "a model folder, a params.txt, or the folders of blocks that make a model (with --frames: a file of frames);\n"
                   "last the data whose energies count: extended XYZ, .xyzf, or xyz with 9 cell numbers")
      ->required()
      ->option_text("MODEL... DATA")
      ->expected(2, CLI::detail::expected_max_vector_size);
  verb->add_option("-o,--output", arguments->output, "model folder to write; with --frames extended XYZ")
      ->required()
      ->option_text("PATH");
  verb->add_flag("--frames", arguments->frames, "shift the energies of frames, the same structures as those of DATA");
  verb->add_option("--report", arguments->report, "shifts and errors as JSON")->option_text("FILE");
  verb->add_flag("--overwrite", arguments->overwrite, "replace existing files and folders");
  add_data_options(*verb, arguments->data);
  verb->footer(
      "Examples:\n"
      "  carillon rereference published/C.params.txt dftb.xyzf -o carbon      offsets that suit these labels\n"
      "  carillon rereference --frames pbe.extxyz hybrid.extxyz -o pbe-as-hybrid.extxyz\n"
      "docs/rereferencing.md tells what this is for.");
  verb->callback([arguments, &session] {
    session.start();
    if (!arguments->frames) return rereference_model(*arguments, session);
    session.world.agree([&] {
      if (session.world.is_root()) rereference_frames(*arguments);
    });
  });
}

}  // namespace carillon
