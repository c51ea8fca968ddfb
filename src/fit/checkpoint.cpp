#include "carillon/fit/checkpoint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "carillon/block/block_file.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/version.hpp"
#include "carillon/fit/step_sources.hpp"

namespace carillon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view format = "carillon checkpoint 2\n";
constexpr std::size_t hash_length = 64;
constexpr const char* identity_file = "identity.json";
constexpr const char* lock_file = "lock";
constexpr const char* piece_suffix = ".piece";
constexpr const char* scratch_prefix = "waiting_";

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

std::string path_in(const std::string& folder, const std::string& name) { return (fs::path(folder) / name).string(); }

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) names.push_back(entry.path().filename());
  return names;
}

/// A file that a checkpoint writes, lock aside, whole or half. The folder may be anybody's: nothing else in it is ours to remove.
bool is_own(const std::string& name) {
  const std::string whole = finished_name(name).value_or(name);
  return whole == identity_file || whole.ends_with(piece_suffix);
}

bool holds_only_own(const std::string& folder) {
  const std::vector<std::string> names = names_in(folder);
  return std::all_of(names.begin(), names.end(), [](const std::string& name) { return name == lock_file || is_own(name); }) &&
         (names.empty() || fs::exists(path_in(folder, lock_file)));
}

void remove_contents(const std::string& folder) {
  std::error_code ignored;
  // The identity goes first: pieces without one are of no use, whereas an identity promises that its pieces are.
  fs::remove(path_in(folder, identity_file), ignored);
  for (const std::string& name : names_in(folder))
    if (is_own(name)) fs::remove(path_in(folder, name), ignored);
}

/// The folder too, unless somebody else put something there. After remove_contents().
void remove_lock_and_folder(const std::string& folder) {
  std::error_code ignored;
  fs::remove(path_in(folder, lock_file), ignored);
  fs::remove(folder, ignored);
}

/// Halves of files that a killed process was writing, and what only it had a use for.
void remove_unfinished_files(const std::string& folder) {
  std::error_code ignored;
  for (const std::string& name : names_in(folder))
    if (is_own(name) && (finished_name(name) || name.starts_with(scratch_prefix))) fs::remove(path_in(folder, name), ignored);
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

/// Two ways through the same bytes, by two threads where there are so many that it pays. When both throw, the first one counts.
void in_turn_or_at_once(std::size_t bytes, std::span<const std::function<void()>, 2> both) {
  constexpr std::size_t worth_a_thread = 1 << 20;
  if (bytes > worth_a_thread) return parallel_for(2, [&](long k) { both[static_cast<std::size_t>(k)](); });
  for (const auto& work : both) work();
}

}  // namespace

FitIdentity fit_identity(const Recipe& recipe, const Dataset& data) {
  FitIdentity identity;
  identity["program"] = version() + " (" + git_hash() + ")";
  const Recipe absolute = with_absolute_paths(recipe);  // the same fit may be called from another folder
  identity["recipe"] = sha256(recipe_yaml(absolute));
  identity["labels or temperatures"] = frames_hash(data);
  for (std::size_t source = 0; source < data.sources().size(); ++source)
    identity["data file " + std::filesystem::absolute(data.sources()[source].path).lexically_normal().string()] =
        data.source_hash(static_cast<int>(source));
  for (const StepSpec& step : recipe.steps)
    if (!step.frozen.empty())
      identity["frozen block " + step.blocks.front()] = block_checksum(read_frozen_block(step.frozen, step.blocks.front()));
  identity.merge(source_identities(recipe));
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
  lock_ = std::make_unique<FileLock>(path_in(folder_, lock_file));
  identity_hash_ = sha256(identity_text(identity));
  if (exists_in(folder_)) {
    const std::optional<FitIdentity> found = read_identity(path_in(folder_, identity_file));
    if (found == identity) {
      resumed_ = true;
      remove_unfinished_files(folder_);
      return;
    }
    if (!found)
      complaints_.push_back(path_in(folder_, identity_file) + ": cannot be read; the fit starts anew");
    else if (!start_anew)
      throw InputError(
          fmt::format("{}: belongs to another fit; different are: {}. Run that fit's command to continue it, or pass --overwrite "
                      "to start anew",
                      folder_, fmt::join(differences(*found, identity), ", ")));
  }
  remove_contents(folder_);
  write_file(path_in(folder_, identity_file), identity_text(identity));
}

