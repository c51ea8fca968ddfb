#include "carillon/neural/network_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace carillon {
namespace {

std::vector<int> read_hidden(const Yaml& node) {
  std::vector<int> hidden;
  for (const Yaml& item : node.items()) {
    const long width = item.integer();
    if (width < 1 || width > 100000) item.fail("expected a number of nodes between 1 and 100000");
    hidden.push_back(static_cast<int>(width));
  }
  return hidden;
}

}  // namespace

NetworkSpec read_network_spec(const Yaml& node, const std::vector<std::string>& more_keys) {
  std::vector<std::string> keys = {"hidden", "activation"};
  keys.insert(keys.end(), more_keys.begin(), more_keys.end());
  node.require_keys(keys);
  NetworkSpec spec;
  if (const auto value = node.find("hidden")) spec.hidden = read_hidden(*value);
  if (const auto value = node.find("activation")) spec.activation = activation(value->choice({"tanh", "silu", "gelu"}));
  return spec;
}

std::string network_spec_yaml(const NetworkSpec& spec) {
  return fmt::format("hidden: [{}], activation: {}", fmt::join(spec.hidden, ", "), to_string(spec.activation));
}

std::string network_spec_text(const NetworkSpec& spec) {
  return fmt::format("hidden layers [{}] {}", fmt::join(spec.hidden, ", "), to_string(spec.activation));
}

}  // namespace carillon
