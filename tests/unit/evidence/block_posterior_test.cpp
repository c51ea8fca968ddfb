#include "carillon/evidence/block_posterior.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"
#include "unit/evidence/made_evidence.hpp"

namespace carillon {
namespace {

using testing::made_blocks;
using testing::made_factor;
using testing::TemporaryFolder;

BlockPosterior made_posterior(const Block& block, double noise_variance, unsigned seed) {
  const long columns = block.basis.columns();
  return {block.name(),
          block_checksum(block),
          Posterior(made_factor(3 * columns, columns + 1, seed), std::vector<double>(static_cast<std::size_t>(columns), 0.7),
                    noise_variance),
          {}};
}

Matrix made_matrix(long rows, long columns, unsigned seed) {
  Matrix out(rows, columns);
  const std::vector<double> numbers = testing::made_rows(rows, columns, seed);
  std::copy(numbers.begin(), numbers.end(), out.values().begin());
  return out;
}

TEST(BlockPosterior, ComesBackFromItsFile) {
  const TemporaryFolder folder;
  const std::vector<Block> blocks = made_blocks(1);
  BlockPosterior posterior = made_posterior(blocks[2], 0.3, 2);
  posterior.parents.push_back({"C", block_checksum(blocks[0]), made_matrix(blocks[2].basis.columns(), 4, 3)});
  const std::string path = posterior_path(folder.path("."));
  write_posterior(path, posterior);
  const BlockPosterior again = read_posterior(path);
  EXPECT_EQ(again.block, "C-N");
  EXPECT_EQ(again.checksum, posterior.checksum);
  EXPECT_EQ(again.posterior.serialize(), posterior.posterior.serialize());
  ASSERT_EQ(again.parents.size(), 1u);
  EXPECT_EQ(again.parents[0].parent, "C");
  EXPECT_EQ(again.parents[0].checksum, posterior.parents[0].checksum);
  EXPECT_TRUE(std::equal(again.parents[0].slope.values().begin(), again.parents[0].slope.values().end(),
                         posterior.parents[0].slope.values().begin()));
  EXPECT_NO_THROW(check_posterior(again, blocks[2]));
}

TEST(BlockPosterior, FixedSectionsComeBackAsFixed) {
  const TemporaryFolder folder;
  const std::vector<Block> blocks = made_blocks(1);
  const long columns = blocks[2].basis.columns();
  std::vector<double> penalty(static_cast<std::size_t>(columns), 1.0);
  penalty[1] = std::numeric_limits<double>::infinity();
  write_posterior(folder.path("posterior.h5"),
                  {"C-N", block_checksum(blocks[2]), Posterior(made_factor(20, columns + 1, 4), penalty, 1.0), {}});
  EXPECT_EQ(static_cast<long>(read_posterior(folder.path("posterior.h5")).posterior.varying().size()), columns - 1);
}

TEST(BlockPosterior, DamageIsNamed) {
  const TemporaryFolder folder;
  const std::string path = folder.path("posterior.h5");
  write_posterior(path, made_posterior(made_blocks(1)[0], 1.0, 5));
  std::string bytes;
  {
    std::ifstream file(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  for (const std::size_t length : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes.substr(0, length);
    EXPECT_THROW(read_posterior(path), InputError) << length;
  }
  EXPECT_THROW(read_posterior(folder.path("absent.h5")), FileError);
}

TEST(BlockPosterior, IsRefusedForOtherCoefficients) {
  const std::vector<Block> blocks = made_blocks(1);
  const BlockPosterior posterior = made_posterior(blocks[0], 1.0, 6);
  EXPECT_NO_THROW(check_posterior(posterior, blocks[0]));
  EXPECT_THROW(check_posterior(posterior, blocks[1]), InputError);
  Block changed = blocks[0];
  changed.coefficients.back() = std::nextafter(changed.coefficients.back(), 1e9);
  EXPECT_THROW(check_posterior(posterior, changed), InputError);
}

BasisSet sections_of(const std::vector<Block>& blocks) {
  std::vector<ClusterType> types;
  for (const Block& block : blocks) types.insert(types.end(), block.basis.types().begin(), block.basis.types().end());
  return BasisSet(types);
}

/// A row of the step's columns from rows of its blocks.
Matrix step_rows(const BasisSet& step, const std::vector<Block>& blocks, const std::vector<Matrix>& rows) {
  Matrix wide(step.columns(), rows.front().columns());
  for (std::size_t b = 0; b < blocks.size(); ++b)
    for (std::size_t t = 0; t < blocks[b].basis.types().size(); ++t) {
      const ClusterType& type = blocks[b].basis.types()[t];
      for (int k = 0; k < type.columns(); ++k)
        for (long l = 0; l < wide.columns(); ++l)
          wide(step.first_column(*step.find(type.elements())) + k, l) = rows[b](blocks[b].basis.first_column(t) + k, l);
    }
  return wide;
}

/// Variance of a'c by the blocks' posteriors, as UncertainPotential sums it.
std::vector<double> summed_deviations(const std::vector<BlockPosterior>& parts, std::vector<Matrix> rows) {
  std::vector<double> squares(static_cast<std::size_t>(rows.front().columns()), 0.0);
  for (std::size_t b = parts.size(); b-- > 0;) {
    const std::vector<double> own = parts[b].posterior.standard_deviations(rows[b]);
    for (std::size_t l = 0; l < own.size(); ++l) squares[l] += own[l] * own[l];
    for (const ParentSensitivity& parent : parts[b].parents)
      for (std::size_t p = 0; p < b; ++p)
        if (parts[p].block == parent.parent)
          for (long l = 0; l < rows[p].columns(); ++l)
            for (long j = 0; j < rows[p].rows(); ++j)
              for (long i = 0; i < rows[b].rows(); ++i) rows[p](j, l) += parent.slope(i, j) * rows[b](i, l);
  }
  for (double& x : squares) x = std::sqrt(x);
  return squares;
}

TEST(BlockPosterior, IdentityOfAJointFitIsOneDistribution) {
  // A step whose columns stand in another order than its blocks, and rows that all blocks have a part in.
  const std::vector<Block> blocks = made_blocks(1);
  std::vector<ClusterType> types;
  for (const std::size_t b : {2u, 0u, 1u})
    types.insert(types.end(), blocks[b].basis.types().rbegin(), blocks[b].basis.types().rend());
  const BasisSet step(types);
  const Posterior joint(made_factor(60, step.columns() + 1, 7),
                        std::vector<double>(static_cast<std::size_t>(step.columns()), 0.4), 2.0);
  const std::vector<BlockPosterior> parts = split_posterior({joint, step, blocks});
  ASSERT_EQ(parts.size(), 3u);
  std::vector<Matrix> rows;
  for (std::size_t b = 0; b < 3; ++b) {
    EXPECT_NO_THROW(check_posterior(parts[b], blocks[b]));
    rows.push_back(made_matrix(blocks[b].basis.columns(), 4, 8 + static_cast<unsigned>(b)));
  }
  const std::vector<double> found = summed_deviations(parts, rows);
  const std::vector<double> wanted = joint.standard_deviations(step_rows(step, blocks, rows));
  for (std::size_t l = 0; l < 4; ++l) EXPECT_NEAR(found[l], wanted[l], 1e-12 * wanted[l]);
}

TEST(BlockPosterior, WhatTheDataKnowOnlyTogetherStaysKnown) {
  // Rows with the sum of two blocks' coefficients: each is open by itself, the sum is not.
  const std::vector<Block> blocks = made_blocks(1);
  const std::vector<Block> both{blocks[0], blocks[1]};
  const BasisSet step = sections_of(both);
  const long n = blocks[0].basis.columns();
  ASSERT_EQ(blocks[1].basis.columns(), n);
  TriangularFactor factor(2 * n + 1);
  for (long k = 0; k < n; ++k) {
    std::vector<double> row(static_cast<std::size_t>(2 * n + 1), 0.0);
    row[static_cast<std::size_t>(k)] = row[static_cast<std::size_t>(n + k)] = 100.0;
    factor.absorb(row, 1);
  }
  const Posterior joint(factor, std::vector<double>(static_cast<std::size_t>(2 * n), 1e-3), 1.0);
  const std::vector<BlockPosterior> parts = split_posterior({joint, step, both});
  Matrix one(n, 1);
  one(0, 0) = 1.0;
  EXPECT_GT(summed_deviations(parts, {one, Matrix(n, 1)}).front(), 100.0);
  EXPECT_NEAR(summed_deviations(parts, {one, one}).front(), 0.01, 1e-6);
}

TEST(BlockPosterior, BlocksFittedTogetherFollowTheirParentsOnce) {
  // C-N and N on a frozen C: through the slopes, both by N and by C, comes out the sensitivity of the whole step.
  const std::vector<Block> blocks = made_blocks(1);
  const std::vector<Block> own{blocks[1], blocks[2]};
  const BasisSet step = sections_of(own);
  const long columns = step.columns() + blocks[0].basis.columns();
  const TriangularFactor rows = made_factor(80, columns + 1, 21);
  const Posterior joint(made_factor(60, step.columns() + 1, 22),
                        std::vector<double>(static_cast<std::size_t>(step.columns()), 0.4), 2.0);
  const std::vector<BlockPosterior> parts = split_posterior({joint, step, own}, rows, {blocks[0]});
  const Matrix all = sensitivity(joint, rows);
  const long first = step.first_column(*step.find(blocks[2].basis.types().front().elements()));
  ASSERT_EQ(parts[1].parents.size(), 2u);
  for (long c = 0; c < blocks[0].basis.columns(); ++c) {
    double whole = parts[1].parents[1].slope(0, c);
    for (long j = 0; j < blocks[1].basis.columns(); ++j)
      whole += parts[1].parents[0].slope(0, j) * parts[0].parents[0].slope(j, c);
    EXPECT_NEAR(whole, all(first, c), 1e-12 * (1.0 + std::abs(whole)));
  }
}

TEST(BlockPosterior, SlopesOfParentsAreThoseOfTheWholeSensitivity) {
  const std::vector<Block> blocks = made_blocks(1);
  const std::vector<Block> parents{blocks[0], blocks[1]};
  const std::vector<Block> own{blocks[2]};
  const BasisSet& basis = blocks[2].basis;
  const long columns = basis.columns() + blocks[0].basis.columns() + blocks[1].basis.columns();
  const TriangularFactor rows = made_factor(80, columns + 1, 10);
  const Posterior posterior = made_posterior(blocks[2], 1.0, 9).posterior;
  const std::vector<BlockPosterior> parts = split_posterior({posterior, basis, own}, rows, parents);
  ASSERT_EQ(parts.size(), 1u);
  ASSERT_EQ(parts[0].parents.size(), 2u);
  EXPECT_EQ(parts[0].parents[1].checksum, block_checksum(blocks[1]));
  const Matrix all = sensitivity(posterior, rows);
  const long first = blocks[0].basis.columns();
  for (long j = 0; j < all.rows(); ++j) {
    EXPECT_EQ(parts[0].parents[0].slope(j, 1), all(j, 1));
    EXPECT_EQ(parts[0].parents[1].slope(j, 2), all(j, first + 2));
  }
  EXPECT_THROW(split_posterior({posterior, basis, own}, rows, {blocks[0]}), ShapeError);
}

TEST(Committee, FollowsItsParents) {
  // A child without doubt of its own moves with its parents, and with nothing else.
  const std::vector<Block> blocks = made_blocks(1);
  std::vector<BlockPosterior> posteriors{made_posterior(blocks[0], 0.5, 11), made_posterior(blocks[2], 0.0, 12)};
  posteriors[1].parents.push_back(
      {"C", block_checksum(blocks[0]), made_matrix(blocks[2].basis.columns(), blocks[0].basis.columns(), 13)});
  const auto committee = sample_committee(blocks, posteriors, 3, 42);
  ASSERT_EQ(committee.size(), 3u);
  for (const std::vector<Block>& member : committee) {
    EXPECT_EQ(member[1].coefficients, blocks[1].coefficients);
    EXPECT_NE(member[0].coefficients, blocks[0].coefficients);
    EXPECT_FALSE(member[2].provenance.notes.empty());
    for (std::size_t j = 0; j < blocks[2].coefficients.size(); ++j) {
      double expected = blocks[2].coefficients[j];
      for (std::size_t k = 0; k < blocks[0].coefficients.size(); ++k)
        expected += posteriors[1].parents[0].slope(static_cast<long>(j), static_cast<long>(k)) *
                    (member[0].coefficients[k] - blocks[0].coefficients[k]);
      EXPECT_NEAR(member[2].coefficients[j], expected, 1e-12 * (1.0 + std::abs(expected)));
    }
  }
}

TEST(Committee, DependsOnItsSeedOnly) {
  const std::vector<Block> blocks = made_blocks(1);
  const std::vector<BlockPosterior> posteriors{made_posterior(blocks[0], 0.5, 14), made_posterior(blocks[1], 0.5, 14)};
  const auto one = sample_committee(blocks, posteriors, 2, 1);
  EXPECT_EQ(one[1][0].coefficients, sample_committee(blocks, posteriors, 2, 1)[1][0].coefficients);
  EXPECT_NE(one[1][0].coefficients, sample_committee(blocks, posteriors, 2, 2)[1][0].coefficients);
  EXPECT_NE(one[0][0].coefficients, one[1][0].coefficients);
  EXPECT_NE(one[0][0].coefficients[0] - blocks[0].coefficients[0], one[0][1].coefficients[0] - blocks[1].coefficients[0]);
}

}  // namespace
}  // namespace carillon
