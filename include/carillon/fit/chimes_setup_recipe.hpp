#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/exchange/chimes_setup.hpp"
#include "carillon/fit/recipe.hpp"

namespace carillon {

/// A recipe made from the field's setup, and what a user should know about the difference.
struct ConvertedSetup {
  Recipe recipe;
  std::vector<std::string> notes;
};

/// Turns a fm_setup.in into a recipe: blocks whose cluster types are all excluded become frozen (where `frozen` names a file) or
/// absent; single excluded types become absent sections. Rows are counted as the field's fitter does (energy three times, shear
/// twice); its weights are not part of the setup and are left at 1.
///
/// @param frozen  block name -> block folder or params.txt to subtract
/// @throws InputError  no cluster type is left to fit, a frozen block that the setup fits itself, a trajectory list that cannot be
///                     read
ConvertedSetup recipe_from_chimes_setup(const ChimesSetup& setup, const std::map<std::string, std::string>& frozen);

}  // namespace carillon
