#include "carillon/exchange/chimes_statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>

#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

class StatementReader {
public:
  explicit StatementReader(const std::string& path) : text_(path) { out_.path = path; }

  ChimesStatements read() {
    while (!text_.peek().starts_with({"ENDFILE"})) read_statement();
    out_.comments = text_.comments();
    return std::move(out_);
  }

private:
  void read_statement() {
    using Handler = std::function<void(StatementReader&)>;
    static const std::vector<std::pair<std::vector<std::string>, Handler>> statements = {
        {{"USECOUL:"}, [](StatementReader& r) { r.refuse_if_true("coulomb interactions"); }},
        {{"FITCOUL:"}, [](StatementReader& r) { r.refuse_if_true("fitted charges"); }},
        {{"USEPOVR:"}, [](StatementReader& r) { r.refuse_if_true("over-coordination terms"); }},
        {{"FITPOVR:"}, [](StatementReader& r) { r.refuse_if_true("over-coordination terms"); }},
        {{"USE3BCH:"}, [](StatementReader& r) { r.text_.take().boolean(1, "USE3BCH"); }},
        {{"USE4BCH:"}, [](StatementReader& r) { r.text_.take().boolean(1, "USE4BCH"); }},
        {{"EXCL1B:"}, [](StatementReader& r) { r.read_excluded(r.out_.excluded_elements); }},
        {{"EXCLD1B:"}, [](StatementReader& r) { r.read_excluded(r.out_.excluded_elements); }},
        {{"EXCL2B:"}, [](StatementReader& r) { r.read_excluded(r.out_.excluded_pairs); }},
        {{"EXCLD2B:"}, [](StatementReader& r) { r.read_excluded(r.out_.excluded_pairs); }},
        {{"PAIRTYP:"}, [](StatementReader& r) { r.read_orders(); }},
        {{"ATOM", "TYPES:"}, [](StatementReader& r) { r.read_atom_types(); }},
        {{"ATOM", "PAIRS:"}, [](StatementReader& r) { r.read_atom_pairs(); }},
        {{"ATOM", "PAIR", "TRIPLETS:"}, [](StatementReader& r) { r.read_count(3); }},
        {{"ATOM", "PAIR", "QUADRUPLETS:"}, [](StatementReader& r) { r.read_count(4); }},
        {{"FCUT", "TYPE:"}, [](StatementReader& r) { r.read_smoothing(); }},
        {{"PAIR", "CHEBYSHEV", "PENALTY", "DIST:"}, [](StatementReader& r) { r.read_penalty(r.out_.penalty_distance); }},
        {{"PAIR", "CHEBYSHEV", "PENALTY", "SCALING:"}, [](StatementReader& r) { r.read_penalty(r.out_.penalty_scale); }},
        {{"SPECIAL"}, [](StatementReader& r) { r.out_.cutoffs.read_special(r.text_); }},
        {{"PAIR", "CHEBYSHEV", "PARAMS"}, [](StatementReader& r) { r.text_.take(); }},
        {{"TRIPLET", "CHEBYSHEV", "PARAMS"}, [](StatementReader& r) { r.text_.take(); }},
        {{"QUADRUPLET", "CHEBYSHEV", "PARAMS"}, [](StatementReader& r) { r.text_.take(); }},
        {{"PAIRTYPE", "PARAMS:"}, [](StatementReader& r) { r.read_pair_type(); }},
        {{"TRIPLETTYPE", "PARAMS:"}, [](StatementReader& r) { r.read_cluster_type(3); }},
        {{"QUADRUPLETYPE", "PARAMS:"}, [](StatementReader& r) { r.read_cluster_type(4); }},
        {{"PAIRMAPS:"}, [](StatementReader& r) { r.read_maps(2); }},
        {{"TRIPMAPS:"}, [](StatementReader& r) { r.read_maps(3); }},
        {{"QUADMAPS:"}, [](StatementReader& r) { r.read_maps(4); }},
        {{"NO", "ENERGY", "OFFSETS:"}, [](StatementReader& r) { r.read_offsets(); }},
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
    refuse_repeated(line, !out_.orders.empty());
    if (line.word(1, "CHEBYSHEV") != "CHEBYSHEV") line.fail("only CHEBYSHEV potentials are known, found '" + line.words[1] + "'");
    for (std::size_t w = 2; w < line.words.size(); ++w) out_.orders.push_back(line.integer(w, "an order"));
    // The last two numbers are the range of the polynomials; short forms of the line leave it out.
    if (out_.orders.size() >= 3 && out_.orders[out_.orders.size() - 2] < 0) {
      if (out_.orders[out_.orders.size() - 2] != -1 || out_.orders.back() != 1)
        line.fail("the polynomials must range from -1 to 1");
      out_.orders.resize(out_.orders.size() - 2);
    }
    if (out_.orders.empty() || out_.orders.size() > 3)
      line.fail("expected the orders for 2, 3 and 4 atoms, found '" + line.text() + "'");
    out_.orders.resize(3, 0);
    const long largest = *std::max_element(out_.orders.begin(), out_.orders.end());
    if (out_.orders[0] < 1 || out_.orders[1] < 0 || out_.orders[2] < 0 || largest > 255)
      line.fail("an order is out of range in '" + line.text() + "'");
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
      out_.elements.push_back(element);
      out_.masses.push_back(mass);
    }
  }

