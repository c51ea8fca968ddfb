#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "carillon/data/extxyz_comment.hpp"
#include "formats.hpp"

namespace carillon {
namespace {

using Entry = ExtxyzComment::Entry;

Element element_of_number(const FrameLines& lines, std::string_view word) try {
  long number = 0;
  if (!parse_long(word, number)) lines.fail("atomic number is " + quoted(word) + ", not a whole number");
  constexpr long heaviest = 1000;  // anything above is refused by Element, and fits an int
  return Element::from_number(static_cast<int>(std::clamp(number, -1L, heaviest)));
} catch (const DomainError&) {
  lines.fail("unknown atomic number " + quoted(word));
}

/// Where the words of an atom line stand that we read; -1 = not there.
struct AtomColumns {
  int words = 0;  ///< of a whole line
  int symbol = -1;
  int number = -1;
  int position = -1;
  int forces = -1;
};

/// One `name:type:count` of Properties.
struct Property {
  std::string_view name;
  char type = ' ';
  long count = 0;
};

std::string_view take_field(std::string_view& rest) {
  const std::size_t colon = std::min(rest.find(':'), rest.size());
  const std::string_view field = rest.substr(0, colon);
  rest.remove_prefix(std::min(colon + 1, rest.size()));
  return field;
}

Property take_property(const FrameLines& lines, std::string_view& rest) {
  Property property;
  property.name = take_field(rest);
  const std::string_view type = take_field(rest);
  const std::string_view count = take_field(rest);
  constexpr long most_words = 10000;
  if (property.name.empty() || type.size() != 1 || std::string_view("SRIL").find(type) == std::string_view::npos)
    lines.fail(fmt::format("Properties: column {} has the type {}, not one of S R I L", quoted(property.name), quoted(type)));
  if (!parse_long(count, property.count) || property.count < 1 || property.count > most_words)
    lines.fail(
        fmt::format("Properties: column {} has the count {}, not a whole number above 0", quoted(property.name), quoted(count)));
  property.type = type.front();
  return property;
}

bool parse_flag(const FrameLines& lines, std::string_view word) {
  for (const std::string_view yes : {"T", "True", "true", "TRUE", "1"})
    if (word == yes) return true;
  for (const std::string_view no : {"F", "False", "false", "FALSE", "0"})
    if (word == no) return false;
  lines.fail(fmt::format("pbc has {}, not T or F", quoted(word)));
}

std::array<bool, 3> parse_pbc(const FrameLines& lines, std::string_view value) {
  std::array<bool, 3> flags{};
  std::size_t found = 0;
  std::string_view rest = value;
  for (std::string_view word = take_list_element(rest); !word.empty(); word = take_list_element(rest)) {
    if (found == 3) lines.fail("pbc has more than 3 flags: " + quoted(value));
    flags[found++] = parse_flag(lines, word);
  }
  if (found == 1) return {flags[0], flags[0], flags[0]};
  if (found != 3) lines.fail("pbc is " + quoted(value) + ", not 3 flags");
  return flags;
}

/// `_JSON [[1, 2], [3, 4]]`, as ASE writes an array of arrays, as the plain list `1  2   3  4`; other values as they are.
std::string without_json_brackets(std::string_view value) {
  constexpr std::string_view mark = "_JSON";
  if (!value.starts_with(mark)) return std::string(value);
  std::string flat(value.substr(mark.size()));
  for (char& c : flat)
    if (c == '[' || c == ']' || c == ',') c = ' ';
  return flat;
}

/// Up to 9 numbers of a list value; returns how many there are.
int parse_numbers(const FrameLines& lines, const Entry& entry, std::array<double, 9>& out) {
  int count = 0;
  const std::string flat = without_json_brackets(entry.value);
  std::string_view rest = flat;
  for (std::string_view word = take_list_element(rest); !word.empty(); word = take_list_element(rest), ++count) {
    if (count == 9) lines.fail(fmt::format("{} has more than 9 numbers", entry.key));
    out[static_cast<std::size_t>(count)] = lines.number(word, entry.key, "number " + std::to_string(count + 1));
  }
  return count;
}

/// A symmetric tensor from 9 numbers (row by row) or 6 (Voigt order).
Eigen::Matrix3d parse_tensor(const FrameLines& lines, const Entry& entry) {
  std::array<double, 9> n{};
  const int count = parse_numbers(lines, entry, n);
  Eigen::Matrix3d out;
  if (count == 6) {
    for (int i = 0; i < 6; ++i)
      out(voigt_row[i], voigt_column[i]) = out(voigt_column[i], voigt_row[i]) = n[static_cast<std::size_t>(i)];
    return out;
  }
  if (count != 9) lines.fail(fmt::format("{} has {} numbers, not 9 or 6", entry.key, count));
  for (int i = 0; i < 9; ++i) out(i / 3, i % 3) = n[static_cast<std::size_t>(i)];
  // Programs print rounded numbers, so a small difference is noise; a larger one means that it is no stress.
  constexpr double rounding = 1e-4;
  const double difference = (out - out.transpose()).cwiseAbs().maxCoeff();
  if (difference > rounding * out.cwiseAbs().maxCoeff())
    lines.fail(fmt::format("{} is not symmetric: opposite components differ by up to {:.3g}", entry.key, difference));
  // Halves first: the sum of two huge numbers would overflow, and halving is exact.
  return 0.5 * out + 0.5 * out.transpose();
}

Eigen::Matrix3d parse_diagonal(const FrameLines& lines, const Entry& entry) {
  std::array<double, 9> n{};
  const int count = parse_numbers(lines, entry, n);
  if (count != 3) lines.fail(fmt::format("{} has {} numbers, not 3", entry.key, count));
  return Eigen::Vector3d(n[0], n[1], n[2]).asDiagonal();
}

ExtxyzComment parse_comment(const FrameLines& lines, std::string_view header) try {
  return ExtxyzComment(header);
} catch (const InputError& problem) {
  lines.fail(problem.what());
}

std::vector<Property> parse_properties(const FrameLines& lines, std::string_view value) {
  std::vector<Property> properties;
  while (!value.empty()) {
    const Property property = take_property(lines, value);
    for (const Property& earlier : properties)
      if (earlier.name == property.name) lines.fail("Properties: the column " + quoted(property.name) + " is given twice");
    properties.push_back(property);
  }
  return properties;
}

void read_cell(const FrameLines& lines, const ExtxyzComment& comment, Cell& cell) {
  const Entry* lattice = comment.find("Lattice");
  const Entry* pbc = comment.find("pbc");
  if (lattice) {
    std::array<double, 9> n{};
    const int count = parse_numbers(lines, *lattice, n);
    if (count != 9) lines.fail(fmt::format("Lattice has {} numbers, not 9", count));
    for (int i = 0; i < 9; ++i) cell.vectors(i / 3, i % 3) = n[static_cast<std::size_t>(i)];
    cell.periodic = {true, true, true};
  }
  if (pbc) cell.periodic = parse_pbc(lines, pbc->value);
  if (!lattice && cell.any_periodic()) lines.fail("pbc says periodic, but there is no Lattice");
}

void read_atom(FrameLines& lines, std::string_view line, const AtomColumns& columns, Structure& frame) {
  std::string_view rest = line;
  int word = 0;
  while (word < columns.words) {
    if (word == columns.symbol) {
      frame.species.push_back(lines.element(take_word(rest)));
    } else if (word == columns.number) {
      frame.species.push_back(element_of_number(lines, take_word(rest)));
    } else if (word == columns.position) {
      frame.positions.push_back(lines.vector(rest, "position"));
      word += 2;
    } else if (word == columns.forces) {
      frame.forces->push_back(lines.vector(rest, "force"));
      word += 2;
    } else if (take_word(rest).empty()) {
      break;
    }
    ++word;
  }
  if (word < columns.words || !trim(rest).empty())
    lines.fail_words(line, static_cast<std::size_t>(columns.words), "by Properties");
}

/// Extended XYZ: everything is named, in the comment line and its Properties.
class Extxyz : public FrameFormat {
public:
  explicit Extxyz(const DataOptions& options)
      : FrameFormat(options),
        keys_(options.keys),
        stress_factor_(stress_factor(options.stress_convention.value_or(StressConvention::ase))) {
    refuse_columns(options);
    if (!keys_.stress.empty() && !keys_.virial.empty()) throw InputError("keys name both a stress and a virial; name one");
  }

protected:
  std::string_view read_body(FrameLines& lines, long atoms, Structure& frame, KeyTally* tally) const override {
    const std::string_view header = lines.header_line();
    const AtomColumns columns = read_header(lines, header, frame, tally);
    if (columns.forces >= 0 && !frame.forces) frame.forces.emplace();
    for (long atom = 0; atom < atoms; ++atom) read_atom(lines, lines.atom_line(atom), columns, frame);
    return header;
  }

private:
  AtomColumns read_header(const FrameLines& lines, std::string_view header, Structure& frame, KeyTally* tally) const;
  AtomColumns read_columns(const FrameLines& lines, std::string_view value, KeyTally* tally) const;
  const Property* choose_forces(const FrameLines& lines, const std::vector<Property>& properties, KeyTally* tally) const;
  void read_stress(const FrameLines& lines, const ExtxyzComment& comment, Structure& frame, KeyTally* tally) const;

