#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <numeric>
#include <set>

#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/units.hpp"
#include "carillon/exchange/chimes_cutoffs.hpp"
#include "carillon/exchange/chimes_params.hpp"

namespace carillon {
namespace {

// The defaults of the field's evaluator, for files that do not name a penalty.
constexpr double default_penalty_distance = 0.01;  // Å
constexpr double default_penalty_scale = 1e4;      // kcal/mol/Å³

// Permutation-equivalent terms are printed from one number, so they agree to the digits printed (13 or more).
constexpr double equal_terms_tolerance = 1e-9;

// Atomic weights differ between tables by less than this; a default of 1 amu or a swapped row by more.
constexpr double mass_tolerance = 0.01;

struct RawTerm {
  Powers powers{};
  double value = 0;  // kcal/mol
  ChimesLine line;
};

/// A PAIRTYPE, TRIPLETTYPE or QUADRUPLETYPE section as it stands in the file.
struct RawType {
  std::vector<Element> atoms;  // in file order
  bool excluded = false;
  std::vector<RawTerm> terms;
  ChimesLine line;
};

struct RawMap {
  long index;
  std::vector<Element> elements;  // sorted
  ChimesLine line;
};

struct RawOffset {
  long type;     // 0-based
  double value;  // kcal/mol
  ChimesLine line;
};

/// Collects the statements of the file, in whatever order they stand, and then puts them together.
class ParamsReader {
public:
  explicit ParamsReader(const std::string& path) : text_(path) { out_.path = path; }

  ChimesParams read() {
    while (!text_.peek().starts_with({"ENDFILE"})) read_statement();
    require_all_sections();
    assemble();
    return std::move(out_);
  }

private:
  // ---- statements ----

  void read_statement() {
    using Handler = std::function<void(ParamsReader&)>;
    static const std::vector<std::pair<std::vector<std::string>, Handler>> statements = {
        {{"USECOUL:"}, [](ParamsReader& r) { r.refuse_if_true("coulomb interactions"); }},
        {{"FITCOUL:"}, [](ParamsReader& r) { r.refuse_if_true("fitted charges"); }},
        {{"USEPOVR:"}, [](ParamsReader& r) { r.refuse_if_true("over-coordination terms"); }},
        {{"FITPOVR:"}, [](ParamsReader& r) { r.refuse_if_true("over-coordination terms"); }},
        {{"USE3BCH:"}, [](ParamsReader& r) { r.text_.take().boolean(1, "USE3BCH"); }},
        {{"USE4BCH:"}, [](ParamsReader& r) { r.text_.take().boolean(1, "USE4BCH"); }},
        {{"EXCL1B:"}, [](ParamsReader& r) { r.read_excluded(r.excluded_types_); }},
        {{"EXCLD1B:"}, [](ParamsReader& r) { r.read_excluded(r.excluded_types_); }},
        {{"EXCL2B:"}, [](ParamsReader& r) { r.read_excluded(r.excluded_pairs_); }},
        {{"EXCLD2B:"}, [](ParamsReader& r) { r.read_excluded(r.excluded_pairs_); }},
        {{"PAIRTYP:"}, [](ParamsReader& r) { r.read_orders(); }},
        {{"ATOM", "TYPES:"}, [](ParamsReader& r) { r.read_atom_types(); }},
        {{"ATOM", "PAIRS:"}, [](ParamsReader& r) { r.read_atom_pairs(); }},
        {{"ATOM", "PAIR", "TRIPLETS:"}, [](ParamsReader& r) { r.read_count(3); }},
        {{"ATOM", "PAIR", "QUADRUPLETS:"}, [](ParamsReader& r) { r.read_count(4); }},
        {{"FCUT", "TYPE:"}, [](ParamsReader& r) { r.read_smoothing(); }},
        {{"PAIR", "CHEBYSHEV", "PENALTY", "DIST:"}, [](ParamsReader& r) { r.read_penalty(r.penalty_distance_); }},
        {{"PAIR", "CHEBYSHEV", "PENALTY", "SCALING:"}, [](ParamsReader& r) { r.read_penalty(r.penalty_scale_); }},
        {{"SPECIAL"}, [](ParamsReader& r) { r.cutoffs_.read_special(r.text_); }},
        {{"PAIR", "CHEBYSHEV", "PARAMS"}, [](ParamsReader& r) { r.text_.take(); }},
        {{"TRIPLET", "CHEBYSHEV", "PARAMS"}, [](ParamsReader& r) { r.text_.take(); }},
        {{"QUADRUPLET", "CHEBYSHEV", "PARAMS"}, [](ParamsReader& r) { r.text_.take(); }},
        {{"PAIRTYPE", "PARAMS:"}, [](ParamsReader& r) { r.read_pair_type(); }},
        {{"TRIPLETTYPE", "PARAMS:"}, [](ParamsReader& r) { r.read_cluster_type(3); }},
        {{"QUADRUPLETYPE", "PARAMS:"}, [](ParamsReader& r) { r.read_cluster_type(4); }},
        {{"PAIRMAPS:"}, [](ParamsReader& r) { r.read_maps(2); }},
        {{"TRIPMAPS:"}, [](ParamsReader& r) { r.read_maps(3); }},
        {{"QUADMAPS:"}, [](ParamsReader& r) { r.read_maps(4); }},
        {{"NO", "ENERGY", "OFFSETS:"}, [](ParamsReader& r) { r.read_offsets(); }},
    };
    for (const auto& [start, handler] : statements)
      if (text_.peek().starts_with(start)) return handler(*this);
    text_.peek().fail("'" + text_.peek().text() + "' is not a line of the params.txt format");
  }

