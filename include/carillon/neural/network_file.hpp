#pragma once

#include <string>

#include "carillon/neural/network_model.hpp"

namespace carillon {

/// A network on disk is one YAML file (docs/neural.md, "The model file"): architecture and history first, then the numbers, exact
/// to the bit.

std::string network_text(const NetworkModel& model);

/// @throws InputError  naming file and line: not a network, another format version, unknown or missing keys, numbers that do not
/// fit
///                     the architecture, or other numbers than the checksum was made of
NetworkModel parse_network(const std::string& text, const std::string& name);

/// Atomically.
/// @throws FileError
void write_network(const std::string& path, const NetworkModel& model);

/// @throws FileError  the file cannot be read; and as parse_network
NetworkModel read_network(const std::string& path);

/// Where the network of a path is: the file itself, or `network.yaml` in a folder; empty when there is none.
std::string network_path(const std::string& path);

}  // namespace carillon
