#pragma once

#include <Eigen/Core>
#include <string>

namespace carillon {

/// What a hidden node does with its input z: tanh z; SiLU, z / (1 + exp(-z)); GELU, z Φ(z) with the normal distribution Φ (exact,
/// not its tanh approximation). All are smooth, as forces and their derivatives need.
enum class Activation { tanh, silu, gelu };

const char* to_string(Activation activation);
/// @throws InputError  not `tanh`, `silu` or `gelu`
Activation activation(const std::string& name);

/// Value and slope of every entry.
/// @param values, slopes  out, of z's shape
void activate(Activation activation, const Eigen::MatrixXd& z, Eigen::MatrixXd& values, Eigen::MatrixXd& slopes);

/// Second derivative of every entry.
Eigen::MatrixXd activation_curvatures(Activation activation, const Eigen::MatrixXd& z);

}  // namespace carillon
