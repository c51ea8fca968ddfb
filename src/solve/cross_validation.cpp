#include "carillon/solve/cross_validation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"

namespace carillon {
namespace {

using Visit = std::function<void(long, const TriangularFactor&)>;

/// Some of the groups, by place, in a fixed order.
struct Selection {
  std::span<const TriangularFactor> groups;
  std::vector<long> places;

  const TriangularFactor& operator[](long k) const {
    return groups[static_cast<std::size_t>(places[static_cast<std::size_t>(k)])];
  }
  long size() const { return static_cast<long>(places.size()); }
  long last_place() const { return places.empty() ? -1 : places.back(); }
};

Selection groups_with_rows(std::span<const TriangularFactor> groups) {
  Selection present{groups, {}};
  for (std::size_t g = 0; g < groups.size(); ++g)
    if (groups[g].row_count() > 0) present.places.push_back(static_cast<long>(g));
  return present;
}

TriangularFactor with_groups(TriangularFactor start, const Selection& groups, long begin, long end) {
  for (long k = begin; k < end; ++k) start.absorb(groups[k]);
  return start;
}

/// The recursion of leave_one_out over groups first..last of a selection.
struct LeaveOneOut {
  const Selection& groups;
  long first;
  long last;
  const Visit& visit;

  bool wanted(long begin, long end) const { return begin < last && end > first; }

  /// Visits groups begin..end, whose factors are not yet in `outside`; all others are.
  void visit_range(long begin, long end, const TriangularFactor& outside) const {
    if (end - begin == 1) return visit(groups.places[static_cast<std::size_t>(begin)], outside);
    const long middle = begin + (end - begin) / 2;
    if (wanted(begin, middle)) visit_range(begin, middle, with_groups(outside, groups, middle, end));
    if (wanted(middle, end)) visit_range(middle, end, with_groups(outside, groups, begin, middle));
  }
};

/// Fills mean_square and standard_error from the groups' mean squares.
void pool(CrossValidation& out, const Selection& groups) {
  const long count = groups.size();
  double rows = 0.0;
  for (long k = 0; k < count; ++k) rows += static_cast<double>(groups[k].row_count());
  for (long l = 0; l < static_cast<long>(out.lambda.size()); ++l) {
    const auto share = [&](long k) { return static_cast<double>(groups[k].row_count()) / rows; };
    const auto error = [&](long k) { return out.group_mean_square(groups.places[static_cast<std::size_t>(k)], l); };
    double mean = 0.0;
    for (long k = 0; k < count; ++k) mean += share(k) * error(k);
    double spread = 0.0;
    for (long k = 0; k < count; ++k) spread += std::pow(share(k) * (error(k) - mean), 2);
    out.mean_square.push_back(mean);
    out.standard_error.push_back(std::sqrt(static_cast<double>(count) / static_cast<double>(count - 1) * spread));
  }
}

}  // namespace

TriangularFactor merge_groups(std::span<const TriangularFactor> groups) {
  if (groups.empty()) throw ShapeError("there is no group to merge");
  TriangularFactor total = groups.front();
  for (const TriangularFactor& group : groups.subspan(1)) total.absorb(group);
  return total;
}

std::vector<double> unknown_norms(std::span<const TriangularFactor> groups) {
  if (groups.empty()) throw ShapeError("there is no group to take norms of");
  std::vector<double> norms(static_cast<std::size_t>(groups.front().unknowns()), 0.0);
  for (const TriangularFactor& group : groups) {
    if (group.columns() != groups.front().columns()) throw ShapeError("groups differ in their number of columns");
    const std::vector<double> more = group.column_norms();
    for (std::size_t j = 0; j < norms.size(); ++j) norms[j] = std::hypot(norms[j], more[j]);
  }
  return norms;
}

void leave_one_out(std::span<const TriangularFactor> groups, const Visit& visit, Share share) {
  const Selection present = groups_with_rows(groups);
  if (present.size() < 2) throw ShapeError("leaving one group out takes at least two groups with rows");
  const LeaveOneOut recursion{present, share.begin(present.size()), share.end(present.size()), visit};
  recursion.visit_range(0, present.size(), TriangularFactor(groups.front().columns()));
}

ChoiceRule choice_rule_from_name(const std::string& name) {
  if (name == "minimum") return ChoiceRule::minimum;
  if (name == "one_standard_error") return ChoiceRule::one_standard_error;
  throw InputError("unknown choice rule '" + name + "'; known: minimum, one_standard_error");
}

std::size_t choose_lambda(std::span<const double> error, std::span<const double> standard_error, ChoiceRule rule) {
  if (error.empty()) throw ShapeError("there is no lambda to choose from");
  const auto lowest = static_cast<std::size_t>(std::min_element(error.begin(), error.end()) - error.begin());
  if (rule == ChoiceRule::minimum) return lowest;
  const double limit = error[lowest] + standard_error[lowest];
  std::size_t chosen = lowest;
  for (std::size_t l = lowest; l < error.size(); ++l)
    if (error[l] <= limit) chosen = l;
  return chosen;
}

std::string at_end_of_grid(std::size_t chosen, std::size_t count) {
  if (count < 2 || (chosen > 0 && chosen + 1 < count)) return "";
  return chosen == 0 ? ", at the grid's lower end" : ", at the grid's upper end";
}

LeftOutGroups leave_out_share(std::span<const TriangularFactor> groups, const Prior& prior, const std::vector<double>& lambdas,
                              Share share) {
  LeftOutGroups out{Matrix(static_cast<long>(groups.size()), static_cast<long>(lambdas.size())), {}};
  const long last = groups_with_rows(groups).last_place();
  const auto visit = [&](long g, const TriangularFactor& rest) {
    check_interrupt();
    const TriangularFactor& left_out = groups[static_cast<std::size_t>(g)];
    const std::vector<double> squares = left_out.squared_residuals(ridge_path(rest, prior, lambdas).coefficients);
    for (std::size_t l = 0; l < squares.size(); ++l)
      out.mean_square(g, static_cast<long>(l)) = squares[l] / static_cast<double>(left_out.row_count());
    if (g != last) return;
    out.total = rest;
    out.total->absorb(left_out);
  };
  leave_one_out(groups, visit, share);
  return out;
}

CrossValidation pool_groups(std::span<const TriangularFactor> groups, const std::vector<double>& lambdas,
                            Matrix group_mean_square, ChoiceRule rule) {
  CrossValidation out;
  out.lambda = lambdas;
  out.group_mean_square = std::move(group_mean_square);
  pool(out, groups_with_rows(groups));
  out.chosen = choose_lambda(out.mean_square, out.standard_error, rule);
  return out;
}

CrossValidation cross_validate(std::span<const TriangularFactor> groups, const Prior& prior, const std::vector<double>& lambdas,
                               ChoiceRule rule) {
  return pool_groups(groups, lambdas, leave_out_share(groups, prior, lambdas, {}).mean_square, rule);
}

double cross_validation_memory(long columns, long groups, long lambdas) {
  const double n = static_cast<double>(columns);
  const double depth = static_cast<double>(std::bit_width(static_cast<unsigned long>(std::max(groups - 1, 1L))));
  return 4.0 * n * n * (1.0 + depth) + 8.0 * n * n + 2.0 * 8.0 * n * static_cast<double>(lambdas);
}

}  // namespace carillon
