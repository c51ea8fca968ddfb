#include "carillon/fit/basis_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

const SpecialCutoffs* find_special(const std::vector<SpecialCutoffs>& entries, const std::string& cluster) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const SpecialCutoffs& entry) { return entry.cluster == cluster; });
  return found == entries.end() ? nullptr : &*found;
}

bool is_absent(const BasisSpec& spec, const std::string& cluster) {
  return std::find(spec.absent.begin(), spec.absent.end(), cluster) != spec.absent.end();
}

/// By number of atoms; 0: no such terms.
std::vector<int> orders_of(const BasisSpec& spec) {
  return {0, spec.offsets ? 1 : 0, spec.pair_order, spec.triplet_order, spec.quadruplet_order};
}

/// Whether a fit of `blocks` would have terms of this cluster type if it were not absent.
bool concerns(const BasisSpec& spec, const std::vector<std::string>& blocks, const std::string& cluster) {
  const std::vector<Element> elements = elements_of_cluster(cluster);
  return elements.size() <= max_atoms && orders_of(spec)[elements.size()] > 0 &&
         std::find(blocks.begin(), blocks.end(), element_set_name(elements)) != blocks.end();
}

std::string checked_cluster(const Yaml& node) {
  try {
    return cluster_name(elements_of_cluster(node.string()));
  } catch (const InputError& problem) {
    node.fail(problem.what());
  }
}

std::string checked_pair(const Yaml& node, const std::string& text) {
  const auto dash = text.find('-');
  if (dash != std::string::npos) {
    const auto a = Element::from_symbol(text.substr(0, dash));
    const auto b = Element::from_symbol(text.substr(dash + 1));
    if (a && b) return element_pair_name(*a, *b);
  }
  node.fail("'" + text + "' is not an element pair such as C-N");
}

/// Of the pairs in `cluster`: one of another pair would change nothing.
std::map<std::string, double> read_pair_numbers(const Yaml& node, const std::string& cluster) {
  const std::vector<Element> elements = elements_of_cluster(cluster);
  std::set<std::string> pairs;
  for (int p = 0; p < slot_count(static_cast<int>(elements.size())); ++p) {
    const auto [a, b] = slot_atoms(static_cast<int>(elements.size()), p);
    pairs.insert(element_pair_name(elements[static_cast<std::size_t>(a)], elements[static_cast<std::size_t>(b)]));
  }
  std::map<std::string, double> out;
  for (const auto& [key, value] : node.entries()) {
    const std::string pair = checked_pair(value, key);
    if (!pairs.contains(pair))
      value.fail(fmt::format("cluster type {} has no pair {}; it has {}", cluster, pair, fmt::join(pairs, ", ")));
    out[pair] = value.positive();
  }
  return out;
}

std::vector<SpecialCutoffs> read_special(const Yaml& node) {
  std::vector<SpecialCutoffs> out;
  for (const Yaml& item : node.items()) {
    item.require_keys({"cluster", "inner", "outer"});
    SpecialCutoffs entry{checked_cluster(item.at("cluster")), {}, {}};
    if (find_special(out, entry.cluster)) item.fail("cluster type " + entry.cluster + " is given twice");
    if (const auto inner = item.find("inner")) entry.inner = read_pair_numbers(*inner, entry.cluster);
    if (const auto outer = item.find("outer")) entry.outer = read_pair_numbers(*outer, entry.cluster);
    out.push_back(std::move(entry));
  }
  return out;
}

Slot read_slot(const Yaml& node, CoordinateKind coordinate) {
  node.require_keys({"inner", "outer", "lambda"});
  // Other coordinates have no use for the length; Morse has no default that would do for every pair.
  if (coordinate == CoordinateKind::morse && !node.has("lambda"))
    node.fail("the coordinate morse needs 'lambda', the Morse length in Å (about the bond length of the pair)");
  const Slot slot{node.at("inner").number(), node.at("outer").positive(), node.number_or("lambda", 1)};
  try {
    PairCoordinate(coordinate, slot.inner, slot.outer, slot.lambda);
  } catch (const DomainError& problem) {
    node.fail(problem.what());
  }
  return slot;
}

