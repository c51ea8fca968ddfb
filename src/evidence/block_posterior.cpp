#include "carillon/evidence/block_posterior.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "carillon/block/block_file.hpp"
#include "carillon/block/hierarchy.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hdf5.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/posterior_chain.hpp"

namespace carillon {
namespace {

constexpr std::string_view format = "carillon-posterior";
constexpr std::int64_t format_version = 2;

/// Where a block's columns stand in those of a basis that holds them.
std::vector<long> columns_of(const Block& block, const BasisSet& basis) {
  std::vector<long> columns;
  for (const ClusterType& type : block.basis.types()) {
    const std::optional<std::size_t> place = basis.find(type.elements());
    if (!place || basis.types()[*place].columns() != type.columns())
      throw ShapeError("section " + type.name() + " of block " + block.name() + " is not among the columns of its fit");
    for (int k = 0; k < type.columns(); ++k) columns.push_back(basis.first_column(*place) + k);
  }
  return columns;
}

Matrix picked(const Matrix& from, const std::vector<long>& rows, const std::vector<long>& columns) {
  Matrix out(static_cast<long>(rows.size()), static_cast<long>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j)
    for (std::size_t i = 0; i < rows.size(); ++i) out(static_cast<long>(i), static_cast<long>(j)) = from(rows[i], columns[j]);
  return out;
}

std::int64_t read_count(const Hdf5Reader& file, const std::string& name, std::int64_t most) {
  const std::int64_t count = file.integer(name);
  if (count < 0 || count > most) file.fail(fmt::format("dataset {} says {}, expected 0 to {}", name, count, most));
  return count;
}

ParentSensitivity read_parent(const Hdf5Reader& file, const std::string& name) {
  const std::vector<std::int64_t> shape = file.integers(name + "/shape");
  const std::vector<double> slope = file.numbers(name + "/slope");
  constexpr std::int64_t most = 1L << 30;
  const bool sane = shape.size() == 2 && shape[0] >= 0 && shape[1] >= 0 && shape[0] < most && shape[1] < most &&
                    shape[0] * shape[1] == static_cast<std::int64_t>(slope.size());
  if (!sane) file.fail("dataset " + name + "/slope does not have the shape it says");
  ParentSensitivity parent{file.text(name + "/name"), file.text(name + "/checksum"), Matrix(shape[0], shape[1])};
  std::copy(slope.begin(), slope.end(), parent.slope.values().begin());
  return parent;
}

LabelWeights read_weights(const Hdf5Reader& file) {
  const std::vector<double> factors = file.numbers("label_weights");
  const bool sane = factors.size() == 4 && std::all_of(factors.begin(), factors.end(), [](double x) { return x >= 0.0; });
  if (!sane) file.fail("dataset label_weights does not hold four numbers >= 0");
  return {factors[0],
          factors[1],
          factors[2],
          factors[3],
          file.integer("energy_per_atom") != 0,
          file.integer("stress_times_volume") != 0};
}

BlockPosterior read_contents(const Hdf5Reader& file) {
  if (!file.has("format") || file.text("format") != format) file.fail("is not a file of a posterior");
  if (const std::int64_t version = file.integer("format_version"); version != format_version)
    file.fail(fmt::format("format version {} is not known; this program reads {}", version, format_version));
  const std::vector<double> variance = file.numbers("noise_variance");
  if (variance.size() != 1) file.fail("dataset noise_variance does not hold one number");
  BlockPosterior out{file.text("block/name"),
                     file.text("block/checksum"),
                     Posterior::from_packed(file.numbers("penalty"), variance.front(), read_count(file, "undetermined", 1L << 30),
                                            file.numbers("triangle")),
                     {}};
  out.weights = read_weights(file);
  const std::int64_t parents = read_count(file, "parents/count", 100);
  for (std::int64_t k = 0; k < parents; ++k) out.parents.push_back(read_parent(file, fmt::format("parents/{}", k)));
  for (const ParentSensitivity& parent : out.parents)
    if (parent.slope.rows() != out.posterior.unknowns()) file.fail("the slope by parent " + parent.parent + " has other columns");
  return out;
}

/// Seeds that differ in all bits for the blocks of one committee.
std::uint64_t seed_of(std::uint64_t seed, std::size_t block) {
  std::uint64_t x = seed + 0x9e3779b97f4a7c15ULL * (block + 1);
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

const BlockPosterior* find_posterior(const std::vector<BlockPosterior>& posteriors, const Block& block) {
  const auto found = std::find_if(posteriors.begin(), posteriors.end(),
                                  [&](const BlockPosterior& posterior) { return posterior.block == block.name(); });
  if (found == posteriors.end()) return nullptr;
  check_posterior(*found, block);
  return &*found;
}

/// What a draw adds to each block's coefficients, one column a draw.
std::map<std::string, Matrix> draw_changes(const std::vector<Block>& blocks, const std::vector<BlockPosterior>& posteriors,
                                           long count, std::uint64_t seed) {
  std::map<std::string, Matrix> changes;
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    const BlockPosterior* posterior = find_posterior(posteriors, blocks[k]);
    if (!posterior) continue;
    check_sensitivities(*posterior, blocks);
    Matrix change = posterior->posterior.sample(count, seed_of(seed, k));
    for (const ParentSensitivity& parent : posterior->parents)
      if (const auto drawn = changes.find(parent.parent); drawn != changes.end())
        lapack::multiply(1.0, parent.slope.view(), lapack::Op::plain, drawn->second.view(), lapack::Op::plain, 1.0,
                         change.view());
    changes.emplace(blocks[k].name(), std::move(change));
  }
  return changes;
}

}  // namespace

std::vector<BlockPosterior> split_posterior(const PosteriorStep& step) {
  if (step.posterior.unknowns() != step.basis.columns())
    throw ShapeError(fmt::format("a posterior of {} unknowns for {} columns", step.posterior.unknowns(), step.basis.columns()));
  std::vector<std::vector<long>> groups;
  for (const Block& block : step.blocks) groups.push_back(columns_of(in_section_order(block), step.basis));
  std::vector<ConditionalPosterior> chain = posterior_chain(step.posterior, groups);
  std::vector<BlockPosterior> out;
  for (std::size_t k = 0; k < step.blocks.size(); ++k) {
    const Block& block = step.blocks[k];
    out.push_back({block.name(), block_checksum(in_section_order(block)), std::move(chain[k].posterior), {}});
    for (std::size_t j = 0; j < k; ++j) out[k].parents.push_back({out[j].block, out[j].checksum, std::move(chain[k].slopes[j])});
  }
  return out;
}

std::vector<BlockPosterior> split_posterior(const PosteriorStep& step, const TriangularFactor& rows,
                                            const std::vector<Block>& parents) {
  std::vector<BlockPosterior> out = split_posterior(step);
  long columns = step.basis.columns();
  for (const Block& parent : parents) columns += parent.basis.columns();
  if (columns != rows.unknowns())
    throw ShapeError(fmt::format("rows of {} columns for a step and parents of {}", rows.unknowns(), columns));
  const Matrix all = sensitivity(step.posterior, rows);
  std::vector<Matrix> of_blocks;  // slopes of each block of the step, by one parent
  long begin = 0;
  for (const Block& parent : parents) {
    std::vector<long> theirs = columns_of(in_section_order(parent), parent.basis);
    for (long& column : theirs) column += begin;
    begin += parent.basis.columns();
    of_blocks.clear();
    for (std::size_t k = 0; k < step.blocks.size(); ++k) {
      of_blocks.push_back(picked(all, columns_of(in_section_order(step.blocks[k]), step.basis), theirs));
      // What a block follows through those before it in the step must not count twice.
      Matrix direct = of_blocks.back();
      for (std::size_t j = 0; j < k; ++j)
        lapack::multiply(-1.0, out[k].parents[j].slope.view(), lapack::Op::plain, of_blocks[j].view(), lapack::Op::plain, 1.0,
                         direct.view());
      out[k].parents.push_back({parent.name(), block_checksum(in_section_order(parent)), std::move(direct)});
    }
  }
  return out;
}

std::string posterior_path(const std::string& block_folder) { return block_folder + "/posterior.h5"; }

void write_posterior(const std::string& path, const BlockPosterior& posterior) {
  Hdf5Writer file(path);
  const auto write_integer = [&](const std::string& name, std::int64_t value) { file.integers(name, {&value, 1}); };
  file.text("format", format);
  write_integer("format_version", format_version);
  file.text("block/name", posterior.block);
  file.text("block/checksum", posterior.checksum);
  const double variance = posterior.posterior.noise_variance();
  file.numbers("noise_variance", {&variance, 1});
  const LabelWeights& weights = posterior.weights;
  file.numbers("label_weights", std::array<double, 4>{weights.force, weights.energy, weights.stress, weights.shear});
  write_integer("energy_per_atom", weights.energy_per_atom);
  write_integer("stress_times_volume", weights.stress_times_volume);
  write_integer("undetermined", posterior.posterior.undetermined());
  file.numbers("penalty", posterior.posterior.penalty());
  file.numbers("triangle", posterior.posterior.packed());
  write_integer("parents/count", static_cast<std::int64_t>(posterior.parents.size()));
  for (std::size_t k = 0; k < posterior.parents.size(); ++k) {
    const ParentSensitivity& parent = posterior.parents[k];
    const std::string name = fmt::format("parents/{}", k);
    file.text(name + "/name", parent.parent);
    file.text(name + "/checksum", parent.checksum);
    file.integers(name + "/shape", std::array<std::int64_t, 2>{parent.slope.rows(), parent.slope.columns()});
    file.numbers(name + "/slope", parent.slope.values());
  }
  file.commit();
}

BlockPosterior read_posterior(const std::string& path) {
  const Hdf5Reader file(path);
  try {
    return read_contents(file);
  } catch (const ShapeError& problem) {
    file.fail(problem.what());
  } catch (const DomainError& problem) {
    file.fail(problem.what());
  }
}

void check_posterior(const BlockPosterior& posterior, const Block& block) {
  if (posterior.block != block.name())
    throw InputError("a posterior of block " + posterior.block + " was given for block " + block.name());
  if (posterior.posterior.unknowns() != block.basis.columns() || posterior.checksum != block_checksum(block))
    throw InputError("block " + block.name() + ": its posterior is about other coefficients (checksum " + posterior.checksum +
                     ")");
}

void check_sensitivities(const BlockPosterior& posterior, const std::vector<Block>& blocks) {
  for (const ParentSensitivity& known : posterior.parents)
    for (const Block& block : blocks)
      if (block.name() == known.parent && block.basis.columns() != known.slope.columns())
        throw InputError(fmt::format("the posterior of block {} follows a block {} of {} coefficients; the one given has {}",
                                     posterior.block, known.parent, known.slope.columns(), block.basis.columns()));
}

std::vector<std::vector<Block>> sample_committee(const std::vector<Block>& blocks, const std::vector<BlockPosterior>& posteriors,
                                                 long count, std::uint64_t seed) {
  std::vector<Block> ordered;
  for (const Block& block : blocks) ordered.push_back(in_section_order(block));
  const std::map<std::string, Matrix> changes = draw_changes(ordered, posteriors, count, seed);
  std::vector<std::vector<Block>> committee;
  for (long draw = 0; draw < count; ++draw) {
    std::vector<Block>& member = committee.emplace_back(ordered);
    for (Block& block : member) {
      const auto change = changes.find(block.name());
      if (change == changes.end()) continue;
      const std::span<const double> step = change->second.column(draw);
      for (std::size_t j = 0; j < step.size(); ++j) block.coefficients[j] += step[j];
      block.provenance.notes.push_back(fmt::format("draw {} of seed {} from the posterior of the coefficients", draw + 1, seed));
    }
    adopt_parents(member);
  }
  return committee;
}

}  // namespace carillon
