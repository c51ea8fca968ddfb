#include "carillon/validate/case_frames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "carillon/data/data_spec.hpp"

namespace carillon {
namespace {

bool contains(const auto& all, const auto& value) { return std::find(all.begin(), all.end(), value) != all.end(); }

bool is_wanted(const CaseFrames& wanted, const FrameSummary& frame) {
  if (!wanted.labels.empty() && !contains(wanted.labels, frame.label)) return false;
  return wanted.elements.empty() || wanted.elements == frame.elements;
}

/// Elements of the frame that the potential does not know.
std::vector<Element> unknown_elements(const FrameSummary& frame, const Potential& potential) {
  std::vector<Element> unknown;
  for (const Element element : frame.elements)
    if (!contains(potential.elements(), element)) unknown.push_back(element);
  return unknown;
}

std::vector<DataSource> present(const std::vector<DataSource>& sources, CaseResult& result) {
  std::vector<DataSource> found;
  for (const DataSource& source : sources) {
    if (std::filesystem::exists(source.path))
      found.push_back(source);
    else
      result.notes.push_back(source.path + " is not there: its frames are left out");
  }
  return found;
}

}  // namespace

CaseFrames read_case_frames(const Yaml& node, const std::string& folder) {
  CaseFrames wanted;
  for (const Yaml& item : node.at("data").items()) wanted.sources.push_back(read_data_source(item, folder));
  if (wanted.sources.empty()) node.at("data").fail("expected at least one file");
  if (const auto labels = node.find("labels")) wanted.labels = labels->strings();
  if (const auto elements = node.find("elements"))
    for (const Yaml& item : elements->items()) {
      const std::optional<Element> element = Element::from_symbol(item.string());
      if (!element) item.fail("'" + item.string() + "' is not an element");
      wanted.elements.push_back(*element);
    }
  wanted.elements = unique_elements(wanted.elements);
  return wanted;
}

std::optional<OpenFrames> open_case_frames(const CaseFrames& wanted, const Potential& potential, CaseResult& result) {
  const std::vector<DataSource> sources = present(wanted.sources, result);
  if (sources.empty()) {
    result.skip("the data are not there: " + wanted.sources.front().path);
    return std::nullopt;
  }
  OpenFrames open{Dataset(sources), {}};
  long left_out = 0;
  std::set<Element> unknown, all;
  for (long frame = 0; frame < open.data.size(); ++frame) {
    const FrameSummary& summary = open.data.summary(frame);
    if (!is_wanted(wanted, summary)) continue;
    all.insert(summary.elements.begin(), summary.elements.end());
    const std::vector<Element> not_known = unknown_elements(summary, potential);
    unknown.insert(not_known.begin(), not_known.end());
    if (not_known.empty())
      open.frames.push_back(frame);
    else
      ++left_out;
  }
  for (const Element element : all) result.elements.emplace_back(element.symbol());
  const std::string names = element_set_name({unknown.begin(), unknown.end()});
  if (open.frames.empty()) {
    result.skip(left_out > 0 ? "the model does not know " + names : "the data have no such frame");
    return std::nullopt;
  }
  if (left_out > 0)
    result.notes.push_back(fmt::format("{} frames with {}, which the model does not know, are left out", left_out, names));
  return open;
}

}  // namespace carillon