void read_orders(const Yaml& node, BasisSpec& spec) {
  node.require_keys({"pair", "triplet", "quadruplet"});
  const auto read = [&](const char* key, int& order, long smallest, long largest) {
    const auto value = node.find(key);
    if (!value) return;
    const long number = value->integer();
    if (number != 0 && (number < smallest || number > largest))
      value->fail(fmt::format("order {} is outside {}..{} (0 turns these terms off)", number, smallest, largest));
    order = static_cast<int>(number);
  };
  read("pair", spec.pair_order, 1, 100);
  read("triplet", spec.triplet_order, 2, 40);
  read("quadruplet", spec.quadruplet_order, 2, 10);
}

void read_body_cutoffs(const Yaml& node, std::optional<double>& triplet, std::optional<double>& quadruplet) {
  node.require_keys({"triplet", "quadruplet"});
  if (const auto value = node.find("triplet")) triplet = value->positive();
  if (const auto value = node.find("quadruplet")) quadruplet = value->positive();
}

/// Cubic smoothing keeps the default fraction, which it does not use, so that two cubic forms are equal wherever they are from.
Smoothing read_smoothing(const Yaml& node, const Smoothing& base) {
  node.require_keys({"kind", "fraction"});
  Smoothing smoothing;
  smoothing.kind = smoothing_kind(node.at("kind").choice({"cubic", "tersoff"}));
  if (smoothing.kind == SmoothingKind::tersoff)
    smoothing.fraction = node.number_or("fraction", base.fraction);
  else if (const auto fraction = node.find("fraction"))
    fraction->fail("cubic smoothing has no fraction");
  smoothing.check();
  return smoothing;
}

/// The slots of a cluster type: the pair's own cutoffs, then those of the body order, then special ones.
std::vector<Slot> slots_of(const BasisSpec& spec, const std::vector<Element>& elements) {
  const int atoms = static_cast<int>(elements.size());
  const std::string name = cluster_name(elements);
  const SpecialCutoffs* special = find_special(spec.special, name);
  std::vector<Slot> slots;
  for (int p = 0; p < slot_count(atoms); ++p) {
    const auto [a, b] = slot_atoms(atoms, p);
    const std::string pair = element_pair_name(elements[static_cast<std::size_t>(a)], elements[static_cast<std::size_t>(b)]);
    const auto found = spec.pairs.find(pair);
    if (found == spec.pairs.end())
      throw InputError("basis: the pair " + pair + " of cluster type " + name + " is missing from 'pairs'");
    Slot slot = found->second;
    if (atoms == 3) {
      slot.outer = spec.triplet_outer.value_or(slot.outer);
      slot.inner = spec.triplet_inner.value_or(slot.inner);
    }
    if (atoms == 4) {
      slot.outer = spec.quadruplet_outer.value_or(slot.outer);
      slot.inner = spec.quadruplet_inner.value_or(slot.inner);
    }
    if (special) {
      if (const auto value = special->inner.find(pair); value != special->inner.end()) slot.inner = value->second;
      if (const auto value = special->outer.find(pair); value != special->outer.end()) slot.outer = value->second;
    }
    slots.push_back(slot);
  }
  return slots;
}

/// All multisets of `atoms` elements that hold each of `elements` at least once, sorted.
std::vector<std::vector<Element>> multisets(const std::vector<Element>& elements, std::size_t atoms) {
  std::set<std::vector<Element>> out;
  std::vector<std::size_t> digits(atoms, 0);
  while (true) {
    std::vector<Element> tuple;
    for (const std::size_t digit : digits) tuple.push_back(elements[digit]);
    std::sort(tuple.begin(), tuple.end());
    if (unique_elements(tuple) == elements) out.insert(tuple);
    std::size_t position = 0;
    while (position < atoms && ++digits[position] == elements.size()) digits[position++] = 0;
    if (position == atoms) return {out.begin(), out.end()};
  }
}

