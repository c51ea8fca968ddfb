#include "carillon/neural/chebyshev_descriptor.hpp"

#include <algorithm>

#include "carillon/basis/chebyshev.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

int angular_pairs(const ChebyshevSpec& spec) { return (spec.angular_radial_order + 1) * (spec.angular_radial_order + 2) / 2; }

int angular_count(const ChebyshevSpec& spec) { return angular_pairs(spec) * (spec.angular_order + 1); }

const ChebyshevSpec& checked(const ChebyshevSpec& spec) {
  const auto order = [](int value, int least, int most, const char* name) {
    if (value < least || value > most)
      throw DomainError(std::string("chebyshev descriptor: ") + name + " order " + std::to_string(value) + " is not between " +
                        std::to_string(least) + " and " + std::to_string(most));
  };
  order(spec.radial_order, 0, 100, "radial");
  order(spec.angular_order, -1, 40, "angular");
  order(spec.angular_radial_order, 0, 10, "angular radial");
  return spec;
}

/// f_c T_n(s) and its slope, n = 0..values.size()-1.
void smoothed_chebyshev(const PairCoordinate& coordinate, const Smoothing& smoothing, double r, double cutoff,
                        std::span<double> values, std::span<double> slopes) {
  const PairCoordinate::Value s = coordinate.at(r);
  const Smoothing::Value f = smoothing.at(r, cutoff);
  chebyshev(s.s, values, slopes);
  for (std::size_t n = 0; n < values.size(); ++n) {
    slopes[n] = f.slope * values[n] + f.f * slopes[n] * s.slope;
    values[n] *= f.f;
  }
}

/// Gradients of all functions at one neighbour: along its direction, and across it where the angle turns.
void add_gradients(const Eigen::Vector3d& direction, const std::vector<double>& along, const Eigen::Vector3d& across,
                   const std::vector<double>& turn, Eigen::MatrixXd& gradients, Eigen::Index first_row,
                   Eigen::Index first_column) {
  for (Eigen::Index x = 0; x < 3; ++x) {
    double* into = gradients.col(first_column + x).data() + first_row;
    const double by_distance = direction[x];
    const double by_angle = across[x];
#pragma omp simd
    for (std::size_t d = 0; d < along.size(); ++d) into[d] += by_distance * along[d] + by_angle * turn[d];
  }
}

}  // namespace

/// What all functions of one pair of neighbours a, b have in common, laid out one after the other as the functions are.
struct ChebyshevDescriptor::PairTerms {
  explicit PairTerms(std::size_t count) : value(count), along_a(count), along_b(count), turn(count) {}
  std::vector<double> value;    // the product
  std::vector<double> along_a;  // its derivative with respect to r_a
  std::vector<double> along_b;  // to r_b
  std::vector<double> turn;     // to cos θ
};

/// T_0..T_l of a cosine and their slopes.
struct ChebyshevDescriptor::Polynomials {
  explicit Polynomials(std::size_t count) : values(count), slopes(count) {}
  std::vector<double> values;
  std::vector<double> slopes;
};

/// The neighbours of angular functions with their radial factors Q_n.
struct ChebyshevDescriptor::CloseNeighbors {
  std::vector<Eigen::Vector3d> direction;
  std::vector<double> distance;
  std::vector<double> weight;
  Eigen::MatrixXd values;  // [angular radial order + 1, close]
  Eigen::MatrixXd slopes;
};

ChebyshevDescriptor::ChebyshevDescriptor(const ChebyshevSpec& spec, std::vector<Element> elements)
    : Descriptor(std::move(elements), checked(spec).radial_order + 1, angular_count(spec)),
      spec_(spec),
      radial_coordinate_(spec.coordinate, 0, spec.radial_cutoff, spec.lambda),
      angular_coordinate_(spec.coordinate, 0, spec.angular_cutoff, spec.lambda) {}

double ChebyshevDescriptor::cutoff() const {
  return spec_.angular_order < 0 ? spec_.radial_cutoff : std::max(spec_.radial_cutoff, spec_.angular_cutoff);
}

void ChebyshevDescriptor::add_radial(std::span<const Neighbor> neighbors, std::span<const double> weights,
                                     AtomDescriptor& out) const {
  const auto functions = static_cast<std::size_t>(radial_functions());
  const Eigen::Index weighted = radial_functions() + angular_functions();
  out.radial_slopes.setZero(radial_functions(), static_cast<Eigen::Index>(neighbors.size()));
  std::vector<double> values(functions);
  for (std::size_t j = 0; j < neighbors.size(); ++j) {
    if (neighbors[j].distance >= spec_.radial_cutoff) continue;
    auto column = out.radial_slopes.col(static_cast<Eigen::Index>(j));
    smoothed_chebyshev(radial_coordinate_, smoothing_, neighbors[j].distance, spec_.radial_cutoff, values,
                       {column.data(), functions});
    const Eigen::Map<const Eigen::VectorXd> added(values.data(), radial_functions());
    out.values.head(radial_functions()) += added;
    if (copies() == 2) out.values.segment(weighted, radial_functions()) += weights[j] * added;
  }
}

