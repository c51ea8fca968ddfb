#include "carillon/solve/posterior_chain.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "carillon/core/error.hpp"
#include "unit/solve/ridge_oracle.hpp"

namespace carillon {
namespace {

using testing::factor_of;
using testing::random_rows;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Of a'c, by the chain: what a group leaves open, and what its slopes hand to the groups before it.
double chained_deviation(const std::vector<ConditionalPosterior>& chain, std::vector<Matrix> rows) {
  double square = 0.0;
  for (std::size_t k = chain.size(); k-- > 0;) {
    square += std::pow(chain[k].posterior.standard_deviations(rows[k]).front(), 2);
    for (std::size_t j = 0; j < k; ++j)
      for (long p = 0; p < rows[j].rows(); ++p)
        for (long i = 0; i < rows[k].rows(); ++i) rows[j](p, 0) += chain[k].slopes[j](i, p) * rows[k](i, 0);
  }
  return std::sqrt(square);
}

TEST(PosteriorChain, IdentityIsTheJointDistribution) {
  // Groups in mixed order, a fixed unknown in one, and two unknowns in no group.
  const std::vector<double> penalty{0.3, 1.0, infinity, 0.5, 0.0, 2.0, 0.7, 0.1, 0.4, 1.5};
  const Posterior joint(factor_of(random_rows(40, 11, 3)), penalty, 0.6);
  const std::vector<std::vector<long>> groups{{7, 0, 2}, {4}, {9, 1, 5, 3}};
  const std::vector<ConditionalPosterior> chain = posterior_chain(joint, groups);
  ASSERT_EQ(chain.size(), 3u);
  for (unsigned seed = 10; seed < 16; ++seed) {
    const testing::RowMatrix numbers = random_rows(10, 1, seed);
    Matrix wide(10, 1);
    std::vector<Matrix> rows;
    for (const std::vector<long>& group : groups) {
      Matrix& own = rows.emplace_back(static_cast<long>(group.size()), 1);
      for (std::size_t k = 0; k < group.size(); ++k) wide(group[k], 0) = own(static_cast<long>(k), 0) = numbers(group[k], 0);
    }
    const double wanted = joint.standard_deviations(wide).front();
    EXPECT_NEAR(chained_deviation(chain, rows), wanted, 1e-12 * wanted);
  }
}

TEST(PosteriorChain, TheFirstGroupIsItsMarginal) {
  const Posterior joint(factor_of(random_rows(40, 7, 4)), {1, 2, 0.5, 0, 1, 1}, 1.0);
  const std::vector<ConditionalPosterior> chain = posterior_chain(joint, {{1, 3}, {0, 2, 4, 5}});
  const Posterior marginal = joint.marginal(std::vector<long>{1, 3});
  for (long c = 0; c < 2; ++c)
    for (long r = 0; r <= c; ++r)
      EXPECT_NEAR(chain[0].posterior.triangle()(r, c), marginal.triangle()(r, c),
                  1e-12 * (1 + std::abs(marginal.triangle()(r, c))));
}

TEST(PosteriorChain, UnknownsTwiceOrNotThereAreRefused) {
  const Posterior joint(factor_of(random_rows(20, 4, 5)), {1, 1, 1}, 1.0);
  EXPECT_THROW(posterior_chain(joint, {{0, 1}, {1}}), ShapeError);
  EXPECT_THROW(posterior_chain(joint, {{0, 3}}), ShapeError);
  EXPECT_THROW(posterior_chain(joint, {{-1}}), ShapeError);
}

}  // namespace
}  // namespace carillon
