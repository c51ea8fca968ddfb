#include "carillon/solve/prior.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

const std::vector<double> norms = {4.0, 1.0, 0.0, 9.0, 1e6};

TEST(Prior, WidthsOfTheThreeScalings) {
  PriorOptions options;
  options.penalised = {true, true, true, true, false};  // norms that count: 1, 4, 9; median 4
  options.scaling = PriorScaling::none;
  EXPECT_EQ(make_prior(norms, options).weight, (std::vector<double>{4.0, 4.0, 4.0, 4.0, 0.0}));
  options.scaling = PriorScaling::unit_norm;
  EXPECT_EQ(make_prior(norms, options).weight, (std::vector<double>{4.0, 1.0, 0.0, 9.0, 0.0}));
  options.scaling = PriorScaling::half;
  EXPECT_EQ(make_prior(norms, options).weight, (std::vector<double>{4.0, 2.0, 0.0, 6.0, 0.0}));
}

TEST(Prior, StiffnessMultipliesAndMeanIsKept) {
  PriorOptions options;
  options.scaling = PriorScaling::unit_norm;
  options.stiffness = {1.0, 3.0, 1.0, 0.0, 2.0};
  options.mean = {0.0, -1.0, 0.0, 0.5, 0.0};
  const Prior prior = make_prior(norms, options);
  EXPECT_EQ(prior.weight, (std::vector<double>{4.0, 3.0, 0.0, 0.0, 2e6}));
  EXPECT_EQ(prior.mean, options.mean);
}

TEST(Prior, RefusesOptionsThatMakeNoSense) {
  EXPECT_THROW(make_prior(norms, {PriorScaling::none, {true}, {}, {}}), ShapeError);
  EXPECT_THROW(make_prior(norms, {PriorScaling::none, {}, {1.0}, {}}), ShapeError);
  EXPECT_THROW(make_prior(norms, {PriorScaling::none, {}, {}, {1.0}}), ShapeError);
  EXPECT_THROW(make_prior(norms, {PriorScaling::none, {}, {1.0, 1.0, -1.0, 1.0, 1.0}, {}}), DomainError);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(make_prior(norms, {PriorScaling::none, {}, {}, {0.0, nan, 0.0, 0.0, 0.0}}), DomainError);
}

TEST(Prior, NamesGoBothWays) {
  for (const PriorScaling scaling : {PriorScaling::none, PriorScaling::unit_norm, PriorScaling::half})
    EXPECT_EQ(prior_scaling_from_name(prior_scaling_name(scaling)), scaling);
  try {
    prior_scaling_from_name("halve");
    FAIL();
  } catch (const InputError& problem) {
    EXPECT_STREQ(problem.what(), "unknown prior scaling 'halve'; known: none, unit_norm, half");
  }
}

}  // namespace
}  // namespace carillon
