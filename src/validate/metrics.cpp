#include "carillon/validate/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

[[noreturn]] void fail_not_finite(const Structure& structure, const char* quantity, double reference, double predicted,
                                  long atom) {
  Location where = structure.origin;
  where.atom = atom;
  fail_at(where, fmt::format("{} cannot be compared: reference {}, predicted {}", quantity, reference, predicted));
}

}  // namespace

void Metrics::Sums::add(double reference_value, double predicted) {
  const double e = predicted - reference_value;
  ++count;
  squared += e * e;
  absolute += std::abs(e);
  largest = std::max(largest, std::abs(e));
  error += e;
  reference += reference_value;
  squared_reference += reference_value * reference_value;
}

void Metrics::Sums::add(const Sums& other) {
  count += other.count;
  squared += other.squared;
  absolute += other.absolute;
  largest = std::max(largest, other.largest);
  error += other.error;
  reference += other.reference;
  squared_reference += other.squared_reference;
}

ErrorStatistics Metrics::Sums::statistics() const {
  if (count == 0) return {};
  const auto n = static_cast<double>(count);
  return {count, std::sqrt(squared / n), absolute / n, largest, error / n, std::sqrt(squared_reference / n)};
}

void Metrics::add(long frame, const Structure& reference, const Prediction& prediction) {
  const std::size_t atoms = reference.size();
  FrameErrors record{reference.label, static_cast<long>(atoms), {}, {}, {}};
  const auto compare = [&](Sums& sums, const char* quantity, double wanted, double predicted, long atom = -1) {
    if (!std::isfinite(wanted) || !std::isfinite(predicted)) fail_not_finite(reference, quantity, wanted, predicted, atom);
    sums.add(wanted, predicted);
  };
  if (reference.energy && atoms > 0) {
    const auto n = static_cast<double>(atoms);
    compare(record.energy, "energy", *reference.energy / n, prediction.energy / n);
  }
  if (reference.forces) {
    if (reference.forces->size() != atoms || prediction.forces.size() != atoms) {
      throw ShapeError(fmt::format("metrics: {} atoms, but {} reference and {} predicted forces", atoms, reference.forces->size(),
                                   prediction.forces.size()));
    }
    for (std::size_t i = 0; i < atoms; ++i) {
      for (int d = 0; d < 3; ++d) {
        compare(record.force, "force", (*reference.forces)[i][d], prediction.forces[i][d], static_cast<long>(i));
      }
    }
  }
  if (reference.stress) {
    for (int v = 0; v < (reference.stress_is_diagonal ? 3 : 6); ++v) {
      const int r = voigt_row[v];
      const int c = voigt_column[v];
      compare(record.stress, "stress", (*reference.stress)(r, c), prediction.stress(r, c));
    }
  }
  insert(frame, std::move(record));
}

void Metrics::insert(long frame, FrameErrors record) {
  if (!frames_.emplace(frame, std::move(record)).second) {
    throw DomainError(fmt::format("metrics: frame {} was added before", frame));
  }
}

MetricsRow Metrics::row(const std::string& label, const std::vector<const FrameErrors*>& records) {
  MetricsRow row{label, static_cast<long>(records.size()), 0, {}, {}, {}};
  Sums energy, force, stress;
  for (const FrameErrors* record : records) {
    row.atoms += record->atoms;
    energy.add(record->energy);
    force.add(record->force);
    stress.add(record->stress);
  }
  row.energy = energy.statistics();
  row.force = force.statistics();
  row.stress = stress.statistics();

  // Energies have an arbitrary zero, so their scale is the spread. In a second pass, because the spread is small beside the
  // energies themselves. A frame has one energy: its sum is its value.
  double spread = 0;
  const double mean = energy.count > 0 ? energy.reference / static_cast<double>(energy.count) : 0;
  for (const FrameErrors* record : records) {
    if (record->energy.count > 0) spread += (record->energy.reference - mean) * (record->energy.reference - mean);
  }
  if (energy.count > 0) row.energy.reference_rms = std::sqrt(spread / static_cast<double>(energy.count));
  return row;
}

MetricsTable Metrics::table() const {
  std::vector<std::string> order;
  std::map<std::string, std::vector<const FrameErrors*>> by_label;
  std::vector<const FrameErrors*> everything;
  for (const auto& [frame, record] : frames_) {
    auto& group = by_label[record.label];
    if (group.empty()) order.push_back(record.label);
    group.push_back(&record);
    everything.push_back(&record);
  }
  MetricsTable table;
  for (const std::string& label : order) table.labels.push_back(row(label, by_label[label]));
  table.all = row("all", everything);
  return table;
}

}  // namespace carillon