std::string pair_numbers_yaml(const std::map<std::string, double>& numbers) {
  std::string out = "{";
  for (const auto& [pair, value] : numbers) out += fmt::format("{}{}: {}", out.size() > 1 ? ", " : "", pair, value);
  return out + "}";
}

}  // namespace

std::vector<Element> elements_of_cluster(const std::string& name) {
  std::vector<Element> elements;
  for (std::size_t start = 0; start < name.size();) {
    std::size_t stop = start + 1;
    while (stop < name.size() && name[stop] >= 'a' && name[stop] <= 'z') ++stop;
    const auto element = Element::from_symbol(name.substr(start, stop - start));
    if (!element)
      throw InputError("'" + name + "' is not a cluster name such as CCN: unknown element '" + name.substr(start, stop - start) +
                       "'");
    elements.push_back(*element);
    start = stop;
  }
  return elements;
}

BasisSpec read_basis_spec(const Yaml& node, const BasisSpec& base) {
  BasisSpec spec = base;
  node.require_keys({"coordinate", "smoothing", "below_inner", "admission", "order", "pairs", "outer", "inner", "special",
                     "absent", "offsets"});
  try {
    if (const auto value = node.find("coordinate"))
      spec.form.coordinate = coordinate_kind(value->choice({"morse", "inverse", "direct"}));
    if (const auto value = node.find("below_inner"))
      spec.form.below_inner = below_inner(value->choice({"smooth", "zero_slope", "constant_slope"}));
    if (const auto value = node.find("smoothing")) {
      spec.form.smoothing = read_smoothing(*value, spec.form.smoothing);
    }
  } catch (const DomainError& problem) {
    node.fail(problem.what());
  }
  if (const auto value = node.find("admission"))
    spec.admission = value->choice({"touched", "connected"}) == "touched" ? AdmissionRule::touched : AdmissionRule::connected;
  if (spec.form.coordinate == CoordinateKind::morse && base.form.coordinate != CoordinateKind::morse && !node.has("pairs"))
    node.at("coordinate")
        .fail("the pairs were given for another coordinate: morse needs 'pairs' here, with their Morse lengths 'lambda'");
  if (const auto value = node.find("order")) read_orders(*value, spec);
  if (const auto value = node.find("pairs"))
    for (const auto& [name, entry] : value->entries())
      spec.pairs[checked_pair(entry, name)] = read_slot(entry, spec.form.coordinate);
  if (const auto value = node.find("outer")) read_body_cutoffs(*value, spec.triplet_outer, spec.quadruplet_outer);
  if (const auto value = node.find("inner")) read_body_cutoffs(*value, spec.triplet_inner, spec.quadruplet_inner);
  if (const auto value = node.find("special")) spec.special = read_special(*value);
  if (const auto value = node.find("absent")) {
    spec.absent.clear();
    for (const Yaml& item : value->items()) spec.absent.push_back(checked_cluster(item));
  }
  spec.offsets = node.boolean_or("offsets", spec.offsets);
  return spec;
}

void require_use(const Yaml& basis, const std::vector<FittedBasis>& fitted) {
  const auto require = [&](const Yaml& item, const std::string& cluster, const auto& is_used) {
    if (std::none_of(fitted.begin(), fitted.end(), is_used))
      item.fail("cluster type " + cluster +
                " has no terms in any block that is fitted with this basis: the entry changes nothing");
  };
  if (const auto special = basis.find("special"))
    for (const Yaml& item : special->items()) {
      const std::string cluster = checked_cluster(item.at("cluster"));
      require(item, cluster, [&](const FittedBasis& one) {
        return concerns(one.spec, one.blocks, cluster) && find_special(one.spec.special, cluster);
      });
    }
  if (const auto absent = basis.find("absent"))
    for (const Yaml& item : absent->items()) {
      const std::string cluster = checked_cluster(item);
      require(item, cluster,
              [&](const FittedBasis& one) { return concerns(one.spec, one.blocks, cluster) && is_absent(one.spec, cluster); });
    }
}