  void refuse_if_true(const char* what) {
    const ChimesLine& line = text_.take();
    if (line.boolean(1, line.words[0].c_str()))
      line.fail(std::string("the file asks for ") + what + ", which Carillon does not have");
  }

  void read_excluded(std::map<long, ChimesLine>& indices) {
    const ChimesLine& line = text_.take();
    if (line.words.size() == 2 && line.words[1] == "false") return;
    for (std::size_t w = 1; w < line.words.size(); ++w) indices.emplace(line.integer(w, "an index"), line);
  }

  void read_orders() {
    const ChimesLine& line = text_.take();
    refuse_repeated(line, !orders_.empty());
    if (line.word(1, "CHEBYSHEV") != "CHEBYSHEV") line.fail("only CHEBYSHEV potentials are known, found '" + line.words[1] + "'");
    for (std::size_t w = 2; w < line.words.size(); ++w) orders_.push_back(line.integer(w, "an order"));
    // The last two numbers are the range of the polynomials; short forms of the line leave it out.
    if (orders_.size() >= 3 && orders_[orders_.size() - 2] < 0) {
      if (orders_[orders_.size() - 2] != -1 || orders_.back() != 1) line.fail("the polynomials must range from -1 to 1");
      orders_.resize(orders_.size() - 2);
    }
    if (orders_.empty() || orders_.size() > 3) line.fail("expected the orders for 2, 3 and 4 atoms, found '" + line.text() + "'");
    orders_.resize(3, 0);
    if (orders_[0] < 1 || orders_[1] < 0 || orders_[2] < 0) line.fail("an order is out of range in '" + line.text() + "'");
  }

  void read_atom_types() {
    const ChimesLine header = text_.take();
    refuse_repeated(header, !out_.elements.empty());
    const long count = header.integer(2, "the number of atom types");
    if (count < 1) header.fail("a potential has at least one atom type");
    for (long t = 0; t < count; ++t) {
      const ChimesLine& row = take_row();
      if (row.integer(0, "the index of the atom type") != t)
        row.fail(fmt::format("expected atom type {}, found '{}'", t, row.text()));
      const Element element = row.element(1, "atom type");
      if (std::find(out_.elements.begin(), out_.elements.end(), element) != out_.elements.end())
        row.fail("atom type " + row.words[1] + " is given twice");
      if (row.real(2, "the charge") != 0)
        row.fail("atom type " + row.words[1] + " has a charge, and Carillon has no coulomb interactions");
      const double mass = row.real(3, "the mass");
      if (mass <= 0) row.fail("the mass of " + row.words[1] + " is not above zero");
      if (std::abs(mass - element.mass()) > mass_tolerance * element.mass())
        out_.notes.push_back(fmt::format("the mass of {} is {} amu in the file, {} in the periodic table", row.words[1],
                                         exact_text(mass), exact_text(element.mass())));
      out_.elements.push_back(element);
      out_.masses.push_back(mass);
    }
  }

