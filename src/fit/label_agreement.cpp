#include "carillon/fit/label_agreement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "carillon/core/units.hpp"

namespace carillon {
namespace {

constexpr double as_near = 1.5;       // times the nearest mistake's distance
constexpr double recognisable = 2.0;  // a ratio further from every mistake is of none

double log_distance(double ratio, const UnitMistake& mistake) { return std::abs(std::log(ratio / mistake.factor)); }

/// The mistakes that explain a ratio, the most likely first; empty when none does.
std::string likely_mistakes(double ratio, std::vector<UnitMistake> mistakes) {
  std::sort(mistakes.begin(), mistakes.end(),
            [&](const UnitMistake& a, const UnitMistake& b) { return log_distance(ratio, a) < log_distance(ratio, b); });
  std::string out;
  for (const UnitMistake& mistake : mistakes) {
    if (log_distance(ratio, mistake) > std::log(recognisable)) break;
    if (log_distance(mistakes.front().factor, mistake) > std::log(as_near)) break;
    out += (out.empty() ? "" : ", or ") + mistake.words;
  }
  return out;
}

}  // namespace

void LabelAgreement::add(double x, double y) {
  ++count;
  xx += x * x;
  xy += x * y;
  yy += y * y;
}

void LabelAgreement::merge(const LabelAgreement& other) {
  count += other.count;
  xx += other.xx;
  xy += other.xy;
  yy += other.yy;
}

double LabelAgreement::correlation() const { return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0; }
double LabelAgreement::ratio() const { return xx > 0 ? std::sqrt(yy / xx) : 0; }
double LabelAgreement::model_rms() const { return count > 0 ? std::sqrt(xx / static_cast<double>(count)) : 0; }

double LabelAgreement::misfit(double factor) const {
  const double squares = yy / (factor * factor) - 2 * xy / factor + xx;
  return count > 0 ? std::sqrt(std::max(0.0, squares) / static_cast<double>(count)) : 0;
}

std::vector<UnitMistake> stress_unit_mistakes(double volume) {
  constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;
  constexpr double bohr3 = units::bohr_to_angstrom * units::bohr_to_angstrom * units::bohr_to_angstrom;
  constexpr double hartree_per_bohr3 = bohr3 / units::hartree_to_ev;
  std::vector<UnitMistake> out = {
      {gpa, "GPa taken for eV/Å³"},
      {10 * gpa, "kbar taken for eV/Å³"},
      {1 / gpa, "eV/Å³ taken for GPa"},
      {0.1 / gpa, "eV/Å³ taken for kbar"},
      {0.1, "GPa taken for kbar"},
      {10, "kbar taken for GPa"},
      {hartree_per_bohr3, "Hartree/bohr³ taken for eV/Å³"},
      {2 * hartree_per_bohr3, "Rydberg/bohr³ taken for eV/Å³"},
      {units::ev_to_kcal_per_mol, "kcal/mol/Å³ taken for eV/Å³"},
      {1 / units::kcal_per_mol_per_cubic_angstrom_to_gpa, "kcal/mol/Å³ taken for GPa"},
      {units::kcal_per_mol_per_cubic_angstrom_to_gpa, "GPa taken for kcal/mol/Å³"},
  };
  if (volume > 0) out.push_back({volume, "virials in eV taken for stresses"});
  return out;
}

std::vector<UnitMistake> energy_unit_mistakes(double atoms) {
  std::vector<UnitMistake> out = {
      {2 / units::hartree_to_ev, "Rydberg taken for eV"},   {1 / units::hartree_to_ev, "Hartree taken for eV"},
      {units::ev_to_kcal_per_mol, "kcal/mol taken for eV"}, {units::kcal_per_mol_to_ev, "eV taken for kcal/mol"},
      {units::ev_to_kj_per_mol, "kJ/mol taken for eV"},
  };
  if (atoms > 0) out.push_back({1 / atoms, "energies of one atom taken for those of the cell"});
  return out;
}

std::vector<UnitMistake> force_unit_mistakes() {
  constexpr double atomic = units::hartree_per_bohr_to_ev_per_angstrom;
  return {
      {1 / atomic, "Hartree/bohr taken for eV/Å"},
      {2 / atomic, "Rydberg/bohr taken for eV/Å"},
      {atomic, "eV/Å taken for Hartree/bohr"},
      {units::ev_to_kcal_per_mol, "kcal/mol/Å taken for eV/Å"},
      {units::ev_to_kj_per_mol, "kJ/mol/Å taken for eV/Å"},
      {units::kcal_per_mol_to_ev, "eV/Å taken for kcal/mol/Å"},
      {units::hartree_per_bohr_to_kcal_per_mol_per_angstrom, "kcal/mol/Å taken for Hartree/bohr"},
  };
}

UnitVerdict unit_verdict(const LabelAgreement& agreement, const std::vector<UnitMistake>& mistakes,
                         const AgreementBounds& bounds) {
  UnitVerdict verdict;
  if (std::abs(agreement.correlation()) < bounds.least_correlation) return verdict;
  const double sign = agreement.correlation() < 0 ? -1 : 1;
  const double ratio = agreement.ratio();
  const bool right_size = ratio >= 1 / bounds.largest_ratio && ratio <= bounds.largest_ratio;
  verdict.factor = sign * ratio;
  verdict.kind = right_size && sign > 0 ? UnitVerdict::Kind::right : UnitVerdict::Kind::wrong;
  if (verdict.kind == UnitVerdict::Kind::right) return verdict;
  if (sign < 0) verdict.words = "their sign is wrong";
  if (!right_size) {
    const std::string guess = likely_mistakes(ratio, mistakes);
    verdict.is_explained = !guess.empty();
    verdict.words += fmt::format("{}they are {:.3g} times what they should be: {}", sign < 0 ? ", and " : "", ratio,
                                 guess.empty() ? "no unit known here" : guess);
  }
  return verdict;
}

}  // namespace carillon
