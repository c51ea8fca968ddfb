#pragma once

#include <string>
#include <vector>

namespace carillon {

/// How labels y go with what a model says, x: sums over their numbers.
struct LabelAgreement {
  long count = 0;
  double xx = 0;
  double xy = 0;
  double yy = 0;

  void add(double x, double y);
  void merge(const LabelAgreement& other);

  double correlation() const;  ///< xy / sqrt(xx yy), not centred; 0 when either is all zero
  double ratio() const;        ///< sqrt(yy / xx): how many times larger the labels are; 0 when x is all zero
  double model_rms() const;
  /// Root mean square of y / factor - x: what is left when the labels are `factor` times too large.
  double misfit(double factor) const;
};

/// A mistake that makes labels `factor` times what they should be.
struct UnitMistake {
  double factor = 1;
  std::string words;  ///< `GPa taken for eV/Å³`
};

/// Mistakes of unit that are made with each quantity, as they appear in internal units. Signs are not among them.
///
/// @param volume  typical, Å³: a virial in place of a stress
std::vector<UnitMistake> stress_unit_mistakes(double volume);
/// @param atoms  of a typical frame: energies for one atom
std::vector<UnitMistake> energy_unit_mistakes(double atoms);
std::vector<UnitMistake> force_unit_mistakes();

/// What an agreement says of unit and sign.
struct UnitVerdict {
  enum class Kind {
    right,  ///< sign and unit as they should be
    wrong,
    unclear,  ///< the labels do not follow the model
  } kind = Kind::unclear;
  bool is_explained = true;  ///< of a wrong one: by a sign or a unit known here
  double factor = 1;         ///< labels are about so many times what they should be; negative: of the wrong sign
  std::string words;         ///< of a wrong one: `their sign is wrong`, `they are 160 times too large: GPa taken for eV/Å³`
};

/// How rough the model may be before a unit is doubted.
struct AgreementBounds {
  double least_correlation = 0.6;  ///< below it in size the labels do not follow the model, and nothing can be said
  double largest_ratio = 2.5;      ///< labels between so many times and so many parts of the model are of the right size
};

/// A correlation beyond the bound says whether the sign is right, and the ratio whether the unit is; a ratio out of bounds is
/// explained by the mistakes within a factor of 1.5 of the nearest.
UnitVerdict unit_verdict(const LabelAgreement& agreement, const std::vector<UnitMistake>& mistakes,
                         const AgreementBounds& bounds = {});

}  // namespace carillon