  void read_atom_pairs() {
    const ChimesLine header = text_.take();
    refuse_repeated(header, !cutoffs_.pairs().empty());
    const long count = header.integer(2, "the number of pairs");
    if (count < 1) header.fail("a potential has at least one pair");
    for (long p = 0; p < count; ++p) {
      const ChimesLine& row = take_row();
      if (row.integer(0, "the index of the pair") != p) row.fail(fmt::format("expected pair {}, found '{}'", p, row.text()));
      // Seven columns without s_delta, eight with it; other coordinates than morse have no length.
      const auto style = std::find_if(
          row.words.begin() + std::min<std::ptrdiff_t>(5, std::ssize(row.words)), row.words.end(),
          [](const std::string& word) { return !word.empty() && std::isupper(static_cast<unsigned char>(word[0])); });
      const auto column = static_cast<std::size_t>(style - row.words.begin());
      if (column != 5 && column != 6)
        row.fail("expected index, two elements, two cutoffs, [s_delta,] MORSE and its length, found '" + row.text() + "'");
      read_coordinate(row, column);
      ChimesPair pair{row.element(1, "atom type"),
                      row.element(2, "atom type"),
                      row.real(3, "the inner cutoff"),
                      row.real(4, "the outer cutoff"),
                      1.0,
                      row};
      if (form_.coordinate == CoordinateKind::morse) pair.lambda = row.real(column + 1, "the morse length");
      cutoffs_.add_pair(std::move(pair));
    }
  }

  void read_coordinate(const ChimesLine& row, std::size_t column) {
    static const std::map<std::string, CoordinateKind> kinds = {{"MORSE", CoordinateKind::morse},
                                                                {"INVRSE_R", CoordinateKind::inverse},
                                                                {"DEFAULT", CoordinateKind::direct},
                                                                {"NONE", CoordinateKind::direct}};
    const auto kind = kinds.find(row.words[column]);
    if (kind == kinds.end())
      row.fail("the coordinate '" + row.words[column] + "' is not known; known: MORSE, INVRSE_R, DEFAULT, NONE");
    if (!cutoffs_.pairs().empty() && kind->second != form_.coordinate) row.fail("all pairs must have the same coordinate");
    form_.coordinate = kind->second;
  }

  void read_count(int atoms) {
    const ChimesLine& line = text_.take();
    refuse_repeated(line, counts_.contains(atoms));
    counts_.emplace(atoms, line.integer(3, "the number of types"));
  }

  void read_smoothing() {
    const ChimesLine& line = text_.take();
    refuse_repeated(line, has_smoothing_);
    has_smoothing_ = true;
    const std::string& kind = line.word(2, "CUBIC or TERSOFF");
    if (kind != "CUBIC" && kind != "TERSOFF") line.fail("the smoothing '" + kind + "' is not known; known: CUBIC, TERSOFF");
    form_.smoothing.kind = kind == "CUBIC" ? SmoothingKind::cubic : SmoothingKind::tersoff;
    if (kind == "CUBIC") return;
    form_.smoothing.fraction = line.real(3, "the fraction");
    if (form_.smoothing.fraction <= 0 || form_.smoothing.fraction > 1)
      line.fail("the fraction " + line.words[3] + " of TERSOFF is outside (0, 1]");
  }

  void read_penalty(std::optional<double>& value) {
    const ChimesLine& line = text_.take();
    refuse_repeated(line, value.has_value());
    value = line.real(4, "the penalty");
    if (*value < 0) line.fail("the penalty is negative");
  }

