#include "carillon/exchange/chimes_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

using StressRows = ChimesSetup::StressRows;

std::string upper_case(std::string word) {
  for (char& letter : word) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return word;
}

class SetupReader {
public:
  explicit SetupReader(const std::string& path) : text_(path) { out_.path = path; }

  ChimesSetup read() {
    while (!is_keyword(text_.peek(), "ENDFILE")) read_statement();
    for (const char* keyword : {"TRJFILE", "NFRAMES", "PAIRTYP", "CHBTYPE", "NATMTYP", "TYPEIDX", "PAIRIDX"})
      if (!seen_.contains(keyword)) fail_at({out_.path}, fmt::format("the keyword '# {} #' is missing", keyword));
    check_pairs();
    check_exclusions();
    out_.cutoffs.check_elements(out_.elements);
    return std::move(out_);
  }

private:
  using Handler = std::function<void(SetupReader&, const ChimesLine&)>;

  static bool is_keyword(const ChimesLine& line) {
    return line.words.size() >= 3 && line.words[0] == "#" && line.words[2] == "#";
  }
  static bool is_keyword(const ChimesLine& line, const char* keyword) { return is_keyword(line) && line.words[1] == keyword; }

  /// The keywords `# KEY #`; a handler gets the keyword's own line and takes the value from the next.
  static const std::vector<std::pair<std::string, Handler>>& keywords() {
    static const std::vector<std::pair<std::string, Handler>> table = {
        {"TRJFILE", [](SetupReader& r, const ChimesLine&) { r.read_trajectory(); }},
        {"WRAPTRJ", [](SetupReader& r, const ChimesLine& k) { r.ignore(k, "positions may lie anywhere"); }},
        {"NFRAMES", [](SetupReader& r, const ChimesLine&) { r.out_.frames = r.positive("the number of frames"); }},
        {"NLAYERS",
         [](SetupReader& r, const ChimesLine& k) { r.ignore(k, "periodic images are found as far as the cutoffs reach"); }},
        {"FITCOUL", [](SetupReader& r, const ChimesLine& k) { r.refuse_if_true(k, "fitted charges"); }},
        {"CNSCOUL", [](SetupReader& r, const ChimesLine& k) { r.refuse_if_true(k, "constrained charges"); }},
        {"FITPOVR", [](SetupReader& r, const ChimesLine& k) { r.refuse_if_true(k, "over-coordination terms"); }},
        {"FITSTRS", [](SetupReader& r, const ChimesLine&) { r.read_stress(); }},
        {"FITENER", [](SetupReader& r, const ChimesLine&) { r.read_energies(); }},
        {"PAIRTYP", [](SetupReader& r, const ChimesLine&) { r.read_orders(); }},
        {"CHBTYPE", [](SetupReader& r, const ChimesLine&) { r.read_coordinate(); }},
        {"CHEBYFIX", [](SetupReader& r, const ChimesLine&) { r.read_below_inner(); }},
        {"FCUTTYP", [](SetupReader& r, const ChimesLine&) { r.read_smoothing(); }},
        {"SPLITFI", [](SetupReader& r, const ChimesLine& k) { r.ignore(k, "no design matrix is written"); }},
        {"HIERARC", [](SetupReader& r, const ChimesLine&) { r.out_.hierarchical = r.text_.take().boolean(0, "HIERARC"); }},
        {"USENEIG", [](SetupReader& r, const ChimesLine& k) { r.ignore(k, "neighbours are found in cells of any size"); }},
        {"SKPFRMS", [](SetupReader& r, const ChimesLine& k) { r.ignore(k, "it only shares out the frames among processes"); }},
        {"NATMTYP", [](SetupReader& r, const ChimesLine&) { r.atom_types_ = r.positive("the number of atom types"); }},
        {"TYPEIDX", [](SetupReader& r, const ChimesLine& k) { r.read_atom_types(k); }},
        {"PAIRIDX", [](SetupReader& r, const ChimesLine& k) { r.read_pairs(k); }},
    };
    return table;
  }

  static std::string known_keywords() {
    std::string out;
    for (const auto& [name, handler] : keywords()) out += name + ", ";
    return out + "ENDFILE, and the lines EXCLUDE nB INTERACTION:, SPECIAL nB S_MINIM:, SPECIAL nB S_MAXIM:, CHARGE CONSTRAINTS:";
  }

