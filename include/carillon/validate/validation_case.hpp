#pragma once

#include <memory>
#include <string>
#include <vector>

#include "carillon/core/parallel.hpp"
#include "carillon/core/yaml.hpp"
#include "carillon/potential/potential.hpp"
#include "carillon/validate/case_result.hpp"

namespace carillon {

/// What every case is given besides the potential.
struct CaseInputs {
  Communicator world;
  std::string dynamics;  ///< folder of scripts/run_md.py with this very model's trajectories; empty: none
};

/// A question to a model with its reference and tolerance: a folder with a case.yaml (docs/validation.md).
class ValidationCase {
public:
  virtual ~ValidationCase() = default;

  /// Puts the question. Data that are not there, and elements the model does not know, skip the case with a reason.
  /// Collective; the result is complete on the root.
  /// @throws InputError  data that are there and malformed; what the potential throws
  virtual void run(const Potential& potential, const CaseInputs& inputs, CaseResult& result) const = 0;
};

/// A case that was read, with what all kinds have in common.
struct NamedCase {
  std::string folder;
  std::string name;  ///< the folder's own
  std::string title;
  std::string kind;
  std::vector<std::string> sources;
  std::shared_ptr<const ValidationCase> question;
};

/// Kinds of cases, sorted: curve, dynamics, elastic, errors, hugoniot.
std::vector<std::string> case_kinds();

/// Whether `folder` holds a case.yaml.
bool is_case_folder(const std::string& folder);

/// Reads a case folder, or all cases one level below a folder, sorted by name.
/// @throws InputError  neither a case nor a folder of cases; unknown kinds, keys and values, with file and line
std::vector<NamedCase> read_cases(const std::string& folder);

/// The head of a case's result, with nothing judged.
CaseResult unanswered_case(const NamedCase& named);

/// Runs one case and judges it. Collective. Numerical trouble (DomainError, ShapeError, predictions that are not finite) is a
/// failed case with its reason.
/// @throws as ValidationCase::run for the rest
CaseResult run_case(const NamedCase& named, const Potential& potential, const CaseInputs& inputs);

}  // namespace carillon
