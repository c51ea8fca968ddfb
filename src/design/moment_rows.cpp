#include "carillon/design/moment_rows.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/design/moment_workspace.hpp"

namespace carillon {
namespace {

constexpr std::size_t frame_rows = 7;         // six stress components and the energy, in that order
constexpr std::size_t atoms_at_once = 8;      // share one fold of the frame rows
constexpr std::size_t most_groups = 64;       // of atoms, each with its own frame rows
constexpr std::size_t moments_at_once = 32;   // at most
constexpr std::size_t batch_doubles = 32768;  // of moments: a quarter of a usual second-level cache

/// A sum of left factors outer moments, before it is folded to columns: [rows][moment size].
class MomentSum {
public:
  void clear() { started_ = false; }
  bool started() const { return started_; }
  const double* row(std::size_t number, std::size_t size) const { return values_.data() + number * size; }

  void add(const MomentKernels& kernels, const std::vector<const double*>& left, const std::vector<const double*>& moments,
           std::size_t rows, std::size_t size) {
    if (moments.empty()) return;
    values_.reserve(rows * size);
    kernels.add_outer_products(left.data(), moments.data(), moments.size(), rows, size, started_, values_.data());
    started_ = true;
  }

private:
  AlignedBuffer values_;
  bool started_ = false;
};

/// Moments of several pairs and their left factors, so that one pass over the sums serves them all.
class MomentBatch {
public:
  void reshape(const MomentShape& shape) {
    order_ = shape.order;
    size_ = shape.size;
    capacity_ = std::clamp<std::size_t>(batch_doubles / size_, 4, moments_at_once);
    moments_.reserve(capacity_ * size_);
    factors_.resize(capacity_ * (3 + frame_rows) * order_);
    clear();
  }

  double* next_moment() { return moments_.data() + count_ * size_; }
  bool is_full() const { return count_ == capacity_; }

  /// Takes the moment in next_moment(), for force rows, frame rows or both.
  ///
  /// @param values, slopes  of the pair, [order]
  /// @param share           of the pair in a cluster's energy
  /// @param volume          Å³; without one the stress rows stay zero
  void take(const PairTable::Ray& ray, const double* values, const double* slopes, double share, double volume, bool for_force,
            bool for_frame) {
    double* factor = factors_.data() + count_ * (3 + frame_rows) * order_;
    if (for_force) {
      force_left_.push_back(factor);
      force_moments_.push_back(next_moment());
      for (int axis = 0; axis < 3; ++axis)
        for (std::size_t a = 0; a < order_; ++a) *factor++ = ray.direction[axis] * slopes[a];
    }
    if (for_frame) {
      frame_left_.push_back(factor);
      frame_moments_.push_back(next_moment());
      for (int v = 0; v < 6; ++v) {
        const double strain =
            volume > 0 ? ray.distance * ray.direction[voigt_row[v]] * ray.direction[voigt_column[v]] / volume : 0.0;
        for (std::size_t a = 0; a < order_; ++a) *factor++ = strain * slopes[a];
      }
      for (std::size_t a = 0; a < order_; ++a) *factor++ = share * values[a];
    }
    ++count_;
  }

  void flush(const MomentKernels& kernels, MomentSum& force, MomentSum& frame) {
    force.add(kernels, force_left_, force_moments_, 3 * order_, size_);
    frame.add(kernels, frame_left_, frame_moments_, frame_rows * order_, size_);
    clear();
  }

private:
  void clear() {
    count_ = 0;
    force_left_.clear();
    force_moments_.clear();
    frame_left_.clear();
    frame_moments_.clear();
  }

  std::size_t order_ = 0;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t count_ = 0;
  AlignedBuffer moments_;        // [capacity][size]
  std::vector<double> factors_;  // [capacity][3 + frame rows][order]
  std::vector<const double*> force_left_, force_moments_, frame_left_, frame_moments_;
};

/// One frame, as all threads see it.
struct Frame {
  const FramePart& part;
  const MomentPlan& plan;
  const MomentKernels& kernels;
  const RowOptions& options;
  const NeighborList& neighbors;
  const PairTable& pairs;
  double volume;
};

/// Adds atoms to the rows: one for each thread.
class RowWorker {
public:
  RowWorker(const Frame& frame, StructureRows& rows) : frame_(frame), rows_(rows) {
    environments_.reserve(atoms_at_once);
    for (std::size_t n = 0; n < atoms_at_once; ++n) environments_.emplace_back(frame.plan, frame.pairs);
  }