  void read_pair_type() {
    RawType type{{}, false, {}, text_.take()};
    type.atoms = {type.line.element(3, "atom type"), type.line.element(4, "atom type")};
    long first_word = 0;
    while (parse_long(text_.peek().words[0], first_word)) {
      const ChimesLine& row = text_.take();
      if (row.words.size() != 2) row.fail("expected an index and a coefficient, found '" + row.text() + "'");
      RawTerm term{{}, row.real(1, "the coefficient"), row};
      // Row k is T_{k+1}: two-body series have no constant term.
      const long power = row.integer(0, "the index") + 1;
      if (power < 1 || power > 255) row.fail("index " + row.words[0] + " is out of range");
      term.powers[0] = static_cast<std::uint8_t>(power);
      type.terms.push_back(std::move(term));
    }
    types_[2].emplace_back(type.line.integer(2, "the index of the pair"), std::move(type));
  }

  void read_cluster_type(int atoms) {
    RawType type{{}, false, {}, text_.take()};
    const ChimesLine names = text_.take();
    if (names.word(0, "INDEX:") != "INDEX:" || names.word(2, "ATOMS:") != "ATOMS:" ||
        static_cast<int>(names.words.size()) != 3 + atoms)
      names.fail(fmt::format("expected 'INDEX: i ATOMS:' and {} atom types, found '{}'", atoms, names.text()));
    type.line = names;
    for (int a = 0; a < atoms; ++a) type.atoms.push_back(names.element(3 + static_cast<std::size_t>(a), "atom type"));
    const long count = read_pairs_line(type);
    if (!type.excluded) {
      while (text_.peek().text().find('|') != std::string::npos || text_.peek().words[0].starts_with("---")) text_.take();
      for (long i = 0; i < count; ++i) type.terms.push_back(read_term(atoms));
    }
    types_[atoms].emplace_back(names.integer(1, "the index of the type"), std::move(type));
  }

  /// `PAIRS: CC CN CN UNIQUE: u TOTAL: m`, or EXCLUDED: in place of the numbers. Returns m.
  long read_pairs_line(RawType& type) {
    const ChimesLine& line = text_.take();
    const int atoms = static_cast<int>(type.atoms.size());
    const auto slots = static_cast<std::size_t>(slot_count(atoms));
    if (line.word(0, "PAIRS:") != "PAIRS:") line.fail("expected 'PAIRS:', found '" + line.text() + "'");
    for (std::size_t p = 0; p < slots; ++p) {
      const auto [a, b] = slot_atoms(atoms, static_cast<int>(p));
      const auto pair = split_symbols(line.word(1 + p, "a pair"));
      const std::string expected =
          cluster_name({type.atoms[static_cast<std::size_t>(a)], type.atoms[static_cast<std::size_t>(b)]});
      if (!pair || cluster_name(*pair) != expected)
        line.fail(fmt::format("pair {} is {}, but the atoms make it {}", p + 1, line.words[1 + p], expected));
    }
    type.excluded = line.word(1 + slots, "UNIQUE: or EXCLUDED:") == "EXCLUDED:";
    if (type.excluded) return 0;
    if (line.words[1 + slots] != "UNIQUE:" || line.word(3 + slots, "TOTAL:") != "TOTAL:")
      line.fail("expected 'UNIQUE: u TOTAL: m' or 'EXCLUDED:', found '" + line.text() + "'");
    const long count = line.integer(4 + slots, "the number of terms");
    if (count < 0) line.fail("the number of terms is negative");
    return count;
  }

  RawTerm read_term(int atoms) {
    const ChimesLine& row = text_.take();
    const auto slots = static_cast<std::size_t>(slot_count(atoms));
    long index = 0;
    if (!parse_long(row.words[0], index)) row.fail("fewer terms than TOTAL: says: found '" + row.text() + "'");
    if (row.words.size() != slots + 4)
      row.fail(fmt::format("expected a row of {} words (index, {} powers, two indices, coefficient), found '{}'", slots + 4,
                           slots, row.text()));
    RawTerm term{{}, row.real(slots + 3, "the coefficient"), row};
    for (std::size_t p = 0; p < slots; ++p) {
      const long power = row.integer(1 + p, "a power");
      if (power < 0 || power > 255) row.fail("power " + row.words[1 + p] + " is out of range");
      term.powers[p] = static_cast<std::uint8_t>(power);
    }
    return term;
  }

