#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace YAML {
class Node;
}

namespace carillon {

/// A place in a YAML document that knows its file, line and path, so that every complaint can name them:
/// `fits/c.yaml:17: basis.pair: unknown key 'ordr'; known: order, inner, outer, morse`.
///
/// All readers throw InputError on a missing value or a value of the wrong kind. The only file that knows yaml-cpp.
class Yaml {
public:
  /// @throws FileError   cannot be opened
  /// @throws InputError  not YAML, or a mapping with a key twice
  static Yaml load_file(const std::string& path);
  static Yaml load_text(const std::string& text, const std::string& name);

  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;
  bool is_null() const;

  /// Throws unless this is a mapping whose keys are all among `known`.
  void require_keys(const std::vector<std::string>& known) const;

  bool has(const std::string& key) const;
  Yaml at(const std::string& key) const;                ///< throws when the key is missing
  std::optional<Yaml> find(const std::string& key) const;  ///< nothing when the key is missing or its value is null
  std::vector<Yaml> items() const;                      ///< of a list
  std::vector<std::pair<std::string, Yaml>> entries() const;  ///< of a mapping, in file order

  double number() const;      ///< finite
  double positive() const;    ///< finite and > 0
  long integer() const;
  bool boolean() const;
  std::string string() const;
  std::vector<double> numbers() const;
  std::vector<std::string> strings() const;
  /// One of `choices`; the error lists them.
  std::string choice(const std::vector<std::string>& choices) const;

  double number_or(const std::string& key, double fallback) const;
  long integer_or(const std::string& key, long fallback) const;
  bool boolean_or(const std::string& key, bool fallback) const;
  std::string string_or(const std::string& key, const std::string& fallback) const;

  const std::string& file() const { return *file_; }
  const std::string& path() const { return path_; }  ///< `basis.pair`
  int line() const;

  /// Throws InputError: `<file>:<line>: <path>: <problem>`.
  [[noreturn]] void fail(const std::string& problem) const;

private:
  Yaml(std::shared_ptr<const YAML::Node> node, std::shared_ptr<const std::string> file, std::string path);
  Yaml child(const YAML::Node& node, const std::string& step) const;
  std::string scalar(const char* wanted) const;

  std::shared_ptr<const YAML::Node> node_;
  std::shared_ptr<const std::string> file_;
  std::string path_;
};

/// `text` as a YAML double-quoted scalar, for files written line by line.
std::string yaml_quoted(const std::string& text);

/// `["C", "C-N"]`: `words` quoted, as a YAML list in one line.
std::string yaml_list(const std::vector<std::string>& words);

}  // namespace carillon
