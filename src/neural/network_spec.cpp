#include "carillon/neural/network_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carillon/core/text_reader.hpp"
#include "integer_between.hpp"

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

MessageSpec read_messages(const Yaml& node) {
  node.require_keys({"rounds", "features", "order", "cutoff", "neighbors"});
  MessageSpec spec;
  spec.rounds = integer_between(node, "rounds", spec.rounds, 1, 5);
  spec.features = integer_between(node, "features", spec.features, 1, 10000);
  spec.order = integer_between(node, "order", spec.order, 0, 100);
  if (const auto value = node.find("cutoff")) spec.cutoff = value->positive();
  if (const auto value = node.find("neighbors")) spec.neighbors = value->positive();
  return spec;
}

}  // namespace

NetworkSpec read_network_spec(const Yaml& node, const std::vector<std::string>& more_keys) {
  std::vector<std::string> keys = {"kind", "hidden", "activation", "messages"};
  keys.insert(keys.end(), more_keys.begin(), more_keys.end());
  node.require_keys(keys);
  NetworkSpec spec;
  if (const auto value = node.find("hidden")) spec.hidden = read_hidden(*value);
  if (const auto value = node.find("activation")) spec.activation = activation(value->choice({"tanh", "silu", "gelu"}));
  if (node.has("kind") && node.at("kind").choice({"dense", "message_passing"}) == "message_passing") {
    const auto messages = node.find("messages");
    spec.messages = messages ? read_messages(*messages) : MessageSpec();
  } else if (node.has("messages")) {
    node.at("messages").fail("only a network of kind message_passing sends any");
  }
  return spec;
}

std::string network_spec_yaml(const NetworkSpec& spec) {
  const std::string dense = fmt::format("hidden: [{}], activation: {}", fmt::join(spec.hidden, ", "), to_string(spec.activation));
  if (!spec.messages) return dense;
  const MessageSpec& messages = *spec.messages;
  return fmt::format("kind: message_passing, {}, messages: {{rounds: {}, features: {}, order: {}, cutoff: {}, neighbors: {}}}",
                     dense, messages.rounds, messages.features, messages.order, exact_text(messages.cutoff),
                     exact_text(messages.neighbors));
}

NetworkSpec scaled(const NetworkSpec& spec, double scale) {
  NetworkSpec out = spec;
  if (out.messages) out.messages->cutoff *= scale;
  return out;
}

std::string network_spec_text(const NetworkSpec& spec) {
  const std::string dense = fmt::format("hidden layers [{}] {}", fmt::join(spec.hidden, ", "), to_string(spec.activation));
  if (!spec.messages) return dense;
  return fmt::format("{} round(s) of messages of {} features within {} Å, {}", spec.messages->rounds, spec.messages->features,
                     spec.messages->cutoff, dense);
}

}  // namespace carillon