  void read_maps(int atoms) {
    const ChimesLine header = text_.take();
    refuse_repeated(header, maps_.contains(atoms));
    const long count = header.integer(1, "the number of names");
    for (long i = 0; i < count; ++i) {
      const ChimesLine& row = text_.take();
      RawMap map{row.integer(0, "the index of the type"), {}, row};
      const auto symbols = split_symbols(row.word(1, "the name"));
      if (!symbols || static_cast<int>(symbols->size()) != 2 * slot_count(atoms))
        row.fail("'" + row.words[1] + "' is not a name of pairs");
      std::map<Element, int> appearances;
      for (const Element element : *symbols) ++appearances[element];
      for (const auto& [element, times] : appearances)
        for (int k = 0; k < times / (atoms - 1); ++k) map.elements.push_back(element);
      maps_[atoms].push_back(std::move(map));
    }
    maps_.try_emplace(atoms);
  }

  void read_offsets() {
    const ChimesLine header = text_.take();
    refuse_repeated(header, has_offsets_);
    has_offsets_ = true;
    const long count = header.integer(3, "the number of energy offsets");
    for (long i = 0; i < count; ++i) {
      const ChimesLine& row = text_.take();
      if (!row.starts_with({"ENERGY", "OFFSET"})) row.fail("expected 'ENERGY OFFSET type value', found '" + row.text() + "'");
      offsets_.push_back({row.integer(2, "the atom type") - 1, row.real(3, "the energy offset"), row});
    }
  }

  /// The next line that is not the header of a table (`# TYPEIDX # ...`).
  const ChimesLine& take_row() {
    while (text_.peek().words[0].starts_with("#")) text_.take();
    return text_.take();
  }

  static void refuse_repeated(const ChimesLine& line, bool seen) {
    if (seen) line.fail("'" + line.text() + "' is given twice");
  }

  // ---- putting it together ----

  [[noreturn]] void fail(const std::string& problem) const { fail_at({out_.path}, problem); }

  void require_all_sections() const {
    if (orders_.empty()) fail("the line 'PAIRTYP: CHEBYSHEV ...' is missing: is this a ChIMES parameter file?");
    if (out_.elements.empty()) fail("the section 'ATOM TYPES:' is missing");
    if (cutoffs_.pairs().empty()) fail("the section 'ATOM PAIRS:' is missing");
    if (!has_smoothing_) fail("the line 'FCUT TYPE:' is missing");
    for (const ChimesPair& pair : cutoffs_.pairs()) {
      check_known(pair.first, pair.line);
      check_known(pair.second, pair.line);
    }
    for (const auto& elements : multisets(2))
      if (!cutoffs_.find(elements[0], elements[1])) fail("the pair " + cluster_name(elements) + " is missing from 'ATOM PAIRS:'");
    cutoffs_.check_elements(out_.elements);
  }

  void check_known(Element element, const ChimesLine& line) const {
    if (std::find(out_.elements.begin(), out_.elements.end(), element) == out_.elements.end())
      line.fail(std::string(element.symbol()) + " is not among the atom types");
  }

  /// The element sets of this size, with repeats, each sorted.
  std::vector<std::vector<Element>> multisets(std::size_t atoms) const {
    std::vector<std::vector<Element>> sets{{}};
    for (std::size_t a = 0; a < atoms; ++a) {
      std::set<std::vector<Element>> larger;
      for (const auto& set : sets)
        for (const Element element : out_.elements) {
          larger.insert(set);
          auto node = larger.extract(set);
          node.value().push_back(element);
          std::sort(node.value().begin(), node.value().end());
          larger.insert(std::move(node));
        }
      sets.assign(larger.begin(), larger.end());
    }
    return sets;
  }

