#include "carillon/neural/behler_parrinello_descriptor.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr double signs[] = {1, -1};  // λ

int radial_count(const BehlerParrinelloSpec& spec) { return static_cast<int>(spec.radial_eta.size() * spec.radial_shift.size()); }

int angular_count(const BehlerParrinelloSpec& spec) {
  return static_cast<int>(std::size(signs) * spec.angular_eta.size() * spec.angular_zeta.size());
}

const BehlerParrinelloSpec& checked(const BehlerParrinelloSpec& spec) {
  const auto all_at_least = [](const std::vector<double>& numbers, double least, const char* name) {
    for (const double number : numbers)
      if (!(number >= least))
        throw DomainError("behler-parrinello descriptor: " + std::string(name) + " " + std::to_string(number) + " is below " +
                          std::to_string(static_cast<int>(least)));
  };
  if (radial_count(spec) == 0) throw DomainError("behler-parrinello descriptor: no radial function");
  if (!(spec.radial_cutoff > 0 && spec.angular_cutoff > 0))
    throw DomainError("behler-parrinello descriptor: a cutoff is not above zero");
  all_at_least(spec.radial_eta, 0, "eta");
  all_at_least(spec.radial_shift, 0, "shift");
  all_at_least(spec.angular_eta, 0, "eta");
  all_at_least(spec.angular_zeta, 1, "zeta");
  return spec;
}

}  // namespace

/// All angular functions of one pair of neighbours a, b, and their partial derivatives.
struct BehlerParrinelloDescriptor::PairTerms {
  explicit PairTerms(Eigen::Index count) : value(count), along_a(count), along_b(count), apart(count), turn(count) {}
  Eigen::VectorXd value;
  Eigen::VectorXd along_a;  // with respect to r_a
  Eigen::VectorXd along_b;  // to r_b
  Eigen::VectorXd apart;    // to r_ab
  Eigen::VectorXd turn;     // to cos θ
};

BehlerParrinelloDescriptor::BehlerParrinelloDescriptor(const BehlerParrinelloSpec& spec, std::vector<Element> elements)
    : Descriptor(std::move(elements), radial_count(checked(spec)), angular_count(spec)), spec_(spec) {}

double BehlerParrinelloDescriptor::cutoff() const {
  return angular_functions() == 0 ? spec_.radial_cutoff : std::max(spec_.radial_cutoff, spec_.angular_cutoff);
}

void BehlerParrinelloDescriptor::add_radial(std::span<const Neighbor> neighbors, std::span<const double> weights,
                                            AtomDescriptor& out) const {
  const Eigen::Index weighted = radial_functions() + angular_functions();
  out.radial_slopes.setZero(radial_functions(), static_cast<Eigen::Index>(neighbors.size()));
  for (std::size_t j = 0; j < neighbors.size(); ++j) {
    const double r = neighbors[j].distance;
    if (r >= spec_.radial_cutoff) continue;
    const Smoothing::Value f = smoothing_.at(r, spec_.radial_cutoff);
    Eigen::Index d = 0;
    for (const double eta : spec_.radial_eta)
      for (const double shift : spec_.radial_shift) {
        const double gaussian = std::exp(-eta * (r - shift) * (r - shift));
        out.values[d] += gaussian * f.f;
        if (copies() == 2) out.values[weighted + d] += weights[j] * gaussian * f.f;
        out.radial_slopes(d++, static_cast<Eigen::Index>(j)) = gaussian * (f.slope - 2 * eta * (r - shift) * f.f);
      }
  }
}

