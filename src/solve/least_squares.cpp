#include "carillon/solve/least_squares.hpp"

#include "carillon/core/error.hpp"
#include "carillon/solve/bayesian_ridge.hpp"
#include "carillon/solve/constrained_least_squares.hpp"
#include "carillon/solve/relevance_least_squares.hpp"
#include "carillon/solve/ridge_least_squares.hpp"
#include "carillon/solve/sparse_least_squares.hpp"
#include "carillon/solve/tsvd.hpp"
#include "carillon/solve/with_posterior.hpp"

namespace carillon {
namespace {

struct Method {
  const char* name;
  std::unique_ptr<LeastSquares> (*make)(const LeastSquaresOptions&);
};

template <class Solver>
std::unique_ptr<LeastSquares> make(const LeastSquaresOptions& options) {
  return std::make_unique<Solver>(options);
}

std::unique_ptr<LeastSquares> make_ridge(const LeastSquaresOptions& options) {
  if (options.strength == Strength::evidence) return make<BayesianRidge>(options);
  auto ridge = make<RidgeLeastSquares>(options);
  if (!options.posterior) return ridge;
  return std::make_unique<WithPosterior>(std::move(ridge), options);
}

template <class Solver>
std::unique_ptr<LeastSquares> make_without_posterior(const LeastSquaresOptions& options) {
  if (options.posterior) throw InputError("method " + options.method + " has no posterior; ridge, bayesian_ridge and ard have");
  if (options.strength == Strength::evidence)
    throw InputError("method " + options.method + " has no evidence to choose its strength by; ridge and bayesian_ridge have");
  return std::make_unique<Solver>(options);
}

std::unique_ptr<LeastSquares> with_constraints(std::unique_ptr<LeastSquares> method, const LeastSquaresOptions& options) {
  if (options.constraints.empty()) return method;
  if (options.method != "ridge") throw InputError("constraints need method ridge, not " + options.method);
  if (options.posterior) throw InputError("a posterior does not know of constraints: ask for one of the two");
  return std::make_unique<ConstrainedLeastSquares>(std::move(method), options);
}

// One line per method.
constexpr Method methods[] = {
    {"ridge", make_ridge},
    {"bayesian_ridge", make<BayesianRidge>},
    {"ard", make<RelevanceLeastSquares>},
    {"tsvd", make_without_posterior<TsvdLeastSquares>},
    {"lasso", make_without_posterior<SparseLeastSquares>},
    {"elastic_net", make_without_posterior<SparseLeastSquares>},
};

}  // namespace

Strength strength_from_name(const std::string& name) {
  if (name == "given") return Strength::given;
  if (name == "gcv") return Strength::gcv;
  if (name == "groups") return Strength::groups;
  if (name == "evidence") return Strength::evidence;
  throw InputError("unknown strength '" + name + "'; known: given, gcv, groups, evidence");
}

std::vector<std::string> least_squares_methods() {
  std::vector<std::string> names;
  for (const Method& method : methods) names.emplace_back(method.name);
  return names;
}

std::unique_ptr<LeastSquares> make_least_squares(const LeastSquaresOptions& options) {
  std::string known;
  for (const Method& method : methods) {
    if (options.method == method.name) return with_constraints(method.make(options), options);
    known += (known.empty() ? "" : ", ") + std::string(method.name);
  }
  throw InputError("unknown least-squares method '" + options.method + "'; known: " + known);
}

}  // namespace carillon
