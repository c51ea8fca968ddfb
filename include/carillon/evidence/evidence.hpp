#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "carillon/block/block.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// How much of the rows behind a fit is kept.
enum class EvidenceLevel {
  none,
  total,   ///< one factor of the weighted rows: other parents and another strength, but no other weights
  groups,  ///< one factor for each label, kind of row and fold, without weights: everything can be changed later
};
/// @throws InputError  another name than `none`, `total`, `groups`
EvidenceLevel evidence_level_from_name(const std::string& name);
std::string evidence_level_name(EvidenceLevel level);

/// What rows tell of. `all` only in evidence of level total.
enum class RowKind { force, stress, energy, all };
RowKind row_kind_from_name(const std::string& name);
std::string row_kind_name(RowKind kind);

/// What is done to rows before they go into a factor, beyond a factor for their kind and label: it cannot be undone.
struct RowForm {
  bool energy_per_atom = false;
  bool stress_times_volume = false;
  double shear_multiplicity = 1;

  bool operator==(const RowForm&) const = default;
  std::string text() const;  ///< for messages
};

/// The rows one factor stands for.
struct EvidenceKey {
  std::string label;  ///< state point; empty in level total
  RowKind kind = RowKind::all;
  int fold = 0;

  auto operator<=>(const EvidenceKey&) const = default;
};

/// All that a fit needs to know of its rows, as factors of [A_block | A_parents | b] (docs/theory.md, Eq. 10): with it blocks are
/// weighed, regularised, softened and merged anew without the data (docs/evidence.md).
///
/// b holds the reference labels as they are, with nothing subtracted: so the parents' coefficients are not in the factors, and
/// the parents are given beside them as the fit had them.
struct Evidence {
  EvidenceLevel level = EvidenceLevel::groups;
  RowForm form;
  std::vector<Block> blocks;       ///< those fitted, in the columns' order, with their coefficients and provenance
  std::vector<Block> parents;      ///< those subtracted, in the columns' order, with the coefficients they had
  std::vector<double> prior_mean;  ///< eV, what the blocks' columns were drawn to; empty: zero
  int folds = 1;                   ///< groups of whole frames, numbered from 0 in the keys
  std::string settings;            ///< weights, solver and parents of the fit, as a recipe says them
  std::map<EvidenceKey, TriangularFactor> groups;

  long block_unknowns() const;
  long unknowns() const;  ///< the parents' included
  long rows() const;      ///< data rows in all groups
  std::vector<std::string> labels() const;
  std::string name() const;  ///< of the blocks: `C-N`, or `C + N`
  double bytes() const;      ///< of the factors
};

/// SHA-256 over what decides the columns: the sections of all blocks and parents, in order. Evidence with equal ones can be put
/// together.
std::string columns_checksum(const Evidence& evidence);

/// @throws ShapeError, DomainError  blocks that are not sound, a group whose factor has other columns, kinds that do not fit the
///                                  level, folds out of range
void check_evidence(const Evidence& evidence);

/// Adds other rows: of new frames, or of another laboratory. Blocks, parents and settings stay those of `into`; provenance of
/// data and frames is added up.
///
/// @throws InputError  other columns, row form or level, or a data file that is in both, with the reason; evidence of
///                     level total whose settings differ (its weights are in its rows)
/// Cost one merge of factors for each group that both have.
void absorb_evidence(Evidence& into, const Evidence& other);

/// Throws what absorb_evidence would, from blocks, settings and provenance alone: groups may still be missing.
void check_can_absorb(const Evidence& into, const Evidence& other);

/// Data and frames of both; what else they say must not differ to be of use, so the first one's stays.
void absorb_provenance(Provenance& into, const Provenance& other);

/// All groups as one, for level total: the rows have to be weighted already.
void collapse_groups(Evidence& evidence);

}  // namespace carillon
