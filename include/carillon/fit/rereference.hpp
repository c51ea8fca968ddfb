#pragma once

#include <string>
#include <vector>

#include "carillon/block/hierarchy.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/core/progress.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/data/finding.hpp"
#include "carillon/data/reference_energies.hpp"

namespace carillon {

/// Shifts of elemental reference energies between two levels of theory, with the elements they are of.
struct Rereferencing {
  std::vector<Element> elements;  ///< of the data set
  ReferenceEnergies energies;
  std::vector<Finding> findings;  ///< what the frames cannot tell, in words
};

/// The shifts that carry a model's energies to those of a data set (docs/rereferencing.md). Only elements whose block has an
/// energy offset may change. Collective; on the root, empty elsewhere.
///
/// @throws InputError  the model lacks an element of the data, or no frame has an energy
/// Cost one evaluation of the data.
Rereferencing rereference(const Hierarchy& model, const Dataset& target, const Communicator& world,
                          const ProgressCallback& progress = {});

/// The shifts that carry the energies of `source` to those of `target`: the same structures in the same order.
/// @throws InputError  frames that differ in number, elements or positions, or no frame with both energies
Rereferencing rereference(const Dataset& source, const Dataset& target);

/// The model with its offsets shifted; blocks fitted on those that moved stand on them as they are now, since a shift changes no
/// force, no stress and no other coefficient.
/// @param note  for the provenance of blocks that moved
Hierarchy shifted(const Hierarchy& model, const Rereferencing& change, const std::string& note);

/// A frame with its energy on the other level.
Structure shifted(Structure frame, const Rereferencing& change);

/// For people: the shifts, energies before and after, and what is open.
std::string rereferencing_text(const Rereferencing& change);
/// The same as JSON, for programs.
std::string rereferencing_json(const Rereferencing& change);

}  // namespace carillon
