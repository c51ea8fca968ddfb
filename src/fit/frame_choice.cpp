#include "carillon/fit/frame_choice.hpp"

#include <algorithm>

#include "carillon/block/hierarchy.hpp"

namespace carillon {

std::vector<long> frames_for_step(const Dataset& data, const std::vector<long>& candidates,
                                  const std::vector<std::vector<Element>>& fitted, const std::set<std::string>& known,
                                  int largest, const std::vector<std::string>& labels) {
  const auto holds = [](const std::vector<Element>& all, const std::vector<Element>& some) {
    return std::includes(all.begin(), all.end(), some.begin(), some.end());
  };
  std::vector<long> chosen;
  for (const long frame : candidates) {
    const FrameSummary& summary = data.summary(frame);
    const bool informs = std::any_of(fitted.begin(), fitted.end(), [&](const auto& set) { return holds(summary.elements, set); });
    const bool wanted = labels.empty() || std::find(labels.begin(), labels.end(), summary.label) != labels.end();
    if (!informs || !wanted) continue;
    const std::vector<std::string> needed = needed_blocks(summary.elements, largest);
    if (std::all_of(needed.begin(), needed.end(), [&](const std::string& block) { return known.contains(block); }))
      chosen.push_back(frame);
  }
  return chosen;
}

std::vector<long> frames_for_step(const StepSpec& step, const Dataset& data, const std::vector<long>& candidates,
                                  const std::set<std::string>& known) {
  std::vector<std::vector<Element>> fitted;
  for (const std::string& name : step.blocks) fitted.push_back(elements_of_name(name));
  std::vector<long> frames = frames_for_step(data, candidates, fitted, known, step.basis.largest_cluster(), step.labels);
  std::erase_if(frames, [&](long frame) { return step.weights.label_factor(data.summary(frame).label) == 0; });
  return frames;
}

}  // namespace carillon