  void read_atom_pairs() {
    const ChimesLine header = text_.take();
    refuse_repeated(header, !out_.cutoffs.pairs().empty());
    const long count = header.integer(2, "the number of pairs");
    if (count < 1) header.fail("a potential has at least one pair");
    for (long p = 0; p < count; ++p) {
      const ChimesLine& row = take_row();
      if (row.integer(0, "the index of the pair") != p) row.fail(fmt::format("expected pair {}, found '{}'", p, row.text()));
      const std::size_t column = coordinate_column(row);
      read_coordinate(row, column);
      ChimesPair pair{row.element(1, "atom type"),
                      row.element(2, "atom type"),
                      row.real(3, "the inner cutoff"),
                      row.real(4, "the outer cutoff"),
                      1.0,
                      row};
      if (out_.form.coordinate == CoordinateKind::morse) pair.lambda = row.real(column + 1, "the morse length");
      out_.cutoffs.add_pair(std::move(pair));
    }
  }

  /// Where the coordinate stands: seven columns without s_delta, eight with it; coordinates other than morse have no length.
  static std::size_t coordinate_column(const ChimesLine& row) {
    for (const std::size_t column : {5u, 6u})
      if (column < row.words.size() && std::isupper(static_cast<unsigned char>(row.words[column][0]))) return column;
    row.fail("expected index, two elements, two cutoffs, [s_delta,] MORSE and its length, found '" + row.text() + "'");
  }

  void read_coordinate(const ChimesLine& row, std::size_t column) {
    static const std::map<std::string, CoordinateKind> kinds = {{"MORSE", CoordinateKind::morse},
                                                                {"INVRSE_R", CoordinateKind::inverse},
                                                                {"DEFAULT", CoordinateKind::direct},
                                                                {"NONE", CoordinateKind::direct}};
    const auto kind = kinds.find(row.words[column]);
    if (kind == kinds.end())
      row.fail("the coordinate '" + row.words[column] + "' is not known; known: MORSE, INVRSE_R, DEFAULT, NONE");
    if (!out_.cutoffs.pairs().empty() && kind->second != out_.form.coordinate)
      row.fail("all pairs must have the same coordinate");
    out_.form.coordinate = kind->second;
  }

  void read_count(int atoms) {
    const ChimesLine& line = text_.take();
    refuse_repeated(line, out_.announced.contains(atoms));
    out_.announced.emplace(atoms, line.integer(3, "the number of types"));
  }

  void read_smoothing() {
    const ChimesLine& line = text_.take();
    refuse_repeated(line, out_.has_smoothing);
    out_.has_smoothing = true;
    const std::string& kind = line.word(2, "CUBIC or TERSOFF");
    if (kind != "CUBIC" && kind != "TERSOFF") line.fail("the smoothing '" + kind + "' is not known; known: CUBIC, TERSOFF");
    out_.form.smoothing.kind = kind == "CUBIC" ? SmoothingKind::cubic : SmoothingKind::tersoff;
    if (kind == "CUBIC") return;
    out_.form.smoothing.fraction = line.real(3, "the fraction");
    if (out_.form.smoothing.fraction <= 0 || out_.form.smoothing.fraction > 1)
      line.fail("the fraction " + line.words[3] + " of TERSOFF is outside (0, 1]");
  }

  void read_penalty(std::optional<double>& value) {
    const ChimesLine& line = text_.take();
    refuse_repeated(line, value.has_value());
    value = line.real(4, "the penalty");
    if (*value < 0) line.fail("the penalty is negative");
  }

