#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "carillon/core/units.hpp"
#include "formats.hpp"

namespace carillon {
namespace {

/// What one number of the header is.
struct HeaderField {
  enum class Kind { cell, stress, energy, temperature, skip };
  Kind kind;
  int row = 0;
  int column = 0;
};

using Kind = HeaderField::Kind;

struct NamedField {
  std::string_view name;
  HeaderField field;
};

// clang-format off
constexpr std::array<NamedField, 21> named_fields = {{
    {"lx", {Kind::cell, 0, 0}}, {"ly", {Kind::cell, 1, 1}}, {"lz", {Kind::cell, 2, 2}},
    {"ax", {Kind::cell, 0, 0}}, {"ay", {Kind::cell, 0, 1}}, {"az", {Kind::cell, 0, 2}},
    {"bx", {Kind::cell, 1, 0}}, {"by", {Kind::cell, 1, 1}}, {"bz", {Kind::cell, 1, 2}},
    {"cx", {Kind::cell, 2, 0}}, {"cy", {Kind::cell, 2, 1}}, {"cz", {Kind::cell, 2, 2}},
    {"xx", {Kind::stress, 0, 0}}, {"yy", {Kind::stress, 1, 1}}, {"zz", {Kind::stress, 2, 2}},
    {"xy", {Kind::stress, 0, 1}}, {"xz", {Kind::stress, 0, 2}}, {"yz", {Kind::stress, 1, 2}},
    {"energy", {Kind::energy}}, {"temperature", {Kind::temperature}}, {"skip", {Kind::skip}},
}};
// clang-format on

using Names = std::vector<std::string>;

const Names length_names = {"lx", "ly", "lz"};
const Names vector_names = {"ax", "ay", "az", "bx", "by", "bz", "cx", "cy", "cz"};
const Names stress_names = {"xx", "yy", "zz", "xy", "xz", "yz"};  // the order of the format

/// What the numbers of a header are, in their order.
struct HeaderLayout {
  Names names;
  std::vector<HeaderField> fields;
  int stress_components = 0;
  bool orthorhombic = false;
};

HeaderField field_of(const std::string& name) {
  for (const NamedField& field : named_fields)
    if (name == field.name) return field.field;
  std::vector<std::string_view> known;
  for (const NamedField& field : named_fields) known.push_back(field.name);
  throw InputError(fmt::format("columns: unknown name '{}'; known: {}", name, fmt::join(known, " ")));
}

/// @throws InputError  a name is unknown or repeated, or cell or stress are incomplete
HeaderLayout make_layout(const Names& names) {
  HeaderLayout layout{names, {}, 0, false};
  for (const std::string& name : names) {
    layout.fields.push_back(field_of(name));
    if (name != "skip" && std::count(names.begin(), names.end(), name) > 1)
      throw InputError(fmt::format("columns: '{}' is given twice", name));
  }
  const auto found = [&](const Names& wanted) {
    return std::count_if(wanted.begin(), wanted.end(),
                         [&](const auto& name) { return std::count(names.begin(), names.end(), name) == 1; });
  };
  const auto lengths = found(length_names);
  const auto vectors = found(vector_names);
  if (lengths + vectors != (lengths > 0 ? 3 : 9))
    throw InputError("columns: the cell is neither lx ly lz nor ax ay az bx by bz cx cy cz");
  layout.orthorhombic = lengths == 3;
  layout.stress_components = static_cast<int>(found(stress_names));
  const bool diagonal = layout.stress_components == 3 && found({"xx", "yy", "zz"}) == 3;
  if (layout.stress_components % 6 != 0 && !diagonal)
    throw InputError("columns: the stress is neither xx yy zz nor all of xx yy zz xy xz yz");
  return layout;
}

/// The layouts that the format has for a cell: with 0, 3 or 6 stresses, without and with energy. All differ in length.
std::vector<HeaderLayout> usual_layouts(const Names& cell) {
  std::vector<HeaderLayout> layouts;
  for (const std::ptrdiff_t components : {0, 3, 6}) {
    Names names = cell;
    names.insert(names.end(), stress_names.begin(), stress_names.begin() + components);
    layouts.push_back(make_layout(names));
    names.emplace_back("energy");
    layouts.push_back(make_layout(names));
  }
  return layouts;
}

/// Some programs of the field leave a Fortran `d` without exponent at the end of a number: `12.5d`.
std::string_view without_bare_d(std::string_view word) {
  const bool bare = word.size() > 1 && (word.back() == 'd' || word.back() == 'D');
  return bare ? word.substr(0, word.size() - 1) : word;
}

Eigen::Vector3d read_vector(const FrameLines& lines, std::string_view& rest, std::string_view what) {
  constexpr std::array<std::string_view, 3> axes = {"x", "y", "z"};
  Eigen::Vector3d out;
  for (int d = 0; d < 3; ++d) out[d] = lines.number(without_bare_d(take_word(rest)), what, axes[static_cast<std::size_t>(d)]);
  return out;
}

/// The field's training format: forces in Hartree/bohr on the atom lines; cell (Å), stress (GPa, pressure positive, order
/// xx yy zz xy xz yz) and energy (kcal/mol) as bare numbers in the header, told apart by their count.
class Xyzf : public FrameFormat {
public:
  explicit Xyzf(const DataOptions& options)
      : FrameFormat(options), orthorhombic_(usual_layouts(length_names)), triclinic_(usual_layouts(vector_names)) {
    refuse_keys(options, "xyzf");
    if (options.stress_convention) throw InputError("a stress convention is given, but the format xyzf has its own");
    if (!options.columns.empty()) declared_.push_back(make_layout(options.columns));
  }

protected:
  std::string_view read_body(FrameLines& lines, long atoms, Structure& frame, KeyTally* tally) const override {
    const std::string_view header = lines.header_line();
    read_header(lines, header, frame, tally);
    count_key(lines, tally, Quantity::forces, "atom columns");
    if (!frame.forces) frame.forces.emplace();
    for (long atom = 0; atom < atoms; ++atom) {
      const std::string_view line = lines.atom_line(atom);
      std::string_view rest = line;
      frame.species.push_back(lines.element(take_word(rest)));
      frame.positions.push_back(read_vector(lines, rest, "position"));
      frame.forces->push_back(read_vector(lines, rest, "force") * units::hartree_per_bohr_to_ev_per_angstrom);
      if (!trim(rest).empty()) lines.fail_words(line, 7, "El x y z fx fy fz");
    }
    return header;
  }

private:
  void read_header(const FrameLines& lines, std::string_view header, Structure& frame, KeyTally* tally) const;
  const HeaderLayout& layout_of(const FrameLines& lines, std::string_view header, bool non_ortho, std::size_t numbers) const;

