#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <set>

#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/units.hpp"
#include "carillon/exchange/chimes_params.hpp"
#include "carillon/exchange/chimes_statements.hpp"

namespace carillon {
namespace {

// The defaults of the field's evaluator, for files that do not name a penalty.
constexpr double default_penalty_distance = 0.01;  // Å
constexpr double default_penalty_scale = 1e4;      // kcal/mol/Å³

// Permutation-equivalent terms are printed from one number, so they agree to the digits printed (13 or more).
constexpr double equal_terms_tolerance = 1e-9;

// Atomic weights differ between tables by less than this; a default of 1 amu or a swapped row by more.
constexpr double mass_tolerance = 0.01;

/// Puts the statements of a file together, checking them against each other.
class ParamsAssembler {
public:
  explicit ParamsAssembler(ChimesStatements statements) : in_(std::move(statements)) {}

  ChimesParams assemble() {
    require_all_sections();
    note_masses();
    for (const int atoms : {2, 3, 4}) assemble_types(atoms);
    assemble_offsets();
    out_.path = in_.path;
    out_.elements = in_.elements;
    out_.masses = in_.masses;
    out_.basis = BasisSet(std::move(basis_types_));
    out_.penalty.distance = in_.penalty_distance.value_or(default_penalty_distance);
    out_.penalty.scale = in_.penalty_scale.value_or(default_penalty_scale) * units::kcal_per_mol_to_ev;
    out_.comments = in_.comments;
    return std::move(out_);
  }

private:
  [[noreturn]] void fail(const std::string& problem) const { fail_at({in_.path}, problem); }

  void require_all_sections() const {
    if (in_.orders.empty()) fail("the line 'PAIRTYP: CHEBYSHEV ...' is missing: is this a ChIMES parameter file?");
    if (in_.elements.empty()) fail("the section 'ATOM TYPES:' is missing");
    if (in_.cutoffs.pairs().empty()) fail("the section 'ATOM PAIRS:' is missing");
    if (!in_.has_smoothing) fail("the line 'FCUT TYPE:' is missing");
    for (const ChimesPair& pair : in_.cutoffs.pairs()) {
      check_known(pair.first, pair.line);
      check_known(pair.second, pair.line);
    }
    for (const auto& elements : multisets(2))
      if (!in_.cutoffs.find(elements[0], elements[1]))
        fail("the pair " + cluster_name(elements) + " is missing from 'ATOM PAIRS:'");
    in_.cutoffs.check_elements(in_.elements);
  }

  void check_known(Element element, const ChimesLine& line) const {
    if (std::find(in_.elements.begin(), in_.elements.end(), element) == in_.elements.end())
      line.fail(std::string(element.symbol()) + " is not among the atom types");
  }

  /// The element sets of this size, with repeats, each sorted.
  std::vector<std::vector<Element>> multisets(std::size_t atoms) const {
    std::set<std::vector<Element>> sets{{}};
    for (std::size_t a = 0; a < atoms; ++a) {
      std::set<std::vector<Element>> larger;
      for (const std::vector<Element>& set : sets)
        for (const Element element : in_.elements) {
          std::vector<Element> grown = set;
          grown.insert(std::upper_bound(grown.begin(), grown.end(), element), element);
          larger.insert(std::move(grown));
        }
      sets = std::move(larger);
    }
    return {sets.begin(), sets.end()};
  }

  void note_masses() {
    for (std::size_t e = 0; e < in_.elements.size(); ++e) {
      const double usual = in_.elements[e].mass();
      if (std::abs(in_.masses[e] - usual) > mass_tolerance * usual)
        out_.notes.push_back(fmt::format("the mass of {} is {} amu in the file, {} in the periodic table",
                                         in_.elements[e].symbol(), exact_text(in_.masses[e]), exact_text(usual)));
    }
  }

  const char* section_name(int atoms) const {
    return atoms == 2 ? "PAIRTYPE PARAMS:" : atoms == 3 ? "TRIPLETTYPE PARAMS:" : "QUADRUPLETYPE PARAMS:";
  }

