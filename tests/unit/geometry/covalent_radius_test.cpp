#include "carillon/geometry/covalent_radius.hpp"

#include <gtest/gtest.h>

namespace carillon {
namespace {

TEST(CovalentRadius, OracleValuesOfThePaper) {
  // Cordero et al. 2008, table 2: one element of each stretch of the table, so that a missing entry shows.
  const std::pair<const char*, double> known[] = {{"H", 0.31},  {"C", 0.76},  {"N", 0.71},  {"O", 0.66},  {"Si", 1.11},
                                                  {"Fe", 1.32}, {"Cu", 1.32}, {"Ge", 1.20}, {"Ag", 1.45}, {"Xe", 1.40},
                                                  {"Cs", 2.44}, {"Gd", 1.96}, {"Lu", 1.87}, {"W", 1.62},  {"Pb", 1.46},
                                                  {"Rn", 1.50}, {"U", 1.96},  {"Cm", 1.69}};
  for (const auto& [symbol, radius] : known) EXPECT_EQ(covalent_radius(*Element::from_symbol(symbol)), radius) << symbol;
}

TEST(CovalentRadius, EveryElementHasOne) {
  for (int number = 1; number <= 118; ++number) {
    EXPECT_GT(covalent_radius(Element::from_number(number)), 0.25) << number;
    EXPECT_LT(covalent_radius(Element::from_number(number)), 2.7) << number;
  }
}

TEST(CovalentRadius, ImplausibleDistanceIsHalfOfABond) {
  const Element c = *Element::from_symbol("C");
  const Element n = *Element::from_symbol("N");
  EXPECT_DOUBLE_EQ(implausible_distance(c, n), 0.735);
  EXPECT_EQ(implausible_distance(c, n), implausible_distance(n, c));
}

}  // namespace
}  // namespace carillon
