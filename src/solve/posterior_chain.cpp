#include "carillon/solve/posterior_chain.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/staircase_qr.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

/// The unknowns of a group that are not fixed.
struct VaryingPart {
  std::vector<long> in_group;  ///< places among the group's unknowns
  std::vector<long> in_joint;  ///< columns of the joint triangle
  long begin = 0;              ///< first column in the triangle put in order
};

std::vector<VaryingPart> varying_parts(const Posterior& joint, const std::vector<std::vector<long>>& groups) {
  std::vector<bool> seen(static_cast<Index>(joint.unknowns()), false);
  std::vector<VaryingPart> parts;
  for (const std::vector<long>& group : groups) {
    VaryingPart& part = parts.emplace_back();
    for (Index k = 0; k < group.size(); ++k) {
      if (group[k] < 0 || group[k] >= joint.unknowns() || seen[static_cast<Index>(group[k])])
        throw ShapeError("unknown " + std::to_string(group[k]) + " of a posterior of " + std::to_string(joint.unknowns()) +
                         " is not there, or is in two groups");
      seen[static_cast<Index>(group[k])] = true;
      const auto place = std::lower_bound(joint.varying().begin(), joint.varying().end(), group[k]);
      if (place == joint.varying().end() || *place != group[k]) continue;
      part.in_group.push_back(static_cast<long>(k));
      part.in_joint.push_back(place - joint.varying().begin());
    }
  }
  return parts;
}

/// Columns of no group first, then the groups in reverse; sets where each begins.
std::vector<long> column_order(long columns, std::vector<VaryingPart>& parts) {
  std::vector<bool> grouped(static_cast<Index>(columns), false);
  for (const VaryingPart& part : parts)
    for (const long j : part.in_joint) grouped[static_cast<Index>(j)] = true;
  std::vector<long> order;
  for (long j = 0; j < columns; ++j)
    if (!grouped[static_cast<Index>(j)]) order.push_back(j);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    part->begin = static_cast<long>(order.size());
    order.insert(order.end(), part->in_joint.begin(), part->in_joint.end());
  }
  return order;
}

/// The triangle of the same distribution with its columns in another order; diagonal above 0.
Matrix reordered(const Matrix& triangle, const std::vector<long>& order) {
  const long n = triangle.rows();
  Matrix work(n, n);
  for (long k = 0; k < n; ++k) {
    const std::span<const double> from = triangle.column(order[static_cast<Index>(k)]);
    std::copy(from.begin(), from.end(), work.column(k).begin());
  }
  if (std::is_sorted(order.begin(), order.end())) return work;
  staircase_qr(work.view(), std::vector<long>(static_cast<Index>(n), 0L));
  for (long i = 0; i < n; ++i) {
    if (work(i, i) >= 0.0) continue;
    for (long k = i; k < n; ++k) work(i, k) = -work(i, k);
  }
  return work;
}

Posterior own_part(const Posterior& joint, const Matrix& triangle, const std::vector<long>& group, const VaryingPart& part) {
  std::vector<double> penalty;
  for (const long unknown : group) penalty.push_back(joint.penalty()[static_cast<Index>(unknown)]);
  std::vector<double> packed;
  for (Index k = 0; k < part.in_group.size(); ++k)
    for (Index i = 0; i <= k; ++i)
      packed.push_back(triangle(part.begin + static_cast<long>(i), part.begin + static_cast<long>(k)));
  return Posterior::from_packed(std::move(penalty), joint.noise_variance(), joint.undetermined(), packed);
}

/// -U_kk^-1 U_kj, with zeros where an unknown is fixed.
Matrix slope_by(Matrix& triangle, const VaryingPart& own, long own_unknowns, const VaryingPart& other, long other_unknowns) {
  const auto rows = static_cast<long>(own.in_group.size());
  const auto columns = static_cast<long>(other.in_group.size());
  Matrix follow(rows, columns);
  for (long c = 0; c < columns; ++c)
    for (long r = 0; r < rows; ++r) follow(r, c) = -triangle(own.begin + r, other.begin + c);
  if (rows > 0 && columns > 0)
    lapack::upper_solve(triangle.block(own.begin, own.begin, rows, rows), lapack::Op::plain, follow.view());
  Matrix out(own_unknowns, other_unknowns);
  for (long c = 0; c < columns; ++c)
    for (long r = 0; r < rows; ++r)
      out(own.in_group[static_cast<Index>(r)], other.in_group[static_cast<Index>(c)]) = follow(r, c);
  return out;
}

}  // namespace

std::vector<ConditionalPosterior> posterior_chain(const Posterior& joint, const std::vector<std::vector<long>>& groups) {
  std::vector<VaryingPart> parts = varying_parts(joint, groups);
  Matrix triangle = reordered(joint.triangle(), column_order(joint.triangle().columns(), parts));
  std::vector<ConditionalPosterior> chain;
  for (Index k = 0; k < groups.size(); ++k) {
    ConditionalPosterior& one = chain.emplace_back(ConditionalPosterior{own_part(joint, triangle, groups[k], parts[k]), {}});
    for (Index j = 0; j < k; ++j)
      one.slopes.push_back(
          slope_by(triangle, parts[k], static_cast<long>(groups[k].size()), parts[j], static_cast<long>(groups[j].size())));
  }
  return chain;
}

}  // namespace carillon
