#include "carillon/neural/training_set.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <numeric>

#include "carillon/core/interrupt.hpp"

namespace carillon {
namespace {

constexpr long most_groups = 64;  // over all ranks: more threads than this have nothing to do; each costs one gradient of memory

/// Where each group begins, with about the same number of atoms in each: [groups + 1].
std::vector<long> group_starts(const Dataset& data, const std::vector<long>& frames) {
  std::vector<double> atoms = {0};
  for (const long frame : frames) atoms.push_back(atoms.back() + static_cast<double>(data.summary(frame).atoms));
  const long groups = std::min(most_groups, static_cast<long>(frames.size()));
  std::vector<long> starts;
  for (long g = 0; g <= groups; ++g) {
    const double wanted = atoms.back() * static_cast<double>(g) / static_cast<double>(std::max(groups, 1L));
    starts.push_back(std::lower_bound(atoms.begin(), atoms.end(), wanted) - atoms.begin());
  }
  return starts;
}

/// Numbers that a group hands over: the gradient, the loss, and three kinds of error sums.
constexpr Eigen::Index sums_size = 10;

void put_sums(const LossSums& sums, Eigen::Ref<Eigen::VectorXd> into) {
  into << sums.loss, sums.energy.count, sums.energy.squared, sums.energy.absolute, sums.force.count, sums.force.squared,
      sums.force.absolute, sums.stress.count, sums.stress.squared, sums.stress.absolute;
}

LossSums get_sums(const Eigen::Ref<const Eigen::VectorXd>& from) {
  return {from[0], {from[1], from[2], from[3]}, {from[4], from[5], from[6]}, {from[7], from[8], from[9]}};
}

/// Adds one vector of each group, in the order of the groups' numbers, whichever rank they are on; all ranks have the sum.
Eigen::VectorXd sum_in_order(const Eigen::MatrixXd& mine, const std::vector<long>& numbers, const Communicator& world) {
  Eigen::VectorXd total = Eigen::VectorXd::Zero(mine.rows());
  if (world.size() == 1) {
    for (const auto& column : mine.colwise()) total += column;
    return total;
  }
  std::string bytes;
  for (std::size_t g = 0; g < numbers.size(); ++g) {
    bytes.append(reinterpret_cast<const char*>(&numbers[g]), sizeof(long));
    bytes.append(reinterpret_cast<const char*>(mine.col(static_cast<Eigen::Index>(g)).data()),
                 static_cast<std::size_t>(mine.rows()) * sizeof(double));
  }
  std::map<long, const char*> by_number;
  const std::vector<std::string> gathered = world.gather(bytes);
  const std::size_t record = sizeof(long) + static_cast<std::size_t>(mine.rows()) * sizeof(double);
  for (const std::string& part : gathered)
    for (std::size_t offset = 0; offset < part.size(); offset += record) {
      long number = 0;
      std::memcpy(&number, part.data() + offset, sizeof(long));
      by_number[number] = part.data() + offset + sizeof(long);
    }
  Eigen::VectorXd column(mine.rows());
  for (const auto& [number, data] : by_number) {
    std::memcpy(column.data(), data, static_cast<std::size_t>(mine.rows()) * sizeof(double));
    total += column;
  }
  world.broadcast({total.data(), static_cast<std::size_t>(total.size())});
  return total;
}

}  // namespace

/// How many labels there are, for the means of the loss.
struct TrainingSet::Counts {
  std::array<long, 3> labels = {0, 0, 0};

  LossFactors factors(const LossWeights& weights, const std::string& label) const {
    const double extra = weights.label_factor(label);
    const auto factor = [&](double weight, long count) {
      return count > 0 ? weight * weight * extra * extra / static_cast<double>(count) : 0;
    };
    return {factor(weights.energy, labels[0]), factor(weights.force, labels[1]), factor(weights.stress, labels[2])};
  }
};

TrainingSet::TrainingSet(const Dataset& data, const Frames& frames, const NetworkModel& model, const Communicator& world,
                         const ProgressCallback& progress)
    : world_(world), size_(static_cast<long>(frames.size())) {
  const std::vector<long> starts = group_starts(data, frames);
  const auto groups = static_cast<long>(starts.size()) - 1;
  const long first_group = groups * world.rank() / world.size();
  const long last_group = groups * (world.rank() + 1) / world.size();
  for (long g = first_group; g < last_group; ++g) {
    groups_.push_back({{}, g});
    for (long f = starts[static_cast<std::size_t>(g)]; f < starts[static_cast<std::size_t>(g) + 1]; ++f) {
      groups_.back().frames.push_back(numbers_.size());
      numbers_.push_back(f);
    }
  }
  for (const long frame : frames) {
    const FrameSummary& summary = data.summary(frame);
    const bool stress = summary.volume > 0;
    label_counts_.push_back(
        {summary.has_energy ? 1 : 0, summary.has_forces ? 3 * summary.atoms : 0, stress ? summary.stress_components : 0});
  }
  std::vector<std::optional<TrainingFrame>> made(numbers_.size());
  world.agree([&] {
    const std::unique_ptr<const Descriptor> descriptor = make_descriptor(model.descriptor, model.elements);
    std::mutex telling;
    long done = 0;
    parallel_for(static_cast<long>(numbers_.size()), [&](long k) {
      check_interrupt();
      const auto at = static_cast<std::size_t>(k);
      made[at].emplace(data.read(frames[static_cast<std::size_t>(numbers_[at])]), *descriptor, model);
      const std::lock_guard<std::mutex> one_at_a_time(telling);
      if (progress) progress(++done, static_cast<long>(numbers_.size()));
    });
  });
  for (auto& frame : made) frames_.push_back(std::move(*frame));
  for (const TrainingFrame& frame : frames_) bytes_ += static_cast<double>(frame.bytes());
  world.sum(std::span<double>(&bytes_, 1));
  standardise(model);
}

void TrainingSet::standardise(const NetworkModel& model) {
  for (TrainingFrame& frame : frames_) frame.standardise(model);
}

std::vector<Scaler> TrainingSet::scalers(const NetworkModel& model) const {
  std::vector<Scaler> out = model.scalers;
  const Eigen::Index size = model.network->inputs();
  for (std::size_t e = 0; e < model.elements.size(); ++e) {
    // One column a group, so that the order of sums is that of the loss. The mean of the first round is the origin of the second,
    // where the squares then lose no digits.
    Eigen::VectorXd origin = Eigen::VectorXd::Zero(size);
    for (int round = 0; round < 2; ++round) {
      Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(2 * size + 1, static_cast<Eigen::Index>(groups_.size()));
      std::vector<long> numbers;
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        ScalerSums group(size);
        for (const std::size_t f : groups_[g].frames)
          for (const ElementGroup& atoms : frames_[f].groups())
            for (std::size_t a = 0; a < atoms.atoms.size() && atoms.element == e; ++a)
              group.add(frames_[f].atoms().values().col(atoms.atoms[a]), origin);
        sums.col(static_cast<Eigen::Index>(g)) = group.numbers();
        numbers.push_back(groups_[g].number);
      }
      ScalerSums total(size);
      total.numbers() = sum_in_order(sums, numbers, world_);
      if (total.atoms() == 0) break;
      out[e] = total.scaler(origin);
      origin = out[e].mean;
    }
  }
  return out;
}

