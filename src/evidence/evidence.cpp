#include "carillon/evidence/evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"

namespace carillon {
namespace {

constexpr const char* level_names[] = {"none", "total", "groups"};
constexpr const char* kind_names[] = {"force", "stress", "energy", "all"};

template <std::size_t N>
int place_of(const char* const (&names)[N], const std::string& name, const char* what) {
  for (std::size_t k = 0; k < N; ++k)
    if (name == names[k]) return static_cast<int>(k);
  throw InputError(fmt::format("unknown {} '{}'; known: {}", what, name, fmt::join(names, ", ")));
}

long columns_of(const std::vector<Block>& blocks) {
  long columns = 0;
  for (const Block& block : blocks) columns += block.basis.columns();
  return columns;
}

/// @throws InputError  with the reason why the two cannot be put together
void require_alike(const Evidence& a, const Evidence& b) {
  const auto refuse = [&](const std::string& reason) {
    throw InputError(fmt::format("evidence of block {} cannot be put together: {}", a.name(), reason));
  };
  if (a.name() != b.name()) refuse("the other is of block " + b.name());
  if (columns_checksum(a) != columns_checksum(b))
    refuse("the sections of the blocks or of their parents differ in orders, cutoffs or radial form");
  if (!(a.form == b.form)) refuse(fmt::format("rows are {} in one and {} in the other", a.form.text(), b.form.text()));
  if (a.level != b.level)
    refuse(fmt::format("one is of level {}, the other of level {}", evidence_level_name(a.level), evidence_level_name(b.level)));
  if (a.level == EvidenceLevel::total && a.settings != b.settings)
    refuse("level total has the weights in its rows, and the settings of the two fits differ");
}

void require_no_common_data(const Provenance& a, const Provenance& b) {
  for (const auto& [file, hash] : b.data_sha256)
    for (const auto& [known_file, known_hash] : a.data_sha256)
      if (hash == known_hash)
        throw InputError(
            fmt::format("data file {} (sha256 {}) is in both: its rows would count twice", file, hash.substr(0, 16)));
}

}  // namespace

EvidenceLevel evidence_level_from_name(const std::string& name) {
  return static_cast<EvidenceLevel>(place_of(level_names, name, "level of evidence"));
}
std::string evidence_level_name(EvidenceLevel level) { return level_names[static_cast<std::size_t>(level)]; }

RowKind row_kind_from_name(const std::string& name) { return static_cast<RowKind>(place_of(kind_names, name, "kind of rows")); }
std::string row_kind_name(RowKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

std::string RowForm::text() const {
  return fmt::format("energy {}, stress {}, shear counted {} time(s)", energy_per_atom ? "per atom" : "per frame",
                     stress_times_volume ? "times volume" : "as it is", shear_multiplicity);
}

long Evidence::block_unknowns() const { return columns_of(blocks); }
long Evidence::unknowns() const { return columns_of(blocks) + columns_of(parents); }

long Evidence::rows() const {
  long count = 0;
  for (const auto& [key, factor] : groups) count += factor.row_count();
  return count;
}

std::vector<std::string> Evidence::labels() const {
  std::set<std::string> names;
  for (const auto& [key, factor] : groups) names.insert(key.label);
  return {names.begin(), names.end()};
}

std::string Evidence::name() const {
  std::vector<std::string> names;
  for (const Block& block : blocks) names.push_back(block.name());
  return fmt::format("{}", fmt::join(names, " + "));
}

double Evidence::bytes() const {
  double sum = 0;
  for (const auto& [key, factor] : groups) sum += 8.0 * static_cast<double>(factor.packed().size());
  return sum;
}

std::string columns_checksum(const Evidence& evidence) {
  std::string all;
  for (const Block& block : evidence.blocks) all += "block " + sections_checksum(block) + "\n";
  for (const Block& parent : evidence.parents) all += "parent " + sections_checksum(parent) + "\n";
  return sha256(all);
}

void check_evidence(const Evidence& evidence) {
  if (evidence.blocks.empty()) throw DomainError("evidence without a block");
  for (const Block& block : evidence.blocks) check_block(block);
  for (const Block& parent : evidence.parents) check_block(parent);
  if (!evidence.prior_mean.empty() && static_cast<long>(evidence.prior_mean.size()) != evidence.block_unknowns())
    throw ShapeError(
        fmt::format("a prior mean of {} numbers for {} columns", evidence.prior_mean.size(), evidence.block_unknowns()));
  for (const auto& [key, factor] : evidence.groups) {
    if (factor.unknowns() != evidence.unknowns())
      throw ShapeError(
          fmt::format("evidence of label '{}' has {} unknowns, not {}", key.label, factor.unknowns(), evidence.unknowns()));
    if (key.fold < 0 || key.fold >= evidence.folds)
      throw DomainError(fmt::format("fold {} of {} in evidence of label '{}'", key.fold, evidence.folds, key.label));
    if ((key.kind == RowKind::all) != (evidence.level == EvidenceLevel::total))
      throw DomainError(
          fmt::format("rows of kind {} in evidence of level {}", row_kind_name(key.kind), evidence_level_name(evidence.level)));
  }
}

void absorb_provenance(Provenance& into, const Provenance& other) {
  for (const auto& [file, hash] : other.data_sha256) {
    const bool other_file_of_that_name = into.data_sha256.contains(file) && into.data_sha256.at(file) != hash;
    into.data_sha256[other_file_of_that_name ? file + " " + hash.substr(0, 8) : file] = hash;
  }
  for (const auto& [label, count] : other.frames) into.frames[label] += count;
  for (const auto& [pair, covered] : other.distances) {
    DistanceCoverage& mine =
        into.distances.try_emplace(pair, DistanceCoverage{covered.smallest, covered.largest, 0}).first->second;
    mine.smallest = std::min(mine.smallest, covered.smallest);
    mine.largest = std::max(mine.largest, covered.largest);
    mine.pairs += covered.pairs;
  }
}

void check_can_absorb(const Evidence& into, const Evidence& other) {
  require_alike(into, other);
  require_no_common_data(into.blocks.front().provenance, other.blocks.front().provenance);
}

void absorb_evidence(Evidence& into, const Evidence& other) {
  check_can_absorb(into, other);
  for (const auto& [key, factor] : other.groups) {
    const auto [mine, is_new] = into.groups.try_emplace(key, factor);
    if (!is_new) mine->second.absorb(factor);
  }
  into.folds = std::max(into.folds, other.folds);
  for (Block& block : into.blocks) absorb_provenance(block.provenance, other.blocks.front().provenance);
}

void collapse_groups(Evidence& evidence) {
  if (evidence.groups.empty()) return;
  TriangularFactor all(evidence.unknowns() + 1);
  for (const auto& [key, factor] : evidence.groups) all.absorb(factor);
  evidence.groups.clear();
  evidence.groups.emplace(EvidenceKey{}, std::move(all));
  evidence.folds = 1;
}

}  // namespace carillon