  std::vector<HeaderLayout> orthorhombic_;
  std::vector<HeaderLayout> triclinic_;
  std::vector<HeaderLayout> declared_;  // one layout when the user declared the columns
};

const HeaderLayout& Xyzf::layout_of(const FrameLines& lines, std::string_view header, bool non_ortho, std::size_t numbers) const {
  const std::vector<HeaderLayout>& layouts = !declared_.empty() ? declared_ : non_ortho ? triclinic_ : orthorhombic_;
  for (const HeaderLayout& layout : layouts)
    if (layout.fields.size() == numbers) return layout;
  constexpr std::size_t shown = 300;
  const char* kind = non_ortho ? " after NON_ORTHO" : "";
  if (!declared_.empty())
    lines.fail(fmt::format("the header has {} numbers{}, but {} columns are declared: {}", numbers, kind,
                           declared_.front().names.size(), quoted(header, shown)));
  lines.fail(fmt::format("the header has {} numbers{}, which is none of {}; declare them with columns: {}", numbers, kind,
                         non_ortho ? "9 10 12 13 15 16" : "3 4 6 7 9 10", quoted(header, shown)));
}

void Xyzf::read_header(const FrameLines& lines, std::string_view header, Structure& frame, KeyTally* tally) const {
  std::vector<std::string_view> words = split_words(header);
  const bool non_ortho = !words.empty() && (words.front() == "NON_ORTHO" || words.front() == "NON-ORTHO");
  if (non_ortho) words.erase(words.begin());
  const HeaderLayout& layout = layout_of(lines, header, non_ortho, words.size());
  Eigen::Matrix3d stress = Eigen::Matrix3d::Zero();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const HeaderField& field = layout.fields[i];
    if (field.kind == Kind::skip) continue;
    const double value = lines.number(without_bare_d(words[i]), "header number", layout.names[i]);
    if (field.kind == Kind::cell) frame.cell.vectors(field.row, field.column) = value;
    if (field.kind == Kind::stress) stress(field.row, field.column) = stress(field.column, field.row) = value;
    if (field.kind == Kind::energy) frame.energy = value * units::kcal_per_mol_to_ev;
    if (field.kind == Kind::temperature) frame.temperature = value;
  }
  if (layout.orthorhombic && frame.cell.vectors.diagonal().minCoeff() <= 0)
    lines.fail("a cell length is not above 0: " + quoted(header));
  frame.cell.periodic = {true, true, true};
  check_cell(lines, frame.cell);
  if (frame.temperature.value_or(0) < 0) lines.fail("the temperature is below 0");
  if (frame.energy) count_key(lines, tally, Quantity::energy, "header");
  if (frame.temperature) count_key(lines, tally, Quantity::temperature, "header");
  if (layout.stress_components == 0) return;
  frame.stress = stress * stress_factor(StressConvention::gpa_pressure);
  frame.stress_is_diagonal = layout.stress_components == 3;
  count_key(lines, tally, Quantity::stress, "header");
}

}  // namespace

std::unique_ptr<FrameFormat> make_xyzf(const DataOptions& options) { return std::make_unique<Xyzf>(options); }

}  // namespace carillon
