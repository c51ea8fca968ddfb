#include "carillon/fit/smoothness.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/fit/basis_spec.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

SmoothnessSpec parse(const std::string& text, const SmoothnessSpec& base = {}) {
  return read_smoothness(Yaml::load_text(text, "r.yaml"), base);
}

std::string problem_of(const std::string& text) {
  try {
    parse(text);
  } catch (const InputError& problem) {
    return problem.what();
  }
  return "";
}

BasisSet carbon_nitrogen() {
  testing::RandomBasisOptions options;
  options.pair_order = 4;
  options.triplet_order = 3;
  options.quadruplet_order = 2;
  return testing::random_basis(testing::elements({"C", "N"}), options);
}

/// A column's stiffness by the powers that its name shows: `CCN 0-1-2`.
double expected_stiffness(const SmoothnessSpec& smoothness, const std::string& column) {
  const std::size_t space = column.find(' ');
  if (space == std::string::npos) return 1.0;  // an energy offset
  double sum = 0.0;
  double largest = 0.0;
  for (std::size_t at = space; at != std::string::npos; at = column.find('-', at + 1)) {
    const double power = std::stod(column.substr(at + 1));
    sum += power;
    largest = std::max(largest, power);
  }
  const double degree = smoothness.degree == DegreeKind::total ? sum : largest;
  double stiffness = std::pow(1.0 + degree, smoothness.degree_power);
  const std::string section = column.substr(0, space);
  if (const auto body = smoothness.body.find(static_cast<int>(section.size())); body != smoothness.body.end())
    stiffness *= body->second;
  if (const auto found = smoothness.sections.find(section); found != smoothness.sections.end()) stiffness *= found->second;
  return stiffness;
}

TEST(Smoothness, IdentityFollowsTheNamesOfTheColumns) {
  const BasisSet basis = carbon_nitrogen();
  for (const char* text : {"{degree_power: 1, body: {2: 1, 3: 1.5, 4: 3}, sections: {NCC: 2}}",
                           "{degree_power: 2.5, type: largest_degree, body: {2: 0.5}}", "{sections: {CC: 7, CCNN: 0.1}}"}) {
    const SmoothnessSpec smoothness = parse(text);
    const std::vector<double> stiffness = smoothness_stiffness(smoothness, basis);
    ASSERT_EQ(stiffness.size(), static_cast<std::size_t>(basis.columns()));
    for (int column = 0; column < basis.columns(); ++column)
      EXPECT_DOUBLE_EQ(stiffness[static_cast<std::size_t>(column)], expected_stiffness(smoothness, basis.column_name(column)))
          << basis.column_name(column);
  }
}

TEST(Smoothness, IsOneEverywhereUnlessAskedFor) {
  for (const double stiffness : smoothness_stiffness({}, carbon_nitrogen())) EXPECT_EQ(stiffness, 1.0);
}

TEST(Smoothness, WrittenOutItReadsBackAsItself) {
  const SmoothnessSpec smoothness =
      parse("{degree_power: 1.25, type: largest_degree, body: {3: 2, 4: 3.5}, sections: {CCN: 2, SiGe: 0.1}}");
  EXPECT_EQ(parse(smoothness_yaml(smoothness)), smoothness);
  EXPECT_EQ(parse(smoothness_yaml({})), SmoothnessSpec{});
}

TEST(Smoothness, KeysOfAStepAreAddedToThoseOfTheTop) {
  const SmoothnessSpec smoothness = parse("{body: {4: 5}}", parse("{degree_power: 2, body: {3: 2, 4: 3}}"));
  EXPECT_EQ(smoothness.degree_power, 2.0);
  EXPECT_EQ(smoothness.body, (std::map<int, double>{{3, 2.0}, {4, 5.0}}));
}

TEST(Smoothness, MistakesAreNamedWithTheirLine) {
  EXPECT_EQ(problem_of("power: 1\n"), "r.yaml:1: unknown key 'power'; known: degree_power, type, body, sections");
  EXPECT_EQ(problem_of("degree_power: -1\n"), "r.yaml:1: degree_power: expected a power from 0 to 10");
  EXPECT_EQ(problem_of("type: degree\n"), "r.yaml:1: type: 'degree' is not one of: total_degree, largest_degree");
  EXPECT_EQ(problem_of("body:\n  1: 2\n"), "r.yaml:2: body: unknown key '1'; known: 2, 3, 4");
  EXPECT_EQ(problem_of("body:\n  2: 0\n"), "r.yaml:2: body.2: expected a number above zero, found 0");
  EXPECT_NE(problem_of("sections:\n  CXx: 2\n").find("r.yaml:2: sections.CXx: 'CXx' is not a cluster name"), std::string::npos);
}

}  // namespace
}  // namespace carillon
