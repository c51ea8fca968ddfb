#include "carillon/fit/checkpoint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "carillon/block/block_file.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/version.hpp"
#include "carillon/fit/pipeline.hpp"

namespace carillon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view format = "carillon checkpoint 1\n";
constexpr std::size_t hash_length = 64;
constexpr const char* identity_file = "identity.json";
constexpr const char* lock_file = "lock";

std::string identity_text(const FitIdentity& identity) { return nlohmann::json(identity).dump(1) + "\n"; }

/// The identity kept in a checkpoint; nothing when the file is damaged.
std::optional<FitIdentity> read_identity(const std::string& path) {
  try {
    return nlohmann::json::parse(std::string(TextFile(path).text())).get<FitIdentity>();
  } catch (const nlohmann::json::exception&) {
    return {};
  }
}

std::vector<std::string> differences(const FitIdentity& one, const FitIdentity& other) {
  std::vector<std::string> names;
  for (const auto& [name, hash] : one)
    if (const auto found = other.find(name); found == other.end() || found->second != hash) names.push_back(name);
  for (const auto& [name, hash] : other)
    if (!one.contains(name)) names.push_back(name);
  return names;
}

void remove_contents(const std::string& folder) {
  std::error_code ignored;
  // The identity goes first: pieces without one are of no use, whereas an identity promises that its pieces are.
  fs::remove(fs::path(folder) / identity_file, ignored);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().filename() != lock_file) fs::remove_all(entry.path(), ignored);
}

/// Halves of files that a killed process was writing.
void remove_unfinished_files(const std::string& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension().string().starts_with(".part")) fs::remove(entry.path(), ignored);
}

/// What of the frames is not in the data files themselves: labels and temperatures may come from the recipe or other files.
std::string frames_hash(const Dataset& data) {
  std::string all;
  for (long frame = 0; frame < data.size(); ++frame) {
    const FrameSummary& summary = data.summary(frame);
    all += fmt::format("{} {} {}\n", summary.source, summary.label, summary.temperature ? exact_text(*summary.temperature) : "-");
  }
  return sha256(all);
}

}  // namespace

FitIdentity fit_identity(const Recipe& recipe, const Dataset& data) {
  FitIdentity identity;
  identity["program"] = version() + " (" + git_hash() + ")";
  identity["recipe"] = sha256(recipe_yaml(recipe));
  identity["labels or temperatures"] = frames_hash(data);
  for (std::size_t source = 0; source < data.sources().size(); ++source)
    identity["data file " + data.sources()[source].path] = data.source_hash(static_cast<int>(source));
  for (const StepSpec& step : recipe.steps)
    if (!step.frozen.empty())
      identity["frozen block " + step.blocks.front()] = block_checksum(read_frozen_block(step.frozen, step.blocks.front()));
  return identity;
}

Checkpoint::Checkpoint(std::string folder, const FitIdentity& identity, const Communicator& world, bool start_anew)
    : folder_(std::move(folder)) {
  world.agree([&] {
    if (world.is_root()) open(identity, start_anew);
  });
  world.broadcast(identity_hash_);
  std::string resumed = resumed_ ? "yes" : "no";
  world.broadcast(resumed);
  resumed_ = resumed == "yes";
}

void Checkpoint::open(const FitIdentity& identity, bool start_anew) {
  std::error_code problem;
  fs::create_directories(folder_, problem);
  if (problem) throw FileError(folder_ + ": cannot be made: " + problem.message());
  lock_ = std::make_unique<FileLock>(path_of(lock_file));
  identity_hash_ = sha256(identity_text(identity));
  if (exists_in(folder_)) {
    const std::optional<FitIdentity> found = read_identity(path_of(identity_file));
    if (found == identity) {
      resumed_ = true;
      remove_unfinished_files(folder_);
      return;
    }
    if (!found)
      complain(identity_file, "cannot be read; the fit starts anew");
    else if (!start_anew)
      throw InputError(
          fmt::format("{}: belongs to another fit; different are: {}. Run that fit's command to continue it, or pass --overwrite "
                      "to start anew",
                      folder_, fmt::join(differences(*found, identity), ", ")));
  }
  remove_contents(folder_);
  write_file(path_of(identity_file), identity_text(identity));
}

bool Checkpoint::exists_in(const std::string& folder) { return fs::exists(fs::path(folder) / identity_file); }

void Checkpoint::remove_remains(const std::string& folder) {
  std::error_code ignored;
  if (!exists_in(folder)) fs::remove_all(folder, ignored);
}

std::string Checkpoint::path_of(const std::string& name) const { return (fs::path(folder_) / name).string(); }

std::string Checkpoint::checksum(const std::string& name, std::string_view bytes) const {
  return sha256(identity_hash_ + "\n" + name + "\n" + sha256(bytes));
}

void Checkpoint::save(const std::string& name, std::string_view bytes) const {
  AtomicFile file(path_of(name));
  file.write(format);
  file.write(checksum(name, bytes));
  file.write(bytes);
  file.commit();
}

std::optional<std::string> Checkpoint::load(const std::string& name) {
  if (!has(name)) return {};
  try {
    const TextFile file(path_of(name));
    std::string_view rest = file.text();
    if (rest.size() < format.size() + hash_length || !rest.starts_with(format)) throw InputError("is damaged");
    rest.remove_prefix(format.size());
    const std::string_view expected = rest.substr(0, hash_length);
    rest.remove_prefix(hash_length);
    if (checksum(name, rest) != expected) throw InputError("is damaged: its checksum does not fit");
    return std::string(rest);
  } catch (const Error& problem) {
    complain(name, problem.what());
    return {};
  }
}

bool Checkpoint::has(const std::string& name) const { return fs::exists(path_of(name)); }

void Checkpoint::remove(const std::string& name) const {
  std::error_code ignored;  // left behind it costs disk, no more
  fs::remove(path_of(name), ignored);
}

void Checkpoint::complain(const std::string& name, const std::string& problem) {
  complaints_.push_back(path_of(name) + ": " + problem);
}

std::vector<std::string> Checkpoint::take_complaints() { return std::exchange(complaints_, {}); }

void Checkpoint::finish() {
  remove_contents(folder_);
  lock_.reset();  // before its file goes: network file systems keep a file that is open
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace carillon
