#include <fmt/format.h>

#include "carillon/block/library.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

void list_blocks(const std::string& folder) {
  const Library library = read_library(folder);
  fmt::print("{}", library_table(library));
  if (!library.broken.empty())
    throw InputError(folder + ": " + std::to_string(library.broken.size()) + " broken block(s), see the table");
}

}  // namespace

void add_blocks_verb(CLI::App& app, Session& session) {
  auto folder = std::make_shared<std::string>("blocks");
  CLI::App* verb = app.add_subcommand("blocks", "list the blocks of a library: columns, cutoffs, state points, checksums");
  verb->add_option("FOLDER", *folder, "folder that holds block folders; default: blocks");
  verb->callback([folder, &session] {
    session.start();
    session.world.agree([&] {
      if (session.world.is_root()) list_blocks(*folder);
    });
  });
}

}  // namespace carillon
