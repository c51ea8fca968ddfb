#include "carillon/neural/network_card.hpp"

#include <gtest/gtest.h>

#include "unit/neural/random_networks.hpp"

namespace carillon {
namespace {

TEST(NetworkCard, SaysWhatTheNetworkIsMadeOfAndWhereItComesFrom) {
  NetworkModel model = testing::random_network(testing::elements({"C", "N"}), 3);
  model.shifts << -150.5, -270.25;
  model.history = {{"1.2.3", "0123456789abcdef", {{"low.extxyz", "fedcba9876543210"}}, 40, "", {"stage only: 6 iterations"}},
                   {"1.2.4", "123456789abcdef0", {}, 8, "23456789abcdef01", {"kept: weights"}}};
  const std::string inputs = std::to_string(model.network->inputs());
  EXPECT_EQ(network_card(model), "network C-N\n\n- descriptor, " + inputs + " numbers an atom:\n" +
                                     descriptor_spec_yaml(model.descriptor, 4) + "- hidden layers [7, 5] tanh\n- " +
                                     std::to_string(model.weights.size()) +
                                     " weights\n"
                                     "- C: -150.5 eV an atom apart from its surroundings\n"
                                     "- N: -270.25 eV an atom apart from its surroundings\n"
                                     "- training 1: 40 frames, carillon 1.2.3, recipe 0123456789ab\n"
                                     "  - data low.extxyz, fedcba987654\n"
                                     "  - stage only: 6 iterations\n"
                                     "- training 2: 8 frames, carillon 1.2.4, recipe 123456789abc, from network 23456789abcd\n"
                                     "  - kept: weights\n");
}

}  // namespace
}  // namespace carillon
