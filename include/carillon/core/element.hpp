#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// A chemical element, by atomic number. Ordered by its *symbol*, alphabetically, because the field names and sorts
/// cluster types that way (C < H < N < O).
class Element {
public:
  Element() = default;  ///< an invalid element, number 0

  /// @param atomic_number  1..118
  /// @throws DomainError   outside that range
  static Element from_number(int atomic_number);

  /// @param symbol  `C`, `Ge`; case matters
  /// @return        nothing when no element has that symbol
  static std::optional<Element> from_symbol(std::string_view symbol);

  int number() const { return number_; }
  std::string_view symbol() const;

  /// Standard atomic weight, amu (IUPAC 2021, abridged; mass number of the longest-lived isotope where there is none).
  double mass() const;

  bool operator==(const Element&) const = default;
  std::strong_ordering operator<=>(const Element& other) const;

private:
  std::uint8_t number_ = 0;
};

/// `C`, `C-N`, `C-H-N`: the symbols sorted, without repeats, joined by '-'. The name of an element set and of its block.
std::string element_set_name(std::vector<Element> elements);

/// `C-N` -> {C, N}, in any order: the reverse of element_set_name().
/// @throws InputError  an unknown element
std::vector<Element> elements_of_name(const std::string& name);

/// `C-N`, `C-C`: the name of an element pair, the same for both orders.
std::string element_pair_name(Element a, Element b);

/// Sorted, without repeats.
std::vector<Element> unique_elements(std::vector<Element> elements);

}  // namespace carillon
