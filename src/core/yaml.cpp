#include "carillon/core/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

/// yaml-cpp keeps the first of two equal keys without a word; a recipe with two would not mean what it says. Nor does it mind
/// an anchor that holds itself, which would have no end: hence the limit on `depth`.
void refuse_repeated_keys(const YAML::Node& node, const std::string& file, int depth = 0) {
  constexpr int deepest = 100;
  if (depth > deepest)
    throw InputError(file + ":" + std::to_string(node.Mark().line + 1) + ": nested deeper than " + std::to_string(deepest) +
                     " levels");
  if (node.IsMap()) {
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar())
        throw InputError(file + ":" + std::to_string(entry.first.Mark().line + 1) + ": a key is not a plain word");
      if (!seen.insert(entry.first.Scalar()).second)
        throw InputError(file + ":" + std::to_string(entry.first.Mark().line + 1) + ": key '" + entry.first.Scalar() +
                         "' is given twice");
      refuse_repeated_keys(entry.second, file, depth + 1);
    }
  } else if (node.IsSequence()) {
    for (const auto& item : node) refuse_repeated_keys(item, file, depth + 1);
  }
}

}  // namespace

Yaml::Yaml(std::shared_ptr<const YAML::Node> node, std::shared_ptr<const std::string> file, std::string path)
    : node_(std::move(node)), file_(std::move(file)), path_(std::move(path)) {}

Yaml Yaml::load_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) throw FileError(path + ": is a folder, not a YAML file");
  const TextFile file(path);
  return load_text(std::string(file.text()), path);
}

Yaml Yaml::load_text(const std::string& text, const std::string& name) {
  try {
    auto node = std::make_shared<const YAML::Node>(YAML::Load(text));
    refuse_repeated_keys(*node, name);
    return {std::move(node), std::make_shared<const std::string>(name), ""};
  } catch (const YAML::Exception& problem) {
    throw InputError(name + ":" + std::to_string(problem.mark.line + 1) + ": not valid YAML: " + problem.msg);
  }
}

bool Yaml::is_map() const { return node_->IsMap(); }
bool Yaml::is_list() const { return node_->IsSequence(); }
bool Yaml::is_scalar() const { return node_->IsScalar(); }
bool Yaml::is_null() const { return node_->IsNull(); }
int Yaml::line() const { return node_->Mark().line + 1; }

void Yaml::fail(const std::string& problem) const {
  std::string where = *file_;
  if (line() > 0) where += ":" + std::to_string(line());
  if (!path_.empty()) where += ": " + path_;
  throw InputError(where + ": " + problem);
}

Yaml Yaml::child(const YAML::Node& node, const std::string& step) const {
  const std::string path = path_.empty() || step.front() == '[' ? path_ + step : path_ + "." + step;
  return {std::make_shared<const YAML::Node>(node), file_, path};
}

void Yaml::require_keys(const std::vector<std::string>& known) const {
  if (!is_map()) fail("expected a mapping with the keys " + comma_separated(known));
  for (const auto& entry : *node_) {
    const std::string& key = entry.first.Scalar();
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string where = path_.empty() ? "" : path_ + ": ";
    // The key's line, not the value's, which may stand further down.
    throw InputError(*file_ + ":" + std::to_string(entry.first.Mark().line + 1) + ": " + where + "unknown key '" + key +
                     "'; known: " + comma_separated(known));
  }
}

bool Yaml::has(const std::string& key) const { return find(key).has_value(); }

std::optional<Yaml> Yaml::find(const std::string& key) const {
  if (!is_map()) return std::nullopt;
  const YAML::Node value = (*node_)[key];
  if (!value.IsDefined() || value.IsNull()) return std::nullopt;
  return child(value, key);
}

Yaml Yaml::at(const std::string& key) const {
  if (auto value = find(key)) return *value;
  fail("the key '" + key + "' is missing");
}

std::vector<Yaml> Yaml::items() const {
  if (!is_list()) fail("expected a list");
  std::vector<Yaml> out;
  for (std::size_t i = 0; i < node_->size(); ++i) out.push_back(child((*node_)[i], "[" + std::to_string(i) + "]"));
  return out;
}

std::vector<std::pair<std::string, Yaml>> Yaml::entries() const {
  if (!is_map()) fail("expected a mapping");
  std::vector<std::pair<std::string, Yaml>> out;
  for (const auto& entry : *node_) out.emplace_back(entry.first.Scalar(), child(entry.second, entry.first.Scalar()));
  return out;
}

std::string Yaml::scalar(const char* wanted) const {
  if (!is_scalar()) fail(std::string("expected ") + wanted);
  return node_->Scalar();
}

double Yaml::number() const {
  double value = 0;
  const std::string word = scalar("a number");
  if (!parse_double(word, value) || !std::isfinite(value)) fail("expected a number, found '" + word + "'");
  return value;
}

double Yaml::positive() const {
  const double value = number();
  if (value <= 0) fail("expected a number above zero, found " + exact_text(value));
  return value;
}

long Yaml::integer() const {
  long value = 0;
  const std::string word = scalar("an integer");
  if (!parse_long(word, value)) fail("expected an integer, found '" + word + "'");
  return value;
}

bool Yaml::boolean() const {
  const std::string word = scalar("true or false");
  if (word == "true") return true;
  if (word == "false") return false;
  fail("expected true or false, found '" + word + "'");
}

std::string Yaml::string() const { return scalar("a word"); }

std::vector<double> Yaml::numbers() const {
  std::vector<double> out;
  for (const Yaml& item : items()) out.push_back(item.number());
  return out;
}

std::vector<std::string> Yaml::strings() const {
  std::vector<std::string> out;
  for (const Yaml& item : items()) out.push_back(item.string());
  return out;
}

std::string Yaml::choice(const std::vector<std::string>& choices) const {
  std::string word = scalar("a word");
  if (std::find(choices.begin(), choices.end(), word) == choices.end())
    fail("'" + word + "' is not one of: " + comma_separated(choices));
  return word;
}

double Yaml::number_or(const std::string& key, double fallback) const {
  const auto value = find(key);
  return value ? value->number() : fallback;
}

long Yaml::integer_or(const std::string& key, long fallback) const {
  const auto value = find(key);
  return value ? value->integer() : fallback;
}

bool Yaml::boolean_or(const std::string& key, bool fallback) const {
  const auto value = find(key);
  return value ? value->boolean() : fallback;
}

std::string Yaml::string_or(const std::string& key, const std::string& fallback) const {
  const auto value = find(key);
  return value ? value->string() : fallback;
}

std::string yaml_quoted(const std::string& text) {
  YAML::Emitter emitter;
  emitter << YAML::DoubleQuoted << text;
  return emitter.c_str();
}

std::string yaml_list(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(yaml_quoted(word));
  return "[" + comma_separated(quoted) + "]";
}

}  // namespace carillon
