#pragma once

#include <Eigen/Dense>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "unit/solve/random_rows.hpp"

namespace carillon::testing {

/// One case of tests/golden/data/bayesian_reference.json, made by scikit-learn, numpy and scipy (make_bayesian_reference.py).
struct BayesianReference {
  RowMatrix rows;  ///< [A | b]
  std::vector<int> section;
  double ridge_alpha;   ///< precision of the noise
  double ridge_lambda;  ///< precision of the coefficients
  Eigen::VectorXd ridge_coefficients;
  Eigen::MatrixXd ridge_covariance;
  double relevance_alpha;
  std::vector<double> relevance_lambda;
  double relevance_log_likelihood;
  Eigen::VectorXd relevance_coefficients;

  explicit BayesianReference(const std::string& name) {
    std::ifstream file(CARILLON_SOURCE_DIR "/tests/golden/data/bayesian_reference.json");
    const nlohmann::json json = nlohmann::json::parse(file).at(name);
    const auto a = json.at("a").get<std::vector<std::vector<double>>>();
    const auto b = json.at("b").get<std::vector<double>>();
    const long columns = static_cast<long>(a.front().size());
    rows.resize(static_cast<long>(a.size()), columns + 1);
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (std::size_t j = 0; j < a[i].size(); ++j) rows(static_cast<long>(i), static_cast<long>(j)) = a[i][j];
      rows(static_cast<long>(i), columns) = b[i];
    }
    section = json.at("section").get<std::vector<int>>();
    const nlohmann::json& ridge = json.at("bayesian_ridge");
    ridge_alpha = ridge.at("alpha").get<double>();
    ridge_lambda = ridge.at("lambda").get<double>();
    ridge_coefficients = vector(ridge.at("coefficients"));
    ridge_covariance.resize(columns, columns);
    for (long i = 0; i < columns; ++i) ridge_covariance.row(i) = vector(ridge.at("covariance").at(static_cast<std::size_t>(i)));
    const nlohmann::json& relevance = json.at("relevance");
    relevance_alpha = relevance.at("alpha").get<double>();
    relevance_lambda = relevance.at("lambda").get<std::vector<double>>();
    relevance_log_likelihood = relevance.at("log_likelihood").get<double>();
    relevance_coefficients = vector(relevance.at("coefficients"));
  }

private:
  static Eigen::VectorXd vector(const nlohmann::json& list) {
    const auto values = list.get<std::vector<double>>();
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<long>(values.size()));
  }
};

}  // namespace carillon::testing