  void assemble_types(int atoms) {
    auto& types = in_.types[atoms];
    if (in_.orders[static_cast<std::size_t>(atoms) - 2] == 0) {
      if (!types.empty()) types.front().line.fail(fmt::format("terms of {} atoms, but their order in 'PAIRTYP:' is 0", atoms));
      return;
    }
    if (in_.announced.contains(atoms) && in_.announced.at(atoms) != std::ssize(types))
      fail(fmt::format("{} sections '{}' are announced, {} are there", in_.announced.at(atoms), section_name(atoms),
                       types.size()));
    std::sort(types.begin(), types.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
    check_types_complete(atoms);
    check_maps(atoms);
    for (ChimesStatements::Type& type : types) {
      mark_excluded_pair(type);
      if (type.excluded) {
        out_.excluded.push_back(cluster_name(type.atoms));
      } else {
        add_type(type);
      }
    }
  }

  void check_types_complete(int atoms) const {
    const auto& types = in_.types.at(atoms);
    std::set<std::vector<Element>> seen;
    for (std::size_t i = 0; i < types.size(); ++i) {
      const ChimesStatements::Type& type = types[i];
      if (type.index != static_cast<long>(i)) type.line.fail(fmt::format("type index {} where {} is expected", type.index, i));
      for (const Element element : type.atoms) check_known(element, type.line);
      std::vector<Element> sorted = type.atoms;
      std::sort(sorted.begin(), sorted.end());
      if (!seen.insert(sorted).second) type.line.fail("cluster type " + cluster_name(sorted) + " is given twice");
    }
    for (const auto& elements : multisets(static_cast<std::size_t>(atoms)))
      if (!seen.contains(elements))
        fail(fmt::format("the section '{}' of {} is missing", section_name(atoms), cluster_name(elements)));
  }

  void check_maps(int atoms) const {
    const auto maps = in_.maps.find(atoms);
    if (maps == in_.maps.end()) return;
    const auto& types = in_.types.at(atoms);
    for (const ChimesStatements::Map& map : maps->second) {
      if (map.index < 0) continue;  // some writers mark an excluded type so
      if (map.index >= std::ssize(types) ||
          cluster_name(types[static_cast<std::size_t>(map.index)].atoms) != cluster_name(map.elements))
        map.line.fail(
            fmt::format("{} belongs to {}, which is not type {}", map.line.words[1], cluster_name(map.elements), map.index));
    }
  }

  /// The index lists EXCL1B and EXCL2B say that a pair's or an atom's numbers stand for nothing: then they must be zero.
  void mark_excluded_pair(ChimesStatements::Type& type) const {
    if (type.atoms.size() != 2 || !in_.excluded_pairs.contains(type.index)) return;
    for (const ChimesStatements::Term& term : type.terms)
      if (term.value != 0) term.line.fail("pair " + cluster_name(type.atoms) + " is excluded, but this coefficient is not zero");
    type.excluded = true;
  }

  void add_type(const ChimesStatements::Type& raw) {
    const int atoms = static_cast<int>(raw.atoms.size());
    std::vector<Element> sorted = raw.atoms;
    std::sort(sorted.begin(), sorted.end());
    if (in_.cutoffs.is_left_out(cluster_name(sorted), atoms, CutoffEnd::inner) && atoms == 4)
      in_.cutoffs.special_header(atoms, CutoffEnd::inner)
          ->fail("the list leaves out " + cluster_name(sorted) +
                 ", for which the field's evaluator then takes an inner cutoff of -1 Å; list it");
    const int order = static_cast<int>(in_.orders[raw.atoms.size() - 2]);
    try {
      ClusterType type(sorted, order, in_.cutoffs.slots(sorted), in_.form);
      const std::vector<double> values = orbit_values(raw, type);
      for (const double value : values) out_.coefficients.push_back(value * units::kcal_per_mol_to_ev);
      basis_types_.push_back(std::move(type));
    } catch (const DomainError& problem) {
      raw.line.fail(problem.what());
    }
  }

  /// What a file lists for one orbit.
  struct Listed {
    const ChimesStatements::Term* first = nullptr;
    int terms = 0;
  };

  /// One value for each orbit, kcal/mol; orbits the file does not list are zero.
  static std::vector<double> orbit_values(const ChimesStatements::Type& raw, const ClusterType& type) {
    std::vector<Listed> listed(static_cast<std::size_t>(type.columns()));
    std::set<Powers> seen;
    for (const ChimesStatements::Term& term : raw.terms) {
      Listed& orbit = listed[orbit_of(term, raw, type)];
      if (!seen.insert(term.powers).second) term.line.fail("this term is listed twice");
      if (!orbit.first) orbit.first = &term;
      check_equal(term, *orbit.first);
      ++orbit.terms;
    }
    check_whole_orbits(raw, type, listed);
    std::vector<double> values;
    for (const Listed& orbit : listed) values.push_back(orbit.first ? orbit.first->value : 0);
    return values;
  }

  static void check_equal(const ChimesStatements::Term& term, const ChimesStatements::Term& first) {
    const double largest = std::max(std::abs(first.value), std::abs(term.value));
    if (std::abs(first.value - term.value) > equal_terms_tolerance * largest)
      term.line.fail(fmt::format("the coefficient {} is not that of the equivalent term in line {}, {}", exact_text(term.value),
                                 first.line.number, exact_text(first.value)));
  }

  /// The field's evaluator sums what is listed, so half an orbit would make its energy depend on the order of the atoms.
  static void check_whole_orbits(const ChimesStatements::Type& raw, const ClusterType& type, const std::vector<Listed>& listed) {
    std::vector<int> members(listed.size(), 0);
    for (const Term& term : type.terms()) ++members[static_cast<std::size_t>(term.orbit)];
    for (std::size_t orbit = 0; orbit < listed.size(); ++orbit) {
      const Listed& found = listed[orbit];
      if (found.first && found.terms != members[orbit] && found.first->value != 0)
        found.first->line.fail(fmt::format(
            "only {} of the {} terms equivalent to this one are listed, so the energy would depend on the order of the atoms",
            found.terms, members[orbit]));
      // The field's evaluator reads as many rows of a pair as the order says, whatever they are.
      if (!found.first && type.atoms() == 2) raw.line.fail(fmt::format("coefficient {} of {} is missing", orbit, type.name()));
    }
  }

  static std::size_t orbit_of(const ChimesStatements::Term& term, const ChimesStatements::Type& raw, const ClusterType& type) {
    // Our slots are those of the sorted elements: perm says where each sorted atom stands in the file.
    std::array<int, max_atoms> perm{};
    std::iota(perm.begin(), perm.end(), 0);
    std::stable_sort(perm.begin(), perm.begin() + type.atoms(), [&](int a, int b) {
      return raw.atoms[static_cast<std::size_t>(a)] < raw.atoms[static_cast<std::size_t>(b)];
    });
    const Powers powers = permute(term.powers, type.atoms(), perm);
    const auto& terms = type.terms();
    const auto found =
        std::lower_bound(terms.begin(), terms.end(), powers, [](const Term& t, const Powers& p) { return t.powers < p; });
    if (found != terms.end() && found->powers == powers) return static_cast<std::size_t>(found->orbit);
    const int largest = *std::max_element(powers.begin(), powers.end());
    if (largest > type.max_power())
      term.line.fail(fmt::format("power {} of {} is beyond the order {}", largest, type.name(), type.order()));
    term.line.fail("this term leaves an atom of " + type.name() + " untouched: it is not a term of " +
                   std::to_string(type.atoms()) + " atoms");
  }

  void assemble_offsets() {
    if (!in_.has_offsets) return;
    std::vector<const ChimesStatements::Offset*> of_type(in_.elements.size(), nullptr);
    for (const ChimesStatements::Offset& offset : in_.offsets) {
      if (offset.atom_type < 0 || offset.atom_type >= std::ssize(of_type))
        offset.line.fail("there is no atom type " + offset.line.words[2]);
      auto& entry = of_type[static_cast<std::size_t>(offset.atom_type)];
      if (entry) offset.line.fail("the energy offset of atom type " + offset.line.words[2] + " is given twice");
      entry = &offset;
    }
    for (std::size_t t = 0; t < of_type.size(); ++t) {
      const std::string symbol(in_.elements[t].symbol());
      if (!of_type[t]) fail("the energy offset of " + symbol + " is missing");
      if (in_.excluded_elements.contains(static_cast<long>(t))) {
        if (of_type[t]->value != 0) of_type[t]->line.fail("the energy of " + symbol + " is excluded, but its offset is not zero");
        out_.excluded.push_back(symbol);
        continue;
      }
      basis_types_.emplace_back(std::vector{in_.elements[t]}, 1, std::vector<Slot>{}, in_.form);
      out_.coefficients.push_back(of_type[t]->value * units::kcal_per_mol_to_ev);
    }
  }

  ChimesStatements in_;
  ChimesParams out_;
  std::vector<ClusterType> basis_types_;
};

}  // namespace

ChimesParams read_chimes_params(const std::string& path) { return ParamsAssembler(read_chimes_statements(path)).assemble(); }

std::vector<Block> to_blocks(const ChimesParams& params) {
  Provenance provenance;
  const std::string name = std::filesystem::path(params.path).filename().string();
  provenance.source = name;
  provenance.data_sha256[name] = sha256_of_file(params.path);
  provenance.notes = params.comments;
  provenance.notes.insert(provenance.notes.end(), params.notes.begin(), params.notes.end());
  return split_into_blocks(params.basis, params.coefficients, provenance);
}

Hierarchy to_hierarchy(const ChimesParams& params, const std::vector<std::string>& absent) {
  ComposeOptions options{params.penalty, absent};
  std::vector<Block> blocks = to_blocks(params);
  std::set<std::string> given;
  int largest = 1;
  std::vector<Element> elements;
  for (const Block& block : blocks) {
    given.insert(block.name());
    largest = std::max(largest, block.basis.max_atoms_in_type());
    elements.insert(elements.end(), block.elements.begin(), block.elements.end());
  }
  for (const std::string& name : needed_blocks(elements, largest))
    if (!given.contains(name) && name.find('-') != std::string::npos) options.absent.push_back(name);
  try {
    return compose(std::move(blocks), options);
  } catch (const InputError& problem) {
    throw InputError(params.path + ": " + problem.what());
  }
}

}  // namespace carillon
