#include "carillon/solve/factorisation.hpp"

#include <utility>

#include "carillon/core/error.hpp"
#include "carillon/solve/block_cyclic_factor.hpp"

namespace carillon {
namespace {

struct Name {
  const char* word;
  Factorisation meaning;
};

constexpr Name names[] = {
    {"auto", Factorisation::automatic}, {"tree", Factorisation::tree}, {"block_cyclic", Factorisation::block_cyclic}};

/// This rank's units, merged by group.
std::vector<TriangularFactor> make_own_units(int rank, const UnitPlan& plan, const MakeUnit& make) {
  std::vector<TriangularFactor> merged(static_cast<std::size_t>(plan.groups()), TriangularFactor(plan.columns));
  for (long unit = 0; unit < plan.units(); ++unit) {
    const auto place = static_cast<std::size_t>(unit);
    if (plan.owner[place] != rank) continue;
    const long group = plan.group.empty() ? 0 : plan.group[place];
    merged[static_cast<std::size_t>(group)].absorb(make(unit));
  }
  return merged;
}

}  // namespace

Factorisation factorisation_from_name(const std::string& name) {
  std::string known;
  for (const Name& entry : names) {
    if (name == entry.word) return entry.meaning;
    known += (known.empty() ? "" : ", ") + std::string(entry.word);
  }
  throw InputError("unknown factorisation '" + name + "'; known: " + known);
}

std::string factorisation_name(Factorisation factorisation) {
  for (const Name& entry : names)
    if (factorisation == entry.meaning) return entry.word;
  return "unknown";
}

std::vector<std::string> factorisation_names() {
  std::vector<std::string> words;
  for (const Name& entry : names) words.emplace_back(entry.word);
  return words;
}

Factorisation choose_factorisation(Factorisation asked, long columns, int ranks) {
  if (ranks == 1) return Factorisation::tree;
  if (asked != Factorisation::automatic) return asked;
  return columns > block_cyclic_columns && ranks >= block_cyclic_ranks ? Factorisation::block_cyclic : Factorisation::tree;
}

std::vector<TriangularFactor> combine_units_block_cyclic(const Communicator& world, const UnitPlan& plan, const MakeUnit& make) {
  plan.require_sound(world.size());
  std::vector<TriangularFactor> own;
  world.agree([&] { own = make_own_units(world.rank(), plan, make); });
  std::vector<TriangularFactor> gathered;
  for (TriangularFactor& mine : own) {
    BlockCyclicFactor factor(world, plan.columns);
    factor.absorb(std::exchange(mine, TriangularFactor(plan.columns)));
    TriangularFactor group = factor.gather();
    if (world.is_root()) gathered.push_back(std::move(group));
  }
  return gathered;
}

}  // namespace carillon
