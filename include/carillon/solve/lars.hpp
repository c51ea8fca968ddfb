#pragma once

#include <vector>

#include "carillon/solve/matrix.hpp"

namespace carillon {

struct LarsOptions {
  double lowest_level = 0.0;  ///< the path ends here; levels below the rounding of M'z are not gone to in any case
  long most_active = 0;       ///< or where more columns than this would be active; 0: no limit
  long most_steps = 0;        ///< or after so many columns have joined or left; 0: 16 for each column
};

/// Why a path ended where it did.
enum class LarsEnd {
  lowest_level,
  most_active,
  most_steps,  ///< or columns that join and leave without the level getting lower
};

/// A breakpoint of the path: between two of them y is linear in the level.
struct LarsKnot {
  double level = 0.0;
  std::vector<int> active;    ///< places of y that may not be zero, in the order they joined
  std::vector<double> value;  ///< y there
};

/// All solutions of  min 1/2 |M y - z|^2 + level |y|_1  from the level max |M'z| down, where y = 0 ends, by least-angle steps
/// with the LASSO modification (Efron, Hastie, Johnstone and Tibshirani 2004, DOI 10.1214/009053604000000067).
///
/// On a piece of the path with active columns A and signs s,  M_A = Q R,  w = R^-T s:
///   y_A(level) = R^-1 (Q'z - level w),    M'(z - M y) = M'(z - Q Q'z) + level M'Q w ,
/// which is evaluated anew at every breakpoint: errors do not add up along the path, and no product M'M is formed.
///
/// A column that depends on the active ones does not join (of equal columns the first one does); it may once another has left.
class LarsPath {
public:
  /// @param rows     [M | z], shape [m, n + 1]; read only
  /// @param lengths  row after which each column of M is zero, ascending (a triangle's: j + 1)
  /// @throws ShapeError   lengths that do not fit
  /// @throws DomainError  an option that is not >= 0
  /// @throws Interrupted  a signal came (core/interrupt.hpp)
  /// Cost per step: one product M' [2 columns], and 4 to 12 m k operations to let a column join or leave k active ones; memory
  /// 8 k (m + k) bytes, and 12 k for each breakpoint. Same bits for any number of threads.
  LarsPath(MatrixView rows, const std::vector<long>& lengths, const LarsOptions& options);

  const std::vector<LarsKnot>& knots() const { return knots_; }  ///< at least one; levels strictly descending
  double lowest_level() const { return knots_.back().level; }    ///< that was reached
  LarsEnd end() const { return end_; }

  /// y at a level: exact, by linear interpolation. Above the first knot 0, below the last one the last one's.
  std::vector<double> at(double level) const;

private:
  long size_;
  std::vector<LarsKnot> knots_;
  LarsEnd end_ = LarsEnd::lowest_level;
};

}  // namespace carillon
