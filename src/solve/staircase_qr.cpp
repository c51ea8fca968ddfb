#include "carillon/solve/staircase_qr.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/block_reflector.hpp"
#include "carillon/solve/tiles.hpp"

namespace carillon {
namespace {

// Wide enough that packing a panel for one product costs little beside the product.
constexpr long widest_tile = 384;
constexpr long narrowest_tile = 64;  // at the end of a step, where threads wait for each other

struct Panel {
  long column = 0;
  long width = 0;
  long row_end = 0;  ///< rows [column, row_end) take part

  bool works() const { return row_end - column > 1; }
};

Panel panel_at(long column, MatrixView a, std::span<const long> first_column) {
  const long width = std::min(staircase_panel, a.columns - column);
  const auto begun = std::lower_bound(first_column.begin(), first_column.end(), column + width);
  return {column, width, static_cast<long>(begun - first_column.begin())};
}

void factor(const Panel& panel, MatrixView a, BlockReflector& reflector) {
  if (!panel.works()) return;
  reflector.factor(a.block(panel.column, panel.column, panel.row_end - panel.column, panel.width));
}

long most_rows(MatrixView a, std::span<const long> first_column) {
  long most = 1;
  for (long column = 0; column < std::min(a.rows, a.columns); column += staircase_panel) {
    const Panel panel = panel_at(column, a, first_column);
    most = std::max(most, panel.row_end - panel.column);
  }
  return most;
}

}  // namespace

void staircase_qr(MatrixView a, std::span<const long> first_column) {
  if (static_cast<long>(first_column.size()) != a.rows) throw ShapeError("staircase_qr: one first column per row is needed");
  const long height = most_rows(a, first_column);
  BlockReflector reflectors[2] = {{height, staircase_panel}, {height, staircase_panel}};
  int current = 0;
  Panel panel = panel_at(0, a, first_column);
  factor(panel, a, reflectors[current]);
  while (panel.column + panel.width < a.columns && panel.column < a.rows) {
    const Panel next = panel_at(panel.column + panel.width, a, first_column);
    const long rest = next.column + next.width;
    const Tiles tiles(a.columns - rest, narrowest_tile, widest_tile);
    const BlockReflector& q = reflectors[current];
    BlockReflector& q_next = reflectors[1 - current];
    parallel_for(1 + tiles.number(), [&](long task) {
      const long begin = task == 0 ? next.column : rest + tiles.begin(task - 1);
      const long width = task == 0 ? next.width : tiles.size(task - 1);
      if (panel.works()) apply_transposed_left(q, a.block(panel.column, begin, panel.row_end - panel.column, width));
      if (task == 0) factor(next, a, q_next);
    });
    panel = next;
    current = 1 - current;
  }
}

}  // namespace carillon
