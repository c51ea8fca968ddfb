#include "carillon/core/element.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

Element element(std::string_view symbol) { return Element::from_symbol(symbol).value(); }

TEST(Element, IdentityOfNumberAndSymbol) {
  std::set<std::string_view> symbols;
  for (int number = 1; number <= 118; ++number) {
    const Element made = Element::from_number(number);
    EXPECT_EQ(made.number(), number);
    EXPECT_EQ(element(made.symbol()), made);
    symbols.insert(made.symbol());
  }
  EXPECT_EQ(symbols.size(), 118U) << "a symbol stands twice in the table";
}

TEST(Element, WhatIsNoElementIsRefused) {
  for (const int number : {-1, 0, 119}) EXPECT_THROW(Element::from_number(number), DomainError) << number;
  for (const char* symbol : {"", "c", "CL", "CC", "Xx", "C ", "D"}) EXPECT_FALSE(Element::from_symbol(symbol)) << symbol;
}

// Oracle: the list of ASE 3.22.1.
TEST(Element, OracleSymbolsInTheOrderOfTheirNumbers) {
  std::string symbols;
  for (int number = 1; number <= 118; ++number) symbols += Element::from_number(number).symbol();
  EXPECT_EQ(symbols,
            "HHeLiBeBCNOFNeNaMgAlSiPSClArKCaScTiVCrMnFeCoNiCuZnGaGeAsSeBrKrRbSrYZrNbMoTcRuRhPdAgCdInSnSbTeIXeCsBaLaCePrNdPm"
            "SmEuGdTbDyHoErTmYbLuHfTaWReOsIrPtAuHgTlPbBiPoAtRnFrRaAcThPaUNpPuAmCmBkCfEsFmMdNoLrRfDbSgBhHsMtDsRgCnNhFlMcLvTsOg");
}

// Oracle: abridged standard atomic weights, IUPAC 2021.
TEST(Element, OracleMasses) {
  const std::pair<const char*, double> weights[] = {{"H", 1.008},   {"C", 12.011},  {"N", 14.007},  {"O", 15.999}, {"F", 18.998},
                                                    {"Si", 28.085}, {"Cl", 35.45},  {"Fe", 55.845}, {"Ge", 72.630}, {"Zr", 91.224},
                                                    {"Ag", 107.87}, {"Hf", 178.49}, {"W", 183.84},  {"Pb", 207.2}, {"U", 238.03}};
  for (const auto& [symbol, weight] : weights) EXPECT_NEAR(element(symbol).mass(), weight, 5e-5 * weight) << symbol;
}

// A slip by one row of the table would break these everywhere.
TEST(Element, MassesFollowTheNuclei) {
  const std::set<std::string_view> lighter_than_the_one_before = {"K", "Ni", "I", "Pa"};  // up to uranium
  for (int number = 2; number <= 118; ++number) {
    const Element here = Element::from_number(number);
    const double nucleons_per_proton = here.mass() / number;
    EXPECT_GT(nucleons_per_proton, 1.95) << here.symbol();
    EXPECT_LT(nucleons_per_proton, 2.65) << here.symbol();
    if (number > 92) continue;
    const bool lighter = here.mass() < Element::from_number(number - 1).mass();
    EXPECT_EQ(lighter, lighter_than_the_one_before.contains(here.symbol())) << here.symbol();
  }
}

TEST(Element, AreOrderedBySymbolNotByNumber) {
  std::vector<Element> elements = {element("O"), element("Si"), element("H"), element("Ca"), element("N"), element("C")};
  std::sort(elements.begin(), elements.end());
  std::string joined;
  for (const Element each : elements) joined += std::string(each.symbol()) + " ";
  EXPECT_EQ(joined, "C Ca H N O Si ");
}

TEST(ElementSet, HasOneNameWhateverTheOrder) {
  EXPECT_EQ(element_set_name({element("N"), element("C"), element("N"), element("H")}), "C-H-N");
  EXPECT_EQ(element_set_name({element("Ge")}), "Ge");
  EXPECT_EQ(element_set_name({}), "");
  EXPECT_EQ(unique_elements({element("N"), element("C"), element("N")}), (std::vector<Element>{element("C"), element("N")}));
}

TEST(ElementSet, ElementsOfItsName) {
  using testing::message_of;
  EXPECT_EQ(elements_of_name("C-N"), (std::vector<Element>{element("C"), element("N")}));
  EXPECT_EQ(elements_of_name("Si-C-Ge"), (std::vector<Element>{element("C"), element("Ge"), element("Si")}));
  EXPECT_EQ(message_of<InputError>([] { elements_of_name("C-"); }), "'C-' is not an element set such as C-N: unknown element ''");
  EXPECT_EQ(message_of<InputError>([] { elements_of_name("CN"); }),
            "'CN' is not an element set such as C-N: unknown element 'CN'");
}

TEST(ElementPair, HasOneNameInBothOrders) {
  EXPECT_EQ(element_pair_name(element("N"), element("C")), "C-N");
  EXPECT_EQ(element_pair_name(element("C"), element("N")), "C-N");
  EXPECT_EQ(element_pair_name(element("Si"), element("Si")), "Si-Si");
}

}  // namespace
}  // namespace carillon
