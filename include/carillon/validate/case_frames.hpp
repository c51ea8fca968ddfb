#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carillon/core/yaml.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/potential/potential.hpp"
#include "carillon/validate/case_result.hpp"

namespace carillon {

/// Which frames a case is about: its keys `data`, `labels` and `elements`.
struct CaseFrames {
  std::vector<DataSource> sources;
  std::vector<std::string> labels;  ///< empty: all
  std::vector<Element> elements;    ///< frames of exactly these; empty: all

  static std::vector<std::string> keys() { return {"data", "labels", "elements"}; }
};

/// @param node  the whole case.yaml; paths are relative to its folder
/// @throws InputError  as read_data_source; an unknown element
CaseFrames read_case_frames(const Yaml& node, const std::string& folder);

/// Frames that a potential can be asked about.
struct OpenFrames {
  Dataset data;
  std::vector<long> frames;  ///< never empty
};

/// Opens the files that are there. Missing files and frames of elements that the potential does not know are told in the result's
/// notes; where no frame is left, the result is skipped and nothing returned.
/// @throws InputError  as Dataset
std::optional<OpenFrames> open_case_frames(const CaseFrames& wanted, const Potential& potential, CaseResult& result);

}  // namespace carillon
