#pragma once

#include <string>

#include "carillon/core/parallel.hpp"
#include "carillon/evidence/evidence.hpp"

namespace carillon {

/// Evidence of a block's folder, read by the root alone: factors there, everything else on all ranks. Collective.
/// @throws InputError, FileError  as read_block_evidence (evidence_file.hpp), on all ranks
Evidence read_shared_evidence(const std::string& block_folder, const Communicator& world);

/// Everything but the groups as bytes, and back: what other ranks need to know of evidence that the root holds.
std::string evidence_head(const Evidence& evidence);
/// @throws InputError  not such bytes
Evidence evidence_from_head(std::string_view bytes);

}  // namespace carillon