  KeyNames keys_;
  double stress_factor_;
};

/// What carries a quantity: what `find` gives for the named key, or for the first common one that is there. Other common
/// ones that are there are counted as passed over.
template <class Find>
auto choose(Quantity quantity, const std::string& named, KeyTally* tally, Find find) {
  auto chosen = named.empty() ? nullptr : find(named);
  for (const std::string_view key : common_keys(quantity)) {
    const auto candidate = find(key);
    if (!candidate || candidate == chosen) continue;
    if (!chosen && named.empty())
      chosen = candidate;
    else if (tally)
      tally->count_passed_over(quantity, key);
  }
  return chosen;
}

const Entry* choose_entry(const ExtxyzComment& comment, Quantity quantity, const std::string& named, KeyTally* tally) {
  return choose(quantity, named, tally, [&](std::string_view key) { return comment.find(key); });
}

AtomColumns Extxyz::read_header(const FrameLines& lines, std::string_view header, Structure& frame, KeyTally* tally) const {
  const ExtxyzComment comment = parse_comment(lines, header);
  read_cell(lines, comment, frame.cell);
  check_cell(lines, frame.cell);
  const auto value_of = [&](Quantity quantity, const std::string& named) {
    const Entry* entry = choose_entry(comment, quantity, named, tally);
    if (!entry) return entry;
    if (!entry->has_value) lines.fail(fmt::format("{} has no value", entry->key));
    count_key(lines, tally, quantity, entry->key);
    return entry;
  };
  if (const Entry* entry = value_of(Quantity::energy, keys_.energy)) frame.energy = lines.number(entry->value, entry->key);
  if (const Entry* entry = value_of(Quantity::label, keys_.label)) frame.label = entry->text();
  if (const Entry* entry = value_of(Quantity::temperature, keys_.temperature)) {
    frame.temperature = lines.number(entry->value, entry->key);
    if (*frame.temperature < 0) lines.fail(fmt::format("{} is {}, below 0", entry->key, entry->value));
  }
  read_stress(lines, comment, frame, tally);
  const Entry* properties = comment.find("Properties");
  return read_columns(lines, properties ? properties->value : "species:S:1:pos:R:3", tally);
}

void Extxyz::read_stress(const FrameLines& lines, const ExtxyzComment& comment, Structure& frame, KeyTally* tally) const {
  const std::string& named = keys_.stress.empty() ? keys_.virial : keys_.stress;
  const Entry* entry = choose_entry(comment, Quantity::stress, named, tally);
  if (!entry) return;
  const bool is_virial = named.empty() ? is_virial_key(entry->key) : keys_.stress.empty();
  frame.stress_is_diagonal = !is_virial && entry->key == "stress_diagonal";
  // A stress of which only the diagonal is known is no other stress: files may mix the two.
  count_key(lines, tally, Quantity::stress, frame.stress_is_diagonal && named.empty() ? "stress" : entry->key);
  if (!is_virial) {
    frame.stress = (frame.stress_is_diagonal ? parse_diagonal(lines, *entry) : parse_tensor(lines, *entry)) * stress_factor_;
    return;
  }
  const double volume = frame.cell.volume();
  if (!(volume > 0)) lines.fail(fmt::format("{} needs a cell with a volume to become a stress", entry->key));
  frame.stress = parse_tensor(lines, *entry) / -volume;
}

const Property* Extxyz::choose_forces(const FrameLines& lines, const std::vector<Property>& properties, KeyTally* tally) const {
  const Property* forces = choose(Quantity::forces, keys_.forces, tally, [&](std::string_view key) {
    const auto found = std::find_if(properties.begin(), properties.end(), [&](const Property& p) { return p.name == key; });
    return found == properties.end() ? nullptr : &*found;
  });
  if (!forces) return nullptr;
  if (forces->type != 'R' || forces->count != 3)
    lines.fail(fmt::format("Properties: {} is {}:{}, forces are R:3", forces->name, forces->type, forces->count));
  count_key(lines, tally, Quantity::forces, forces->name);
  return forces;
}

AtomColumns Extxyz::read_columns(const FrameLines& lines, std::string_view value, KeyTally* tally) const {
  const std::vector<Property> properties = parse_properties(lines, value);
  const Property* forces = choose_forces(lines, properties, tally);
  AtomColumns columns;
  for (const Property& property : properties) {
    if (property.name == "species" && property.type == 'S' && property.count == 1) columns.symbol = columns.words;
    if (property.name == "Z" && property.type == 'I' && property.count == 1) columns.number = columns.words;
    if (property.name == "pos" && property.type == 'R' && property.count == 3) columns.position = columns.words;
    if (&property == forces) columns.forces = columns.words;
    columns.words += static_cast<int>(property.count);
  }
  // The symbol says it all: atomic numbers next to it are an extra column.
  if (columns.symbol >= 0) columns.number = -1;
  if (columns.symbol < 0 && columns.number < 0) lines.fail("Properties has neither species:S:1 nor Z:I:1");
  if (columns.position < 0) lines.fail("Properties has no pos:R:3");
  return columns;
}

}  // namespace

std::unique_ptr<FrameFormat> make_extxyz(const DataOptions& options) { return std::make_unique<Extxyz>(options); }

}  // namespace carillon
