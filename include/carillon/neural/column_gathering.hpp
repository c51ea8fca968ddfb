#pragma once

#include <Eigen/Core>
#include <vector>

namespace carillon {

/// out.col(to[k]) += a.col(from_a[k]) ∘ b.col(from_b[k]) for all k in order, entry by entry: what atoms gather from their
/// neighbours. Compiled for several instruction sets, chosen when the program runs.
/// @param out  another matrix than a and b; all three have as many rows
void add_column_products(const Eigen::MatrixXd& a, const std::vector<Eigen::Index>& from_a, const Eigen::MatrixXd& b,
                         const std::vector<Eigen::Index>& from_b, Eigen::MatrixXd& out, const std::vector<Eigen::Index>& to);

}  // namespace carillon
