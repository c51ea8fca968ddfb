#include "carillon/fit/stress_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "carillon/core/units.hpp"
#include "carillon/data/robust_statistics.hpp"

namespace carillon {
namespace {

using Voigt = std::array<double, 6>;

constexpr long fewest_free_frames = 5;  // for a verdict on sign and unit: 30 numbers, whose chance correlations are 0.2
constexpr AgreementBounds file_bounds = {0.5, 2.5};
constexpr long fewest_for_order = 15;  // free frames: with fewer, some large shears decide
constexpr double order_correlation = 0.7;
constexpr double order_gain = 0.4;
constexpr double shift_correlation = 0.6;
constexpr double own_correlation = 0.3;
constexpr double order_majority = 2.0 / 3;  // of the frames, so that a few large ones do not decide
constexpr double beyond_measure = 10;       // medians
constexpr double ignorance = 30;  // a factor beyond what the mean pressure, which forces do not tell, makes of right labels
constexpr double label_correlation = 0.6;  // of the fluctuations of a label whose sign or unit is wrong
constexpr double label_factor = 3;         // within which their ratio agrees with that mistake
constexpr long fewest_for_outliers = 20;   // frames whose median misfit can be trusted
constexpr double outlying = 8;             // median misfits
constexpr double explained = 0.25;         // of a misfit that a mistake may leave
constexpr AgreementBounds frame_bounds = {0.5, 2.5};

double pressure_of(const Voigt& stress) { return -units::ev_per_cubic_angstrom_to_gpa * (stress[0] + stress[1] + stress[2]) / 3; }

std::map<std::string, std::vector<const StressPoint*>> by_label(const Dataset& data, const std::vector<StressPoint>& points) {
  std::map<std::string, std::vector<const StressPoint*>> out;
  for (const StressPoint& point : points) out[data.summary(point.frame).label].push_back(&point);
  return out;
}

Voigt mean_of(const std::vector<const StressPoint*>& points, Voigt StressPoint::*part) {
  Voigt mean{};
  for (const StressPoint* point : points)
    for (std::size_t v = 0; v < 6; ++v) mean[v] += (point->*part)[v] / static_cast<double>(points.size());
  return mean;
}

/// Every point less the means of its label, in the order of the points.
std::vector<StressPoint> centred(const Dataset& data, std::vector<StressPoint> points) {
  std::map<std::string, std::pair<Voigt, Voigt>> means;
  for (const auto& [label, members] : by_label(data, points))
    means[label] = {mean_of(members, &StressPoint::model), mean_of(members, &StressPoint::labelled)};
  for (StressPoint& point : points) {
    const auto& [model, labelled] = means.at(data.summary(point.frame).label);
    for (std::size_t v = 0; v < 6; ++v) {
      point.model[v] -= model[v];
      point.labelled[v] -= labelled[v];
    }
  }
  return points;
}

LabelAgreement agreement(const StressPoint& point) {
  LabelAgreement out;
  for (std::size_t v = 0; v < static_cast<std::size_t>(point.components); ++v) out.add(point.model[v], point.labelled[v]);
  return out;
}

double rms(const Voigt& stress) { return std::sqrt(std::inner_product(stress.begin(), stress.end(), stress.begin(), 0.0) / 6); }

/// Each point in units of its label's model, so that one state under high pressure does not decide for all.
std::vector<StressPoint> in_units_of_label(const Dataset& data, std::vector<StressPoint> points) {
  std::map<std::string, double> squares;
  std::map<std::string, double> counts;
  for (const StressPoint& point : points) {
    squares[data.summary(point.frame).label] += rms(point.model) * rms(point.model);
    ++counts[data.summary(point.frame).label];
  }
  for (StressPoint& point : points) {
    const std::string& label = data.summary(point.frame).label;
    const double unit = std::sqrt(squares.at(label) / counts.at(label));
    for (std::size_t v = 0; v < 6; ++v) {
      point.model[v] = unit > 0 ? point.model[v] / unit : 0;
      point.labelled[v] = unit > 0 ? point.labelled[v] / unit : 0;
    }
  }
  return points;
}

/// All labels alike, without frames whose labels are beyond all measure: those are for find_stress_outliers.
LabelAgreement balanced_agreement(const Dataset& data, const std::vector<StressPoint>& points) {
  const std::vector<StressPoint> scaled = in_units_of_label(data, points);
  std::vector<double> sizes;
  for (const StressPoint& point : scaled) sizes.push_back(rms(point.labelled));
  LabelAgreement out;
  if (scaled.empty()) return out;
  const double largest = beyond_measure * median_of(sizes);
  for (const StressPoint& point : scaled)
    if (rms(point.labelled) <= largest) out.merge(agreement(point));
  return out;
}

long free_frames(const Dataset& data, const std::vector<StressPoint>& points) {
  return static_cast<long>(points.size()) - static_cast<long>(by_label(data, points).size());
}

double median_volume(const std::vector<FrameFacts>& facts, const std::vector<StressPoint>& points) {
  std::vector<double> volumes;
  for (const StressPoint& point : points) volumes.push_back(facts[static_cast<std::size_t>(point.frame)].volume);
  return median_of(std::move(volumes));
}

/// Model shear yz xz xy against labelled shear in the order `order`.
LabelAgreement shear_agreement(const std::vector<StressPoint>& points, const std::array<std::size_t, 3>& order) {
  LabelAgreement out;
  for (const StressPoint& point : points)
    for (std::size_t k = 0; k < 3 && point.components == 6; ++k) out.add(point.model[3 + k], point.labelled[3 + order[k]]);
  return out;
}

/// The share of frames whose own shear follows the model better in the order `order` than as it stands.
double share_in_favour(const std::vector<StressPoint>& points, const std::array<std::size_t, 3>& order) {
  double better = 0;
  for (const StressPoint& point : points)
    if (shear_agreement({point}, order).xy > shear_agreement({point}, {0, 1, 2}).xy) ++better;
  return better / static_cast<double>(points.size());
}

/// Pairs of frames that follow each other in one label: the model of one of them and the labels of one of them.
LabelAgreement paired_agreement(const Dataset& data, const std::vector<StressPoint>& points, std::size_t model_ahead,
                                std::size_t label_ahead) {
  std::vector<StressPoint> pairs;
  for (std::size_t k = 0; k + 1 < points.size(); ++k) {
    if (points[k + 1].frame != points[k].frame + 1) continue;
    if (data.summary(points[k].frame).label != data.summary(points[k + 1].frame).label) continue;
    pairs.push_back(points[k]);
    pairs.back().model = points[k + model_ahead].model;
    pairs.back().labelled = points[k + label_ahead].labelled;
  }
  return balanced_agreement(data, centred(data, pairs));
}

/// The points with the median of labelled - model of their label added to the model; labels of one or two frames are left out.
std::vector<StressPoint> levelled(const Dataset& data, const std::vector<StressPoint>& points) {
  std::vector<StressPoint> out;
  for (const auto& [label, members] : by_label(data, points)) {
    if (members.size() < 3) continue;
    Voigt difference{};
    for (std::size_t v = 0; v < 6; ++v) {
      std::vector<double> values;
      for (const StressPoint* point : members) values.push_back(point->labelled[v] - point->model[v]);
      difference[v] = median_of(std::move(values));
    }
    for (const StressPoint* point : members) {
      out.push_back(*point);
      for (std::size_t v = 0; v < 6; ++v) out.back().model[v] += difference[v];
    }
  }
  return out;
}

bool is_roughly_right(const LabelAgreement& stress) {
  return stress.correlation() > frame_bounds.least_correlation && stress.ratio() < frame_bounds.largest_ratio &&
         stress.ratio() > 1 / frame_bounds.largest_ratio;
}

/// A sign or unit, or both, that explains a frame's stress.
std::optional<UnitMistake> mistake_of(const LabelAgreement& stress, const std::vector<UnitMistake>& mistakes) {
  double best = explained * stress.misfit(1);
  std::optional<UnitMistake> found;
  const auto consider = [&](double factor, const std::string& words) {
    // Divided by a factor large enough, any number comes near the model's: it must follow it, too.
    const double correlation = factor < 0 ? -stress.correlation() : stress.correlation();
    if (stress.misfit(factor) >= best || correlation < frame_bounds.least_correlation) return;
    best = stress.misfit(factor);
    found = {factor, words};
  };
  consider(-1, "its sign is wrong");
  for (const UnitMistake& mistake : mistakes) {
    consider(mistake.factor, mistake.words);
    consider(-mistake.factor, mistake.words + ", and its sign is wrong");
  }
  return found;
}

/// Whether a factor is beyond what the model's ignorance of the mean pressure makes of a right label.
bool is_beyond_ignorance(double factor) { return std::abs(factor) > ignorance || std::abs(factor) < 1 / ignorance; }

/// Whether a mistake in all frames of a label is borne out by their fluctuations, which do not depend on the mean pressure; fewer
/// than three frames have none.
bool is_borne_out(const Dataset& data, const std::vector<const StressPoint*>& label, double factor) {
  if (label.size() < 3) return is_beyond_ignorance(factor);
  std::vector<StressPoint> points;
  for (const StressPoint* point : label) points.push_back(*point);
  LabelAgreement fluctuations;
  for (const StressPoint& point : centred(data, points)) fluctuations.merge(agreement(point));
  const double correlation = factor < 0 ? -fluctuations.correlation() : fluctuations.correlation();
  return correlation > label_correlation && std::abs(std::log(fluctuations.ratio() / std::abs(factor))) < std::log(label_factor);
}

Finding outlier(const Dataset& data, const StressPoint& point, const std::optional<UnitMistake>& mistake) {
  return {mistake ? Severity::error : Severity::warning, "stress_unit", location_of(data, point.frame),
          data.summary(point.frame).label,
          fmt::format("the labelled pressure is {:.4g} GPa, a model fitted to the forces asks for {:.4g}{}{}",
                      point.labelled_pressure(), point.model_pressure(), mistake ? ": " : "", mistake ? mistake->words : "")};
}

/// Points that stand out, each with what explains it.
std::vector<std::pair<StressPoint, std::optional<UnitMistake>>> standing_out(const std::vector<FrameFacts>& facts,
                                                                             const std::vector<StressPoint>& points) {
  std::vector<double> misfits;
  for (const StressPoint& point : points) misfits.push_back(agreement(point).misfit(1));
  std::vector<std::pair<StressPoint, std::optional<UnitMistake>>> out;
  if (static_cast<long>(misfits.size()) < fewest_for_outliers) return out;
  const double usual = median_of(misfits);
  for (const StressPoint& point : points) {
    const LabelAgreement stress = agreement(point);
    if (stress.misfit(1) < outlying * usual || is_roughly_right(stress)) continue;
    const double volume = facts[static_cast<std::size_t>(point.frame)].volume;
    out.emplace_back(point, mistake_of(stress, stress_unit_mistakes(volume)));
  }
  return out;
}

}  // namespace

double StressPoint::model_pressure() const { return pressure_of(model); }
double StressPoint::labelled_pressure() const { return pressure_of(labelled); }

StressAgreement stress_agreement(const Dataset& data, const std::vector<FrameFacts>& facts,
                                 const std::vector<StressPoint>& points) {
  StressAgreement out;
  out.whole = balanced_agreement(data, points);
  out.fluctuations = balanced_agreement(data, centred(data, points));
  out.free_frames = free_frames(data, points);
  if (points.empty()) return out;
  const std::vector<UnitMistake> mistakes = stress_unit_mistakes(median_volume(facts, points));
  out.judged = out.fluctuations;
  if (out.free_frames >= fewest_free_frames) out.verdict = unit_verdict(out.judged, mistakes, file_bounds);
  const auto labels = static_cast<long>(points.size()) - out.free_frames;
  if (out.verdict.kind != UnitVerdict::Kind::unclear || labels < fewest_free_frames) return out;
  // As they stand they hold the mean pressure, too: only what is far off tells more than that.
  const UnitVerdict verdict = unit_verdict(out.whole, mistakes, file_bounds);
  if (verdict.kind == UnitVerdict::Kind::wrong && !(verdict.is_explained && is_beyond_ignorance(verdict.factor))) return out;
  out.judged = out.whole;
  out.verdict = verdict;
  return out;
}

std::optional<std::string> other_shear_order(const Dataset& data, const std::vector<StressPoint>& points) {
  if (free_frames(data, points) < fewest_for_order) return std::nullopt;
  const std::vector<StressPoint> shown = in_units_of_label(data, centred(data, points));
  const char* names[] = {"yz", "xz", "xy"};
  std::array<std::size_t, 3> order = {0, 1, 2};
  const double own = shear_agreement(shown, order).correlation();
  double best = std::max(order_correlation, own + order_gain);
  std::optional<std::string> words;
  while (std::next_permutation(order.begin(), order.end())) {
    const double correlation = shear_agreement(shown, order).correlation();
    if (correlation < best || share_in_favour(shown, order) < order_majority) continue;
    best = correlation;
    words = fmt::format(
        "shear follows a model fitted to the forces when what was read as {} {} {} is taken for {} {} {} (correlation {:.2f}, "
        "as it stands {:.2f}): its components are in another order",
        names[order[2]], names[order[1]], names[order[0]], names[2], names[1], names[0], correlation, own);
  }
  return words;
}

int stress_frame_shift(const Dataset& data, const std::vector<StressPoint>& points) {
  if (free_frames(data, points) < fewest_for_order) return 0;
  if (paired_agreement(data, points, 0, 0).correlation() > own_correlation) return 0;
  if (paired_agreement(data, points, 0, 1).correlation() > shift_correlation) return -1;
  if (paired_agreement(data, points, 1, 0).correlation() > shift_correlation) return 1;
  return 0;
}

std::vector<Finding> find_stress_outliers(const Dataset& data, const std::vector<FrameFacts>& facts,
                                          const std::vector<StressPoint>& points) {
  std::map<long, Finding> found;  // one a frame, in the order of the data
  const auto labels = by_label(data, points);
  for (const auto& [point, mistake] : standing_out(facts, points))
    if (mistake && is_borne_out(data, labels.at(data.summary(point.frame).label), mistake->factor))
      found.try_emplace(point.frame, outlier(data, point, mistake));
  for (const auto& [point, mistake] : standing_out(facts, levelled(data, points)))
    found.try_emplace(point.frame, outlier(data, point, mistake));
  std::vector<Finding> findings;
  for (auto& [frame, finding] : found) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace carillon
