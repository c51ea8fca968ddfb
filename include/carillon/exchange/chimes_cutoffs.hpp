#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carillon/basis/cluster_type.hpp"
#include "carillon/exchange/chimes_text.hpp"

namespace carillon {

/// One row of the field's pair table.
struct ChimesPair {
  Element first;  ///< as listed: their order makes the pair's name in the field's files
  Element second;
  double inner = 0;   ///< Å
  double outer = 0;   ///< Å
  double lambda = 1;  ///< Morse length, Å
  ChimesLine line;    ///< where it stands

  std::string name() const;  ///< `NH` for the row `N H`
};

/// Which of a slot's two cutoffs.
enum class CutoffEnd { inner, outer };

/// The cutoffs of the field's files: a table of pairs, and `SPECIAL 3B|4B S_MINIM|S_MAXIM` lists that change them for cluster
/// types of three and four atoms.
class ChimesCutoffs {
public:
  /// @throws InputError  the pair a second time, cutoffs not 0 <= inner < outer, a Morse length that is not above zero
  void add_pair(ChimesPair pair);
  const std::vector<ChimesPair>& pairs() const { return pairs_; }
  const ChimesPair* find(Element a, Element b) const;  ///< nullptr when the table has no such pair

  /// Reads one SPECIAL list, header and rows. A row's values go to the pairs it names, in whatever order it names them.
  /// @throws InputError  not a list of this kind, given twice, names that are no pairs of one cluster type, two values for one
  /// pair
  void read_special(ChimesText& text);

  /// True when a SPECIFIC list of this kind exists and has no row for the cluster type.
  bool is_left_out(const std::string& cluster, int atoms, CutoffEnd end) const;
  const ChimesLine* special_header(int atoms, CutoffEnd end) const;  ///< nullptr: there is no such list

  /// Throws when a SPECIAL row names elements that are not among these.
  void check_elements(const std::vector<Element>& elements) const;

  /// The slots of a cluster type.
  /// @param elements  sorted
  /// @throws InputError  a pair is missing from the table, or a special cutoff leaves inner >= outer
  std::vector<Slot> slots(const std::vector<Element>& elements) const;

private:
  struct SpecialRow {
    ChimesLine line;
    std::vector<Element> elements;          // sorted
    std::map<std::string, double> of_pair;  // sorted pair name -> Å
  };
  struct SpecialList {
    ChimesLine header;
    std::optional<double> all;
    std::map<std::string, SpecialRow> rows;  // cluster name -> row
  };

  SpecialRow special_row(const ChimesLine& line, int atoms) const;
  /// The special value of a pair in a cluster type and the line that gives it.
  std::optional<std::pair<double, const ChimesLine*>> special(const std::string& cluster, int atoms, CutoffEnd end,
                                                              const std::string& pair) const;

  std::vector<ChimesPair> pairs_;
  std::map<std::pair<int, CutoffEnd>, SpecialList> special_;
};

/// `CNNH` -> C, N, N, H; nothing when a part is no element symbol.
std::optional<std::vector<Element>> split_symbols(const std::string& text);

}  // namespace carillon