  /// @param frame_sums  [frame_rows][columns], of the group these atoms belong to
  void add_atoms(std::size_t first, std::size_t last, std::span<double> frame_sums) {
    for (std::size_t atom = first; atom < last; ++atom) add_pairs(atom, frame_sums);
    if (frame_.plan.levels().empty()) return;
    for (; first < last; first += atoms_at_once) {
      filled_ = std::min(atoms_at_once, last - first);
      for (std::size_t n = 0; n < filled_; ++n) environments_[n].fill(first + n);
      for (const MomentTask<3>& task : frame_.plan.tasks<3>()) add_task(task, frame_sums);
      for (const MomentTask<4>& task : frame_.plan.tasks<4>()) add_task(task, frame_sums);
    }
  }

private:
  std::span<double> force_row(std::size_t atom, int axis) const { return rows_.force(atom - frame_.part.begin, axis); }
  std::span<double> frame_row(std::span<double> frame_sums, std::size_t number) const {
    return frame_sums.subspan(number * rows_.columns(), rows_.columns());
  }

  void add_pairs(std::size_t atom, std::span<double> frame_sums) {
    const auto all = frame_.neighbors.neighbors(atom);
    const std::size_t earlier = all.size() - frame_.neighbors.later_neighbors(atom).size();
    const int code = frame_.pairs.code(atom);
    if (code < 0) return;
    for (std::size_t n = 0; n < all.size(); ++n) {
      const int other = frame_.pairs.code(static_cast<std::size_t>(all[n].index));
      const int type = other < 0 ? -1 : frame_.plan.pair_type(frame_.plan.element_pair(code, other));
      if (type >= 0) add_pair(atom, all[n], n >= earlier, static_cast<std::size_t>(type), frame_sums);
    }
  }

  void add_pair(std::size_t atom, const Neighbor& neighbor, bool is_later, std::size_t number, std::span<double> frame_sums) {
    const bool for_frame = is_later && frame_.part.has_frame_rows;
    const bool for_force = frame_.part.has_forces_of(atom);
    if (!for_frame && !for_force) return;
    const ClusterType& type = frame_.plan.basis().types()[number];
    const Slot& slot = type.slots().front();
    if (neighbor.distance >= slot.outer) return;
    if (frame_.options.skip_pairs_below_inner && neighbor.distance < slot.inner) return;
    const auto length = static_cast<std::size_t>(type.max_power()) + 1;
    values_.resize(length);
    slopes_.resize(length);
    type.evaluate_slot(0, neighbor.distance, values_, slopes_);
    const auto first = static_cast<std::size_t>(frame_.plan.basis().first_column(number));
    // Column c is T_(c+1).
    const auto add = [&](std::span<double> row, double factor, const std::vector<double>& polynomials) {
      for (std::size_t c = 0; c + 1 < length; ++c) row[first + c] += factor * polynomials[c + 1];
    };
    const Eigen::Vector3d direction = neighbor.displacement / neighbor.distance;
    if (for_force)
      for (int axis = 0; axis < 3; ++axis) add(force_row(atom, axis), direction[axis], slopes_);
    if (!for_frame) return;
    if (frame_.volume > 0)
      for (std::size_t v = 0; v < 6; ++v)
        add(frame_row(frame_sums, v), neighbor.displacement[voigt_row[v]] * direction[voigt_column[v]] / frame_.volume, slopes_);
    add(frame_row(frame_sums, 6), 1, values_);
  }

  template <int N>
  void add_task(const MomentTask<N>& task, std::span<double> frame_sums) {
    const MomentView clusters = view_of(frame_.plan, task, frame_.pairs);
    frame_sum_.clear();
    batch_.reshape(task.shape);
    for (std::size_t n = 0; n < filled_; ++n)
      if (environments_[n].home_code() == task.elements[0]) add_atom(task, clusters, environments_[n]);
    if (!frame_sum_.started()) return;
    for (std::size_t row = 0; row < frame_rows; ++row)
      task.fold.add(frame_sum_.row(row * task.shape.order, task.shape.size), frame_row(frame_sums, row));
  }

