#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "carillon/block/block_file.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/units.hpp"
#include "carillon/core/version.hpp"
#include "carillon/exchange/chimes_params.hpp"

namespace carillon {
namespace {

/// The number of kcal/mol that reads back as exactly this number of eV where there is one (always, for an imported
/// coefficient), else the nearest. A subnormal number is written as zero: the field's evaluator stops at one.
double to_kcal(double ev) {
  const double nearest = ev * units::ev_to_kcal_per_mol;
  if (std::abs(nearest) < std::numeric_limits<double>::min()) return 0;
  double candidate = std::nextafter(std::nextafter(nearest, -HUGE_VAL), -HUGE_VAL);
  for (int i = 0; i < 5; ++i, candidate = std::nextafter(candidate, HUGE_VAL))
    if (candidate * units::kcal_per_mol_to_ev == ev) return candidate;
  return nearest;
}

/// A cluster type of the file: all that its elements can form, whether the model has it or not.
struct FileType {
  std::vector<Element> elements;         // sorted, so its slots are ours
  const ClusterType* type = nullptr;     // nullptr: the model lacks it
  const double* coefficients = nullptr;  // eV
};

struct PairRange {
  double inner = 0;
  double outer = 1;
  double lambda = 1;
};

class ParamsWriter {
public:
  explicit ParamsWriter(const Hierarchy& model) : model_(model) {
    check_form();
    for (const int atoms : {1, 2, 3, 4}) types_[static_cast<std::size_t>(atoms)] = file_types(atoms);
    for (const FileType& pair : types_[2]) pair_ranges_[cluster_name(pair.elements)] = range_of(pair);
    notes_ = find_notes();
  }

  const std::vector<std::string>& notes() const { return notes_; }

  std::string text() {
    write_head();
    write_tables();
    for (const int atoms : {3, 4}) {
      write_special(atoms, "S_MINIM", &Slot::inner);
      write_special(atoms, "S_MAXIM", &Slot::outer);
    }
    if (has(3)) out_ += fmt::format("ATOM PAIR TRIPLETS: {}\n", types_[3].size());
    if (has(4)) out_ += fmt::format("ATOM PAIR QUADRUPLETS: {}\n", types_[4].size());
    write_pairs();
    if (has(3)) write_clusters(3, "TRIPLET CHEBYSHEV PARAMS", "TRIPLETTYPE PARAMS:");
    if (has(4)) write_clusters(4, "QUADRUPLET CHEBYSHEV PARAMS", "QUADRUPLETYPE PARAMS:");
    write_maps();
    write_offsets();
    return out_ + "ENDFILE\n";
  }

private:
  void check_form() const {
    const RadialForm form = model_.form();
    if (form.coordinate != CoordinateKind::morse)
      throw InputError(
          std::string("a params.txt cannot hold this model: the field's evaluator knows the morse coordinate only, not ") +
          to_string(form.coordinate));
    if (form.below_inner != BelowInner::smooth)
      throw InputError(
          std::string(
              "a params.txt cannot hold this model: below the inner cutoff the field's evaluator goes on smoothly, not with ") +
          to_string(form.below_inner));
  }

  /// Like pairs first, then unlike; larger types by nested loops over the elements: the order of the field's fitter.
  std::vector<FileType> file_types(int atoms) const {
    std::vector<FileType> out;
    std::vector<Element> chosen;
    add_types(atoms, 0, chosen, out);
    if (atoms == 2)
      std::stable_partition(out.begin(), out.end(), [](const FileType& type) { return type.elements[0] == type.elements[1]; });
    return out;
  }

  void add_types(int atoms, std::size_t next, std::vector<Element>& chosen, std::vector<FileType>& out) const {
    if (static_cast<int>(chosen.size()) == atoms) {
      out.push_back(look_up(chosen));
      return;
    }
    for (std::size_t e = next; e < model_.elements.size(); ++e) {
      chosen.push_back(model_.elements[e]);
      add_types(atoms, e, chosen, out);
      chosen.pop_back();
    }
  }

  FileType look_up(const std::vector<Element>& elements) const {
    for (const Block& block : model_.blocks)
      if (const auto t = block.basis.find(elements))
        return {elements, &block.basis.types()[*t], block.coefficients.data() + block.basis.first_column(*t)};
    return {elements, nullptr, nullptr};
  }

