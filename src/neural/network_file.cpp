#include "carillon/neural/network_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

constexpr long format_version = 1;
constexpr const char* first_line = "# A Carillon network: energies of atoms from their surroundings. Å, eV.";

std::string number_list(const Eigen::Ref<const Eigen::VectorXd>& numbers) {
  std::string out = "[";
  for (Eigen::Index k = 0; k < numbers.size(); ++k) out += (k == 0 ? "" : ", ") + exact_text(numbers[k]);
  return out + "]";
}

/// The part that holds numbers; the checksum is of this text.
std::string numbers_text(const NetworkModel& model) {
  std::string out;
  for (std::size_t e = 0; e < model.elements.size(); ++e) {
    out += fmt::format("  - element: {}\n    shift: {}  # eV\n", model.elements[e].symbol(),
                       exact_text(model.shifts[static_cast<Eigen::Index>(e)]));
    out += "    mean: " + number_list(model.scalers[e].mean) + "\n    spread: " + number_list(model.scalers[e].spread) + "\n";
    out += "    layers:  # of each the matrix by columns (inputs), then the biases\n";
    const Eigen::VectorXd weights = model.weights_of(e);
    for (const Network::Layer& layer : model.network->layers()) {
      const Eigen::Index matrix = layer.matrix_size();
      out += "      - weights: " + number_list(weights.segment(layer.offset, matrix)) + "\n";
      out += "        biases: " + number_list(weights.segment(layer.offset + matrix, layer.size() - matrix)) + "\n";
    }
  }
  return out;
}

std::string record_text(const TrainingRecord& record) {
  std::string out = fmt::format("  - carillon_version: {}\n    recipe_sha256: {}\n    frames: {}\n    source_sha256: {}\n",
                                yaml_quoted(record.carillon_version), yaml_quoted(record.recipe_sha256), record.frames,
                                yaml_quoted(record.source_sha256));
  std::string data;
  for (const auto& [path, hash] : record.data_sha256)
    data += fmt::format("{}{}: {}", data.empty() ? "" : ", ", yaml_quoted(path), yaml_quoted(hash));
  return out + "    data_sha256: {" + data + "}\n    notes: " + yaml_list(record.notes) + "\n";
}

TrainingRecord read_record(const Yaml& node) {
  node.require_keys({"carillon_version", "recipe_sha256", "frames", "source_sha256", "data_sha256", "notes"});
  TrainingRecord record;
  record.carillon_version = node.at("carillon_version").string();
  record.recipe_sha256 = node.at("recipe_sha256").string();
  record.frames = node.at("frames").integer();
  record.source_sha256 = node.at("source_sha256").string();
  for (const auto& [path, hash] : node.at("data_sha256").entries()) record.data_sha256[path] = hash.string();
  record.notes = node.at("notes").strings();
  return record;
}

std::vector<Element> read_elements(const Yaml& node) {
  std::vector<Element> elements;
  for (const Yaml& item : node.items()) {
    const auto element = Element::from_symbol(item.string());
    if (!element) item.fail("'" + item.string() + "' is not an element");
    elements.push_back(*element);
  }
  if (elements.empty() || unique_elements(elements) != elements) node.fail("expected elements in alphabetical order, none twice");
  return elements;
}

std::shared_ptr<const Network> read_shape(const Yaml& node, int inputs) {
  if (const long given = node.at("inputs").integer(); given != inputs)
    node.at("inputs").fail(fmt::format("{} inputs, but the descriptor has {} numbers", given, inputs));
  for (const char* key : {"hidden", "activation"}) node.at(key);  // a file has no defaults
  return make_network(read_network_spec(node, {"inputs"}), inputs);
}

Eigen::VectorXd read_numbers(const Yaml& node, Eigen::Index count) {
  const std::vector<double> numbers = node.numbers();
  if (static_cast<Eigen::Index>(numbers.size()) != count)
    node.fail(fmt::format("{} numbers, but the architecture needs {}", numbers.size(), count));
  return Eigen::Map<const Eigen::VectorXd>(numbers.data(), count);
}

