#include "carillon/data/reference_energies.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

// Compositions are ratios of whole numbers: what is smaller than this beside the largest pivot is rounding.
constexpr double vanishing_pivot = 1e-10;

struct Equations {
  Eigen::MatrixXd counts;  // [frames with a difference, elements asked for]
  Eigen::VectorXd differences;
  Eigen::VectorXd atoms;
};

Equations equations_of(const std::vector<FrameFacts>& facts, const std::vector<std::size_t>& asked) {
  std::vector<const FrameFacts*> known;
  for (const FrameFacts& frame : facts)
    if (frame.energy) known.push_back(&frame);
  const auto rows = static_cast<Eigen::Index>(known.size());
  Equations out{Eigen::MatrixXd(rows, static_cast<Eigen::Index>(asked.size())), Eigen::VectorXd(rows), Eigen::VectorXd(rows)};
  for (Eigen::Index i = 0; i < rows; ++i) {
    const FrameFacts& frame = *known[static_cast<std::size_t>(i)];
    for (std::size_t e = 0; e < asked.size(); ++e)
      out.counts(i, static_cast<Eigen::Index>(e)) = static_cast<double>(frame.counts[asked[e]]);
    out.differences[i] = *frame.energy;
    out.atoms[i] = static_cast<double>(frame.atoms);
  }
  return out;
}

double rms_per_atom(const Eigen::VectorXd& differences, const Eigen::VectorXd& atoms) {
  if (differences.size() == 0) return 0;
  return std::sqrt((differences.array() / atoms.array()).square().mean());
}

}  // namespace

ReferenceEnergies fit_reference_energies(const std::vector<FrameFacts>& differences, const std::vector<bool>& asked) {
  std::vector<std::size_t> elements;
  std::vector<bool> known(asked.size());
  for (std::size_t e = 0; e < asked.size(); ++e) {
    known[e] = !asked[e];
    if (asked[e]) elements.push_back(e);
  }
  for (const FrameFacts& frame : differences)
    if (frame.counts.size() != asked.size()) throw ShapeError("reference energies: frames of another number of elements");
  ReferenceEnergies out;
  out.shifts.assign(asked.size(), 0.0);
  const Equations equations = equations_of(differences, elements);
  out.frames = static_cast<long>(equations.differences.size());
  out.rms_before = out.rms_after = rms_per_atom(equations.differences, equations.atoms);
  if (out.frames == 0 || elements.empty()) return out;
  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> decomposition;
  decomposition.setThreshold(vanishing_pivot);
  decomposition.compute(equations.counts);
  const Eigen::VectorXd shifts = decomposition.solve(equations.differences);
  for (std::size_t e = 0; e < elements.size(); ++e) out.shifts[elements[e]] = shifts[static_cast<Eigen::Index>(e)];
  out.rms_after = rms_per_atom(equations.differences - equations.counts * shifts, equations.atoms);
  out.open = open_offset_directions(differences, known);
  return out;
}

}  // namespace carillon
