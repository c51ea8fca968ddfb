#include "carillon/evidence/evidence_file.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hdf5.hpp"

namespace carillon {
namespace {

constexpr std::string_view format = "carillon-evidence";
constexpr std::int64_t format_version = 1;

void write_integer(Hdf5Writer& file, const std::string& name, std::int64_t value) { file.integers(name, {&value, 1}); }

void write_blocks(Hdf5Writer& file, const std::string& group, const std::vector<Block>& blocks) {
  write_integer(file, group + "/count", static_cast<std::int64_t>(blocks.size()));
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    const BlockTexts texts = block_texts(blocks[k]);
    file.text(fmt::format("{}/{}/block.yaml", group, k), texts.yaml);
    file.text(fmt::format("{}/{}/coefficients.csv", group, k), texts.coefficients);
  }
}

std::vector<Block> read_blocks(const Hdf5Reader& file, const std::string& group) {
  std::vector<Block> blocks;
  const std::int64_t count = file.integer(group + "/count");
  for (std::int64_t k = 0; k < count; ++k) {
    const std::string name = fmt::format("{}/{}", group, k);
    const BlockTexts texts{file.text(name + "/block.yaml"), file.text(name + "/coefficients.csv")};
    blocks.push_back(block_from_texts(texts, file.path() + ":" + name));
  }
  return blocks;
}

void write_form(Hdf5Writer& file, const RowForm& form) {
  write_integer(file, "row_form/energy_per_atom", form.energy_per_atom);
  write_integer(file, "row_form/stress_times_volume", form.stress_times_volume);
  file.numbers("row_form/shear_multiplicity", {&form.shear_multiplicity, 1});
}

RowForm read_form(const Hdf5Reader& file) {
  const std::vector<double> shear = file.numbers("row_form/shear_multiplicity");
  if (shear.size() != 1) file.fail("dataset row_form/shear_multiplicity does not hold one number");
  return {file.integer("row_form/energy_per_atom") != 0, file.integer("row_form/stress_times_volume") != 0, shear.front()};
}

void write_group(Hdf5Writer& file, const std::string& name, const EvidenceKey& key, const TriangularFactor& factor) {
  file.text(name + "/label", key.label);
  file.text(name + "/kind", row_kind_name(key.kind));
  write_integer(file, name + "/fold", key.fold);
  file.integers(name + "/shape", std::array<std::int64_t, 3>{factor.columns(), factor.row_count(), factor.stored_rows()});
  file.numbers(name + "/packed", factor.packed());
}

std::pair<EvidenceKey, TriangularFactor> read_group(const Hdf5Reader& file, const std::string& name) {
  const std::vector<std::int64_t> shape = file.integers(name + "/shape");
  if (shape.size() != 3 || shape[0] < 1 || shape[0] > (1L << 30)) file.fail("dataset " + name + "/shape is no shape of a factor");
  EvidenceKey key{file.text(name + "/label"), row_kind_from_name(file.text(name + "/kind")),
                  static_cast<int>(file.integer(name + "/fold"))};
  return {std::move(key), TriangularFactor::from_packed(shape[0], shape[1], shape[2], file.large_numbers(name + "/packed"))};
}

Evidence read_contents(const Hdf5Reader& file) {
  if (!file.has("format") || file.text("format") != format) file.fail("is not a file of evidence");
  if (const std::int64_t version = file.integer("format_version"); version != format_version)
    file.fail(fmt::format("format version {} is not known; this program reads {}", version, format_version));
  Evidence evidence;
  evidence.level = evidence_level_from_name(file.text("level"));
  evidence.form = read_form(file);
  evidence.folds = static_cast<int>(file.integer("folds"));
  evidence.settings = file.text("settings");
  evidence.blocks = read_blocks(file, "blocks");
  evidence.parents = read_blocks(file, "parents");
  evidence.prior_mean = file.numbers("prior_mean");
  const std::int64_t count = file.integer("groups/count");
  for (std::int64_t k = 0; k < count; ++k)
    if (!evidence.groups.insert(read_group(file, fmt::format("groups/{}", k))).second)
      file.fail(fmt::format("group {} is of the same label, kind and fold as another", k));
  check_evidence(evidence);
  if (file.text("columns_checksum") != columns_checksum(evidence)) file.fail("the checksum of its columns does not fit");
  return evidence;
}

}  // namespace

std::string evidence_path(const std::string& block_folder) {
  return (std::filesystem::path(block_folder) / "evidence.h5").string();
}

void write_evidence(const std::string& path, const Evidence& evidence) {
  check_evidence(evidence);
  Hdf5Writer file(path);
  file.text("format", format);
  write_integer(file, "format_version", format_version);
  file.text("level", evidence_level_name(evidence.level));
  write_form(file, evidence.form);
  write_integer(file, "folds", evidence.folds);
  file.text("settings", evidence.settings);
  write_blocks(file, "blocks", evidence.blocks);
  write_blocks(file, "parents", evidence.parents);
  file.text("columns_checksum", columns_checksum(evidence));
  file.numbers("prior_mean", evidence.prior_mean);
  write_integer(file, "groups/count", static_cast<std::int64_t>(evidence.groups.size()));
  long number = 0;
  for (const auto& [key, factor] : evidence.groups) write_group(file, fmt::format("groups/{}", number++), key, factor);
  file.commit();
}

Evidence read_evidence(const std::string& path) {
  const Hdf5Reader file(path);
  try {
    return read_contents(file);
  } catch (const DomainError& problem) {
    file.fail(problem.what());
  } catch (const ShapeError& problem) {
    file.fail(problem.what());
  } catch (const InputError& problem) {
    const std::string message = problem.what();
    if (message.starts_with(path)) throw;
    file.fail(message);
  }
}

Evidence read_block_evidence(const std::string& block_folder) {
  const std::string path = evidence_path(block_folder);
  if (!std::filesystem::exists(path))
    throw InputError(block_folder +
                     ": the block carries no evidence (evidence.h5); a fit whose recipe says 'evidence: groups' leaves it");
  return read_evidence(path);
}

}  // namespace carillon