  template <int N>
  void add_atom(const MomentTask<N>& task, const MomentView& clusters, const LocalEnvironment& environment) {
    const MomentFunction moment = kernel_for(frame_.kernels, task);
    const MomentScratch& scratch = workspace_.reserve(environment.view(), task.shape);
    const std::size_t stride = frame_.plan.kinds()[task.kinds[0]].stride;
    force_sum_.clear();
    const bool for_force = frame_.part.has_forces_of(environment.home());
    for (int j = environment.first_of(task.elements[1]); j < environment.end_of(task.elements[1]); ++j) {
      const auto n = static_cast<std::size_t>(j);
      if (!environment.is_within(n, task.levels[0])) continue;
      const bool for_frame = frame_.part.has_frame_rows && environment.ray(n).is_later;
      if (!for_force && !for_frame) continue;
      if (!moment(environment.view(), clusters, j, scratch, batch_.next_moment())) continue;
      const std::size_t table_row = static_cast<std::size_t>(environment.bond(n)) * stride;
      batch_.take(environment.ray(n), frame_.pairs.values(task.kinds[0]) + table_row,
                  frame_.pairs.slopes(task.kinds[0]) + table_row, 1.0 / slot_count(N), frame_.volume, for_force, for_frame);
      if (batch_.is_full()) batch_.flush(frame_.kernels, force_sum_, frame_sum_);
    }
    batch_.flush(frame_.kernels, force_sum_, frame_sum_);
    if (!force_sum_.started()) return;
    for (int axis = 0; axis < 3; ++axis)
      task.fold.add(force_sum_.row(static_cast<std::size_t>(axis) * task.shape.order, task.shape.size),
                    force_row(environment.home(), axis));
  }

  const Frame& frame_;
  StructureRows& rows_;
  std::vector<LocalEnvironment> environments_;
  std::size_t filled_ = 0;
  MomentWorkspace workspace_;
  MomentBatch batch_;
  MomentSum force_sum_;  // of one atom, [3 axes][order]
  MomentSum frame_sum_;  // of the atoms at once, [frame_rows][order]
  std::vector<double> values_, slopes_;
};

void add_offsets(const BasisSet& basis, const Structure& structure, StructureRows& rows) {
  for (std::size_t t = 0; t < basis.types().size(); ++t) {
    const ClusterType& type = basis.types()[t];
    if (type.atoms() != 1) continue;
    const auto count = std::count(structure.species.begin(), structure.species.end(), type.elements().front());
    rows.energy()[static_cast<std::size_t>(basis.first_column(t))] = static_cast<double>(count);
  }
}

}  // namespace

MomentRows::MomentRows(const BasisSet& basis, const RowOptions& options, SimdLevel level)
    : options_(options), kernels_(&moment_kernels(level)) {
  plan_ = std::make_shared<const MomentPlan>(basis, kernels_->width);
}

StructureRows MomentRows::rows(const Structure& structure) const { return rows(structure, FramePart::whole(structure)); }

StructureRows MomentRows::rows(const Structure& structure, const FramePart& part) const {
  if (part.begin > part.end || part.end > structure.size())
    throw ShapeError("atoms " + std::to_string(part.begin) + " to " + std::to_string(part.end) + " are not in a structure of " +
                     std::to_string(structure.size()));
  const BasisSet& basis = plan_->basis();
  StructureRows out(part.atoms(), static_cast<std::size_t>(basis.columns()));
  if (part.has_frame_rows) add_offsets(basis, structure, out);
  if (basis.cutoff() <= 0) return out;
  const NeighborList neighbors(structure, basis.cutoff());
  const PairTable pairs(*plan_, structure, neighbors);
  const Frame frame{part, *plan_, *kernels_, options_, neighbors, pairs, structure.cell.volume()};

  // Groups are fixed by the part alone and summed in order, so that threads do not matter.
  const std::size_t first = part.has_frame_rows ? 0 : part.begin;
  const std::size_t atoms = part.has_frame_rows ? structure.size() : part.atoms();
  const std::size_t groups = std::min((atoms + atoms_at_once - 1) / atoms_at_once, most_groups);
  std::vector<std::vector<double>> frame_sums(groups);
  parallel_for_workers(static_cast<long>(groups), [&] {
    return [&, worker = std::make_shared<RowWorker>(frame, out)](long group) {
      const auto g = static_cast<std::size_t>(group);
      if (part.has_frame_rows) frame_sums[g].assign(frame_rows * out.columns(), 0);
      worker->add_atoms(first + g * atoms / groups, first + (g + 1) * atoms / groups, frame_sums[g]);
    };
  });
  if (!part.has_frame_rows) return out;
  for (const std::vector<double>& sums : frame_sums)
    for (std::size_t row = 0; row < frame_rows; ++row)
      for (std::size_t c = 0; c < out.columns(); ++c) out.row(3 * part.atoms() + row)[c] += sums[row * out.columns() + c];
  return out;
}

}  // namespace carillon
