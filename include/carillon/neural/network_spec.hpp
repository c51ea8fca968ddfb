#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carillon/core/yaml.hpp"
#include "carillon/neural/activation.hpp"

namespace carillon {

/// What atoms of a message-passing network tell each other, and how often (docs/neural.md, "Message passing").
struct MessageSpec {
  int rounds = 1;
  int features = 24;    ///< numbers an atom has to tell
  int order = 8;        ///< T_0..T_n of the distance, of which filters are made
  double cutoff = 5.0;  ///< Å
  /// About so many are inside the cutoff: messages are divided by the root of it, so that their sums are of size 1.
  double neighbors = 20;

  bool operator==(const MessageSpec&) const = default;
};

/// Which network learns, whatever it is made of: the choice of a recipe and of a model file (docs/neural.md, "A recipe").
struct NetworkSpec {
  std::vector<int> hidden = {24, 24};  ///< nodes of the hidden layers; with messages: of those that come after them
  Activation activation = Activation::tanh;
  std::optional<MessageSpec> messages = std::nullopt;  ///< a message-passing network; else a dense one

  bool operator==(const NetworkSpec&) const = default;
};

/// @param more_keys  that may stand beside, and are not looked at
/// @throws InputError  unknown keys, numbers out of range
NetworkSpec read_network_spec(const Yaml& node, const std::vector<std::string>& more_keys = {});

/// The same on one line, with every default written out, without the braces around.
std::string network_spec_yaml(const NetworkSpec& spec);

/// All lengths multiplied: cutoffs of messages.
NetworkSpec scaled(const NetworkSpec& spec, double scale);

/// One line for logs: `hidden layers [24, 24] tanh`.
std::string network_spec_text(const NetworkSpec& spec);

}  // namespace carillon
