#pragma once

#include "carillon/basis/pair_coordinate.hpp"
#include "carillon/basis/smoothing.hpp"
#include "carillon/neural/descriptor_spec.hpp"

namespace carillon {

/// Chebyshev polynomials of distances and angles (Artrith, Urban & Ceder 2017, doi:10.1103/PhysRevB.96.014112), with the angular
/// part optionally resolved in the two distances as well (docs/neural.md, "Descriptors").
///
///   radial   R_n = sum_j f_c(r_j) T_n(s(r_j)),                                       n = 0..radial_order
///   angular  A_nml = sum_{j<k} [Q_n(r_j) Q_m(r_k) + Q_m(r_j) Q_n(r_k)] / (1 + δ_nm) T_l(cos θ_jk),  n <= m, l = 0..angular_order
///
/// with Q_n = f_c T_n(s) at the angular cutoff, f_c = (1 + cos(π r/r_c))/2, and s the scaled distance in [-1, 1].
class ChebyshevDescriptor : public Descriptor {
public:
  /// @throws DomainError  orders or cutoffs out of range
  ChebyshevDescriptor(const ChebyshevSpec& spec, std::vector<Element> elements);

  double cutoff() const override;
  void describe(std::span<const Neighbor> neighbors, std::span<const double> weights, AtomDescriptor& out) const override;

private:
  struct CloseNeighbors;
  struct PairTerms;
  struct Polynomials;
  void add_radial(std::span<const Neighbor> neighbors, std::span<const double> weights, AtomDescriptor& out) const;
  CloseNeighbors close_neighbors(std::span<const Neighbor> neighbors, std::span<const double> weights, AtomDescriptor& out) const;
  void fill_terms(const CloseNeighbors& close, Eigen::Index a, Eigen::Index b, const Polynomials& cosine, PairTerms& terms) const;
  void add_pair(const CloseNeighbors& close, Eigen::Index a, Eigen::Index b, PairTerms& terms, Polynomials& cosine,
                AtomDescriptor& out) const;
  void add_angular(const CloseNeighbors& close, AtomDescriptor& out) const;

  ChebyshevSpec spec_;
  PairCoordinate radial_coordinate_;
  PairCoordinate angular_coordinate_;
  Smoothing smoothing_{SmoothingKind::tersoff, 1.0};  // the whole range: the cosine cutoff
};

}  // namespace carillon
