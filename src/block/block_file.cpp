#include "carillon/block/block_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "carillon/block/atomic_folder.hpp"
#include "carillon/block/block_card.hpp"
#include "carillon/block/provenance_yaml.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/yaml.hpp"

namespace carillon {
namespace {

constexpr long format_version = 1;
constexpr std::string_view csv_header = "section,column,powers,value_ev";

std::string pair_name(const ClusterType& type, int slot) {
  const auto [a, b] = slot_atoms(type.atoms(), slot);
  return element_pair_name(type.elements()[static_cast<std::size_t>(a)], type.elements()[static_cast<std::size_t>(b)]);
}

const char* rule_name(AdmissionRule rule) { return rule == AdmissionRule::touched ? "touched" : "connected"; }

/// Cutoffs by element pair: the slots of one pair are equal (ClusterType sees to that), so each pair is written once.
std::string slots_yaml(const ClusterType& type) {
  std::map<std::string, std::string> lines;
  for (int p = 0; p < slot_count(type.atoms()); ++p) {
    const Slot& slot = type.slots()[static_cast<std::size_t>(p)];
    lines[pair_name(type, p)] = fmt::format("{{inner: {}, outer: {}, lambda: {}}}", exact_text(slot.inner),
                                            exact_text(slot.outer), exact_text(slot.lambda));
  }
  std::string out;
  for (const auto& [pair, line] : lines) out += fmt::format("      \"{}\": {}\n", pair, line);
  return out;
}

std::string section_yaml(const ClusterType& type) {
  std::string elements;
  for (const Element element : type.elements())
    elements += fmt::format("{}\"{}\"", elements.empty() ? "" : ", ", element.symbol());
  std::string out = fmt::format("  - elements: [{}]\n    order: {}\n    rule: {}\n    columns: {}\n", elements, type.order(),
                                rule_name(type.rule()), type.columns());
  if (type.atoms() > 1) out += "    slots:\n" + slots_yaml(type);
  return out;
}

/// Everything but the coefficients that decides the energy. Part of block.yaml word for word, so that the checksum covers what
/// the file says.
std::string hyper_parameters(const Block& block) {
  const RadialForm form = block.basis.types().front().form();
  std::string elements;
  for (const Element element : block.elements)
    elements += fmt::format("{}\"{}\"", elements.empty() ? "" : ", ", element.symbol());
  std::string out =
      fmt::format("name: \"{}\"\nelements: [{}]\nunits: {{length: angstrom, energy: ev}}\n", block.name(), elements);
  out += fmt::format("radial_form:\n  coordinate: {}\n  smoothing: {}\n", to_string(form.coordinate),
                     to_string(form.smoothing.kind));
  if (form.smoothing.kind == SmoothingKind::tersoff) out += fmt::format("  fraction: {}\n", exact_text(form.smoothing.fraction));
  out += fmt::format("  below_inner: {}\nsections:\n", to_string(form.below_inner));
  for (const ClusterType& type : block.basis.types()) out += section_yaml(type);
  return out;
}

std::string powers_text(const Powers& powers, int atoms) {
  std::string out;
  for (int p = 0; p < slot_count(atoms); ++p) out += (p == 0 ? "" : "-") + std::to_string(powers[static_cast<std::size_t>(p)]);
  return out;
}

/// The first term of each orbit, which is how a column is named.
std::vector<Powers> representatives(const ClusterType& type) {
  std::vector<Powers> out;
  for (const Term& term : type.terms())
    if (term.orbit == static_cast<int>(out.size())) out.push_back(term.powers);
  return out;
}

std::string coefficients_csv(const Block& block) {
  std::string out = std::string(csv_header) + "\n";
  std::size_t value = 0;
  for (const ClusterType& type : block.basis.types()) {
    int column = 0;
    for (const Powers& powers : representatives(type))
      out += fmt::format("{},{},{},{}\n", type.name(), column++, powers_text(powers, type.atoms()),
                         exact_text(block.coefficients[value++]));
  }
  return out;
}

std::string checksum_of(const std::string& hyper, const std::string& csv) { return sha256(hyper + csv); }

std::string block_yaml(const Block& block, const std::string& hyper, const std::string& csv) {
  return fmt::format(
      "# A Carillon block; its coefficients are in coefficients.csv, a description for people in CARD.md.\n"
      "format: carillon-block\nformat_version: {}\n{}checksum: {}\ncoefficients_sha256: {}\nprovenance:\n{}",
      format_version, hyper, checksum_of(hyper, csv), sha256(csv), provenance_yaml(block.provenance));
}

// ---- reading ----

std::vector<Element> elements_from(const Yaml& yaml) {
  std::vector<Element> out;
  for (const Yaml& item : yaml.items()) {
    const auto element = Element::from_symbol(item.string());
    if (!element) item.fail("'" + item.string() + "' is not an element symbol");
    out.push_back(*element);
  }
  return out;
}

void check_units(const Yaml& yaml) {
  yaml.require_keys({"length", "energy"});
  yaml.at("length").choice({"angstrom"});
  yaml.at("energy").choice({"ev"});
}

RadialForm form_from(const Yaml& yaml) {
  yaml.require_keys({"coordinate", "smoothing", "fraction", "below_inner"});
  RadialForm form;
  form.coordinate = coordinate_kind(yaml.at("coordinate").choice({"morse", "inverse", "direct"}));
  form.smoothing.kind = smoothing_kind(yaml.at("smoothing").choice({"cubic", "tersoff"}));
  if (form.smoothing.kind == SmoothingKind::tersoff) form.smoothing.fraction = yaml.at("fraction").positive();
  form.below_inner = below_inner(yaml.at("below_inner").choice({"smooth", "zero_slope", "constant_slope"}));
  return form;
}

Slot slot_from(const Yaml& slots, Element a, Element b) {
  const Yaml yaml = slots.at(element_pair_name(a, b));
  yaml.require_keys({"inner", "outer", "lambda"});
  return {yaml.at("inner").number(), yaml.at("outer").number(), yaml.at("lambda").number()};
}

ClusterType section_from(const Yaml& yaml, const RadialForm& form) {
  yaml.require_keys({"elements", "order", "rule", "columns", "slots"});
  std::vector<Element> elements = elements_from(yaml.at("elements"));
  std::sort(elements.begin(), elements.end());
  const int atoms = static_cast<int>(elements.size());
  std::vector<Slot> slots;
  std::vector<std::string> known;
  for (int p = 0; p < slot_count(atoms) && atoms <= max_atoms; ++p) {
    const auto [a, b] = slot_atoms(atoms, p);
    const Element first = elements[static_cast<std::size_t>(a)];
    const Element second = elements[static_cast<std::size_t>(b)];
    slots.push_back(slot_from(yaml.at("slots"), first, second));
    known.push_back(element_pair_name(first, second));
  }
  if (atoms > 1) yaml.at("slots").require_keys(known);
  const AdmissionRule rule =
      yaml.at("rule").choice({"touched", "connected"}) == "touched" ? AdmissionRule::touched : AdmissionRule::connected;
  const Yaml order = yaml.at("order");
  constexpr long highest_order = 1000;  // beyond any that has columns to count
  if (order.integer() < 0 || order.integer() > highest_order)
    order.fail(fmt::format("order {} is outside 0..{}", order.integer(), highest_order));
  try {
    ClusterType type(elements, static_cast<int>(order.integer()), slots, form, rule);
    if (const long columns = yaml.at("columns").integer(); columns != type.columns())
      yaml.fail(fmt::format("section {} has {} columns, but the file says {}", type.name(), type.columns(), columns));
    return type;
  } catch (const DomainError& problem) {
    yaml.fail(problem.what());
  } catch (const ShapeError& problem) {
    yaml.fail(problem.what());
  }
}

std::vector<std::string_view> split_commas(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const std::size_t comma = line.find(',');
    cells.push_back(trim(line.substr(0, comma)));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

struct ExpectedRow {
  std::string section;
  int column;
  std::string powers;
};

std::vector<ExpectedRow> expected_rows(const BasisSet& basis) {
  std::vector<ExpectedRow> rows;
  for (const ClusterType& type : basis.types()) {
    int column = 0;
    for (const Powers& powers : representatives(type)) rows.push_back({type.name(), column++, powers_text(powers, type.atoms())});
  }
  return rows;
}

double coefficient_from(std::string_view line, const ExpectedRow& expected, const Location& where) {
  const auto cells = split_commas(line);
  if (cells.size() != 4) fail_at(where, fmt::format("expected {}, found {} cells", csv_header, cells.size()));
  const std::string wanted = fmt::format("{},{},{}", expected.section, expected.column, expected.powers);
  const std::string found = fmt::format("{},{},{}", cells[0], cells[1], cells[2]);
  if (found != wanted) fail_at(where, fmt::format("term {} does not fit the sections of block.yaml: expected {}", found, wanted));
  double value = 0;
  if (!parse_double(cells[3], value)) fail_at(where, fmt::format("'{}' is not a number", cells[3]));
  if (!std::isfinite(value)) fail_at(where, fmt::format("the coefficient of {} is {}", wanted, cells[3]));
  return value;
}

/// A text, and the name complaints know it by.
struct NamedText {
  std::string_view text;
  std::string name;
};

std::vector<double> read_coefficients(const NamedText& csv, const BasisSet& basis) {
  const std::vector<ExpectedRow> rows = expected_rows(basis);
  LineReader reader(csv.text);
  std::string_view line;
  if (!reader.next(line) || trim(line) != csv_header) fail_at({csv.name, 1}, "expected the header " + std::string(csv_header));
  std::vector<double> values;
  while (reader.next(line)) {
    if (trim(line).empty()) continue;
    const Location where{csv.name, reader.line_number()};
    if (values.size() == rows.size()) fail_at(where, fmt::format("more than the {} coefficients of block.yaml", rows.size()));
    values.push_back(coefficient_from(line, rows[values.size()], where));
  }
  if (values.size() != rows.size())
    fail_at({csv.name}, fmt::format("expected {} coefficients, found {}", rows.size(), values.size()));
  return values;
}

void check_checksums(const Yaml& yaml, const Block& block, const NamedText& csv_file) {
  const std::string csv = coefficients_csv(block);
  if (yaml.at("coefficients_sha256").string() != sha256(csv))
    fail_at({csv_file.name},
            "the coefficients were changed after the block was written: their sha256 is not the one in block.yaml");
  if (yaml.at("checksum").string() != checksum_of(hyper_parameters(block), csv))
    fail_at({yaml.file()}, "the file was changed after the block was written: the checksum of its sections does not fit");
}

Block block_from(const Yaml& yaml, const NamedText& csv) {
  yaml.require_keys({"format", "format_version", "name", "elements", "units", "radial_form", "sections", "checksum",
                     "coefficients_sha256", "provenance"});
  yaml.at("format").choice({"carillon-block"});
  if (const long version = yaml.at("format_version").integer(); version != format_version)
    yaml.at("format_version").fail(fmt::format("format version {} is not known; this program reads {}", version, format_version));
  check_units(yaml.at("units"));

  Block block;
  block.elements = unique_elements(elements_from(yaml.at("elements")));
  if (block.name() != yaml.at("name").string())
    yaml.at("name").fail(
        fmt::format("the name '{}' does not fit the elements: expected {}", yaml.at("name").string(), block.name()));
  const RadialForm form = form_from(yaml.at("radial_form"));
  std::vector<ClusterType> types;
  for (const Yaml& section : yaml.at("sections").items()) types.push_back(section_from(section, form));
  try {
    block.basis = BasisSet(std::move(types));
    block.coefficients = read_coefficients(csv, block.basis);
    check_block(block);
    check_checksums(yaml, block, csv);
  } catch (const DomainError& problem) {
    yaml.at("sections").fail(problem.what());
  }
  block.provenance = provenance_from(yaml.at("provenance"));
  return block;
}

}  // namespace

std::string block_checksum(const Block& block) {
  check_block(block);
  const Block ordered = in_section_order(block);
  return checksum_of(hyper_parameters(ordered), coefficients_csv(ordered));
}

std::string sections_checksum(const Block& block) { return sha256(hyper_parameters(in_section_order(block))); }

void write_block(const std::string& folder, const Block& block, bool overwrite) {
  check_block(block);
  if (std::filesystem::exists(folder)) {
    if (!overwrite) throw InputError(folder + ": exists already, and may not be overwritten");
    if (!is_block_folder(folder)) throw InputError(folder + ": exists and is not a block folder, so it is not overwritten");
  }
  const Block ordered = in_section_order(block);
  const std::string hyper = hyper_parameters(ordered);
  const std::string csv = coefficients_csv(ordered);
  AtomicFolder target(folder);
  write_file(target.temporary() + "/coefficients.csv", csv);
  write_file(target.temporary() + "/CARD.md", block_card(ordered));
  write_file(target.temporary() + "/block.yaml", block_yaml(ordered, hyper, csv));
  target.commit();
}

bool is_block_folder(const std::string& folder) { return std::filesystem::is_regular_file(folder + "/block.yaml"); }

Block read_block(const std::string& folder) {
  if (!is_block_folder(folder)) throw InputError(folder + ": not a block folder: it has no block.yaml");
  const Yaml yaml = Yaml::load_file(folder + "/block.yaml");
  const TextFile csv(folder + "/coefficients.csv");
  return block_from(yaml, {csv.text(), csv.path()});
}

BlockTexts block_texts(const Block& block) {
  check_block(block);
  const Block ordered = in_section_order(block);
  const std::string csv = coefficients_csv(ordered);
  return {block_yaml(ordered, hyper_parameters(ordered), csv), csv};
}

Block block_from_texts(const BlockTexts& texts, const std::string& name) {
  return block_from(Yaml::load_text(texts.yaml, name + "/block.yaml"), {texts.coefficients, name + "/coefficients.csv"});
}

}  // namespace carillon