EnergyTable TrainingSet::energies(const NetworkModel& model) const {
  const Eigen::Index elements = model.shifts.size();
  // A row a frame: composition, reference, predicted, whether there is an energy. Every row is one rank's, so sums are exact.
  Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(elements + 3, size_);
  world_.agree([&] {
    parallel_for(static_cast<long>(frames_.size()), [&](long k) {
      const TrainingFrame& frame = frames_[static_cast<std::size_t>(k)];
      if (!frame.energy()) return;
      const Eigen::VectorXd composition = frame.composition(model);
      rows.col(numbers_[static_cast<std::size_t>(k)]) << composition, *frame.energy(),
          frame.network_energy(model) + composition.dot(model.shifts), 1;
    });
  });
  world_.sum({rows.data(), static_cast<std::size_t>(rows.size())});
  std::vector<Eigen::Index> known;
  for (Eigen::Index f = 0; f < rows.cols(); ++f)
    if (rows(elements + 2, f) > 0) known.push_back(f);
  return {rows.topRows(elements)(Eigen::all, known).transpose(), rows.row(elements)(known).transpose(),
          rows.row(elements + 1)(known).transpose()};
}

TrainingSet::Counts TrainingSet::counts(const Frames* batch) const {
  Counts out;
  const auto add = [&](const std::array<long, 3>& frame) {
    for (std::size_t kind = 0; kind < 3; ++kind) out.labels[kind] += frame[kind];
  };
  if (batch)
    for (const long frame : *batch) add(label_counts_.at(static_cast<std::size_t>(frame)));
  else
    for (const std::array<long, 3>& frame : label_counts_) add(frame);
  return out;
}

LossSums TrainingSet::sum_groups(const NetworkModel& model, const LossWeights& weights, const std::vector<Group>& groups,
                                 const Counts& counts, Eigen::VectorXd* gradient) const {
  const Eigen::Index weight_count = gradient ? model.weights.size() : 0;
  Eigen::MatrixXd parts = Eigen::MatrixXd::Zero(weight_count + sums_size, static_cast<Eigen::Index>(groups.size()));
  std::vector<long> numbers;
  for (const Group& group : groups) numbers.push_back(group.number);
  world_.agree([&] {
    parallel_for(static_cast<long>(groups.size()), [&](long g) {
      check_interrupt();
      LossSums sums;
      Eigen::VectorXd part = Eigen::VectorXd::Zero(weight_count);
      for (const std::size_t f : groups[static_cast<std::size_t>(g)].frames)
        frames_[f].add_loss(model, counts.factors(weights, frames_[f].label()), sums, gradient ? &part : nullptr);
      parts.col(g).head(weight_count) = part;
      put_sums(sums, parts.col(g).tail(sums_size));
    });
  });
  const Eigen::VectorXd total = sum_in_order(parts, numbers, world_);
  if (gradient) *gradient = total.head(weight_count);
  return get_sums(total.tail(sums_size));
}

LossSums TrainingSet::loss(const NetworkModel& model, const LossWeights& weights, Eigen::VectorXd* gradient) const {
  return sum_groups(model, weights, groups_, counts(nullptr), gradient);
}

LossSums TrainingSet::batch_loss(const NetworkModel& model, const LossWeights& weights, const Frames& batch,
                                 Eigen::VectorXd* gradient) const {
  std::vector<Group> groups;
  for (std::size_t k = 0; k < batch.size(); ++k) {
    const auto found = std::lower_bound(numbers_.begin(), numbers_.end(), batch[k]);
    if (found != numbers_.end() && *found == batch[k])
      groups.push_back({{static_cast<std::size_t>(found - numbers_.begin())}, static_cast<long>(k)});
  }
  return sum_groups(model, weights, groups, counts(&batch), gradient);
}

}  // namespace carillon
