#pragma once

#include <memory>
#include <string>
#include <vector>

#include "carillon/block/hierarchy.hpp"
#include "carillon/potential/domain_potential.hpp"

namespace carillon {

/// Opens what a user names as a model: one params.txt, one composed model folder, or the folders of blocks that make a model.
///
/// @throws InputError  a path that is none of these, or a network; blocks that do not agree or are not complete (a bare cross
/// block)
/// @throws FileError   a file cannot be read
Hierarchy open_model(const std::vector<std::string>& paths);

/// What a user names as a potential, ready for evaluation: any model, or one network (its file, or the folder of its training).
/// @throws as open_model, and as read_network
std::unique_ptr<Potential> open_potential(const std::vector<std::string>& paths);

/// The same, for a simulator that divides its atoms among processors.
/// @throws InputError  a model that cannot be divided (a network); otherwise as open_potential
std::unique_ptr<DomainPotential> open_domain_potential(const std::vector<std::string>& paths);

}  // namespace carillon
