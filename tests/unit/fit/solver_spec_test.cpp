#include "carillon/fit/solver_spec.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "carillon/fit/step_columns.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

SolverSpec parse(const std::string& text, const SolverSpec& base = {}) {
  return read_solver_spec(Yaml::load_text(text, "r.yaml"), base);
}

std::string problem_of(const std::string& text, const SolverSpec& base = {}) {
  try {
    parse(text, base);
  } catch (const InputError& problem) {
    return problem.what();
  }
  return "";
}

TEST(SolverSpec, BayesianKindsChooseByEvidenceAndKeepThePosterior) {
  for (const char* kind : {"bayesian_ridge", "ard"}) {
    const SolverSpec solver = parse(std::string("kind: ") + kind + "\n");
    EXPECT_EQ(solver.options.strength, Strength::evidence);
    EXPECT_TRUE(solver.options.posterior);
    EXPECT_FALSE(parse(std::string("{kind: ") + kind + ", posterior: false}").options.posterior);
    EXPECT_EQ(problem_of(std::string("kind: ") + kind + "\nstrength: gcv\n"),
              std::string("r.yaml:2: strength: kind ") + kind + " chooses its strength by the evidence");
  }
  EXPECT_FALSE(parse("{kind: ridge, strength: evidence}").options.posterior);
  EXPECT_TRUE(parse("{posterior: true}").options.posterior);
}

TEST(SolverSpec, AStepKeepsWhatTheTopSays) {
  const SolverSpec top = parse("{kind: bayesian_ridge, posterior: false, smoothness: {degree_power: 2}}");
  const SolverSpec step = parse("{folds: 5}", top);
  EXPECT_FALSE(step.options.posterior);
  EXPECT_EQ(step.options.strength, Strength::evidence);
  EXPECT_EQ(step.smoothness.degree_power, 2.0);
}

TEST(SolverSpec, WrittenOutItReadsBackAsItself) {
  for (const char* text : {"{}", "{kind: ard, posterior: false}", "{strength: evidence, smoothness: {body: {4: 3}}}",
                           "{strength: 0.25, posterior: true}"}) {
    const std::string written = solver_spec_yaml(parse(text), 2);
    EXPECT_EQ(solver_spec_yaml(parse(written), 2), written);
    EXPECT_EQ(parse(written).options.posterior, parse(text).options.posterior) << text;
    EXPECT_EQ(parse(written).options.strength, parse(text).options.strength) << text;
  }
}

TEST(SolverOptions, KnowOffsetsSectionsAndStiffness) {
  testing::RandomBasisOptions options;
  options.pair_order = 3;
  options.triplet_order = 2;
  options.quadruplet_order = 0;
  const BasisSet basis = testing::random_basis(testing::elements({"C", "N"}), options);
  const Block own{{}, basis, std::vector<double>(static_cast<std::size_t>(basis.columns()), 0.0), {}};
  const LeastSquaresOptions made = step_solver_options(parse("{smoothness: {body: {3: 4}}}"), step_columns({own}, {}, {}, {}));
  for (std::size_t t = 0; t < basis.types().size(); ++t)
    for (int k = 0; k < basis.types()[t].columns(); ++k) {
      const auto column = static_cast<std::size_t>(basis.first_column(t) + k);
      EXPECT_EQ(made.prior.penalised[column], basis.types()[t].atoms() > 1);
      EXPECT_EQ(made.sections[column], static_cast<int>(t));
      EXPECT_EQ(made.prior.stiffness[column], basis.types()[t].atoms() == 3 ? 4.0 : 1.0);
    }
}

}  // namespace
}  // namespace carillon
