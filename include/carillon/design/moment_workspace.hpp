#pragma once

#include <cstdint>
#include <vector>

#include "carillon/design/local_environment.hpp"
#include "carillon/design/moment_kernels.hpp"
#include "carillon/design/moment_plan.hpp"
#include "carillon/design/pair_table.hpp"

namespace carillon {

/// A task of a plan with the tables of one frame.
template <int N>
MomentView view_of(const MomentPlan& plan, const MomentTask<N>& task, const PairTable& pairs);

/// The fastest kernel for a task.
template <int N>
MomentFunction kernel_for(const MomentKernels& kernels, const MomentTask<N>& task) {
  const int order = static_cast<int>(task.shape.order);
  return N == 3 ? kernels.triplet(order) : kernels.quadruplet(order);
}

/// Room for one thread's kernel calls; grows to what the largest environment and order need and is kept.
class MomentWorkspace {
public:
  /// Memory 8 n order² (order + 1) bytes for n neighbours; three atoms need only pointers.
  const MomentScratch& reserve(const EnvironmentView& environment, const MomentShape& shape);

private:
  AlignedBuffer products_;
  AlignedBuffer sums_;
  AlignedBuffer square_moment_;
  std::vector<const double*> pointers_;
  std::vector<std::uint64_t> sets_;
  MomentScratch scratch_;
};

}  // namespace carillon