  void read_statement() {
    const ChimesLine& line = text_.peek();
    if (is_keyword(line)) return read_keyword();
    if (line.starts_with({"EXCLUDE"})) return read_exclusions();
    if (line.starts_with({"SPECIAL"})) return out_.cutoffs.read_special(text_);
    if (line.starts_with({"CHARGE", "CONSTRAINTS:"})) return ignore_charge_constraints();
    // `# remark`, without the second sign of a keyword. A keyword that lacks it does not pass: its value is an unknown line.
    if (line.words[0] == "#") {
      out_.ignored.push_back({"#", line.text(), line.number, "a remark"});
      text_.take();
      return;
    }
    line.fail(fmt::format("'{}' is not known here; known: {}", line.text(), known_keywords()));
  }

  void read_keyword() {
    const ChimesLine line = text_.take();
    const std::string& name = line.words[1];
    const auto& table = keywords();
    const auto entry = std::find_if(table.begin(), table.end(), [&](const auto& e) { return e.first == name; });
    if (entry == table.end()) line.fail(fmt::format("unknown keyword '{}'; known: {}", name, known_keywords()));
    if (!seen_.emplace(name, line.number).second)
      line.fail(fmt::format("the keyword {} is given twice, first in line {}", name, seen_.at(name)));
    if (is_keyword(text_.peek())) line.fail(fmt::format("the keyword {} has no value", name));
    entry->second(*this, line);
  }

  void ignore(const ChimesLine& keyword, const char* reason) {
    out_.ignored.push_back({keyword.words[1], text_.take().text(), keyword.number, reason});
  }

  void refuse_if_true(const ChimesLine& keyword, const char* what) {
    const ChimesLine& value = text_.take();
    if (value.boolean(0, keyword.words[1].c_str()))
      value.fail(fmt::format("{} asks for {}, which Carillon does not have", keyword.words[1], what));
  }

  long positive(const char* what) {
    const ChimesLine& line = text_.take();
    const long value = line.integer(0, what);
    if (value < 1) line.fail(fmt::format("{} is {}: expected at least 1", what, value));
    return value;
  }

  static long count_of(const ChimesLine& line) {
    const long count = line.integer(1, "the number of frames");
    if (count < 0) line.fail("the number of frames is negative");
    return count;
  }

  void read_trajectory() {
    const ChimesLine& line = text_.take();
    out_.trajectory_is_list = line.words[0] == "MULTI";
    if (line.words.size() != (out_.trajectory_is_list ? 2 : 1))
      line.fail("expected a file, or MULTI and a list of files, found '" + line.text() + "'");
    out_.trajectory = line.words.back();
  }

  void read_stress() {
    const ChimesLine& line = text_.take();
    const std::string kind = upper_case(line.words[0]);
    if (kind == "ALL" || kind == "A") {
      out_.stress = StressRows::full;
      // The field's fitter does not look at a number after ALL.
      if (line.words.size() > 1)
        out_.ignored.push_back({"FITSTRS", line.text(), line.number, "ALL means all frames, whatever number follows"});
    } else if (kind == "FIRSTALL") {
      out_.stress = StressRows::full;
      out_.stress_frames = count_of(line);
    } else if (kind == "FIRST") {
      out_.stress = StressRows::diagonal;
      out_.stress_frames = count_of(line);
    } else {
      out_.stress =
          line.boolean(0, "FITSTRS (also possible: ALL, FIRST n, FIRSTALL n)") ? StressRows::diagonal : StressRows::none;
    }
  }

  void read_energies() {
    const ChimesLine& line = text_.take();
    if (upper_case(line.words[0]) == "FIRST") {
      out_.energies = true;
      out_.energy_frames = count_of(line);
    } else {
      out_.energies = line.boolean(0, "FITENER (also possible: FIRST n)");
    }
  }

  void read_orders() {
    const ChimesLine& line = text_.take();
    if (line.words[0] != "CHEBYSHEV") line.fail("only CHEBYSHEV is known, found '" + line.words[0] + "'");
    std::vector<long> numbers;
    for (std::size_t w = 1; w < line.words.size(); ++w) numbers.push_back(line.integer(w, "an order"));
    if (numbers.size() >= 3 && numbers[numbers.size() - 2] < 0) {
      if (numbers[numbers.size() - 2] != -1 || numbers.back() != 1) line.fail("the polynomials must range from -1 to 1");
      numbers.resize(numbers.size() - 2);
    }
    if (numbers.empty() || numbers.size() > 3)
      line.fail("expected CHEBYSHEV and the orders for 2, 3 and 4 atoms, found '" + line.text() + "'");
    numbers.resize(3, 0);
    if (numbers[0] < 1 || numbers[1] < 0 || numbers[2] < 0 || numbers[1] == 1 || numbers[2] == 1 ||
        *std::max_element(numbers.begin(), numbers.end()) > 255)
      line.fail("an order is out of range in '" + line.text() + "': 1 to 255 for pairs, 0 or 2 to 255 for larger clusters");
    out_.order_2 = static_cast<int>(numbers[0]);
    out_.order_3 = static_cast<int>(numbers[1]);
    out_.order_4 = static_cast<int>(numbers[2]);
  }

