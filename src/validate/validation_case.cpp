#include "carillon/validate/validation_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

#include "carillon/core/error.hpp"
#include "case_kinds.hpp"

namespace carillon {
namespace {

namespace fs = std::filesystem;

using Reader = std::shared_ptr<const ValidationCase> (*)(const Yaml&, const std::string&);

const std::map<std::string, Reader>& readers() {
  static const std::map<std::string, Reader> all = {{"curve", read_curve_case},
                                                    {"dynamics", read_dynamics_case},
                                                    {"elastic", read_elastic_case},
                                                    {"errors", read_errors_case},
                                                    {"hugoniot", read_hugoniot_case}};
  return all;
}

/// `.` and `cases/` have names too.
std::string own_name(const std::string& folder) {
  fs::path path = fs::absolute(folder).lexically_normal();
  if (path.filename().empty()) path = path.parent_path();
  return path.filename().string();
}

NamedCase read_case(const std::string& folder) {
  const Yaml node = Yaml::load_file((fs::path(folder) / "case.yaml").string());
  NamedCase named{folder, own_name(folder), node.at("title").string(), node.at("kind").choice(case_kinds()), {}, nullptr};
  if (const auto sources = node.find("sources")) named.sources = sources->strings();
  named.question = readers().at(named.kind)(node, folder);
  return named;
}

}  // namespace

std::string case_number(double value) { return fmt::format("{:.4g}", value); }

double share(const Yaml& node) {
  const double value = node.number();
  if (!(value >= 0 && value <= 1)) node.fail("expected a share, from 0 to 1");
  return value;
}

void fail_on_numerical_trouble(CaseResult& result, const std::function<void()>& work) {
  try {
    work();
  } catch (const DomainError& trouble) {
    result.fail(trouble.what());
  } catch (const ShapeError& trouble) {
    result.fail(trouble.what());
  }
}

std::vector<std::string> case_keys(std::vector<std::string> own) {
  own.insert(own.begin(), {"title", "kind", "sources"});
  return own;
}

std::vector<std::string> case_kinds() {
  std::vector<std::string> names;
  for (const auto& [name, reader] : readers()) names.push_back(name);
  return names;
}

bool is_case_folder(const std::string& folder) { return fs::is_regular_file(fs::path(folder) / "case.yaml"); }

std::vector<NamedCase> read_cases(const std::string& folder) {
  if (is_case_folder(folder)) return {read_case(folder)};
  if (!fs::is_directory(folder)) throw InputError(folder + ": is neither a case nor a folder of cases");
  std::vector<std::string> below;
  for (const auto& entry : fs::directory_iterator(folder))
    if (is_case_folder(entry.path().string())) below.push_back(entry.path().string());
  if (below.empty()) throw InputError(folder + ": holds no case.yaml, nor does a folder in it");
  std::sort(below.begin(), below.end());
  std::vector<NamedCase> cases;
  for (const std::string& path : below) cases.push_back(read_case(path));
  return cases;
}

CaseResult unanswered_case(const NamedCase& named) {
  CaseResult result;
  result.name = named.name;
  result.title = named.title;
  result.kind = named.kind;
  result.sources = named.sources;
  return result;
}

CaseResult run_case(const NamedCase& named, const Potential& potential, const CaseInputs& inputs) {
  CaseResult result = unanswered_case(named);
  const auto start = std::chrono::steady_clock::now();
  fail_on_numerical_trouble(result, [&] { named.question->run(potential, inputs, result); });
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.judge();
  return result;
}

}  // namespace carillon