  void assemble() {
    for (const int atoms : {2, 3, 4}) assemble_types(atoms);
    assemble_offsets();
    out_.basis = BasisSet(std::move(basis_types_));
    out_.penalty.distance = penalty_distance_.value_or(default_penalty_distance);
    out_.penalty.scale = penalty_scale_.value_or(default_penalty_scale) * units::kcal_per_mol_to_ev;
    out_.comments = text_.comments();
  }

  const char* section_name(int atoms) const {
    return atoms == 2 ? "PAIRTYPE PARAMS:" : atoms == 3 ? "TRIPLETTYPE PARAMS:" : "QUADRUPLETYPE PARAMS:";
  }

  void assemble_types(int atoms) {
    auto& types = types_[atoms];
    if (orders_[static_cast<std::size_t>(atoms) - 2] == 0) {
      if (!types.empty())
        types.front().second.line.fail(fmt::format("terms of {} atoms, but their order in 'PAIRTYP:' is 0", atoms));
      return;
    }
    if (counts_.contains(atoms) && counts_.at(atoms) != std::ssize(types))
      fail(fmt::format("{} sections '{}' are announced, {} are there", counts_.at(atoms), section_name(atoms), types.size()));
    std::sort(types.begin(), types.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    check_types_complete(atoms);
    check_maps(atoms);
    for (auto& [index, type] : types) {
      mark_excluded_pair(index, type);
      if (type.excluded) {
        out_.excluded.push_back(cluster_name(type.atoms));
      } else {
        add_type(type);
      }
    }
  }

  void check_types_complete(int atoms) const {
    const auto& types = types_.at(atoms);
    std::set<std::vector<Element>> seen;
    for (std::size_t i = 0; i < types.size(); ++i) {
      const auto& [index, type] = types[i];
      if (index != static_cast<long>(i)) type.line.fail(fmt::format("type index {} where {} is expected", index, i));
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
    const auto maps = maps_.find(atoms);
    if (maps == maps_.end()) return;
    const auto& types = types_.at(atoms);
    for (const RawMap& map : maps->second) {
      if (map.index < 0) continue;  // some writers mark an excluded type so
      if (map.index >= std::ssize(types) ||
          cluster_name(types[static_cast<std::size_t>(map.index)].second.atoms) != cluster_name(map.elements))
        map.line.fail(
            fmt::format("{} belongs to {}, which is not type {}", map.line.words[1], cluster_name(map.elements), map.index));
    }
  }

  /// The index lists EXCL1B and EXCL2B say that a pair's or an atom's numbers stand for nothing: then they must be zero.
  void mark_excluded_pair(long index, RawType& type) {
    if (type.atoms.size() != 2 || !excluded_pairs_.contains(index)) return;
    for (const RawTerm& term : type.terms)
      if (term.value != 0) term.line.fail("pair " + cluster_name(type.atoms) + " is excluded, but this coefficient is not zero");
    type.excluded = true;
  }

  void add_type(const RawType& raw) {
    const int atoms = static_cast<int>(raw.atoms.size());
    std::vector<Element> sorted = raw.atoms;
    std::sort(sorted.begin(), sorted.end());
    if (cutoffs_.is_left_out(cluster_name(sorted), atoms, CutoffEnd::inner) && atoms == 4)
      cutoffs_.special_header(atoms, CutoffEnd::inner)
          ->fail("the list leaves out " + cluster_name(sorted) +
                 ", for which the field's evaluator then takes an inner cutoff of -1 Å; list it");
    const int order = static_cast<int>(orders_[raw.atoms.size() - 2]);
    try {
      ClusterType type(sorted, order, cutoffs_.slots(sorted), form_);
      const std::vector<double> values = orbit_values(raw, type);
      for (const double value : values) out_.coefficients.push_back(value * units::kcal_per_mol_to_ev);
      basis_types_.push_back(std::move(type));
    } catch (const DomainError& problem) {
      raw.line.fail(problem.what());
    }
  }

  /// One value for each orbit, kcal/mol; orbits the file does not list are zero.
  static std::vector<double> orbit_values(const RawType& raw, const ClusterType& type) {
    const auto columns = static_cast<std::size_t>(type.columns());
    std::vector<double> values(columns, 0.0);
    std::vector<const RawTerm*> first_term(columns, nullptr);
    std::vector<int> listed(columns, 0);
    std::vector<int> members(columns, 0);
    for (const Term& term : type.terms()) ++members[static_cast<std::size_t>(term.orbit)];
    std::set<Powers> seen;
    for (const RawTerm& term : raw.terms) {
      const std::size_t orbit = orbit_of(term, raw, type);
      if (!seen.insert(term.powers).second) term.line.fail("this term is listed twice");
      if (!first_term[orbit]) {
        first_term[orbit] = &term;
        values[orbit] = term.value;
      }
      const double largest = std::max(std::abs(values[orbit]), std::abs(term.value));
      if (std::abs(values[orbit] - term.value) > equal_terms_tolerance * largest)
        term.line.fail(fmt::format("the coefficient {} is not that of the equivalent term in line {}, {}", exact_text(term.value),
                                   first_term[orbit]->line.number, exact_text(values[orbit])));
      ++listed[orbit];
    }
    for (std::size_t orbit = 0; orbit < columns; ++orbit)
      if (listed[orbit] > 0 && listed[orbit] != members[orbit] && values[orbit] != 0)
        first_term[orbit]->line.fail(fmt::format(
            "only {} of the {} terms equivalent to this one are listed, so the energy would depend on the order of the atoms",
            listed[orbit], members[orbit]));
    if (type.atoms() == 2)
      for (std::size_t orbit = 0; orbit < columns; ++orbit)
        if (!first_term[orbit]) raw.line.fail(fmt::format("coefficient {} of {} is missing", orbit, type.name()));
    return values;
  }

  static std::size_t orbit_of(const RawTerm& term, const RawType& raw, const ClusterType& type) {
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
    if (!has_offsets_) return;
    std::vector<const RawOffset*> of_type(out_.elements.size(), nullptr);
    for (const RawOffset& offset : offsets_) {
      if (offset.type < 0 || offset.type >= std::ssize(of_type))
        offset.line.fail("there is no atom type " + offset.line.words[2]);
      auto& entry = of_type[static_cast<std::size_t>(offset.type)];
      if (entry) offset.line.fail("the energy offset of atom type " + offset.line.words[2] + " is given twice");
      entry = &offset;
    }
    for (std::size_t t = 0; t < of_type.size(); ++t) {
      const std::string symbol(out_.elements[t].symbol());
      if (!of_type[t]) fail("the energy offset of " + symbol + " is missing");
      if (excluded_types_.contains(static_cast<long>(t))) {
        if (of_type[t]->value != 0) of_type[t]->line.fail("the energy of " + symbol + " is excluded, but its offset is not zero");
        out_.excluded.push_back(symbol);
        continue;
      }
      basis_types_.emplace_back(std::vector{out_.elements[t]}, 1, std::vector<Slot>{}, form_);
      out_.coefficients.push_back(of_type[t]->value * units::kcal_per_mol_to_ev);
    }
  }

  ChimesText text_;
  ChimesParams out_;
  std::vector<long> orders_;  // for 2, 3, 4 atoms
  RadialForm form_;
  bool has_smoothing_ = false;
  ChimesCutoffs cutoffs_;
  std::optional<double> penalty_distance_;
  std::optional<double> penalty_scale_;
  std::map<long, ChimesLine> excluded_types_;
  std::map<long, ChimesLine> excluded_pairs_;
  std::map<int, long> counts_;                                  // atoms -> announced number of types
  std::map<int, std::vector<std::pair<long, RawType>>> types_;  // atoms -> (index, section)
  std::map<int, std::vector<RawMap>> maps_;
  bool has_offsets_ = false;
  std::vector<RawOffset> offsets_;
  std::vector<ClusterType> basis_types_;
};

}  // namespace

ChimesParams read_chimes_params(const std::string& path) { return ParamsReader(path).read(); }

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
