#include "carillon/neural/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "carillon/core/error.hpp"
#include "carillon/neural/reference_corrections.hpp"

namespace carillon {

const char* to_string(StartSpec::Shift shift) {
  switch (shift) {
    case StartSpec::Shift::keep:
      return "keep";
    case StartSpec::Shift::mean:
      return "mean";
    case StartSpec::Shift::refit:
      return "refit";
  }
  return "?";
}

const char* to_string(StartSpec::Scaling scaling) { return scaling == StartSpec::Scaling::keep ? "keep" : "refit"; }

NetworkModel adapted_source(const NetworkModel& source, const StartSpec& start, const std::vector<Element>& needed) {
  NetworkModel model = source;
  for (const auto& [there, here] : start.map)
    if (!std::binary_search(source.elements.begin(), source.elements.end(), there))
      throw InputError(fmt::format("{}: has no element {} to be mapped to {}", start.from, there.symbol(), here.symbol()));
  for (Element& element : model.elements)
    if (const auto found = start.map.find(element); found != start.map.end()) element = found->second;
  const std::vector<Element> sorted = unique_elements(model.elements);
  if (sorted.size() < model.elements.size()) throw InputError(start.from + ": two of its elements are mapped to one");
  if (sorted != model.elements)
    throw InputError(start.from +
                     ": the mapped elements come in another order, and the descriptor tells elements apart by their order");
  for (const Element element : needed)
    if (!std::binary_search(sorted.begin(), sorted.end(), element))
      throw InputError(fmt::format("{}: has no element {}, which the data hold; it has {}", start.from, element.symbol(),
                                   element_set_name(model.elements)));
  model.descriptor = scaled(model.descriptor, start.length_scale);
  model.network = make_network(scaled(source.network->spec(), start.length_scale), source.network->inputs());
  return model;
}

std::vector<std::string> adapt_to_data(NetworkModel& model, TrainingSet& set, StartSpec::Shift shift, StartSpec::Scaling scaler) {
  std::vector<std::string> notes;
  if (scaler == StartSpec::Scaling::refit) {
    model.scalers = set.scalers(model);
    set.standardise(model);
    notes.emplace_back("scalers of the training frames");
  }
  if (shift == StartSpec::Shift::keep) return notes;
  const EnergyTable energies = set.energies(model);
  const bool refit = shift == StartSpec::Shift::refit;
  const ReferenceCorrections found = refit ? refitted_references(energies) : mean_references(energies);
  model.shifts += found.corrections;
  std::string note = refit ? "reference energies refitted" : "reference energies shifted by the mean difference per atom";
  for (std::size_t e = 0; e < model.elements.size(); ++e)
    note += fmt::format("{} {} {:+.6f} eV", e == 0 ? ":" : ",", model.elements[e].symbol(),
                        found.corrections[static_cast<Eigen::Index>(e)]);
  notes.push_back(note);
  if (refit && found.rank < found.corrections.size())
    notes.push_back(fmt::format("compositions tell only {} of {} reference energies apart: the smallest corrections were taken",
                                found.rank, found.corrections.size()));
  return notes;
}

}  // namespace carillon
