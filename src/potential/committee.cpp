#include "carillon/potential/committee.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

Prediction mean(const std::vector<Prediction>& said) {
  const double share = 1 / static_cast<double>(said.size());
  Prediction out{0, std::vector<Eigen::Vector3d>(said.front().forces.size(), Eigen::Vector3d::Zero()), Eigen::Matrix3d::Zero()};
  for (const Prediction& one : said) {
    out.energy += share * one.energy;
    out.stress += share * one.stress;
    for (std::size_t i = 0; i < out.forces.size(); ++i) out.forces[i] += share * one.forces[i];
  }
  return out;
}

/// About the mean in a second pass: the energies are large and close together.
Deviation scatter(const std::vector<Prediction>& said, const Prediction& mean, double scale) {
  Deviation out{0, std::vector<Eigen::Vector3d>(mean.forces.size(), Eigen::Vector3d::Zero()), Eigen::Matrix3d::Zero()};
  for (const Prediction& one : said) {
    out.energy += (one.energy - mean.energy) * (one.energy - mean.energy);
    out.stress += (one.stress - mean.stress).cwiseAbs2();
    for (std::size_t i = 0; i < out.forces.size(); ++i) out.forces[i] += (one.forces[i] - mean.forces[i]).cwiseAbs2();
  }
  const double share = 1 / static_cast<double>(said.size() - 1);
  out.energy = scale * std::sqrt(share * out.energy);
  out.stress = scale * (share * out.stress).cwiseSqrt().eval();
  for (Eigen::Vector3d& force : out.forces) force = scale * (share * force).cwiseSqrt().eval();
  return out;
}

}  // namespace

Committee::Committee(Members members, std::optional<double> scale) : members_(std::move(members)), scale_(scale) {
  if (members_.size() < 2) throw InputError(fmt::format("a committee of {}: expected at least two members", members_.size()));
  if (scale_ && (!(*scale_ > 0.0) || !std::isfinite(*scale_)))
    throw DomainError(fmt::format("uncertainties cannot be scaled by {}", *scale_));
  for (const auto& member : members_)
    if (member->elements() != elements())
      throw InputError(fmt::format("members of a committee are of {} and of {}; expected the same elements",
                                   element_set_name(elements()), element_set_name(member->elements())));
}

Prediction Committee::evaluate(const Structure& structure) const {
  std::vector<Prediction> said;
  for (const auto& member : members_) said.push_back(member->evaluate(structure));
  Prediction out = mean(said);
  if (scale_) out.deviation = scatter(said, out, *scale_);
  return out;
}

DomainPrediction Committee::evaluate_domain(const Structure& atoms, std::size_t owned) const {
  const double share = 1 / static_cast<double>(members_.size());
  DomainPrediction out{std::vector<double>(owned, 0.0), std::vector<Eigen::Vector3d>(atoms.size(), Eigen::Vector3d::Zero())};
  for (const auto& member : members_) {
    const DomainPrediction one = member->evaluate_domain(atoms, owned);
    for (std::size_t i = 0; i < owned; ++i) out.atom_energies[i] += share * one.atom_energies[i];
    for (std::size_t i = 0; i < atoms.size(); ++i) out.forces[i] += share * one.forces[i];
    out.virial += share * one.virial;
  }
  return out;
}

double Committee::cutoff() const {
  double out = 0;
  for (const auto& member : members_) out = std::max(out, member->cutoff());
  return out;
}

std::string Committee::description() const {
  return fmt::format("committee of {}: {}", members_.size(), members_.front()->description());
}

}  // namespace carillon
