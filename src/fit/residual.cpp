#include "carillon/fit/residual.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace carillon {

Target residual_target(const Structure& structure, const ChimesPotential* frozen) {
  Target target{structure.energy, structure.forces, structure.stress};
  if (!frozen) return target;
  const Prediction known = frozen->evaluate(structure);
  if (target.energy) *target.energy -= known.energy;
  if (target.stress) *target.stress -= known.stress;
  if (target.forces)
    for (std::size_t i = 0; i < structure.size(); ++i) (*target.forces)[i] -= known.forces[i];
  return target;
}

double ResidualTally::Entry::reference_rms() const {
  return count == 0 ? 0 : std::sqrt(reference_sum / static_cast<double>(count));
}
double ResidualTally::Entry::residual_rms() const {
  return count == 0 ? 0 : std::sqrt(residual_sum / static_cast<double>(count));
}

void ResidualTally::add(const Structure& structure, const Target& target) {
  if (!structure.forces || !target.forces) return;
  Entry& entry = labels_[structure.label];
  entry.count += 3 * static_cast<long>(structure.size());
  for (std::size_t i = 0; i < structure.size(); ++i) {
    entry.reference_sum += (*structure.forces)[i].squaredNorm();
    entry.residual_sum += (*target.forces)[i].squaredNorm();
  }
}

void ResidualTally::merge(const ResidualTally& other) {
  for (const auto& [label, entry] : other.labels_) {
    Entry& mine = labels_[label];
    mine.count += entry.count;
    mine.reference_sum += entry.reference_sum;
    mine.residual_sum += entry.residual_sum;
  }
}

std::string ResidualTally::serialize() const {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [label, entry] : labels_) out[label] = {entry.count, entry.reference_sum, entry.residual_sum};
  return out.dump();
}

ResidualTally ResidualTally::deserialize(const std::string& bytes) {
  ResidualTally out;
  const nlohmann::json parsed = nlohmann::json::parse(bytes);
  for (const auto& [label, numbers] : parsed.items()) out.labels_[label] = {numbers[0], numbers[1], numbers[2]};
  return out;
}

}  // namespace carillon