BasisSet block_basis(const BasisSpec& spec, const std::vector<Element>& elements) {
  const std::vector<int> orders = orders_of(spec);
  std::vector<ClusterType> types;
  for (std::size_t atoms = elements.size(); atoms <= max_atoms; ++atoms) {
    if (orders[atoms] == 0) continue;
    for (const auto& tuple : multisets(elements, atoms)) {
      if (is_absent(spec, cluster_name(tuple))) continue;
      try {
        types.emplace_back(tuple, orders[atoms], slots_of(spec, tuple), spec.form, spec.admission);
      } catch (const DomainError& problem) {
        throw InputError(std::string("basis: ") + problem.what());
      }
    }
  }
  if (types.empty()) throw InputError("basis: block " + element_set_name(elements) + " has no cluster type; set basis.order");
  return BasisSet(std::move(types));
}

BasisSet blocks_basis(const BasisSpec& spec, const std::vector<std::string>& blocks) {
  std::vector<ClusterType> types;
  for (const std::string& name : blocks) {
    const BasisSet block = block_basis(spec, elements_of_name(name));
    types.insert(types.end(), block.types().begin(), block.types().end());
  }
  return BasisSet(std::move(types));
}

std::string basis_spec_yaml(const BasisSpec& spec, int indent) {
  const std::string pad(static_cast<std::size_t>(indent), ' ');
  std::string out;
  const auto line = [&](const std::string& text) { out += pad + text + "\n"; };
  line(fmt::format("coordinate: {}", to_string(spec.form.coordinate)));
  line(spec.form.smoothing.kind == SmoothingKind::cubic
           ? "smoothing: {kind: cubic}"
           : fmt::format("smoothing: {{kind: tersoff, fraction: {}}}", spec.form.smoothing.fraction));
  line(fmt::format("below_inner: {}", to_string(spec.form.below_inner)));
  line(fmt::format("admission: {}", spec.admission == AdmissionRule::touched ? "touched" : "connected"));
  line(fmt::format("order: {{pair: {}, triplet: {}, quadruplet: {}}}", spec.pair_order, spec.triplet_order,
                   spec.quadruplet_order));
  line("pairs:");
  for (const auto& [pair, slot] : spec.pairs)
    line(fmt::format("  {}: {{inner: {}, outer: {}, lambda: {}}}", pair, slot.inner, slot.outer, slot.lambda));
  const auto bodies = [&](const char* key, const std::optional<double>& triplet, const std::optional<double>& quadruplet) {
    if (!triplet && !quadruplet) return;
    std::string text;
    if (triplet) text += fmt::format("triplet: {}", *triplet);
    if (quadruplet) text += fmt::format("{}quadruplet: {}", text.empty() ? "" : ", ", *quadruplet);
    line(fmt::format("{}: {{{}}}", key, text));
  };
  bodies("outer", spec.triplet_outer, spec.quadruplet_outer);
  bodies("inner", spec.triplet_inner, spec.quadruplet_inner);
  if (!spec.special.empty()) line("special:");
  for (const SpecialCutoffs& entry : spec.special) {
    std::string text = "cluster: " + entry.cluster;
    if (!entry.inner.empty()) text += ", inner: " + pair_numbers_yaml(entry.inner);
    if (!entry.outer.empty()) text += ", outer: " + pair_numbers_yaml(entry.outer);
    line("  - {" + text + "}");
  }
  if (!spec.absent.empty()) line(fmt::format("absent: [{}]", fmt::join(spec.absent, ", ")));
  line(fmt::format("offsets: {}", spec.offsets));
  return out;
}

}  // namespace carillon
