#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/neural/network_model.hpp"
#include "carillon/neural/training_set.hpp"

namespace carillon {

/// A trained network to start from, and what is taken over of it.
struct StartSpec {
  enum class Shift { keep, mean, refit };
  enum class Scaling { keep, refit };

  std::string from;                ///< a model file, or the folder of a training
  std::map<Element, Element> map;  ///< element there -> element here; those not named stay
  Shift shift = Shift::refit;      ///< reference energies
  Scaling scaler = Scaling::keep;
  double length_scale = 1;  ///< lengths here over lengths there: the descriptor's lengths are multiplied with it
};

const char* to_string(StartSpec::Shift shift);
const char* to_string(StartSpec::Scaling scaling);

/// The source under the new elements and lengths, its numbers unchanged, its history kept.
/// @param needed  elements of the data
/// @throws InputError  two elements become one; the new elements sort differently, so that the weights of the descriptor would
/// change
///                     their meaning; an element is needed that the source has not
NetworkModel adapted_source(const NetworkModel& source, const StartSpec& start, const std::vector<Element>& needed);

/// Lets the data change what may change before training: scalers, then reference energies.
/// Descriptors of `set` are standardised again where needed. Collective.
/// @return  notes for the history
std::vector<std::string> adapt_to_data(NetworkModel& model, TrainingSet& set, StartSpec::Shift shift, StartSpec::Scaling scaler);

}  // namespace carillon
