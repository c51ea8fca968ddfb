#include "carillon/solve/group_workers.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr int errors_tag = 7105;

long count_with_rows(std::span<const TriangularFactor> groups) {
  return std::count_if(groups.begin(), groups.end(), [](const TriangularFactor& group) { return group.row_count() > 0; });
}

}  // namespace

int count_group_workers(std::span<const TriangularFactor> groups, const Communicator& world) {
  double workers = 0.0;
  world.agree([&] {
    if (!world.is_root()) return;
    const long count = count_with_rows(groups);
    if (count < 2) throw ShapeError("choosing the strength by groups takes at least two groups with rows");
    workers = static_cast<double>(std::min<long>(world.size(), count));
  });
  world.broadcast({&workers, 1});
  return static_cast<int>(workers);
}

void add_up_on_root(const Communicator& world, int workers, Matrix& part) {
  if (!world.is_root() && world.rank() < workers) world.send(part.values(), 0, errors_tag);
  if (!world.is_root()) return;
  Matrix other(part.rows(), part.columns());
  for (int worker = 1; worker < workers; ++worker) {
    world.receive(other.values(), worker, errors_tag);
    for (std::size_t i = 0; i < part.size(); ++i) part.values()[i] += other.values()[i];
  }
}

}  // namespace carillon