void read_element(const Yaml& node, std::size_t number, NetworkModel& model) {
  node.require_keys({"element", "shift", "mean", "spread", "layers"});
  const std::string symbol(model.elements[number].symbol());
  if (node.at("element").string() != symbol) node.at("element").fail("expected " + symbol + ", the next of the elements");
  model.shifts[static_cast<Eigen::Index>(number)] = node.at("shift").number();
  Scaler scaler{read_numbers(node.at("mean"), model.network->inputs()), read_numbers(node.at("spread"), model.network->inputs())};
  if (scaler.spread.minCoeff() <= 0) node.at("spread").fail("expected numbers above zero");
  model.scalers.push_back(std::move(scaler));
  const std::vector<Yaml> layers = node.at("layers").items();
  if (layers.size() != model.network->layers().size())
    node.at("layers").fail(
        fmt::format("{} layers, but the architecture needs {}", layers.size(), model.network->layers().size()));
  const Eigen::Index offset = static_cast<Eigen::Index>(number) * model.network->weights();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Network::Layer& layer = model.network->layers()[l];
    const Eigen::Index matrix = layer.matrix_size();
    layers[l].require_keys({"weights", "biases"});
    model.weights.segment(offset + layer.offset, matrix) = read_numbers(layers[l].at("weights"), matrix);
    const Eigen::Index biases = layer.size() - matrix;
    model.weights.segment(offset + layer.offset + matrix, biases) = read_numbers(layers[l].at("biases"), biases);
  }
}

}  // namespace

std::string network_text(const NetworkModel& model) {
  std::vector<std::string> elements;
  for (const Element element : model.elements) elements.emplace_back(element.symbol());
  const std::string numbers = numbers_text(model);
  std::string out = fmt::format("{}\nformat: carillon-network\nformat_version: {}\nelements: {}\ndescriptor:\n{}", first_line,
                                format_version, yaml_list(elements), descriptor_spec_yaml(model.descriptor, 2));
  out += fmt::format("network: {{inputs: {}, {}}}\n", model.network->inputs(), network_spec_yaml(model.network->spec()));
  out += model.history.empty() ? "history: []\n" : "history:  # trainings, the first one first\n";
  for (const TrainingRecord& record : model.history) out += record_text(record);
  return out + "checksum: " + sha256(numbers) + "\nnumbers:\n" + numbers;
}

NetworkModel parse_network(const std::string& text, const std::string& name) {
  const Yaml yaml = Yaml::load_text(text, name);
  yaml.require_keys({"format", "format_version", "elements", "descriptor", "network", "history", "checksum", "numbers"});
  yaml.at("format").choice({"carillon-network"});
  if (const long version = yaml.at("format_version").integer(); version != format_version)
    yaml.at("format_version").fail(fmt::format("format version {} is not known; this program reads {}", version, format_version));
  NetworkModel model;
  model.elements = read_elements(yaml.at("elements"));
  model.descriptor = read_descriptor_spec(yaml.at("descriptor"));
  model.network = read_shape(yaml.at("network"), make_descriptor(model.descriptor, model.elements)->size());
  for (const Yaml& record : yaml.at("history").items()) model.history.push_back(read_record(record));
  const auto count = static_cast<Eigen::Index>(model.elements.size());
  model.weights.resize(count * model.network->weights());
  model.shifts.resize(count);
  const std::vector<Yaml> items = yaml.at("numbers").items();
  if (items.size() != model.elements.size())
    yaml.at("numbers").fail(fmt::format("numbers of {} elements, expected {}", items.size(), model.elements.size()));
  for (std::size_t e = 0; e < items.size(); ++e) read_element(items[e], e, model);
  if (sha256(numbers_text(model)) != yaml.at("checksum").string())
    yaml.at("checksum").fail("the numbers are not those the checksum was made of: the file was changed or damaged");
  return model;
}

void write_network(const std::string& path, const NetworkModel& model) { write_file(path, network_text(model)); }

NetworkModel read_network(const std::string& path) {
  const TextFile file(path);
  return parse_network(std::string(file.text()), path);
}

std::string network_path(const std::string& path) {
  const std::string inside = path + "/network.yaml";
  if (std::filesystem::is_regular_file(inside)) return inside;
  if (!std::filesystem::is_regular_file(path)) return "";
  std::ifstream file(path);
  std::string line;
  for (int k = 0; k < 5 && std::getline(file, line); ++k)
    if (line.starts_with("format: carillon-network")) return path;
  return "";
}

}  // namespace carillon
