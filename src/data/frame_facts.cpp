#include "carillon/data/frame_facts.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>
#include <string_view>

namespace carillon {
namespace {

std::uint64_t hash_of_bits(const double* numbers, std::size_t count) {
  if (std::all_of(numbers, numbers + count, [](double x) { return x == 0; })) return 0;
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(numbers), count * sizeof(double)});
}

std::array<double, 4> fingerprint_of(const Structure& frame) {
  const Eigen::Matrix3d inverse = frame.cell.completed().inverse();
  std::array<std::complex<double>, 4> sums{};
  double charge = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const Eigen::RowVector3d fractional = frame.positions[i].transpose() * inverse;
    const std::array<double, 4> phases = {fractional[0], fractional[1], fractional[2], fractional.sum()};
    for (std::size_t g = 0; g < 4; ++g)
      sums[g] += std::polar(static_cast<double>(frame.species[i].number()), 2 * std::numbers::pi * phases[g]);
    charge += frame.species[i].number();
  }
  std::array<double, 4> out{};
  for (std::size_t g = 0; g < 4; ++g) out[g] = std::abs(sums[g]) / charge;
  return out;
}

double rms_of(const std::vector<Eigen::Vector3d>& forces) {
  double sum = 0;
  for (const Eigen::Vector3d& force : forces) sum += force.squaredNorm();
  return std::sqrt(sum / (3 * static_cast<double>(forces.size())));
}

}  // namespace

FrameFacts frame_facts(const Structure& frame, const std::vector<Element>& elements) {
  FrameFacts facts;
  facts.atoms = static_cast<long>(frame.size());
  facts.counts.assign(elements.size(), 0);
  for (const Element element : frame.species)
    ++facts.counts[static_cast<std::size_t>(std::lower_bound(elements.begin(), elements.end(), element) - elements.begin())];
  facts.periodic = frame.cell.periodic[0] && frame.cell.periodic[1] && frame.cell.periodic[2];
  facts.volume = frame.cell.any_periodic() ? frame.cell.volume() : 0;
  facts.density = facts.periodic ? frame.density() : 0;
  facts.energy = frame.energy;
  if (frame.forces) {
    facts.force_rms = rms_of(*frame.forces);
    facts.has_zero_force = std::any_of(frame.forces->begin(), frame.forces->end(),
                                       [](const Eigen::Vector3d& force) { return (force.array() == 0).any(); });
    facts.force_hash = hash_of_bits(frame.forces->front().data(), 3 * frame.size());
  }
  if (frame.stress) facts.stress_hash = hash_of_bits(frame.stress->data(), 9);
  facts.fingerprint = fingerprint_of(frame);
  return facts;
}

Location location_of(const Dataset& data, long frame) {
  const FrameSummary& summary = data.summary(frame);
  return {data.sources()[static_cast<std::size_t>(summary.source)].path, summary.line, summary.frame_in_file, -1};
}

std::vector<LabelFrames> frames_by_label(const Dataset& data) {
  std::vector<LabelFrames> out;
  std::map<std::string, std::size_t> place;
  for (long frame = 0; frame < data.size(); ++frame) {
    const std::string& label = data.summary(frame).label;
    const auto [found, is_new] = place.try_emplace(label, out.size());
    if (is_new) out.push_back({label, {}});
    out[found->second].frames.push_back(frame);
  }
  return out;
}

}  // namespace carillon