  bool has(int atoms) const {
    const auto& types = types_[static_cast<std::size_t>(atoms)];
    return std::any_of(types.begin(), types.end(), [](const FileType& type) { return type.type != nullptr; });
  }

  int order(int atoms) const {
    int largest = 0;
    for (const FileType& type : types_[static_cast<std::size_t>(atoms)])
      if (type.type) largest = std::max(largest, type.type->order());
    return largest;
  }

  /// What the table of pairs says. A pair without a section of its own gets an inner cutoff of zero, so that the penalty does not
  /// act on it either, and the reach of the larger clusters it is part of.
  PairRange range_of(const FileType& pair) const {
    if (pair.type) {
      const Slot& slot = pair.type->slots().front();
      return {slot.inner, slot.outer, slot.lambda};
    }
    PairRange range;
    for_each_slot([&](const std::string& name, const ClusterType&, const Slot& slot) {
      if (name != cluster_name(pair.elements)) return;
      range.outer = std::max(range.outer, slot.outer);
      range.lambda = slot.lambda;
    });
    return range;
  }

  void for_each_slot(const std::function<void(const std::string&, const ClusterType&, const Slot&)>& work) const {
    for (const Block& block : model_.blocks)
      for (const ClusterType& type : block.basis.types())
        for (int p = 0; p < slot_count(type.atoms()); ++p) {
          const auto [a, b] = slot_atoms(type.atoms(), p);
          work(cluster_name({type.elements()[static_cast<std::size_t>(a)], type.elements()[static_cast<std::size_t>(b)]}), type,
               type.slots()[static_cast<std::size_t>(p)]);
        }
  }

  double largest_cutoff(int atoms) const {
    double largest = 0;
    for (const Block& block : model_.blocks) largest = std::max(largest, block.basis.cutoff(atoms));
    return largest;
  }