  void read_pair_type() {
    ChimesStatements::Type type{0, {}, false, {}, text_.take()};
    type.atoms = {type.line.element(3, "atom type"), type.line.element(4, "atom type")};
    long first_word = 0;
    while (parse_long(text_.peek().words[0], first_word)) {
      const ChimesLine& row = text_.take();
      if (row.words.size() != 2) row.fail("expected an index and a coefficient, found '" + row.text() + "'");
      ChimesStatements::Term term{{}, row.real(1, "the coefficient"), row};
      // Row k is T_{k+1}: two-body series have no constant term.
      const long power = row.integer(0, "the index") + 1;
      if (power < 1 || power > 255) row.fail("index " + row.words[0] + " is out of range");
      term.powers[0] = static_cast<std::uint8_t>(power);
      type.terms.push_back(std::move(term));
    }
    type.index = type.line.integer(2, "the index of the pair");
    out_.types[2].push_back(std::move(type));
  }

  void read_cluster_type(int atoms) {
    ChimesStatements::Type type{0, {}, false, {}, text_.take()};
    const ChimesLine names = text_.take();
    if (names.word(0, "INDEX:") != "INDEX:" || names.word(2, "ATOMS:") != "ATOMS:" ||
        static_cast<int>(names.words.size()) != 3 + atoms)
      names.fail(fmt::format("expected 'INDEX: i ATOMS:' and {} atom types, found '{}'", atoms, names.text()));
    type.line = names;
    type.index = names.integer(1, "the index of the type");
    for (int a = 0; a < atoms; ++a) type.atoms.push_back(names.element(3 + static_cast<std::size_t>(a), "atom type"));
    const long count = read_pairs_line(type);
    if (!type.excluded) {
      while (text_.peek().text().find('|') != std::string::npos || text_.peek().words[0].starts_with("---")) text_.take();
      for (long i = 0; i < count; ++i) type.terms.push_back(read_term(atoms));
    }
    out_.types[atoms].push_back(std::move(type));
  }

  /// `PAIRS: CC CN CN UNIQUE: u TOTAL: m`, or EXCLUDED: in place of the numbers. Returns m.
  long read_pairs_line(ChimesStatements::Type& type) {
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

  ChimesStatements::Term read_term(int atoms) {
    const ChimesLine& row = text_.take();
    const auto slots = static_cast<std::size_t>(slot_count(atoms));
    long index = 0;
    if (!parse_long(row.words[0], index)) row.fail("fewer terms than TOTAL: says: found '" + row.text() + "'");
    if (row.words.size() != slots + 4)
      row.fail(fmt::format("expected a row of {} words (index, {} powers, two indices, coefficient), found '{}'", slots + 4,
                           slots, row.text()));
    ChimesStatements::Term term{{}, row.real(slots + 3, "the coefficient"), row};
    for (std::size_t p = 0; p < slots; ++p) {
      const long power = row.integer(1 + p, "a power");
      if (power < 0 || power > 255) row.fail("power " + row.words[1 + p] + " is out of range");
      term.powers[p] = static_cast<std::uint8_t>(power);
    }
    return term;
  }

  void read_maps(int atoms) {
    const ChimesLine header = text_.take();
    refuse_repeated(header, out_.maps.contains(atoms));
    const long count = header.integer(1, "the number of names");
    for (long i = 0; i < count; ++i) {
      const ChimesLine& row = text_.take();
      ChimesStatements::Map map{row.integer(0, "the index of the type"), {}, row};
      const auto symbols = split_symbols(row.word(1, "the name"));
      if (!symbols || static_cast<int>(symbols->size()) != 2 * slot_count(atoms))
        row.fail("'" + row.words[1] + "' is not a name of pairs");
      std::map<Element, int> appearances;
      for (const Element element : *symbols) ++appearances[element];
      for (const auto& [element, times] : appearances)
        for (int k = 0; k < times / (atoms - 1); ++k) map.elements.push_back(element);
      out_.maps[atoms].push_back(std::move(map));
    }
    out_.maps.try_emplace(atoms);
  }

  void read_offsets() {
    const ChimesLine header = text_.take();
    refuse_repeated(header, out_.has_offsets);
    out_.has_offsets = true;
    const long count = header.integer(3, "the number of energy offsets");
    for (long i = 0; i < count; ++i) {
      const ChimesLine& row = text_.take();
      if (!row.starts_with({"ENERGY", "OFFSET"})) row.fail("expected 'ENERGY OFFSET type value', found '" + row.text() + "'");
      out_.offsets.push_back({row.integer(2, "the atom type") - 1, row.real(3, "the energy offset"), row});
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

  ChimesText text_;
  ChimesStatements out_;
};

}  // namespace

ChimesStatements read_chimes_statements(const std::string& path) { return StatementReader(path).read(); }

}  // namespace carillon
