#pragma once

#include <memory>
#include <string>
#include <vector>

#include "carillon/block/hierarchy.hpp"
#include "carillon/evidence/block_posterior.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

/// The posteriors that lie beside what open_model reads: in the block folders; or in those of a model folder, or in `blocks/`
/// beside it, where a fit puts them.
/// @throws InputError  a file is damaged, or is about other coefficients than the model's block
std::vector<BlockPosterior> find_posteriors(const std::vector<std::string>& paths, const Hierarchy& model);

/// A model that knows how sure it is (docs/uncertainty.md): of blocks with posteriors, or a committee.
struct UncertainModel {
  std::unique_ptr<Potential> potential;  ///< with deviations in what it predicts
  std::vector<std::string>
      doubts;               ///< why the deviations may be too small, a line each: blocks without a posterior, other parents
  std::size_t members = 0;  ///< of a committee; 0: blocks
};

/// What a user names as a model, with the posteriors beside it; or as a committee.
/// @param scale  multiplies all deviations, > 0
/// @throws InputError  no block has a posterior; one network; otherwise as open_potential and find_posteriors
UncertainModel open_uncertain_model(const std::vector<std::string>& paths, double scale = 1);

}  // namespace carillon
