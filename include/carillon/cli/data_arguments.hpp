#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"

namespace carillon {

/// How data files named on the command line are to be read.
struct DataArguments {
  std::string format = "auto";
  std::string stress = "";
  std::string label = "";
  std::vector<std::string> keys;  ///< `energy=dft_energy`
};

void add_data_options(CLI::App& verb, DataArguments& arguments);

/// Opens files, logging which key gave each quantity and how many frames had it.
/// @throws InputError  as Dataset
/// @param progress  see Dataset
Dataset open_data(const std::vector<std::string>& files, const DataArguments& arguments, const ProgressCallback& progress = {});

/// For a Dataset: shows `progress` where the check of the files takes more than a moment, and nothing for small ones.
ProgressCallback when_data_are_large(Progress& progress);

/// Logs the key reports of an open data set.
void log_keys(const Dataset& data);

}  // namespace carillon
