#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"
#include "carillon/data/finding.hpp"
#include "carillon/data/frame_facts.hpp"
#include "carillon/fit/label_agreement.hpp"

namespace carillon {

/// A frame's stress as labelled and as a model fitted to forces alone gives it.
struct StressPoint {
  long frame = 0;
  int components = 6;             ///< 3 when the label holds the diagonal alone
  std::array<double, 6> model{};  ///< eV/Å³, xx yy zz yz xz xy, tension positive
  std::array<double, 6> labelled{};

  double model_pressure() const;     ///< GPa
  double labelled_pressure() const;  ///< GPa
};

/// The stresses of one file, in units of the model's stress in each label, so that all labels count alike; frames beyond 10 times
/// the median size are left out.
struct StressAgreement {
  LabelAgreement whole;  ///< all components
  /// All components, each less its mean over the label: forces at one density do not tell the mean pressure, so this is what
  /// counts.
  LabelAgreement fluctuations;
  long free_frames = 0;   ///< frames less labels: those the fluctuations rest on
  LabelAgreement judged;  ///< the one of them that the verdict is by
  UnitVerdict verdict;    ///< by the fluctuations (5 free frames); where they say nothing, by the whole (5 labels)
};

/// @param points  of one file
StressAgreement stress_agreement(const Dataset& data, const std::vector<FrameFacts>& facts,
                                 const std::vector<StressPoint>& points);

/// Shear components in another order than the reader takes them for: the order in which they follow the model, in words, when
/// that has a correlation of at least 0.7, better by 0.4 than the order as it is, in two thirds of the frames, and 15 free
/// frames.
std::optional<std::string> other_shear_order(const Dataset& data, const std::vector<StressPoint>& points);

/// Stresses that belong to the frame before (-1) or after (+1), as a slip in taking a program's output apart makes them: those
/// correlate with the model at 0.6 or more, and their own frames' at less than 0.3. 0 when not.
int stress_frame_shift(const Dataset& data, const std::vector<StressPoint>& points);

/// Single frames whose stress does not go with the model, where the file as a whole does (20 frames or more).
///
/// A frame stands out when its misfit is 8 times that of the median frame and the label is not roughly the model's (correlation
/// 0.5, ratio 0.4 to 2.5). A sign or unit explains it when the label follows the model at 0.5 in size and less than a quarter of
/// the misfit is left.
/// - Among the frames of its label (3 or more), whose median difference is added to the model: an error when explained, else a
///   warning.
/// - As it stands, for labels that are wrong as a whole: an error when explained, if the fluctuations within the label bear it
///   out (correlation 0.6, ratio within a factor of 3 of it) or, in labels of one or two frames, the factor is beyond 30. The
///   mean pressure of a label is more than forces tell.
std::vector<Finding> find_stress_outliers(const Dataset& data, const std::vector<FrameFacts>& facts,
                                          const std::vector<StressPoint>& points);

}  // namespace carillon