  void read_coordinate() {
    static const std::map<std::string, CoordinateKind> kinds = {{"MORSE", CoordinateKind::morse},
                                                                {"INVRSE_R", CoordinateKind::inverse},
                                                                {"DEFAULT", CoordinateKind::direct},
                                                                {"NONE", CoordinateKind::direct}};
    const ChimesLine& line = text_.take();
    const auto kind = kinds.find(line.words[0]);
    if (kind == kinds.end())
      line.fail("the coordinate '" + line.words[0] + "' is not known; known: MORSE, INVRSE_R, DEFAULT, NONE");
    out_.form.coordinate = kind->second;
  }

  void read_below_inner() {
    const ChimesLine& line = text_.take();
    const std::string& kind = line.words[0];
    if (kind == "ZERO_DERIV") {
      out_.form.below_inner = BelowInner::zero_slope;
    } else if (kind == "CONSTANT_DERIV") {
      out_.form.below_inner = BelowInner::constant_slope;
    } else if (kind == "SMOOTH") {
      constexpr double width = 0.01;  // Å: that of the field's evaluator, and the only one here
      if (line.words.size() > 1 && line.real(1, "the width") != width)
        line.fail("SMOOTH is known with the width 0.01 Å only, found " + line.words[1]);
    } else {
      line.fail("'" + kind + "' is not known; known: SMOOTH, ZERO_DERIV, CONSTANT_DERIV");
    }
  }

  void read_smoothing() {
    const ChimesLine& line = text_.take();
    if (line.words[0] == "CUBIC") {
      out_.form.smoothing.kind = SmoothingKind::cubic;
    } else if (line.words[0] == "TERSOFF") {
      out_.form.smoothing = {SmoothingKind::tersoff, line.real(1, "the fraction")};
      if (out_.form.smoothing.fraction <= 0 || out_.form.smoothing.fraction > 1)
        line.fail("the fraction " + line.words[1] + " of TERSOFF is outside (0, 1]");
    } else {
      line.fail("the smoothing '" + line.words[0] + "' is not known; known: CUBIC, TERSOFF");
    }
  }

