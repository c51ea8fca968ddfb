#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carillon/block/hierarchy.hpp"
#include "carillon/potential/committee.hpp"
#include "carillon/potential/domain_potential.hpp"

namespace carillon {

/// Opens what a user names as a model: one params.txt, one composed model folder, or the folders of blocks that make a model.
///
/// @throws InputError  a path that is none of these, or a network; blocks that do not agree or are not complete (a bare cross
/// block)
/// @throws FileError   a file cannot be read
Hierarchy open_model(const std::vector<std::string>& paths);

/// For what takes blocks only.
/// @param expected     for the message: `a model of blocks`
/// @throws InputError  a path is a network, or a committee of networks
void refuse_networks(const std::vector<std::string>& paths, const std::string& expected);

/// The members of what a user names as a committee: several networks; or one folder that holds models in folders 1, 2, ... (of
/// `carillon train` with a committee, of `carillon sample`). Empty when it is none.
/// @throws InputError  a committee whose training is not at its end
std::vector<std::string> committee_members(const std::vector<std::string>& paths);

/// The committee that committee_members() finds; null when there is none.
/// @param scale  of deviations, see Committee
/// @throws as committee_members, Committee and open_potential
std::unique_ptr<Committee> open_committee(const std::vector<std::string>& paths, std::optional<double> scale = std::nullopt);

/// What a user names as a potential, ready for evaluation: any model; one network (its file, or the folder of its training); or a
/// committee, whose mean it is.
/// @throws as open_model, and as read_network
std::unique_ptr<Potential> open_potential(const std::vector<std::string>& paths);

/// The same, for a simulator that divides its atoms among processors.
/// @throws as open_potential
std::unique_ptr<DomainPotential> open_domain_potential(const std::vector<std::string>& paths);

}  // namespace carillon
