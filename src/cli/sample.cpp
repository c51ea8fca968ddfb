#include <fmt/format.h>

#include <filesystem>

#include "carillon/api/open_potential.hpp"
#include "carillon/api/open_uncertain.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

struct SampleArguments {
  std::vector<std::string> models;
  std::string output;
  long count = 8;
  std::uint64_t seed = 1;
  bool overwrite = false;
};

void sample(const SampleArguments& arguments) {
  const Hierarchy model = open_model(arguments.models);
  const std::vector<BlockPosterior> posteriors = find_posteriors(arguments.models, model);
  if (posteriors.empty())
    throw InputError("no block of the model has a posterior (posterior.h5): fit it with 'posterior: true' in its solver");
  const OutputFolder folder(arguments.output, arguments.overwrite);
  // Members of an earlier, larger committee would be taken for members of this one.
  for (long k = arguments.count + 1; is_model_folder(folder.file(std::to_string(k))); ++k)
    std::filesystem::remove_all(folder.file(std::to_string(k)));
  const auto committee = sample_committee(model.blocks, posteriors, arguments.count, arguments.seed);
  for (std::size_t k = 0; k < committee.size(); ++k)
    write_model(folder.file(std::to_string(k + 1)), compose(committee[k], {model.penalty, model.absent}), arguments.overwrite);
  fmt::print("{} models drawn from the posteriors of {} of {} blocks: {}\n", committee.size(), posteriors.size(),
             model.blocks.size(), arguments.output);
}

}  // namespace

void add_sample_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<SampleArguments>();
  CLI::App* verb = app.add_subcommand("sample", "a committee of models, drawn from the posterior of the coefficients");
  verb->add_option("MODEL", arguments->models, "a model folder, or the folders of blocks that make a model")
      ->required()
      ->option_text("MODEL...");
  verb->add_option("-o,--output", arguments->output, "folder to write the models into: 1, 2, ...")
      ->required()
      ->option_text("FOLDER");
  verb->add_option("-n,--count", arguments->count, "models to draw, 1 to 10000; default: 8")
      ->check(CLI::Range(1L, 10000L))
      ->option_text("N");
  verb->add_option("--seed", arguments->seed, "of the random numbers; default: 1")->option_text("SEED");
  verb->add_flag("--overwrite", arguments->overwrite, "replace existing models");
  verb->footer("Example:\n  carillon sample result/model -n 8 -o committee");
  verb->callback([arguments, &session] {
    session.start();
    session.world.agree([&] {
      if (session.world.is_root()) sample(*arguments);
    });
  });
}

}  // namespace carillon
