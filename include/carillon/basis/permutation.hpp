#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "carillon/core/element.hpp"

namespace carillon {

inline constexpr int max_atoms = 4;
inline constexpr int max_slots = 6;

/// Number of pairs among `atoms` atoms.
constexpr int slot_count(int atoms) { return atoms * (atoms - 1) / 2; }

/// The pairs of a cluster are its slots, numbered 01 02 03 12 13 23 (three atoms: 01 02 12).
struct SlotAtoms {
  int first;
  int second;
};
SlotAtoms slot_atoms(int atoms, int slot);
int slot_of(int atoms, int a, int b);  ///< a and b in either order, different

using Powers = std::array<std::uint8_t, max_slots>;  ///< polynomial index of each slot; unused slots are 0

/// Which power sets are admitted (docs/theory.md, after Eq. 5).
enum class AdmissionRule {
  touched,    ///< every atom is touched by a pair of non-zero power: the field's programs and files
  connected,  ///< the pairs of non-zero power join all atoms: what the papers say
};

/// A product of polynomials, one for each slot, and the unknown it shares with its permutations.
struct Term {
  Powers powers{};
  int orbit = 0;
};

/// All terms of one cluster type and their orbits under exchange of like atoms (docs/theory.md, Eq. 5 and 6).
///
/// Terms are in lexicographic order of their powers, the last slot running fastest; orbits are numbered in the order in
/// which they are first met, which is the column order of the field's fitter.
struct TermTable {
  std::vector<Term> terms;
  int orbit_count = 0;
};

/// @param elements   of the cluster, sorted; 1 to 4
/// @param max_power  highest polynomial index. Two atoms: powers 1..max_power; three and four: 0..max_power
/// @throws ShapeError   no or more than 4 elements
/// @throws DomainError  max_power < 1 or, for more than one atom, above 255; more than five million power sets
/// Cost O((max_power + 1)^slots · permutations).
TermTable enumerate_terms(std::span<const Element> elements, int max_power, AdmissionRule rule);

/// Permutations of the atoms that keep the element sequence: perm[new position] = old position; the identity first.
std::vector<std::array<int, max_atoms>> like_atom_permutations(std::span<const Element> elements);

/// Powers after the atoms have been reordered: the result's slot (a, b) is the old slot (perm[a], perm[b]).
Powers permute(const Powers& powers, int atoms, const std::array<int, max_atoms>& perm);

}  // namespace carillon
