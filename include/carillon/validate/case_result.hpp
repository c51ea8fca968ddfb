#pragma once

#include <optional>
#include <string>
#include <vector>

namespace carillon {

enum class CaseStatus { passed, failed, skipped };

/// `passed`, `failed`, `skipped`.
const char* to_string(CaseStatus status);

/// `told`: no limit was given. `not_judged`: a limit was given, and there was nothing to hold it against.
enum class CheckState { told, passed, failed, not_judged };

/// `told`, `passed`, `failed`, `not judged`.
const char* to_string(CheckState state);

/// One number of a case. Held to `limit`: where there is a reference, |value - reference| <= limit; else value <= limit.
struct CaseCheck {
  std::string quantity;  ///< `force RMSE, held-out states`
  std::string unit;      ///< of value, reference and limit
  double value = 0;
  std::optional<double> reference = std::nullopt;
  std::optional<double> limit = std::nullopt;  ///< nothing: only told
  std::string not_judged = {};                 ///< why there is no value; empty for one that was found

  /// A value that is not finite fails whatever limit it is held to.
  CheckState state() const;
};

/// What a plot of a report shows as one line, set of points, or set of bars.
struct PlotSeries {
  std::string name;
  std::string style;      ///< `line`, `points`, `bars`
  std::vector<double> x;  ///< empty for bars: they stand at the plot's categories
  std::vector<double> y;  ///< NaN where there is no bar
};

struct CasePlot {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<std::string> categories = {};  ///< of bars
  std::vector<PlotSeries> series = {};
  bool parity = false;  ///< reference against predicted: the report draws the diagonal
};

/// Numbers of a case that belong in rows.
struct CaseTable {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// What a model said to one case.
struct CaseResult {
  std::string name;  ///< of its folder
  std::string title;
  std::string kind;
  std::vector<std::string> sources = {};   ///< where the reference is from: citations
  std::vector<std::string> elements = {};  ///< of the frames it is about, by atomic number
  CaseStatus status = CaseStatus::passed;
  std::string reason = {};  ///< why it was skipped, or failed before all was judged
  std::vector<CaseCheck> checks = {};
  std::vector<CasePlot> plots = {};
  std::vector<CaseTable> tables = {};
  std::vector<std::string> notes = {};
  double seconds = 0;  ///< wall clock

  void skip(const std::string& why);
  /// For numerical trouble: what was judged until then stays.
  void fail(const std::string& why);
  /// Adds a check that is not judged; nothing where no limit was given, since nothing was asked then.
  void leave_unjudged(const std::string& quantity, const std::string& unit, const std::optional<double>& limit,
                      const std::string& why);
  /// Checks in one state.
  long count(CheckState state) const;
  /// `failed` when one of the checks failed; a case that was skipped or failed otherwise stays so.
  void judge();
};

}  // namespace carillon
