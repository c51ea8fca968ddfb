#include "carillon/neural/network_card.hpp"

#include <fmt/format.h>

namespace carillon {
namespace {

std::string training_card(const TrainingRecord& record, std::size_t number) {
  std::string out = fmt::format("- training {}: {} frames, carillon {}, recipe {:.12}{}\n", number, record.frames,
                                record.carillon_version, record.recipe_sha256,
                                record.source_sha256.empty() ? "" : fmt::format(", from network {:.12}", record.source_sha256));
  for (const auto& [path, hash] : record.data_sha256) out += fmt::format("  - data {}, {:.12}\n", path, hash);
  for (const std::string& note : record.notes) out += "  - " + note + "\n";
  return out;
}

}  // namespace

std::string network_card(const NetworkModel& model) {
  std::string out = fmt::format("network {}\n\n- descriptor, {} numbers an atom:\n{}", element_set_name(model.elements),
                                model.network->inputs(), descriptor_spec_yaml(model.descriptor, 4));
  out += fmt::format("- {}\n- {} weights\n", network_spec_text(model.network->spec()), model.weights.size());
  for (std::size_t k = 0; k < model.elements.size(); ++k)
    out += fmt::format("- {}: {} eV an atom apart from its surroundings\n", model.elements[k].symbol(),
                       model.shifts[static_cast<Eigen::Index>(k)]);
  for (std::size_t k = 0; k < model.history.size(); ++k) out += training_card(model.history[k], k + 1);
  return out;
}

}  // namespace carillon
