#include "carillon/exchange/chimes_cutoffs.hpp"

#include <algorithm>
#include <cctype>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

/// The elements of the cluster that has these pairs: in a cluster of n atoms each atom stands in n - 1 pairs. Empty when no
/// cluster has these pairs.
std::vector<Element> elements_of_pairs(const std::vector<std::vector<Element>>& pairs, int atoms) {
  std::map<Element, int> appearances;
  for (const auto& pair : pairs)
    for (const Element element : pair) ++appearances[element];
  std::vector<Element> elements;
  for (const auto& [element, count] : appearances)
    for (int i = 0; i < count / (atoms - 1); ++i) elements.push_back(element);
  if (static_cast<int>(elements.size()) != atoms) return {};

  std::vector<std::string> given, expected;
  for (const auto& pair : pairs) given.push_back(cluster_name(pair));
  for (int p = 0; p < slot_count(atoms); ++p) {
    const auto [a, b] = slot_atoms(atoms, p);
    expected.push_back(cluster_name({elements[static_cast<std::size_t>(a)], elements[static_cast<std::size_t>(b)]}));
  }
  std::sort(given.begin(), given.end());
  std::sort(expected.begin(), expected.end());
  return given == expected ? elements : std::vector<Element>{};
}

/// `CCCNCN` -> CC CN CN.
std::vector<std::vector<Element>> split_map_name(const ChimesLine& line, const std::string& name, std::size_t pairs) {
  const auto symbols = split_symbols(name);
  if (!symbols || symbols->size() != 2 * pairs)
    line.fail("'" + name + "' is not the name of " + std::to_string(pairs) + " pairs");
  std::vector<std::vector<Element>> out;
  for (std::size_t p = 0; p < pairs; ++p) out.push_back({(*symbols)[2 * p], (*symbols)[2 * p + 1]});
  return out;
}

}  // namespace

std::optional<std::vector<Element>> split_symbols(const std::string& text) {
  std::vector<Element> out;
  for (std::size_t start = 0; start < text.size();) {
    std::size_t stop = start + 1;
    while (stop < text.size() && std::islower(static_cast<unsigned char>(text[stop]))) ++stop;
    const auto element = Element::from_symbol(text.substr(start, stop - start));
    if (!element) return std::nullopt;
    out.push_back(*element);
    start = stop;
  }
  return out;
}

std::string ChimesPair::name() const { return std::string(first.symbol()) + std::string(second.symbol()); }

void ChimesCutoffs::add_pair(ChimesPair pair) {
  if (find(pair.first, pair.second)) pair.line.fail("the pair " + pair.name() + " is given twice");
  if (pair.inner < 0 || pair.inner >= pair.outer)
    pair.line.fail("the cutoffs of the pair " + pair.name() + " are " + exact_text(pair.inner) + " and " +
                   exact_text(pair.outer) + " Å: expected 0 <= inner < outer");
  if (pair.lambda <= 0) pair.line.fail("the morse length of the pair " + pair.name() + " is not above zero");
  pairs_.push_back(std::move(pair));
}

const ChimesPair* ChimesCutoffs::find(Element a, Element b) const {
  for (const ChimesPair& pair : pairs_)
    if ((pair.first == a && pair.second == b) || (pair.first == b && pair.second == a)) return &pair;
  return nullptr;
}

void ChimesCutoffs::read_special(ChimesText& text) {
  const ChimesLine header = text.take();
  const std::string& bodies = header.word(1, "3B or 4B");
  if (bodies != "3B" && bodies != "4B") header.fail("special cutoffs are for 3B or 4B, found '" + bodies + "'");
  const std::string& which = header.word(2, "S_MINIM: or S_MAXIM:");
  if (which != "S_MINIM:" && which != "S_MAXIM:") header.fail("expected S_MINIM: or S_MAXIM:, found '" + which + "'");
  const int atoms = bodies == "3B" ? 3 : 4;
  const CutoffEnd end = which == "S_MINIM:" ? CutoffEnd::inner : CutoffEnd::outer;
  if (special_.contains({atoms, end})) header.fail("special cutoffs " + bodies + " " + which + " are given twice");

  SpecialList list{header, {}, {}};
  const std::string& kind = header.word(3, "ALL or SPECIFIC");
  if (kind == "ALL") {
    list.all = header.real(4, "the cutoff");
  } else if (kind == "SPECIFIC") {
    const long count = header.integer(4, "the number of rows");
    for (long i = 0; i < count; ++i) {
      SpecialRow row = special_row(text.take(), atoms);
      const std::string cluster = cluster_name(row.elements);
      if (!list.rows.try_emplace(cluster, row).second) row.line.fail("special cutoffs of " + cluster + " are given twice");
    }
  } else {
    header.fail("expected ALL or SPECIFIC, found '" + kind + "'");
  }
  special_.emplace(std::pair(atoms, end), std::move(list));
}