ChebyshevDescriptor::CloseNeighbors ChebyshevDescriptor::close_neighbors(std::span<const Neighbor> neighbors,
                                                                         std::span<const double> weights,
                                                                         AtomDescriptor& out) const {
  CloseNeighbors close;
  out.close.clear();
  for (std::size_t j = 0; j < neighbors.size() && spec_.angular_order >= 0; ++j) {
    if (neighbors[j].distance >= spec_.angular_cutoff) continue;
    out.close.push_back(static_cast<int>(j));
    close.direction.emplace_back(neighbors[j].displacement / neighbors[j].distance);
    close.distance.push_back(neighbors[j].distance);
    close.weight.push_back(weights[j]);
  }
  const auto functions = static_cast<std::size_t>(spec_.angular_radial_order) + 1;
  const auto count = static_cast<Eigen::Index>(out.close.size());
  close.values.resize(static_cast<Eigen::Index>(functions), count);
  close.slopes.resize(static_cast<Eigen::Index>(functions), count);
  for (Eigen::Index j = 0; j < count; ++j)
    smoothed_chebyshev(angular_coordinate_, smoothing_, close.distance[static_cast<std::size_t>(j)], spec_.angular_cutoff,
                       {close.values.col(j).data(), functions}, {close.slopes.col(j).data(), functions});
  return close;
}

/// Terms of all functions for the neighbours a and b, whose angle's cosine the polynomials are of.
void ChebyshevDescriptor::fill_terms(const CloseNeighbors& close, Eigen::Index a, Eigen::Index b, const Polynomials& cosine,
                                     PairTerms& terms) const {
  std::size_t d = 0;
  for (Eigen::Index n = 0; n <= spec_.angular_radial_order; ++n)
    for (Eigen::Index m = n; m <= spec_.angular_radial_order; ++m) {
      const double exchanged = n == m ? 0 : 1;
      const double product = close.values(n, a) * close.values(m, b) + exchanged * close.values(m, a) * close.values(n, b);
      const double product_a = close.slopes(n, a) * close.values(m, b) + exchanged * close.slopes(m, a) * close.values(n, b);
      const double product_b = close.values(n, a) * close.slopes(m, b) + exchanged * close.values(m, a) * close.slopes(n, b);
      for (std::size_t l = 0; l < cosine.values.size(); ++l, ++d) {
        terms.value[d] = product * cosine.values[l];
        terms.along_a[d] = product_a * cosine.values[l];
        terms.along_b[d] = product_b * cosine.values[l];
        terms.turn[d] = product * cosine.slopes[l];
      }
    }
}

void ChebyshevDescriptor::add_pair(const CloseNeighbors& close, Eigen::Index a, Eigen::Index b, PairTerms& terms,
                                   Polynomials& cosine, AtomDescriptor& out) const {
  const auto at_a = static_cast<std::size_t>(a);
  const auto at_b = static_cast<std::size_t>(b);
  const Eigen::Vector3d& u = close.direction[at_a];
  const Eigen::Vector3d& v = close.direction[at_b];
  const double x = std::clamp(u.dot(v), -1.0, 1.0);
  chebyshev(x, cosine.values, cosine.slopes);
  fill_terms(close, a, b, cosine, terms);
  const Eigen::Vector3d across_a = (v - x * u) / close.distance[at_a];
  const Eigen::Vector3d across_b = (u - x * v) / close.distance[at_b];
  for (Eigen::Index copy = 0; copy < copies(); ++copy) {
    const double factor = copy == 0 ? 1 : close.weight[at_a] * close.weight[at_b];
    const Eigen::Index first = copy * angular_functions();
    out.values.segment(copy * (radial_functions() + angular_functions()) + radial_functions(), angular_functions()) +=
        factor * Eigen::Map<const Eigen::VectorXd>(terms.value.data(), angular_functions());
    add_gradients(factor * u, terms.along_a, factor * across_a, terms.turn, out.angular_gradients, first, 3 * a);
    add_gradients(factor * v, terms.along_b, factor * across_b, terms.turn, out.angular_gradients, first, 3 * b);
  }
}

void ChebyshevDescriptor::add_angular(const CloseNeighbors& close, AtomDescriptor& out) const {
  const auto count = static_cast<Eigen::Index>(out.close.size());
  out.angular_gradients.setZero(copies() * angular_functions(), 3 * count);
  PairTerms terms(static_cast<std::size_t>(angular_functions()));
  Polynomials cosine(static_cast<std::size_t>(spec_.angular_order) + 1);
  for (Eigen::Index a = 0; a < count; ++a)
    for (Eigen::Index b = a + 1; b < count; ++b) add_pair(close, a, b, terms, cosine, out);
}

void ChebyshevDescriptor::describe(std::span<const Neighbor> neighbors, std::span<const double> weights,
                                   AtomDescriptor& out) const {
  if (neighbors.size() != weights.size()) throw ShapeError("a descriptor needs one weight for each neighbour");
  out.values.setZero(size());
  add_radial(neighbors, weights, out);
  const CloseNeighbors close = close_neighbors(neighbors, weights, out);
  if (spec_.angular_order >= 0)
    add_angular(close, out);
  else
    out.angular_gradients.resize(0, 0);
}

}  // namespace carillon
