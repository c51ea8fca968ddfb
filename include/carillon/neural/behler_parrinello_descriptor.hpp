#pragma once

#include "carillon/basis/smoothing.hpp"
#include "carillon/neural/descriptor_spec.hpp"

namespace carillon {

/// Behler and Parrinello's symmetry functions (Phys. Rev. Lett. 98, 146401 (2007), doi:10.1103/PhysRevLett.98.146401, Eqs. 4-5),
/// with every pair of neighbours counted once.
///
///   radial   G_ηs = sum_j exp(-η (r_j - s)²) f_c(r_j)
///   angular  G_ηζλ = 2^(1-ζ) sum_{j<k} (1 + λ cos θ_jk)^ζ exp(-η (r_j² + r_k² + r_jk²)) f_c(r_j) f_c(r_k) f_c(r_jk),  λ = 1, -1
///
/// with f_c = (1 + cos(π r/r_c))/2. Order: radial by η, then s; angular by η, then ζ, then λ. Cost for each pair of close
/// neighbours: one exponential for each η, one power for each ζ and λ.
class BehlerParrinelloDescriptor : public Descriptor {
public:
  /// @throws DomainError  no radial function; a cutoff, η, s or ζ out of range
  BehlerParrinelloDescriptor(const BehlerParrinelloSpec& spec, std::vector<Element> elements);

  double cutoff() const override;
  void describe(std::span<const Neighbor> neighbors, std::span<const double> weights, AtomDescriptor& out) const override;

private:
  struct PairTerms;
  void add_radial(std::span<const Neighbor> neighbors, std::span<const double> weights, AtomDescriptor& out) const;
  void fill_terms(const Neighbor& a, const Neighbor& b, double apart, double cosine, PairTerms& terms) const;
  void add_pair(const Neighbor& a, const Neighbor& b, double weight, Eigen::Index column_a, Eigen::Index column_b,
                PairTerms& terms, AtomDescriptor& out) const;

  BehlerParrinelloSpec spec_;
  Smoothing smoothing_{SmoothingKind::tersoff, 1.0};  // the whole range: the cosine cutoff
};

}  // namespace carillon
