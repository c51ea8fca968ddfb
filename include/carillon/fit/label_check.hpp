#pragma once

#include <string>
#include <vector>

#include "carillon/core/progress.hpp"
#include "carillon/data/finding.hpp"
#include "carillon/data/frame_facts.hpp"
#include "carillon/fit/label_agreement.hpp"
#include "carillon/fit/quick_model.hpp"
#include "carillon/fit/stress_check.hpp"

namespace carillon {

/// The labels of one frame against the quick model's numbers.
struct FrameAgreement {
  long frame = 0;
  LabelAgreement forces;    ///< components, eV/Å
  double model_energy = 0;  ///< eV/atom, of unknown zero
};

/// Energies of a file, eV/atom, each less the mean of its composition and volume (to 2 %).
struct EnergyAgreement {
  LabelAgreement fluctuations;
  long free_frames = 0;  ///< frames less means: those the fluctuations rest on
};

/// The labels of one file as a whole.
struct SourceAgreement {
  std::string file;
  LabelAgreement forces;
  EnergyAgreement energy;
  UnitVerdict energy_verdict;
  StressAgreement stress;
};

struct LabelCheck {
  std::vector<FrameAgreement> frames;
  std::vector<StressPoint> stresses;
  std::vector<SourceAgreement> sources;
  std::vector<Finding> findings;
};

/// Judges signs and units of the labels by a model that was fitted to forces alone: what it says of stress and energy does not
/// depend on their labels, and is right to some tens of percent, while a wrong unit is off by a factor of 7 or more and a wrong
/// sign by -1.
///
/// - Files: stresses (fit/stress_check.hpp: sign, unit, order of shear, frame), and energies about the mean of their composition
///   and volume, without those 10 sigma off (correlation 0.5, within a factor of 4, 10 frames more than means). When both are off
///   by the same factor, the forces are named instead. Errors where a sign or unit explains it, else warnings. Where there is no
///   correlation there is a note.
/// - Frames: stresses that stand out (fit/stress_check.hpp); forces whose misfit is beyond 1.5 times the median frame's and which
///   have a correlation below -0.4, or are 5 times too large or too small with one above 0.5: errors; or a correlation below 0.2
///   in a label whose median is above 0.6: a warning, they belong to another structure or to other atoms. Forces 5 times smaller
///   than the model's count only in a label whose median correlation is above 0.6: elsewhere the structure may be a relaxed one.
///
/// @param usable  frames without atoms on top of each other
/// Cost: one evaluation of a small model a frame, over the threads; memory some 200 bytes a frame.
LabelCheck check_labels(const Dataset& data, const std::vector<FrameFacts>& facts, const std::vector<long>& usable,
                        const QuickModel& model, const ProgressCallback& progress = {});

}  // namespace carillon
