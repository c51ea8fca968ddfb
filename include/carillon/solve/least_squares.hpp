#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "carillon/core/parallel.hpp"
#include "carillon/solve/constraints.hpp"
#include "carillon/solve/cross_validation.hpp"
#include "carillon/solve/marginal_likelihood.hpp"
#include "carillon/solve/posterior.hpp"
#include "carillon/solve/relevance.hpp"
#include "carillon/solve/ridge.hpp"
#include "carillon/solve/ridge_path.hpp"

namespace carillon {

/// How the strength of the prior is chosen.
enum class Strength {
  given,     ///< Options::lambda
  gcv,       ///< smallest generalised cross-validation score over the grid
  groups,    ///< smallest error of groups left out, over the grid
  evidence,  ///< largest marginal likelihood of all data (marginal_likelihood.hpp)
};

/// `given`, `gcv`, `groups`, `evidence`.
/// @throws InputError  another name; the message lists the known ones
Strength strength_from_name(const std::string& name);

/// For methods `lasso` and `elastic_net` (sparse_least_squares.hpp).
struct SparseOptions {
  double l2 = 1e-3;             ///< `elastic_net`: strength of its quadratic part, as ridge's lambda
  long most_active = 0;         ///< the path ends where it would have more terms; 0: no limit
  std::optional<double> refit;  ///< fit the chosen terms anew by ridge of this strength (0: least squares); none: do not
};

struct LeastSquaresOptions {
  std::string method = "ridge";  ///< a name of least_squares_methods()
  Strength strength = Strength::groups;
  double lambda = 0.0;  ///< used with Strength::given
  LambdaGrid grid;      ///< used otherwise
  ChoiceRule rule = ChoiceRule::minimum;
  PriorOptions prior;
  SparseOptions sparse;
  LinearConstraints constraints;  ///< with method `ridge` (constrained_least_squares.hpp)
  std::vector<int> sections;  ///< per unknown, numbered from 0: those with one relevance in method `ard`; empty: all one section
  bool posterior = false;     ///< keep what the data leave open about the coefficients
};

struct LeastSquaresResult {
  std::vector<double> coefficients;
  Summary summary;
  std::optional<RidgePath> path;                 ///< over the grid, when the strength was not given
  std::optional<CrossValidation> validation;     ///< with Strength::groups
  std::optional<MarginalLikelihood> likelihood;  ///< over the grid, with Strength::evidence and method `bayesian_ridge`
  std::optional<Relevance> relevance;            ///< with method `ard`
  std::optional<Posterior> posterior;            ///< when asked for
};

/// A way to get coefficients from factors. A new one is a class in a file of its own and one line in least_squares.cpp.
class LeastSquares {
public:
  virtual ~LeastSquares() = default;

  /// Called by all ranks together. The result is the same bit for bit for any number of ranks and threads.
  ///
  /// @param groups  the data's factors, weights already in them; one is enough unless the strength is chosen by groups. Those
  ///                of the root count; the other ranks may come with none
  /// @return        on the root; empty elsewhere
  /// @throws ShapeError, DomainError, InputError  on options or shapes that make no sense; numerical trouble is a status
  virtual LeastSquaresResult solve(std::span<const TriangularFactor> groups, const Communicator& world) const = 0;
  /// By this process alone.
  LeastSquaresResult solve(std::span<const TriangularFactor> groups) const { return solve(groups, Communicator()); }
};

/// @throws InputError  unknown method; the message lists the known ones
std::unique_ptr<LeastSquares> make_least_squares(const LeastSquaresOptions& options);
std::vector<std::string> least_squares_methods();

}  // namespace carillon
