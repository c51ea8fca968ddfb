#pragma once

#include <functional>
#include <string>

namespace carillon {

/// Writes a model as a KIM portable model (https://openkim.org), a folder that `kim-api-collections-management install` takes and
/// the driver in plugins/kim runs: a CMakeLists.txt and the files of the model under plain names, since KIM knows no folders
/// of parameters (`C-N/block.yaml` as `C-N__block.yaml`). The folder appears as a whole or not at all.
///
/// @param name         letters, digits and underscores, not beginning with a digit: what simulators call the model
/// @param write_model  writes into the folder that it is given, which it makes, what open_domain_potential() opens again
/// @param overwrite    replace an existing folder of that kind with everything in it
/// @throws InputError  the name; `folder` exists and may not be overwritten, or is not such a folder
/// @throws FileError   it cannot be written
void write_kim_model(const std::string& folder, const std::string& name,
                     const std::function<void(const std::string& folder)>& write_model, bool overwrite = false);

}  // namespace carillon
