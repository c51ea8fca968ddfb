#include "carillon/fit/element_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/fit/label_agreement.hpp"
#include "carillon/potential/evaluate.hpp"

namespace carillon {
namespace {

constexpr double telling_misfit = 0.9;  // of the misfit as it stands; sound frames have 1.1 and more
constexpr double following = 0.5;       // correlation with the elements exchanged

/// A potential for which the atoms of one element are of another, and the other way round.
class Exchanged : public Potential {
public:
  Exchanged(const Potential& potential, Element one, Element other) : potential_(potential), one_(one), other_(other) {}

  Prediction evaluate(const Structure& structure) const override {
    Structure exchanged = structure;
    for (Element& element : exchanged.species)
      if (element == one_ || element == other_) element = element == one_ ? other_ : one_;
    return potential_.evaluate(exchanged);
  }
  double cutoff() const override { return potential_.cutoff(); }
  const std::vector<Element>& elements() const override { return potential_.elements(); }
  std::string description() const override { return potential_.description(); }

private:
  const Potential& potential_;
  Element one_;
  Element other_;
};

bool holds(const FrameSummary& frame, Element element) {
  return std::find(frame.elements.begin(), frame.elements.end(), element) != frame.elements.end();
}

std::map<long, LabelAgreement> agreements(const Potential& potential, const Dataset& data, const std::vector<long>& frames,
                                          const ProgressCallback& progress) {
  std::map<long, LabelAgreement> out;
  evaluate_frames(
      potential, data, frames, Communicator(),
      [&](long frame, const Structure& structure, const Prediction& prediction) {
        LabelAgreement& forces = out[frame];
        for (std::size_t i = 0; i < structure.size(); ++i)
          for (int axis = 0; axis < 3; ++axis) forces.add(prediction.forces[i][axis], (*structure.forces)[i][axis]);
      },
      progress);
  return out;
}

}  // namespace

std::vector<Finding> find_exchanged_elements(const Dataset& data, const std::vector<long>& usable, const QuickModel& model,
                                             const ProgressCallback& progress) {
  const ChimesPotential potential(model.basis, model.coefficients);
  std::vector<long> mixed;
  std::copy_if(usable.begin(), usable.end(), std::back_inserter(mixed),
               [&](long frame) { return data.summary(frame).elements.size() > 1 && data.summary(frame).has_forces; });
  const std::map<long, LabelAgreement> as_they_stand = agreements(potential, data, mixed, progress);
  std::vector<Finding> findings;
  const std::vector<Element> elements = data.elements();
  for (std::size_t a = 0; a < elements.size(); ++a)
    for (std::size_t b = a + 1; b < elements.size(); ++b) {
      std::vector<long> frames;
      std::copy_if(mixed.begin(), mixed.end(), std::back_inserter(frames), [&](long frame) {
        return holds(data.summary(frame), elements[a]) && holds(data.summary(frame), elements[b]);
      });
      for (const auto& [frame, forces] : agreements(Exchanged(potential, elements[a], elements[b]), data, frames, progress)) {
        const double before = as_they_stand.at(frame).misfit(1);
        if (forces.correlation() < following || !(forces.misfit(1) < telling_misfit * before)) continue;
        findings.push_back({Severity::warning, "element_order", location_of(data, frame), data.summary(frame).label,
                            fmt::format("with {} and {} in each other's place the forces go better with a model of all frames "
                                        "(misfit {:.2f} in place of {:.2f} eV/Å): were they taken for each other?",
                                        elements[a].symbol(), elements[b].symbol(), forces.misfit(1), before)});
      }
    }
  return findings;
}

}  // namespace carillon
