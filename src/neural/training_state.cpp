#include "carillon/neural/training_state.hpp"

#include <fmt/format.h>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/units.hpp"

namespace carillon {
namespace {

constexpr std::string_view magic = "carillon training 2";

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

std::string training_state_bytes(const TrainingState& state, const std::string& identity) {
  ByteWriter writer;
  writer.text(magic).text(identity).integer(state.stage).integer(state.iteration);
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

KeptTraining training_state_from(std::string_view bytes, const std::string& identity) {
  constexpr std::size_t hash_length = 64;
  if (bytes.size() < hash_length ||
      sha256(bytes.substr(0, bytes.size() - hash_length)) != bytes.substr(bytes.size() - hash_length))
    return {};
  try {
    ByteReader reader(bytes.substr(0, bytes.size() - hash_length));
    if (reader.text() != magic || reader.text() != identity) return {{}, true};
    return {state_from(reader), false};
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