bool Checkpoint::exists_in(const std::string& folder) {
  std::error_code unreadable;  // is no checkpoint of ours
  return fs::exists(path_in(folder, identity_file), unreadable) && fs::exists(path_in(folder, lock_file), unreadable);
}

void Checkpoint::remove_remains(const std::string& folder) {
  std::error_code unreadable;
  if (!fs::is_directory(folder, unreadable) || exists_in(folder) || !holds_only_own(folder)) return;
  {
    const FileLock lock(path_in(folder, lock_file));  // a fit that has only just begun looks the same
    if (exists_in(folder)) return;
    remove_contents(folder);
  }
  remove_lock_and_folder(folder);
}

std::string Checkpoint::piece_path(const std::string& name) const { return path_in(folder_, name + piece_suffix); }

std::string Checkpoint::checksum(const std::string& name, const std::string& hash_of_bytes) const {
  return sha256(identity_hash_ + "\n" + name + "\n" + hash_of_bytes);
}

void Checkpoint::save(const std::string& name, const std::function<void(ByteWriter&)>& write) const {
  AtomicFile file(piece_path(name), Durability::process);  // its checksum tells what a power failure left unfinished
  Sha256 hash;
  file.write(format);
  ByteWriter to([&](std::string_view bytes) {
    const std::function<void()> both[] = {[&] { hash.add(bytes); }, [&] { file.write(bytes); }};
    in_turn_or_at_once(bytes.size(), both);
  });
  write(to);
  file.write(checksum(name, hash.digits()));  // last, since it is known last
  file.commit();
}

void Checkpoint::save(const std::string& name, std::string_view bytes) const {
  save(name, [&](ByteWriter& to) { to.raw(bytes); });
}

bool Checkpoint::show(const std::string& name, const std::function<void(std::string_view bytes)>& read) {
  if (!has(name)) return false;
  try {
    const TextFile file(piece_path(name));
    std::string_view rest = file.text();
    if (rest.size() < format.size() + hash_length || !rest.starts_with(format)) throw InputError("is damaged");
    rest.remove_prefix(format.size());
    const std::string_view expected = rest.substr(rest.size() - hash_length);
    rest.remove_suffix(hash_length);
    const std::function<void()> both[] = {[&] {
                                            if (checksum(name, sha256(rest)) != expected)
                                              throw InputError("is damaged: its checksum does not fit");
                                          },
                                          [&] { read(rest); }};
    in_turn_or_at_once(rest.size(), both);
    return true;
  } catch (const Error& problem) {
    complain(name, problem.what());
    return false;
  }
}

std::optional<std::string> Checkpoint::load(const std::string& name) {
  return load(name, [](std::string_view bytes) { return std::string(bytes); });
}

bool Checkpoint::has(const std::string& name) const { return fs::exists(piece_path(name)); }

void Checkpoint::remove(const std::string& name) const {
  std::error_code ignored;  // left behind it costs disk, no more
  fs::remove(piece_path(name), ignored);
}

void Checkpoint::complain(const std::string& name, const std::string& problem) {
  complaints_.push_back(piece_path(name) + ": " + problem);
}

std::vector<std::string> Checkpoint::take_complaints() { return std::exchange(complaints_, {}); }

void Checkpoint::finish() {
  remove_contents(folder_);
  lock_.reset();  // before its file goes: network file systems keep a file that is open
  remove_lock_and_folder(folder_);
}

}  // namespace carillon
