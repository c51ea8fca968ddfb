#include "carillon/basis/permutation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

/// Seconds of enumeration and hundreds of megabytes; four atoms of order 13. A mistyped order must not look like a hang.
constexpr double most_terms = 5e6;

/// Bit a is set when atom a belongs to the set.
using AtomSet = unsigned;

AtomSet atoms_of_slot(int atoms, int slot) {
  const auto [a, b] = slot_atoms(atoms, slot);
  return (1u << a) | (1u << b);
}

bool every_atom_touched(const Powers& powers, int atoms) {
  AtomSet touched = 0;
  for (int p = 0; p < slot_count(atoms); ++p)
    if (powers[static_cast<std::size_t>(p)] > 0) touched |= atoms_of_slot(atoms, p);
  return touched == (1u << atoms) - 1;
}

bool all_atoms_connected(const Powers& powers, int atoms) {
  AtomSet reached = 1;
  for (int round = 1; round < atoms; ++round)
    for (int p = 0; p < slot_count(atoms); ++p) {
      const AtomSet pair = atoms_of_slot(atoms, p);
      if (powers[static_cast<std::size_t>(p)] > 0 && (pair & reached)) reached |= pair;
    }
  return reached == (1u << atoms) - 1;
}

/// The next power set in lexicographic order, the last slot running fastest; false after the last.
bool advance(Powers& powers, int slots, int max_power) {
  for (int p = slots - 1; p >= 0; --p) {
    auto& power = powers[static_cast<std::size_t>(p)];
    if (power < max_power) {
      ++power;
      return true;
    }
    power = 0;
  }
  return false;
}

}  // namespace

SlotAtoms slot_atoms(int atoms, int slot) {
  for (int a = 0; a < atoms; ++a)
    for (int b = a + 1; b < atoms; ++b)
      if (slot-- == 0) return {a, b};
  throw DomainError("slot number out of range");
}

int slot_of(int atoms, int a, int b) {
  if (a > b) std::swap(a, b);
  if (a < 0 || a == b || b >= atoms) throw DomainError("no slot joins these atoms");
  return a * (2 * atoms - a - 1) / 2 + b - a - 1;
}

std::vector<std::array<int, max_atoms>> like_atom_permutations(std::span<const Element> elements) {
  std::array<int, max_atoms> perm{};
  std::iota(perm.begin(), perm.end(), 0);
  const auto end = perm.begin() + static_cast<std::ptrdiff_t>(elements.size());
  std::vector<std::array<int, max_atoms>> out;
  do {
    bool keeps_elements = true;
    for (std::size_t a = 0; a < elements.size(); ++a)
      keeps_elements = keeps_elements && elements[static_cast<std::size_t>(perm[a])] == elements[a];
    if (keeps_elements) out.push_back(perm);
  } while (std::next_permutation(perm.begin(), end));
  return out;
}

Powers permute(const Powers& powers, int atoms, const std::array<int, max_atoms>& perm) {
  Powers out{};
  for (int p = 0; p < slot_count(atoms); ++p) {
    const auto [a, b] = slot_atoms(atoms, p);
    const int source = slot_of(atoms, perm[static_cast<std::size_t>(a)], perm[static_cast<std::size_t>(b)]);
    out[static_cast<std::size_t>(p)] = powers[static_cast<std::size_t>(source)];
  }
  return out;
}

TermTable enumerate_terms(std::span<const Element> elements, int max_power, AdmissionRule rule) {
  const int atoms = static_cast<int>(elements.size());
  if (atoms < 1 || atoms > max_atoms) throw ShapeError("a cluster type has 1 to 4 atoms");
  if (atoms == 1) return {{Term{}}, 1};
  if (max_power < 1 || max_power > 255) throw DomainError("highest power " + std::to_string(max_power) + " is outside 1..255");

  if (std::pow(max_power + 1, slot_count(atoms)) > most_terms)
    throw DomainError("too many terms: " + std::to_string(atoms) + " atoms with powers up to " + std::to_string(max_power));

  const auto permutations = like_atom_permutations(elements);
  TermTable table;
  std::map<Powers, int> orbit_of_representative;
  Powers powers{};
  do {
    const bool admitted = rule == AdmissionRule::touched ? every_atom_touched(powers, atoms) : all_atoms_connected(powers, atoms);
    if (!admitted) continue;
    Powers representative = powers;
    for (const auto& perm : permutations) representative = std::min(representative, permute(powers, atoms, perm));
    // The representative is the smallest member, so it is met first: numbering on insertion is first-seen order.
    const auto [entry, is_new] = orbit_of_representative.try_emplace(representative, table.orbit_count);
    if (is_new) ++table.orbit_count;
    table.terms.push_back({powers, entry->second});
  } while (advance(powers, slot_count(atoms), max_power));
  return table;
}

}  // namespace carillon
