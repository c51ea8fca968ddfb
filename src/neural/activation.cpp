#include "carillon/neural/activation.hpp"

#include <cmath>
#include <numbers>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

struct Point {
  double value;
  double slope;
  double curvature;
};

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

Point at(Activation activation, double z) {
  switch (activation) {
    case Activation::tanh: {
      const double t = std::tanh(z);
      return {t, 1 - t * t, -2 * t * (1 - t * t)};
    }
    case Activation::silu: {
      const double s = sigmoid(z);
      return {z * s, s * (1 + z * (1 - s)), s * (1 - s) * (2 + z * (1 - 2 * s))};
    }
    case Activation::gelu: {
      const double area = 0.5 * std::erfc(-z / std::numbers::sqrt2);
      const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
      return {z * area, area + z * density, density * (2 - z * z)};
    }
  }
  throw DomainError("no such activation");
}

}  // namespace

const char* to_string(Activation activation) {
  switch (activation) {
    case Activation::tanh:
      return "tanh";
    case Activation::silu:
      return "silu";
    case Activation::gelu:
      return "gelu";
  }
  return "?";
}

Activation activation(const std::string& name) {
  for (const Activation kind : {Activation::tanh, Activation::silu, Activation::gelu})
    if (name == to_string(kind)) return kind;
  throw InputError("activation '" + name + "' is not one of: tanh, silu, gelu");
}

void activate(Activation activation, const Eigen::MatrixXd& z, Eigen::MatrixXd& values, Eigen::MatrixXd& slopes) {
  values.resize(z.rows(), z.cols());
  slopes.resize(z.rows(), z.cols());
  for (Eigen::Index k = 0; k < z.size(); ++k) {
    const Point point = at(activation, z(k));
    values(k) = point.value;
    slopes(k) = point.slope;
  }
}

Eigen::MatrixXd activation_curvatures(Activation activation, const Eigen::MatrixXd& z) {
  return z.unaryExpr([activation](double x) { return at(activation, x).curvature; });
}

}  // namespace carillon
