#include "carillon/data/density_outliers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "carillon/data/robust_statistics.hpp"

namespace carillon {
namespace {

constexpr std::size_t fewest_in_label = 3;
constexpr double notable = 0.05;  // relative
constexpr double harmful = 0.2;   // relative, of a label's name
constexpr double sigmas = 6;
constexpr double all_alike = 0.001;  // relative, of cells that are meant to be the same
constexpr double most_odd = 0.1;     // of a label's frames; more of them are meant to be so

/// The number before a unit of density, as written.
std::optional<std::string> density_word(const std::string& label) {
  static const std::regex pattern(R"((\d+(?:\.\d+)?)[ _]?(?:g/?cc|gpcc|g/?cm3|g_cc))", std::regex::icase);
  std::smatch match;
  if (!std::regex_search(label, match, pattern)) return std::nullopt;
  return match[1].str();
}

void compare_with_name(const LabelFrames& label, double median, std::vector<Finding>& findings) {
  const auto word = density_word(label.label);
  if (!word) return;
  const double stated = std::stod(*word);
  const std::size_t point = word->find('.');
  const double last_digit = point == std::string::npos ? 1 : std::pow(10, -static_cast<double>(word->size() - point - 1));
  const double difference = std::abs(stated - median);
  if (difference < notable * stated || difference < last_digit) return;
  findings.push_back({difference > harmful * stated ? Severity::error : Severity::warning, "density", Location(), label.label,
                      fmt::format("label {} states {} g/cm³, but the cells of its {} frames have {:.3f}", label.label, *word,
                                  label.frames.size(), median)});
}

void find_odd_cells(const Dataset& data, const std::vector<FrameFacts>& facts, const LabelFrames& label,
                    const std::vector<double>& densities, std::vector<Finding>& findings) {
  const RobustSpread spread = robust_spread(densities);
  const double bound = std::max(notable * spread.median, sigmas * spread.sigma);
  const auto is_odd = [&](double density) { return std::abs(density - spread.median) >= bound; };
  const auto odd = static_cast<double>(std::count_if(densities.begin(), densities.end(), is_odd));
  if (odd > std::max(1.0, most_odd * static_cast<double>(densities.size()))) return;  // the label holds several volumes
  const bool others_alike = std::all_of(densities.begin(), densities.end(), [&](double density) {
    return is_odd(density) || std::abs(density - spread.median) < all_alike * spread.median;
  });
  for (const long frame : label.frames) {
    const double density = facts[static_cast<std::size_t>(frame)].density;
    if (density <= 0 || !is_odd(density)) continue;
    findings.push_back(
        {others_alike && odd == 1 ? Severity::error : Severity::warning, "density", location_of(data, frame), label.label,
         fmt::format("the density is {:.3f} g/cm³, that of label {} {:.3f} (median)", density, label.label, spread.median)});
  }
}

}  // namespace

std::optional<double> density_in_name(const std::string& label) {
  const auto word = density_word(label);
  return word ? std::optional(std::stod(*word)) : std::nullopt;
}

std::vector<Finding> find_density_outliers(const Dataset& data, const std::vector<FrameFacts>& facts) {
  std::vector<Finding> findings;
  for (const LabelFrames& label : frames_by_label(data)) {
    std::vector<double> densities;
    for (const long frame : label.frames)
      if (facts[static_cast<std::size_t>(frame)].density > 0) densities.push_back(facts[static_cast<std::size_t>(frame)].density);
    if (densities.empty()) continue;
    const double median = median_of(densities);
    compare_with_name(label, median, findings);
    if (densities.size() >= fewest_in_label) find_odd_cells(data, facts, label, densities, findings);
  }
  return findings;
}

}  // namespace carillon