  void read_atom_types(const ChimesLine& header) {
    if (atom_types_ == 0) header.fail("'# NATMTYP #' must stand before the table of atom types");
    for (long t = 1; t <= atom_types_; ++t) {
      const ChimesLine& row = text_.take();
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

  void read_pairs(const ChimesLine& header) {
    if (atom_types_ == 0) header.fail("'# NATMTYP #' must stand before the table of pairs");
    for (long p = 0; p < atom_types_ * (atom_types_ + 1) / 2; ++p) {
      const ChimesLine& row = text_.take();
      if (row.integer(0, "the index of the pair") != p + 1)
        row.fail(fmt::format("expected pair {}, found '{}'", p + 1, row.text()));
      ChimesPair pair{row.element(1, "atom type"),
                      row.element(2, "atom type"),
                      row.real(3, "the inner cutoff"),
                      row.real(4, "the outer cutoff"),
                      1.0,
                      row};
      row.real(5, "s_delta");
      // Other coordinates have no length, and then the column may be missing.
      if (row.words.size() > 6 || out_.form.coordinate == CoordinateKind::morse) pair.lambda = row.real(6, "the morse length");
      out_.cutoffs.add_pair(std::move(pair));
    }
  }

  void read_exclusions() {
    const ChimesLine header = text_.take();
    const std::string& bodies = header.word(1, "1B, 2B, 3B or 4B");
    if (bodies.size() != 2 || bodies[0] < '1' || bodies[0] > '4' || bodies[1] != 'B' ||
        header.word(2, "INTERACTION:") != "INTERACTION:")
      header.fail("expected 'EXCLUDE nB INTERACTION: count' with n from 1 to 4, found '" + header.text() + "'");
    if (!seen_.emplace("EXCLUDE " + bodies, header.number).second)
      header.fail("'EXCLUDE " + bodies + " INTERACTION:' is given twice");
    const auto atoms = static_cast<std::size_t>(bodies[0] - '0');
    const long count = header.integer(3, "the number of rows");
    for (long i = 0; i < count; ++i) {
      const ChimesLine& row = text_.take();
      if (row.words.size() != atoms) row.fail(fmt::format("expected {} atom types, found '{}'", atoms, row.text()));
      ChimesSetup::Exclusion exclusion{{}, row.number};
      for (std::size_t a = 0; a < atoms; ++a) exclusion.elements.push_back(row.element(a, "atom type"));
      std::sort(exclusion.elements.begin(), exclusion.elements.end());
      out_.exclusions.push_back(std::move(exclusion));
    }
  }

  /// They act on fitted charges, which are refused where they are asked for.
  void ignore_charge_constraints() {
    const ChimesLine header = text_.take();
    long rows = 0;
    while (!is_keyword(text_.peek()) && split_symbols(text_.peek().words[0]).value_or(std::vector<Element>{}).size() == 2) {
      text_.take();
      ++rows;
    }
    out_.ignored.push_back({"CHARGE CONSTRAINTS:", fmt::format("{} rows", rows), header.number, "no charges are fitted"});
  }

  void check_known(Element element, long line) const {
    if (std::find(out_.elements.begin(), out_.elements.end(), element) == out_.elements.end())
      fail_at({out_.path, line}, std::string(element.symbol()) + " is not among the atom types");
  }

  void check_pairs() const {
    for (const ChimesPair& pair : out_.cutoffs.pairs()) {
      check_known(pair.first, pair.line.number);
      check_known(pair.second, pair.line.number);
    }
  }

  void check_exclusions() const {
    for (const auto& [elements, line] : out_.exclusions) {
      for (const Element element : elements) check_known(element, line);
      if (elements.size() <= 2 && !out_.hierarchical)
        fail_at({out_.path, line},
                "exclusions of one or two atoms need '# HIERARC #' true: without it the field's fitter takes no notice of them");
    }
  }

  ChimesText text_;
  ChimesSetup out_ = initial();
  std::map<std::string, long> seen_;  // keyword -> line
  long atom_types_ = 0;

  /// What the field's fitter does where the file is silent.
  static ChimesSetup initial() {
    ChimesSetup setup;
    setup.form.smoothing.kind = SmoothingKind::cubic;
    return setup;
  }
};

/// Cluster types in the fitter's order: nested loops over the atom types as listed.
void add_types(const ChimesSetup& setup, std::size_t atoms, std::size_t next, std::vector<Element>& chosen,
               std::vector<std::vector<Element>>& out) {
  if (chosen.size() == atoms) {
    out.push_back(chosen);
    std::sort(out.back().begin(), out.back().end());
    return;
  }
  for (std::size_t e = next; e < setup.elements.size(); ++e) {
    chosen.push_back(setup.elements[e]);
    add_types(setup, atoms, e, chosen, out);
    chosen.pop_back();
  }
}

std::vector<std::vector<Element>> element_choices(const ChimesSetup& setup, std::size_t atoms) {
  std::vector<std::vector<Element>> out;
  std::vector<Element> chosen;
  add_types(setup, atoms, 0, chosen, out);
  if (atoms == 2) std::stable_partition(out.begin(), out.end(), [](const auto& pair) { return pair[0] == pair[1]; });
  return out;
}

}  // namespace

ChimesSetup read_chimes_setup(const std::string& path) { return SetupReader(path).read(); }

BasisSet basis_set(const ChimesSetup& setup) {
  std::vector<ClusterType> types;
  const auto add = [&](std::size_t atoms, int order) {
    for (const auto& elements : element_choices(setup, atoms)) {
      const bool excluded = std::any_of(setup.exclusions.begin(), setup.exclusions.end(),
                                        [&](const ChimesSetup::Exclusion& exclusion) { return exclusion.elements == elements; });
      if (!excluded) types.emplace_back(elements, order, setup.cutoffs.slots(elements), setup.form);
    }
  };
  try {
    add(2, setup.order_2);
    if (setup.order_3 > 0) add(3, setup.order_3);
    if (setup.order_4 > 0) add(4, setup.order_4);
    if (setup.energies) add(1, 1);
  } catch (const DomainError& problem) {
    throw InputError(setup.path + ": " + problem.what());
  }
  if (types.empty()) throw InputError(setup.path + ": nothing is left to fit: every cluster type is excluded");
  return BasisSet(std::move(types));
}

}  // namespace carillon