  /// What the field's programs do with this model that its file cannot prevent; found by measuring and in their manual.
  std::vector<std::string> find_notes() const {
    std::vector<std::string> notes;
    for_each_slot([&](const std::string& name, const ClusterType& type, const Slot& slot) {
      const double outer = pair_ranges_.at(name).outer;
      const std::string note = fmt::format(
          "the pair {} of {} reaches to {} Å, beyond the {} Å of the pair itself: the field's manual "
          "calls this unsupported, though its serial evaluator sums it",
          name, type.name(), exact_text(slot.outer), exact_text(outer));
      if (slot.outer > outer && std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
    });
    if (has(3) && largest_cutoff(4) > largest_cutoff(3))
      notes.push_back(
          fmt::format("four-body terms reach to {} Å, three-body terms to {} Å: the field's serial evaluator then loses some "
                      "three-body clusters without a word",
                      exact_text(largest_cutoff(4)), exact_text(largest_cutoff(3))));
    return notes;
  }

  void write_head() {
    out_ += fmt::format("! Written by Carillon {}\n", version());
    for (const Block& block : model_.blocks) out_ += fmt::format("! block {} {}\n", block.name(), block_checksum(block));
    for (const std::string& note : notes_) out_ += fmt::format("! note: {}\n", note);
    out_ += "\nUSECOUL: false\nFITCOUL: false\nUSEPOVR: false\nFITPOVR: false\n";
    out_ +=
        fmt::format("USE3BCH: {}\nUSE4BCH: {}\nEXCL1B:{}\nEXCL2B:{}\n\n", has(3), has(4), has(1) ? lacking(1) : "", lacking(2));
    out_ += fmt::format("PAIRTYP: CHEBYSHEV {} {} {} -1 1\n\n", std::max(1, order(2)), order(3), order(4));
  }

  /// Numbers of the types that the model lacks.
  std::string lacking(int atoms) const {
    std::string out;
    const auto& types = types_[static_cast<std::size_t>(atoms)];
    for (std::size_t t = 0; t < types.size(); ++t)
      if (!types[t].type) out += fmt::format(" {}", t);
    return out;
  }

  void write_tables() {
    out_ += fmt::format("ATOM TYPES: {}\n\n# TYPEIDX #\t# ATM_TYP #\t# ATMCHRG #\t# ATMMASS #\n", model_.elements.size());
    for (std::size_t e = 0; e < model_.elements.size(); ++e)
      out_ += fmt::format("{}\t{}\t0\t{}\n", e, model_.elements[e].symbol(), exact_text(model_.elements[e].mass()));
    out_ += fmt::format("\nATOM PAIRS: {}\n\n", types_[2].size());
    out_ += "# PAIRIDX #\t# ATM_TY1 #\t# ATM_TY2 #\t# S_MINIM #\t# S_MAXIM #\t# S_DELTA #\t# CHBDIST #\t# MORSE_LAMBDA #\n";
    for (std::size_t p = 0; p < types_[2].size(); ++p) {
      const auto& elements = types_[2][p].elements;
      const PairRange& range = pair_ranges_.at(cluster_name(elements));
      out_ += fmt::format("{}\t{}\t{}\t{}\t{}\t0.01\tMORSE\t{}\n", p, elements[0].symbol(), elements[1].symbol(),
                          exact_text(range.inner), exact_text(range.outer), exact_text(range.lambda));
    }
    const Smoothing smoothing = model_.form().smoothing;
    out_ += smoothing.kind == SmoothingKind::cubic ? std::string("\nFCUT TYPE: CUBIC\n\n")
                                                   : fmt::format("\nFCUT TYPE: TERSOFF {}\n\n", exact_text(smoothing.fraction));
    // Always written: where the lines are missing, the field's evaluator takes a penalty of its own.
    out_ += fmt::format("PAIR CHEBYSHEV PENALTY DIST: {}\nPAIR CHEBYSHEV PENALTY SCALING: {}\n\n",
                        exact_text(model_.penalty.distance), exact_text(to_kcal(model_.penalty.scale)));
  }

  std::string pair_names(const std::vector<Element>& elements, const char* separator) const {
    const int atoms = static_cast<int>(elements.size());
    std::string out;
    for (int p = 0; p < slot_count(atoms); ++p) {
      const auto [a, b] = slot_atoms(atoms, p);
      out += (p == 0 ? "" : separator) +
             cluster_name({elements[static_cast<std::size_t>(a)], elements[static_cast<std::size_t>(b)]});
    }
    return out;
  }

  /// All types are listed as soon as one differs from its pairs, also those the model lacks. The field's evaluator takes -1 Å as
  /// the inner cutoff of four-body types that a list leaves out. It finds its neighbours by the largest cutoff of all types, so a
  /// type that is absent must not reach farther than the others (see find_notes for what that would do).
  void write_special(int atoms, const char* keyword, double Slot::*end) {
    const auto& types = types_[static_cast<std::size_t>(atoms)];
    if (!has(atoms)) return;
    double smallest = std::numeric_limits<double>::infinity();
    for (const FileType& file : types)
      if (file.type)
        for (const Slot& slot : file.type->slots()) smallest = std::min(smallest, slot.*end);

    std::string rows;
    bool differs = false;
    for (const FileType& file : types) {
      rows += fmt::format("{} {}", pair_names(file.elements, ""), pair_names(file.elements, " "));
      for (int p = 0; p < slot_count(atoms); ++p) {
        const auto [a, b] = slot_atoms(atoms, p);
        const PairRange& pair = pair_ranges_.at(
            cluster_name({file.elements[static_cast<std::size_t>(a)], file.elements[static_cast<std::size_t>(b)]}));
        const double value = file.type ? file.type->slots()[static_cast<std::size_t>(p)].*end : smallest;
        differs = differs || value != (end == &Slot::inner ? pair.inner : pair.outer);
        rows += " " + exact_text(value);
      }
      rows += "\n";
    }
    if (differs) out_ += fmt::format("SPECIAL {}B {}: SPECIFIC {}\n{}\n", atoms, keyword, types.size(), rows);
  }

  void write_pairs() {
    out_ += "\nPAIR CHEBYSHEV PARAMS\n\n";
    for (std::size_t p = 0; p < types_[2].size(); ++p) {
      const FileType& pair = types_[2][p];
      out_ += fmt::format("PAIRTYPE PARAMS: {} {} {}\n\n", p, pair.elements[0].symbol(), pair.elements[1].symbol());
      for (int k = 0; k < std::max(1, order(2)); ++k) {
        const bool present = pair.type && k < pair.type->order();
        out_ += fmt::format("{:3} {:.16e}\n", k, present ? to_kcal(pair.coefficients[k]) : 0.0);
      }
      out_ += "\n";
    }
  }

  void write_clusters(int atoms, const char* heading, const char* section) {
    out_ += fmt::format("{}\n\n", heading);
    const auto& types = types_[static_cast<std::size_t>(atoms)];
    for (std::size_t t = 0; t < types.size(); ++t) {
      std::string names;
      for (const Element element : types[t].elements) names += fmt::format(" {}", element.symbol());
      out_ += fmt::format("{}\n   INDEX: {} ATOMS:{}\nPAIRS: {} ", section, t, names, pair_names(types[t].elements, " "));
      if (types[t].type) {
        write_terms(types[t]);
      } else {
        out_ += "EXCLUDED:\n";
      }
      out_ += "\n";
    }
  }

  void write_terms(const FileType& file) {
    const auto& terms = file.type->terms();
    std::vector<long> representative(static_cast<std::size_t>(file.type->columns()), -1);
    std::string rows;
    long listed = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const auto orbit = static_cast<std::size_t>(terms[i].orbit);
      if (representative[orbit] < 0) representative[orbit] = static_cast<long>(i);
      const double value = to_kcal(file.coefficients[orbit]);
      if (value == 0) continue;
      std::string powers;
      for (int p = 0; p < slot_count(file.type->atoms()); ++p)
        powers += fmt::format(" {:2}", terms[i].powers[static_cast<std::size_t>(p)]);
      rows += fmt::format("{:7} {} {:7} {:7} {: .16e}\n", listed++, powers, representative[orbit], orbit, value);
    }
    // -1 for the number of unknowns is what the field's pruning tool writes once zeros have been left out.
    const long unique = listed == std::ssize(terms) ? file.type->columns() : -1;
    out_ += fmt::format("UNIQUE: {} TOTAL: {}\n     index  |  powers  |  equiv index  |  param index  |       parameter\n",
                        unique, listed);
    out_ += "   ----------------------------------------------------------------------------\n" + rows;
  }

