#include "carillon/design/moment_workspace.hpp"

namespace carillon {
namespace {

PairView pair_view(const MomentPlan& plan, const PairTable& pairs, std::size_t kind, int level) {
  return {level, pairs.values(kind), plan.kinds()[kind].stride};
}

}  // namespace

template <>
MomentView view_of<3>(const MomentPlan& plan, const MomentTask<3>& task, const PairTable& pairs) {
  MomentView view;
  view.order = static_cast<int>(task.shape.order);
  view.element_k = task.elements[2];
  view.ik = pair_view(plan, pairs, task.kinds[1], task.levels[1]);
  view.jk = pair_view(plan, pairs, task.kinds[2], task.levels[2]);
  return view;
}

template <>
MomentView view_of<4>(const MomentPlan& plan, const MomentTask<4>& task, const PairTable& pairs) {
  MomentView view;
  view.order = static_cast<int>(task.shape.order);
  view.element_k = task.elements[2];
  view.element_l = task.elements[3];
  view.ik = pair_view(plan, pairs, task.kinds[1], task.levels[1]);
  view.il = pair_view(plan, pairs, task.kinds[2], task.levels[2]);
  view.jk = pair_view(plan, pairs, task.kinds[3], task.levels[3]);
  view.jl = pair_view(plan, pairs, task.kinds[4], task.levels[4]);
  view.kl = pair_view(plan, pairs, task.kinds[5], task.levels[5]);
  return view;
}

const MomentScratch& MomentWorkspace::reserve(const EnvironmentView& environment, const MomentShape& shape) {
  const auto neighbors = static_cast<std::size_t>(environment.size);
  if (pointers_.size() < 4 * neighbors) pointers_.resize(4 * neighbors);
  if (sets_.size() < 2 * static_cast<std::size_t>(environment.words))
    sets_.resize(2 * static_cast<std::size_t>(environment.words));
  if (shape.atoms == 4) {
    products_.reserve(neighbors * shape.padded);
    sums_.reserve(neighbors * shape.order * shape.padded);
    if (shape.symmetric) square_moment_.reserve(shape.order * shape.order * shape.order * shape.padded);
  }
  scratch_ = {products_.data(), sums_.data(), square_moment_.data(), pointers_.data(), sets_.data()};
  return scratch_;
}

}  // namespace carillon