/// @param apart  distance of the two neighbours, inside the angular cutoff
void BehlerParrinelloDescriptor::fill_terms(const Neighbor& a, const Neighbor& b, double apart, double cosine,
                                            PairTerms& terms) const {
  const Smoothing::Value f_a = smoothing_.at(a.distance, spec_.angular_cutoff);
  const Smoothing::Value f_b = smoothing_.at(b.distance, spec_.angular_cutoff);
  const Smoothing::Value f_ab = smoothing_.at(apart, spec_.angular_cutoff);
  const double squares = a.distance * a.distance + b.distance * b.distance + apart * apart;
  Eigen::Index d = 0;
  for (const double eta : spec_.angular_eta) {
    const double gaussian = std::exp(-eta * squares);
    // Derivative of Gaussian and cutoffs together with respect to one distance: never divided by a cutoff, which may be zero.
    const auto slope = [&](double r, const Smoothing::Value& f, double others) {
      return gaussian * others * (f.slope - 2 * eta * r * f.f);
    };
    const double product = gaussian * f_a.f * f_b.f * f_ab.f;
    const double by_a = slope(a.distance, f_a, f_b.f * f_ab.f);
    const double by_b = slope(b.distance, f_b, f_a.f * f_ab.f);
    const double by_apart = slope(apart, f_ab, f_a.f * f_b.f);
    for (const double zeta : spec_.angular_zeta)
      for (const double sign : signs) {
        const double base = 1 + sign * cosine;
        const double power = std::exp2(1 - zeta) * std::pow(base, zeta - 1);
        terms.value[d] = power * base * product;
        terms.along_a[d] = power * base * by_a;
        terms.along_b[d] = power * base * by_b;
        terms.apart[d] = power * base * by_apart;
        terms.turn[d++] = zeta * sign * power * product;
      }
  }
}

/// @param weight    of the weighted copy
/// @param column_a  first of a's three columns of the gradients
void BehlerParrinelloDescriptor::add_pair(const Neighbor& a, const Neighbor& b, double weight, Eigen::Index column_a,
                                          Eigen::Index column_b, PairTerms& terms, AtomDescriptor& out) const {
  const Eigen::Vector3d between = a.displacement - b.displacement;
  const double apart = between.norm();
  if (apart >= spec_.angular_cutoff) return;
  const Eigen::Vector3d u = a.displacement / a.distance;
  const Eigen::Vector3d v = b.displacement / b.distance;
  const double cosine = std::clamp(u.dot(v), -1.0, 1.0);
  fill_terms(a, b, apart, cosine, terms);
  const Eigen::Vector3d across_a = (v - cosine * u) / a.distance;
  const Eigen::Vector3d across_b = (u - cosine * v) / b.distance;
  const Eigen::Vector3d w = between / apart;
  for (Eigen::Index copy = 0; copy < copies(); ++copy) {
    const double factor = copy == 0 ? 1 : weight;
    const Eigen::Index rows = angular_functions();
    out.values.segment(copy * (radial_functions() + rows) + radial_functions(), rows) += factor * terms.value;
    for (Eigen::Index x = 0; x < 3; ++x) {
      out.angular_gradients.col(column_a + x).segment(copy * rows, rows) +=
          factor * (u[x] * terms.along_a + across_a[x] * terms.turn + w[x] * terms.apart);
      out.angular_gradients.col(column_b + x).segment(copy * rows, rows) +=
          factor * (v[x] * terms.along_b + across_b[x] * terms.turn - w[x] * terms.apart);
    }
  }
}

void BehlerParrinelloDescriptor::describe(std::span<const Neighbor> neighbors, std::span<const double> weights,
                                          AtomDescriptor& out) const {
  if (neighbors.size() != weights.size()) throw ShapeError("a descriptor needs one weight for each neighbour");
  out.values.setZero(size());
  add_radial(neighbors, weights, out);
  out.close.clear();
  for (std::size_t j = 0; j < neighbors.size() && angular_functions() > 0; ++j)
    if (neighbors[j].distance < spec_.angular_cutoff) out.close.push_back(static_cast<int>(j));
  const auto count = static_cast<Eigen::Index>(out.close.size());
  out.angular_gradients.setZero(copies() * angular_functions(), 3 * count);
  PairTerms terms(angular_functions());
  for (Eigen::Index a = 0; a < count; ++a)
    for (Eigen::Index b = a + 1; b < count; ++b) {
      const auto at_a = static_cast<std::size_t>(out.close[static_cast<std::size_t>(a)]);
      const auto at_b = static_cast<std::size_t>(out.close[static_cast<std::size_t>(b)]);
      add_pair(neighbors[at_a], neighbors[at_b], weights[at_a] * weights[at_b], 3 * a, 3 * b, terms, out);
    }
}

}  // namespace carillon