  void write_maps() {
    constexpr std::array names = {"PAIRMAPS", "TRIPMAPS", "QUADMAPS"};
    for (const int atoms : {2, 3, 4}) {
      if (atoms > 2 && !has(atoms)) continue;
      std::map<std::string, std::ptrdiff_t> rows;
      std::vector<Element> chosen;
      add_maps(atoms, chosen, rows);
      out_ += fmt::format("{}: {}\n", names[static_cast<std::size_t>(atoms) - 2], rows.size());
      for (const auto& [name, type] : rows) out_ += fmt::format("{} {}\n", type, name);
      out_ += "\n";
    }
  }

  /// One row for every ordered choice of elements. Pairs are named element by element here (CN and NC); the larger clusters by
  /// the proper names of their pairs.
  void add_maps(int atoms, std::vector<Element>& chosen, std::map<std::string, std::ptrdiff_t>& rows) const {
    if (static_cast<int>(chosen.size()) == atoms) {
      std::vector<Element> sorted = chosen;
      std::sort(sorted.begin(), sorted.end());
      const auto& types = types_[static_cast<std::size_t>(atoms)];
      const auto type = std::find_if(types.begin(), types.end(), [&](const FileType& t) { return t.elements == sorted; });
      const std::string name =
          atoms == 2 ? std::string(chosen[0].symbol()) + std::string(chosen[1].symbol()) : pair_names(chosen, "");
      rows[name] = type - types.begin();
      return;
    }
    for (const Element element : model_.elements) {
      chosen.push_back(element);
      add_maps(atoms, chosen, rows);
      chosen.pop_back();
    }
  }

  void write_offsets() {
    if (!has(1)) return;
    out_ += fmt::format("NO ENERGY OFFSETS: {}\n", types_[1].size());
    for (std::size_t e = 0; e < types_[1].size(); ++e)
      out_ += fmt::format("ENERGY OFFSET {} {:.16e}\n", e + 1, types_[1][e].type ? to_kcal(types_[1][e].coefficients[0]) : 0.0);
    out_ += "\n";
  }

  const Hierarchy& model_;
  std::array<std::vector<FileType>, max_atoms + 1> types_;  // by number of atoms
  std::map<std::string, PairRange> pair_ranges_;
  std::vector<std::string> notes_;
  std::string out_;
};

}  // namespace

std::vector<std::string> write_chimes_params(const std::string& path, const Hierarchy& model) {
  ParamsWriter writer(model);
  write_file(path, writer.text());
  return writer.notes();
}

}  // namespace carillon
