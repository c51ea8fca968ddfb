#include "carillon/neural/descriptor_spec.hpp"

#include <fmt/format.h>

#include "carillon/core/text_reader.hpp"
#include "carillon/neural/behler_parrinello_descriptor.hpp"
#include "carillon/neural/chebyshev_descriptor.hpp"
#include "integer_between.hpp"

namespace carillon {
namespace {

const std::vector<std::string> kind_names = {"chebyshev", "behler-parrinello"};  // as in DescriptorKind

double length_in(const Yaml& node, const char* key, double fallback) {
  return node.has(key) ? node.at(key).positive() : fallback;
}

std::vector<double> numbers_in(const Yaml& node, const char* key, std::vector<double> fallback, double least) {
  if (!node.has(key)) return fallback;
  std::vector<double> out;
  for (const Yaml& item : node.at(key).items()) {
    out.push_back(item.number());
    if (!(out.back() >= least)) item.fail(fmt::format("expected a number of at least {}", least));
  }
  return out;
}

ChebyshevSpec read_chebyshev(const Yaml& node) {
  ChebyshevSpec spec;
  if (const auto radial = node.find("radial")) {
    radial->require_keys({"order", "cutoff"});
    spec.radial_order = integer_between(*radial, "order", spec.radial_order, 0, 100);
    spec.radial_cutoff = length_in(*radial, "cutoff", spec.radial_cutoff);
  }
  if (const auto angular = node.find("angular")) {
    angular->require_keys({"order", "cutoff", "radial_order"});
    spec.angular_order = integer_between(*angular, "order", spec.angular_order, -1, 40);
    spec.angular_cutoff = length_in(*angular, "cutoff", spec.angular_cutoff);
    spec.angular_radial_order = integer_between(*angular, "radial_order", spec.angular_radial_order, 0, 10);
  }
  if (const auto value = node.find("coordinate")) spec.coordinate = coordinate_kind(value->choice({"direct", "morse"}));
  if (spec.coordinate == CoordinateKind::morse)
    spec.lambda = node.at("lambda").positive();
  else if (node.has("lambda"))
    node.at("lambda").fail("belongs to 'coordinate: morse'; the coordinate is direct");
  return spec;
}

BehlerParrinelloSpec read_behler_parrinello(const Yaml& node) {
  for (const char* key : {"coordinate", "lambda"})
    if (node.has(key)) node.at(key).fail("belongs to 'kind: chebyshev'; the kind is behler-parrinello");
  BehlerParrinelloSpec spec;
  if (const auto radial = node.find("radial")) {
    radial->require_keys({"cutoff", "eta", "shift"});
    spec.radial_cutoff = length_in(*radial, "cutoff", spec.radial_cutoff);
    spec.radial_eta = numbers_in(*radial, "eta", spec.radial_eta, 0);
    spec.radial_shift = numbers_in(*radial, "shift", spec.radial_shift, 0);
    if (spec.radial_eta.empty() || spec.radial_shift.empty()) radial->fail("no radial function: 'eta' or 'shift' is empty");
  }
  if (const auto angular = node.find("angular")) {
    angular->require_keys({"cutoff", "eta", "zeta"});
    spec.angular_cutoff = length_in(*angular, "cutoff", spec.angular_cutoff);
    spec.angular_eta = numbers_in(*angular, "eta", spec.angular_eta, 0);
    spec.angular_zeta = numbers_in(*angular, "zeta", spec.angular_zeta, 1);
  }
  return spec;
}

std::string exact_list(const std::vector<double>& numbers) {
  std::string out;
  for (const double number : numbers) out += (out.empty() ? "" : ", ") + exact_text(number);
  return "[" + out + "]";
}

std::string chebyshev_yaml(const ChebyshevSpec& spec, const std::string& blanks) {
  std::string out =
      fmt::format("{}radial: {{order: {}, cutoff: {}}}\n", blanks, spec.radial_order, exact_text(spec.radial_cutoff));
  out += fmt::format("{}angular: {{order: {}, cutoff: {}, radial_order: {}}}\n", blanks, spec.angular_order,
                     exact_text(spec.angular_cutoff), spec.angular_radial_order);
  out += fmt::format("{}coordinate: {}\n", blanks, to_string(spec.coordinate));
  if (spec.coordinate == CoordinateKind::morse) out += fmt::format("{}lambda: {}\n", blanks, exact_text(spec.lambda));
  return out;
}

std::string behler_parrinello_yaml(const BehlerParrinelloSpec& spec, const std::string& blanks) {
  return fmt::format("{0}radial: {{cutoff: {1}, eta: {2}, shift: {3}}}\n{0}angular: {{cutoff: {4}, eta: {5}, zeta: {6}}}\n",
                     blanks, exact_text(spec.radial_cutoff), exact_list(spec.radial_eta), exact_list(spec.radial_shift),
                     exact_text(spec.angular_cutoff), exact_list(spec.angular_eta), exact_list(spec.angular_zeta));
}

}  // namespace

DescriptorSpec read_descriptor_spec(const Yaml& node) {
  node.require_keys({"kind", "radial", "angular", "coordinate", "lambda"});
  DescriptorSpec spec;
  if (const auto value = node.find("kind"); value && value->choice(kind_names) == kind_names[1]) {
    spec.kind = DescriptorKind::behler_parrinello;
    spec.behler_parrinello = read_behler_parrinello(node);
  } else {
    spec.chebyshev = read_chebyshev(node);
  }
  return spec;
}

std::string descriptor_spec_yaml(const DescriptorSpec& spec, int indent) {
  const std::string blanks(static_cast<std::size_t>(indent), ' ');
  const std::string kind = fmt::format("{}kind: {}\n", blanks, kind_names[static_cast<std::size_t>(spec.kind)]);
  return kind + (spec.kind == DescriptorKind::chebyshev ? chebyshev_yaml(spec.chebyshev, blanks)
                                                        : behler_parrinello_yaml(spec.behler_parrinello, blanks));
}

DescriptorSpec scaled(const DescriptorSpec& spec, double scale) {
  DescriptorSpec out = spec;
  out.chebyshev.radial_cutoff *= scale;
  out.chebyshev.angular_cutoff *= scale;
  if (out.chebyshev.coordinate == CoordinateKind::morse) out.chebyshev.lambda *= scale;
  BehlerParrinelloSpec& gaussians = out.behler_parrinello;
  for (double* length : {&gaussians.radial_cutoff, &gaussians.angular_cutoff}) *length *= scale;
  for (double& shift : gaussians.radial_shift) shift *= scale;
  for (std::vector<double>* etas : {&gaussians.radial_eta, &gaussians.angular_eta})
    for (double& eta : *etas) eta /= scale * scale;
  return out;
}

std::unique_ptr<const Descriptor> make_descriptor(const DescriptorSpec& spec, const std::vector<Element>& elements) {
  if (spec.kind == DescriptorKind::behler_parrinello)
    return std::make_unique<BehlerParrinelloDescriptor>(spec.behler_parrinello, elements);
  return std::make_unique<ChebyshevDescriptor>(spec.chebyshev, elements);
}

}  // namespace carillon
