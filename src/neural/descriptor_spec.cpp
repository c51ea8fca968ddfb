#include "carillon/neural/descriptor_spec.hpp"

#include <fmt/format.h>

#include "carillon/core/text_reader.hpp"
#include "carillon/neural/chebyshev_descriptor.hpp"

namespace carillon {
namespace {

int order_in(const Yaml& node, const char* key, int fallback, int least, int most) {
  if (!node.has(key)) return fallback;
  const long value = node.at(key).integer();
  if (value < least || value > most) node.at(key).fail(fmt::format("expected a number between {} and {}", least, most));
  return static_cast<int>(value);
}

double length_in(const Yaml& node, const char* key, double fallback) {
  return node.has(key) ? node.at(key).positive() : fallback;
}

}  // namespace

DescriptorSpec read_descriptor_spec(const Yaml& node) {
  node.require_keys({"kind", "radial", "angular", "coordinate", "lambda"});
  if (node.has("kind")) node.at("kind").choice({"chebyshev"});
  DescriptorSpec spec;
  ChebyshevSpec& chebyshev = spec.chebyshev;
  if (const auto radial = node.find("radial")) {
    radial->require_keys({"order", "cutoff"});
    chebyshev.radial_order = order_in(*radial, "order", chebyshev.radial_order, 0, 100);
    chebyshev.radial_cutoff = length_in(*radial, "cutoff", chebyshev.radial_cutoff);
  }
  if (const auto angular = node.find("angular")) {
    angular->require_keys({"order", "cutoff", "radial_order"});
    chebyshev.angular_order = order_in(*angular, "order", chebyshev.angular_order, -1, 40);
    chebyshev.angular_cutoff = length_in(*angular, "cutoff", chebyshev.angular_cutoff);
    chebyshev.angular_radial_order = order_in(*angular, "radial_order", chebyshev.angular_radial_order, 0, 10);
  }
  if (const auto value = node.find("coordinate")) chebyshev.coordinate = coordinate_kind(value->choice({"direct", "morse"}));
  if (chebyshev.coordinate == CoordinateKind::morse) chebyshev.lambda = node.at("lambda").positive();
  return spec;
}

std::string descriptor_spec_yaml(const DescriptorSpec& spec, int indent) {
  const ChebyshevSpec& chebyshev = spec.chebyshev;
  const std::string blanks(static_cast<std::size_t>(indent), ' ');
  std::string out = blanks + "kind: chebyshev\n";
  out +=
      fmt::format("{}radial: {{order: {}, cutoff: {}}}\n", blanks, chebyshev.radial_order, exact_text(chebyshev.radial_cutoff));
  out += fmt::format("{}angular: {{order: {}, cutoff: {}, radial_order: {}}}\n", blanks, chebyshev.angular_order,
                     exact_text(chebyshev.angular_cutoff), chebyshev.angular_radial_order);
  out += fmt::format("{}coordinate: {}\n", blanks, to_string(chebyshev.coordinate));
  if (chebyshev.coordinate == CoordinateKind::morse) out += fmt::format("{}lambda: {}\n", blanks, exact_text(chebyshev.lambda));
  return out;
}

DescriptorSpec scaled(const DescriptorSpec& spec, double scale) {
  DescriptorSpec out = spec;
  out.chebyshev.radial_cutoff *= scale;
  out.chebyshev.angular_cutoff *= scale;
  if (out.chebyshev.coordinate == CoordinateKind::morse) out.chebyshev.lambda *= scale;
  return out;
}

std::unique_ptr<const Descriptor> make_descriptor(const DescriptorSpec& spec, const std::vector<Element>& elements) {
  return std::make_unique<ChebyshevDescriptor>(spec.chebyshev, elements);
}

}  // namespace carillon
