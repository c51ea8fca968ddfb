#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>

#include "carillon/block/block_file.hpp"
#include "carillon/cli/data_arguments.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "carillon/data/xyzf_writer.hpp"
#include "carillon/exchange/chimes_params.hpp"
#include "carillon/fit/chimes_setup_recipe.hpp"

namespace carillon {
namespace {

struct ConvertArguments {
  std::string input;
  std::string output;
  std::string from = "auto";
  std::vector<std::string> frozen;
  bool overwrite = false;
  DataArguments data;
};

/// What a file is, by words that only one kind has.
std::string kind_of(const std::string& path) {
  const TextFile file(path);
  const std::string_view text = file.text();
  if (text.find("PAIRTYP:") != std::string_view::npos) return "params";
  if (text.find("# PAIRTYP #") != std::string_view::npos) return "setup";
  return "data";
}

void convert_params(const ConvertArguments& arguments) {
  const ChimesParams params = read_chimes_params(arguments.input);
  const std::vector<Block> blocks = to_blocks(params);
  for (const std::string& note : params.notes) spdlog::warn("{}", note);
  const OutputFolder folder(arguments.output, arguments.overwrite);
  for (const Block& block : blocks) {
    write_block(folder.file(block.name()), block, arguments.overwrite);
    fmt::print("block {}: {} coefficients, {}\n", block.name(), block.basis.columns(), folder.file(block.name()));
  }
  if (params.penalty.scale > 0)
    fmt::print("the penalty belongs to the model, not to its blocks: compose with --penalty {:.6g} {:.6g}\n",
               params.penalty.distance, params.penalty.scale);
}

void convert_setup(const ConvertArguments& arguments) {
  refuse_existing(arguments.output, arguments.overwrite);
  std::map<std::string, std::string> frozen;
  for (const std::string& assignment : arguments.frozen) {
    const auto equals = assignment.find('=');
    frozen[element_set_name(elements_of_name(assignment.substr(0, equals)))] =
        std::filesystem::absolute(assignment.substr(equals + 1)).lexically_normal();
  }
  ConvertedSetup converted = recipe_from_chimes_setup(read_chimes_setup(arguments.input), frozen);
  for (const std::string& note : converted.notes) spdlog::warn("{}", note);
  write_file(arguments.output, recipe_yaml(with_absolute_paths(converted.recipe)));
  fmt::print("wrote recipe {}\n", arguments.output);
}

void convert_data(const ConvertArguments& arguments) {
  refuse_existing(arguments.output, arguments.overwrite);
  const std::string suffix = std::filesystem::path(arguments.output).extension();
  if (suffix != ".extxyz" && suffix != ".xyz" && suffix != ".xyzf")
    throw InputError(arguments.output + ": expected a name ending in .extxyz, .xyz or .xyzf");
  const Dataset data = open_data({arguments.input}, arguments.data);
  AtomicFile file(arguments.output);
  for (long frame = 0; frame < data.size(); ++frame) {
    const Structure structure = data.read(frame);
    try {
      file.write(suffix == ".xyzf" ? xyzf_text(structure) : extxyz_text(structure, {.keys = other_keys(data, frame)}));
    } catch (const DomainError& problem) {
      fail_at(structure.origin, problem.what());
    }
  }
  file.commit();
  fmt::print("wrote {} frames to {}\n", data.size(), arguments.output);
}

void convert(const ConvertArguments& arguments) {
  const std::string kind = arguments.from == "auto" ? kind_of(arguments.input) : arguments.from;
  if (kind != "setup" && !arguments.frozen.empty()) throw InputError("--frozen belongs to the conversion of a fm_setup.in");
  if (kind == "params") return convert_params(arguments);
  if (kind == "setup") return convert_setup(arguments);
  convert_data(arguments);
}

/// `BLOCK=FILE`, checked as the command line is read.
std::string problem_of_assignment(const std::string& text) {
  const auto equals = text.find('=');
  const bool sound = equals != std::string::npos && equals > 0 && equals + 1 < text.size();
  return sound ? "" : "'" + text + "': expected BLOCK=FILE, such as C=C.params.txt";
}

}  // namespace

void add_convert_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<ConvertArguments>();
  CLI::App* verb =
      app.add_subcommand("convert", "a params.txt into blocks, a fm_setup.in into a recipe, .xyzf into extended XYZ and back");
  verb->add_option("INPUT", arguments->input, "params.txt, fm_setup.in (its trajectory is found beside it), or a file of frames")
      ->required();
  verb->add_option("-o,--output", arguments->output, "folder for blocks, recipe file, or file of frames (.extxyz, .xyzf)")
      ->required()
      ->option_text("PATH");
  verb->add_option("--from", arguments->from, "what the input is: params, setup or data; default: found out from its contents")
      ->check(CLI::IsMember({"auto", "params", "setup", "data"}))
      ->option_text("KIND");
  verb->add_option("--frozen", arguments->frozen, "fm_setup.in: a block folder or params.txt to subtract; may be repeated")
      ->check(problem_of_assignment)
      ->option_text("BLOCK=FILE");
  verb->add_flag("--overwrite", arguments->overwrite, "replace existing files");
  add_data_options(*verb, arguments->data);
  verb->footer(
      "Examples:\n"
      "  carillon convert params.txt -o blocks                               blocks/C, blocks/N, blocks/C-N\n"
      "  carillon convert fm_setup.in -o recipe.yaml --frozen C=C.txt        a recipe for 'carillon fit'\n"
      "  carillon convert frames.xyzf -o frames.extxyz                       units and signs change with the format");
  verb->callback([arguments, &session] {
    session.start();
    session.world.agree([&] {
      if (session.world.is_root()) convert(*arguments);
    });
  });
}

}  // namespace carillon
