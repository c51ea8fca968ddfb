#include "carillon/api/open_linear_parts.hpp"

#include <algorithm>
#include <memory>

#include "carillon/api/open_potential.hpp"
#include "carillon/api/open_uncertain.hpp"
#include "carillon/core/error.hpp"
#include "carillon/neural/last_layer.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/neural/training_set.hpp"

namespace carillon {
namespace {

/// The error of a force label over the weights' standard deviation before any label, Å⁻¹.
constexpr double force_error_over_weight = 0.1;

StructureRows rows_of(const LastLayer& layer, const Structure& structure) {
  StructureRows out(structure.size(), static_cast<std::size_t>(layer.columns()));
  const Eigen::MatrixXd rows = layer.rows(structure);
  for (std::size_t row = 0; row < out.rows(); ++row)
    for (std::size_t k = 0; k < out.columns(); ++k)
      out.row(row)[k] = rows(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(k));
  return out;
}

LinearPart part_of(const std::string& name, const std::string& path) {
  const auto layer = std::make_shared<const LastLayer>(read_network(path));
  const auto meets = [layer](const FrameSummary& frame) {
    const std::vector<Element>& known = layer->elements();
    return std::includes(known.begin(), known.end(), frame.elements.begin(), frame.elements.end());
  };
  const LossWeights loss;
  const LabelWeights weights{loss.force, loss.energy, loss.stress, loss.stress, true, false};
  const auto unknowns = static_cast<std::size_t>(layer->columns());
  const Posterior nothing(TriangularFactor(layer->columns() + 1), std::vector<double>(unknowns, force_error_over_weight), 1.0);
  return {name, meets, [layer](const Structure& structure) { return rows_of(*layer, structure); }, weights, Information(nothing)};
}

}  // namespace

std::vector<LinearPart> open_linear_parts(const std::vector<std::string>& paths, const std::vector<std::string>& blocks) {
  std::vector<std::string> networks = committee_members(paths);
  if (networks.empty() && paths.size() == 1 && !network_path(paths.front()).empty()) networks = paths;
  if (networks.empty()) {
    const Hierarchy model = open_model(paths);
    return block_parts(model, find_posteriors(paths, model), blocks);
  }
  if (!blocks.empty()) throw InputError(paths.front() + ": a network has no blocks to choose for");
  std::vector<LinearPart> parts;
  for (const std::string& member : networks) {
    const std::string path = network_path(member);
    if (path.empty()) throw InputError(member + ": is no network; choose frames of such a committee by 'uncertainty'");
    const std::string number = networks.size() > 1 ? " " + std::to_string(parts.size() + 1) : "";
    parts.push_back(part_of("network" + number, path));
  }
  return parts;
}

}  // namespace carillon
