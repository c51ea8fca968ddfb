#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "carillon/cli/session.hpp"
#include "carillon/evidence/evidence.hpp"

namespace carillon {

/// What verbs that fit from evidence have in common.
struct RefitArguments {
  std::vector<std::string> blocks;  ///< folders with evidence
  std::string output;
  std::string changes;  ///< YAML file of settings
  std::string weights;  ///< `force=1,energy=0.3`
  std::string strength;
  std::vector<std::string> drop_labels;
  std::vector<std::string> parents;  ///< block folders
  std::vector<double> penalty;
  bool price = false;
  bool overwrite = false;
};

void add_refit_options(CLI::App& verb, RefitArguments& arguments);

/// @throws InputError  a network in place of a block or a parent
void refuse_networks_among_blocks(const RefitArguments& arguments);

/// The command line's block folders that replace parents.
/// @throws InputError, FileError
std::vector<Block> read_parent_blocks(const RefitArguments& arguments);

/// Fits one evidence after the other, each on top of what those before it gave, and writes the result. Collective.
/// @param evidence  groups on the root, the rest on all ranks
void run_refits(std::vector<Evidence> evidence, const RefitArguments& arguments, const Session& session);

}  // namespace carillon
