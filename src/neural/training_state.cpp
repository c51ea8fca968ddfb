#include "carillon/neural/training_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/units.hpp"

namespace carillon {
namespace {

constexpr std::string_view magic = "carillon training 3";

void put(ByteWriter& writer, const Eigen::VectorXd& vector) {
  writer.numbers({vector.data(), static_cast<std::size_t>(vector.size())});
}

Eigen::VectorXd get(ByteReader& reader) {
  const std::vector<double> numbers = reader.numbers();
  return Eigen::Map<const Eigen::VectorXd>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
}

void put(ByteWriter& writer, const LossSums& sums) {
  writer.number(sums.loss);
  for (const ErrorSums* kind : {&sums.energy, &sums.force, &sums.stress})
    writer.number(kind->count).number(kind->squared).number(kind->absolute);
}

LossSums get_sums(ByteReader& reader) {
  LossSums sums;
  sums.loss = reader.number();
  for (ErrorSums* kind : {&sums.energy, &sums.force, &sums.stress}) {
    kind->count = reader.number();
    kind->squared = reader.number();
    kind->absolute = reader.number();
  }
  return sums;
}

std::string columns(const LossSums& sums) {
  if (sums.energy.count + sums.force.count + sums.stress.count == 0) return ",,,,,,,";
  constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;
  return fmt::format(",{},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g}", exact_text(sums.loss), 1e3 * sums.energy.rmse(),
                     1e3 * sums.energy.mae(), 1e3 * sums.force.rmse(), 1e3 * sums.force.mae(), gpa * sums.stress.rmse(),
                     gpa * sums.stress.mae());
}

}  // namespace

std::string training_state_bytes(const TrainingState& state, const TrainingIdentity& identity) {
  ByteWriter writer;
  writer.text(magic).integer(static_cast<long>(identity.size()));
  for (const auto& [name, value] : identity) writer.text(name).text(value);
  writer.integer(state.stage).integer(state.iteration);
  put(writer, state.weights);
  put(writer, state.best_weights);
  writer.number(state.best_loss).integer(state.best_iteration);
  put(writer, state.adam.mean);
  put(writer, state.adam.squares);
  writer.integer(state.adam.steps).integer(static_cast<long>(state.curve.size()));
  for (const CurvePoint& point : state.curve) {
    writer.integer(point.stage).integer(point.iteration);
    put(writer, point.train);
    put(writer, point.validation);
  }
  writer.integer(static_cast<long>(state.notes.size()));
  for (const std::string& note : state.notes) writer.text(note);
  const std::string bytes = writer.take();
  return bytes + sha256(bytes);
}

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    out.push_back(line.substr(std::min(line.find_first_not_of(' '), line.size())));
  return out;
}

/// A text of several lines by the first that differs; hashes say nothing to people.
std::string difference(const std::string& name, const std::string& there, const std::string& here) {
  const std::vector<std::string> before = lines_of(there);
  const std::vector<std::string> now = lines_of(here);
  if (std::max(before.size(), now.size()) < 2) return name;
  const auto [was, is] = std::mismatch(before.begin(), before.end(), now.begin(), now.end());
  return fmt::format("{} ('{}' there, '{}' here)", name, was == before.end() ? "" : *was, is == now.end() ? "" : *is);
}

std::string differences(const TrainingIdentity& there, const TrainingIdentity& here) {
  std::string out;
  const auto add = [&](const std::string& words) { out += (out.empty() ? "" : ", ") + words; };
  for (const auto& [name, value] : here) {
    const auto found = there.find(name);
    if (found == there.end())
      add(name);
    else if (found->second != value)
      add(difference(name, found->second, value));
  }
  for (const auto& [name, value] : there)
    if (!here.contains(name)) add(name);
  return out;
}

TrainingIdentity identity_from(ByteReader& reader) {
  TrainingIdentity identity;
  for (long count = reader.integer(); count > 0; --count) {
    const std::string name(reader.text());
    identity[name] = reader.text();
  }
  return identity;
}

TrainingState state_from(ByteReader& reader) {
  TrainingState state;
  state.stage = reader.integer();
  state.iteration = reader.integer();
  state.weights = get(reader);
  state.best_weights = get(reader);
  state.best_loss = reader.number();
  state.best_iteration = reader.integer();
  state.adam.mean = get(reader);
  state.adam.squares = get(reader);
  state.adam.steps = reader.integer();
  for (long points = reader.integer(); points > 0; --points) {
    CurvePoint point;
    point.stage = reader.integer();
    point.iteration = reader.integer();
    point.train = get_sums(reader);
    point.validation = get_sums(reader);
    state.curve.push_back(point);
  }
  for (long notes = reader.integer(); notes > 0; --notes) state.notes.emplace_back(reader.text());
  reader.end();
  return state;
}

}  // namespace

KeptTraining training_state_from(std::string_view bytes, const TrainingIdentity& identity) {
  constexpr std::size_t hash_length = 64;
  if (bytes.size() < hash_length ||
      sha256(bytes.substr(0, bytes.size() - hash_length)) != bytes.substr(bytes.size() - hash_length))
    return {};
  try {
    ByteReader reader(bytes.substr(0, bytes.size() - hash_length));
    if (reader.text() != magic) return {{}, "the program, which wrote checkpoints of another format"};
    const TrainingIdentity found = identity_from(reader);
    if (found != identity) return {{}, differences(found, identity)};
    return {state_from(reader), {}};
  } catch (const InputError&) {
    return {};
  }
}

std::string curve_csv(const std::vector<CurvePoint>& curve) {
  std::string out = "stage,iteration";
  for (const char* set : {"train", "validation"})
    for (const char* column : {"loss", "energy_rmse_mev_per_atom", "energy_mae_mev_per_atom", "force_rmse_mev_per_angstrom",
                               "force_mae_mev_per_angstrom", "stress_rmse_gpa", "stress_mae_gpa"})
      out += fmt::format(",{}_{}", set, column);
  out += "\n";
  for (const CurvePoint& point : curve)
    out += fmt::format("{},{}{}{}\n", point.stage + 1, point.iteration, columns(point.train), columns(point.validation));
  return out;
}

}  // namespace carillon