ChimesCutoffs::SpecialRow ChimesCutoffs::special_row(const ChimesLine& line, int atoms) const {
  const auto slots = static_cast<std::size_t>(slot_count(atoms));
  if (line.words.size() != 1 + 2 * slots)
    line.fail("expected a name, " + std::to_string(slots) + " pairs and " + std::to_string(slots) + " cutoffs, found '" +
              line.text() + "'");
  SpecialRow row{line, {}, {}};
  std::vector<std::vector<Element>> pairs;
  for (std::size_t p = 0; p < slots; ++p) {
    const auto pair = split_symbols(line.words[1 + p]);
    if (!pair || pair->size() != 2) line.fail("'" + line.words[1 + p] + "' is not the name of a pair");
    pairs.push_back(*pair);
    const double value = line.real(1 + slots + p, "a cutoff");
    const auto [known, is_new] = row.of_pair.try_emplace(cluster_name(*pair), value);
    if (!is_new && known->second != value)
      line.fail("the pair " + line.words[1 + p] + " has two cutoffs: exchanging like atoms would change the energy");
  }
  row.elements = elements_of_pairs(pairs, atoms);
  if (row.elements.empty()) line.fail("no cluster of " + std::to_string(atoms) + " atoms has the pairs of '" + line.text() + "'");
  if (elements_of_pairs(split_map_name(line, line.words[0], slots), atoms) != row.elements)
    line.fail("'" + line.words[0] + "' and the pairs after it name different cluster types");
  return row;
}

bool ChimesCutoffs::is_left_out(const std::string& cluster, int atoms, CutoffEnd end) const {
  const auto list = special_.find({atoms, end});
  return list != special_.end() && !list->second.all && !list->second.rows.contains(cluster);
}

const ChimesLine* ChimesCutoffs::special_header(int atoms, CutoffEnd end) const {
  const auto list = special_.find({atoms, end});
  return list == special_.end() ? nullptr : &list->second.header;
}

void ChimesCutoffs::check_elements(const std::vector<Element>& elements) const {
  for (const auto& [kind, list] : special_)
    for (const auto& [cluster, row] : list.rows)
      for (const Element element : row.elements)
        if (std::find(elements.begin(), elements.end(), element) == elements.end())
          row.line.fail("special cutoffs for " + cluster + ", but " + std::string(element.symbol()) +
                        " is not among the atom types");
}

std::optional<std::pair<double, const ChimesLine*>> ChimesCutoffs::special(const std::string& cluster, int atoms, CutoffEnd end,
                                                                           const std::string& pair) const {
  const auto list = special_.find({atoms, end});
  if (list == special_.end()) return std::nullopt;
  if (list->second.all) return std::pair(*list->second.all, &list->second.header);
  const auto row = list->second.rows.find(cluster);
  if (row == list->second.rows.end()) return std::nullopt;
  return std::pair(row->second.of_pair.at(pair), &row->second.line);
}

std::vector<Slot> ChimesCutoffs::slots(const std::vector<Element>& elements) const {
  const int atoms = static_cast<int>(elements.size());
  const std::string cluster = cluster_name(elements);
  std::vector<Slot> out;
  for (int p = 0; p < slot_count(atoms); ++p) {
    const auto [a, b] = slot_atoms(atoms, p);
    const std::vector<Element> ends{elements[static_cast<std::size_t>(a)], elements[static_cast<std::size_t>(b)]};
    const ChimesPair* pair = find(ends[0], ends[1]);
    if (!pair) throw InputError("the pair " + cluster_name(ends) + " of " + cluster + " is missing from the table of pairs");
    Slot slot{pair->inner, pair->outer, pair->lambda};
    const ChimesLine* line = &pair->line;
    for (const CutoffEnd end : {CutoffEnd::inner, CutoffEnd::outer})
      if (const auto value = special(cluster, atoms, end, cluster_name(ends))) {
        (end == CutoffEnd::inner ? slot.inner : slot.outer) = value->first;
        line = value->second;
      }
    if (slot.inner < 0 || slot.inner >= slot.outer)
      line->fail("the pair " + cluster_name(ends) + " of " + cluster + " has the cutoffs " + exact_text(slot.inner) + " and " +
                 exact_text(slot.outer) + " Å: expected 0 <= inner < outer");
    out.push_back(slot);
  }
  return out;
}

}  // namespace carillon
