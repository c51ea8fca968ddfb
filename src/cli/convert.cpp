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
  const OutputFolder folder(arguments.output, arguments.overwrite);
  const ChimesParams params = read_chimes_params(arguments.input);
  for (const std::string& note : params.notes) spdlog::warn("{}", note);
  for (const Block& block : to_blocks(params)) {
    write_block(folder.file(block.name()), block, arguments.overwrite);
    fmt::print("block {}: {} coefficients, {}\n", block.name(), block.basis.columns(), folder.file(block.name()));
  }
}

void convert_setup(const ConvertArguments& arguments) {
  refuse_existing(arguments.output, arguments.overwrite);
  std::map<std::string, std::string> frozen;
  for (const std::string& assignment : arguments.frozen) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos) throw InputError("--frozen " + assignment + ": expected BLOCK=FILE");
    frozen[element_set_name(elements_of_name(assignment.substr(0, equals)))] = std::filesystem::absolute(assignment.substr(equals + 1)).lexically_normal();
  }
  ConvertedSetup converted = recipe_from_chimes_setup(read_chimes_setup(arguments.input), frozen);
  for (DataSource& source : converted.recipe.data) source.path = std::filesystem::absolute(source.path).lexically_normal();
  for (const std::string& note : converted.notes) spdlog::warn("{}", note);
  write_file(arguments.output, recipe_yaml(converted.recipe));
  fmt::print("wrote recipe {}\n", arguments.output);
}

void convert_data(const ConvertArguments& arguments) {
  refuse_existing(arguments.output, arguments.overwrite);
  const std::string suffix = std::filesystem::path(arguments.output).extension();
  if (suffix != ".extxyz" && suffix != ".xyz" && suffix != ".xyzf")
    throw InputError(arguments.output + ": expected a name ending in .extxyz, .xyz or .xyzf");
  const Dataset data = open_data({arguments.input}, arguments.data);
  AtomicFile file(arguments.output);
  for (long frame = 0; frame < data.size(); ++frame)
    file.write(suffix == ".xyzf" ? xyzf_text(data.read(frame)) : extxyz_text(data.read(frame)));
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

}  // namespace

void add_convert_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<ConvertArguments>();
  CLI::App* verb = app.add_subcommand("convert", "a params.txt into blocks, a fm_setup.in into a recipe, .xyzf into extended XYZ and back");
  verb->add_option("INPUT", arguments->input, "params.txt, fm_setup.in (its trajectory is found beside it), or a file of frames")->required();
  verb->add_option("-o,--output", arguments->output, "folder for blocks, recipe file, or file of frames (.extxyz, .xyzf)")->required();
  verb->add_option("--from", arguments->from, "what the input is")->check(CLI::IsMember({"auto", "params", "setup", "data"}))->capture_default_str();
  verb->add_option("--frozen", arguments->frozen, "fm_setup.in: BLOCK=FILE, a block folder or params.txt to subtract; may be repeated");
  verb->add_flag("--overwrite", arguments->overwrite, "replace existing files");
  add_data_options(*verb, arguments->data);
  verb->callback([arguments, &session] {
    session.start();
    if (session.world.is_root()) convert(*arguments);
  });
}

}  // namespace carillon
