#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carillon/fit/evidence_solution.hpp"

namespace carillon {

/// One way to treat the parents, solved by the step's own solver.
struct PriceVariant {
  std::string parents;  ///< `frozen`, `soft`, `free`
  long unknowns = 0;
  Summary summary;
  std::optional<double> group_out_rms;  ///< of rows left out, in weighted units; where the strength was chosen by groups
};

/// Errors of one state point and kind of row on the rows fitted, one for each variant.
struct PriceRow {
  std::string label;
  RowKind kind = RowKind::force;
  long rows = 0;
  std::vector<double> rms;  ///< eV/Å; eV/Å³, or eV where stress is times volume; eV a frame or an atom, as the rows are
};

/// What it costs that a block is fitted on top of parents fitted before it: errors with parents frozen, soft, and free
/// (docs/theory.md, Eq. 12). Where frozen parents fit much worse than free ones, the parents are the limit, not the block.
struct PriceTable {
  std::vector<PriceVariant> variants;
  std::vector<PriceRow> rows;
  RowForm form;
};

/// Soft is as the settings say it, or all parents with a dial of 1 where they move none. Collective.
/// @return  on the root
/// @throws InputError  as solve_evidence, and evidence that does not tell labels apart
/// Cost: three solutions.
PriceTable price_of_hierarchy(const EvidenceProblem& problem, const Communicator& world);

std::string price_markdown(const PriceTable& table);
std::string price_csv(const PriceTable& table);

}  // namespace carillon
