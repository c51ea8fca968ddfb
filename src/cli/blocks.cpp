#include <fmt/format.h>

#include "carillon/api/open_potential.hpp"
#include "carillon/block/library.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/error.hpp"
#include "carillon/neural/network_card.hpp"
#include "carillon/neural/network_file.hpp"

namespace carillon {
namespace {

/// The networks of a path: one, or the members of a committee.
std::vector<std::string> networks_of(const std::string& path) {
  if (const std::string network = network_path(path); !network.empty()) return {network};
  std::vector<std::string> networks;
  for (const std::string& member : committee_members({path}))
    if (const std::string network = network_path(member); !network.empty()) networks.push_back(network);
  return networks;
}

void list_blocks(const std::string& folder) {
  const std::vector<std::string> networks = networks_of(folder);
  for (const std::string& network : networks) fmt::print("{}: {}\n", network, network_card(read_network(network)));
  if (!networks.empty()) return;
  const Library library = read_library(folder);
  fmt::print("{}", library_table(library));
  if (!library.broken.empty())
    throw InputError(folder + ": " + std::to_string(library.broken.size()) + " broken block(s), see the table");
}

}  // namespace

void add_blocks_verb(CLI::App& app, Session& session) {
  auto folder = std::make_shared<std::string>("blocks");
  CLI::App* verb = app.add_subcommand(
      "blocks", "list the blocks of a library: columns, cutoffs, state points, checksums; or what a network is made of");
  verb->add_option("FOLDER", *folder, "folder that holds block folders, or a network; default: blocks");
  verb->callback([folder, &session] {
    session.start();
    session.world.agree([&] {
      if (session.world.is_root()) list_blocks(*folder);
    });
  });
}

}  // namespace carillon
