#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "carillon/solve/prior.hpp"
#include "carillon/solve/ridge_path.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// All groups as one factor, merged in their order.
/// @throws ShapeError  no group at all, or groups of different columns()
TriangularFactor merge_groups(std::span<const TriangularFactor> groups);

/// Euclidean norms of the unknowns' columns over all groups' rows.
std::vector<double> unknown_norms(std::span<const TriangularFactor> groups);

/// One of `parts` pieces of a list: pieces are contiguous and as equal as possible, the longer ones first.
struct Share {
  int part = 0;
  int parts = 1;

  long begin(long count) const { return (count * part + parts - 1) / parts; }
  long end(long count) const { return (count * (part + 1) + parts - 1) / parts; }
};

/// Calls `visit(g, rest)` for every group g that has rows, in order, with the factor of all groups but g. Halves are merged
/// recursively: G log2 G merges instead of G^2, log2 G factors in memory, and an order that depends on nothing but G.
/// @param share  of the groups with rows: only these are visited, with the same bits as in a visit of all, and merges that
///               only the others need are left out
/// @throws ShapeError  fewer than two groups with rows, or groups of different columns()
void leave_one_out(std::span<const TriangularFactor> groups, const std::function<void(long, const TriangularFactor&)>& visit,
                   Share share = {});

/// Which lambda a curve of errors chooses.
enum class ChoiceRule {
  minimum,             ///< the smallest total error
  one_standard_error,  ///< the largest lambda whose total error is within one standard error of the smallest
};

/// `minimum`, `one_standard_error`.
/// @throws InputError  another name; the message lists the known ones
ChoiceRule choice_rule_from_name(const std::string& name);

/// Errors of groups that a fit has not seen, over a grid of lambda. Mean squares are per data row, in b's (weighted) units.
struct CrossValidation {
  std::vector<double> lambda;
  Matrix group_mean_square;            ///< shape [groups, L]: |R_g [c(-g, lambda); -1]|^2 / rows of g
  std::vector<double> mean_square;     ///< over all rows
  std::vector<double> standard_error;  ///< of mean_square, from how the groups differ
  std::size_t chosen = 0;              ///< place in lambda
};

/// Leaves out each group in turn, exactly: the fit to the others comes from their merged factor, the error of the group from
/// its own, so no row is needed. Leave out what a model must be able to do without: whole frames, or whole state points.
///
/// The prior is the same for every fit and made from all groups' column norms, so that one lambda means one penalty for the
/// same coefficients everywhere.
///
/// standard_error^2 = G/(G-1) sum_g (m_g/m)^2 (e_g - e)^2 with e_g the group's and e the total mean square.
/// Groups without rows count for nothing and are skipped.
///
/// @throws ShapeError   fewer than two groups with rows, or shapes that do not fit
/// @throws Interrupted  a signal came (core/interrupt.hpp) before the last group
/// Cost per group: one ridge path, log2 G merges and 2 columns^2 L operations. Memory: see cross_validation_memory.
CrossValidation cross_validate(std::span<const TriangularFactor> groups, const Prior& prior, const std::vector<double>& lambdas,
                               ChoiceRule rule = ChoiceRule::minimum);

/// The share of a cross-validation that one of several workers does.
struct LeftOutGroups {
  Matrix mean_square;  ///< as CrossValidation::group_mean_square; 0 for groups that are not in the share
  /// Where the share holds the last group: what merge_groups gives, bit for bit, but with one merge instead of G - 1. The rest
  /// of the last group is all others merged in their order.
  std::optional<TriangularFactor> total;
};
LeftOutGroups leave_out_share(std::span<const TriangularFactor> groups, const Prior& prior, const std::vector<double>& lambdas,
                              Share share);

/// The rest of a cross-validation, from the group_mean_square that all shares add up to.
CrossValidation pool_groups(std::span<const TriangularFactor> groups, const std::vector<double>& lambdas,
                            Matrix group_mean_square, ChoiceRule rule);

/// Bytes that cross_validate, or a worker's share of it, needs at most beside the groups' factors, for `columns` = unknowns + 1:
/// the merged factors of the recursion (4 columns^2 each, 1 + log2 G of them), then one merge's or path's workspace (16
/// columns^2) and two sets of L solutions.
double cross_validation_memory(long columns, long groups, long lambdas);

/// The place a curve of errors chooses; see ChoiceRule. Infinite errors are never chosen unless all are.
std::size_t choose_lambda(std::span<const double> error, std::span<const double> standard_error, ChoiceRule rule);

/// Words to add to a choice that may lie beyond the grid: `, at the grid's lower end`; else nothing.
std::string at_end_of_grid(std::size_t chosen, std::size_t count);

}  // namespace carillon
