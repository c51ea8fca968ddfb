#pragma once

#include <memory>
#include <string>
#include <vector>

#include "carillon/basis/pair_coordinate.hpp"
#include "carillon/core/yaml.hpp"
#include "carillon/neural/descriptor.hpp"

namespace carillon {

/// Numbers that say which Chebyshev functions describe an atom (docs/neural.md, "Descriptors").
struct ChebyshevSpec {
  int radial_order = 11;         ///< T_0..T_n of the distance
  double radial_cutoff = 6.0;    ///< Å
  int angular_order = 5;         ///< T_0..T_l of the cosine; -1: no angular functions
  double angular_cutoff = 4.5;   ///< Å, of the two distances of a triplet
  int angular_radial_order = 0;  ///< T_0..T_n of each of these distances
  CoordinateKind coordinate = CoordinateKind::direct;
  double lambda = 1;  ///< Å; morse only

  bool operator==(const ChebyshevSpec&) const = default;
};

/// Parameters of Behler and Parrinello's functions (docs/neural.md, "Descriptors"): every combination is one function.
struct BehlerParrinelloSpec {
  double radial_cutoff = 6.0;                                              ///< Å
  std::vector<double> radial_eta = {4};                                    ///< 1/Å², 0 or more
  std::vector<double> radial_shift = {1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5};  ///< Å, where the Gaussians stand
  double angular_cutoff = 4.5;                                             ///< Å, of the three distances of a triplet
  std::vector<double> angular_eta = {0.01, 0.08};                          ///< 1/Å², 0 or more; empty: no angular functions
  std::vector<double> angular_zeta = {1, 2, 4, 16};                        ///< 1 or more; each with λ = 1 and -1

  bool operator==(const BehlerParrinelloSpec&) const = default;
};

enum class DescriptorKind { chebyshev, behler_parrinello };

/// Which descriptor a network has: the choice of a recipe and of a model file. Only the numbers of the chosen kind count.
struct DescriptorSpec {
  DescriptorKind kind = DescriptorKind::chebyshev;
  ChebyshevSpec chebyshev = {};
  BehlerParrinelloSpec behler_parrinello = {};

  bool operator==(const DescriptorSpec&) const = default;
};

/// @throws InputError  unknown keys, numbers out of range
DescriptorSpec read_descriptor_spec(const Yaml& node);

/// The same as YAML, with every default written out; `indent` blanks before each line.
std::string descriptor_spec_yaml(const DescriptorSpec& spec, int indent);

/// All lengths multiplied: the descriptor of a structure that is `scale` times as large is what it was.
DescriptorSpec scaled(const DescriptorSpec& spec, double scale);

/// @param elements  of the model, sorted
std::unique_ptr<const Descriptor> make_descriptor(const DescriptorSpec& spec, const std::vector<Element>& elements);

}  // namespace carillon
