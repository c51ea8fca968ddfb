#include "carillon/solve/summary.hpp"

namespace carillon {

std::string_view solve_status_name(SolveStatus status) {
  switch (status) {
    case SolveStatus::ok:
      return "ok";
    case SolveStatus::ill_conditioned:
      return "ill_conditioned";
    case SolveStatus::rank_deficient:
      return "rank_deficient";
    case SolveStatus::not_converged:
      return "not_converged";
  }
  return "unknown";
}

}  // namespace carillon
