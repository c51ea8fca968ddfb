// What the Python package sees of the library: a potential, evaluated on arrays.

#include <pybind11/eigen.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <string>
#include <vector>

#include "carillon/api/open_potential.hpp"
#include "carillon/api/open_uncertain.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/core/version.hpp"

namespace {

namespace py = pybind11;
using Rows3 = Eigen::Matrix<double, Eigen::Dynamic, 3, Eigen::RowMajor>;

/// @param positions  [atoms, 3], Å
/// @param cell       rows are the vectors, Å
carillon::Structure structure_of(const std::vector<int>& numbers, const Eigen::Ref<const Rows3>& positions,
                                 const Eigen::Matrix3d& cell, const std::array<bool, 3>& periodic) {
  if (positions.rows() != static_cast<Eigen::Index>(numbers.size()))
    throw carillon::ShapeError(std::to_string(numbers.size()) + " atomic numbers and " + std::to_string(positions.rows()) +
                               " positions");
  carillon::Structure structure;
  structure.cell = {cell, periodic};
  structure.origin.file = "atoms";
  for (const int number : numbers) structure.species.push_back(carillon::Element::from_number(number));
  for (Eigen::Index i = 0; i < positions.rows(); ++i) structure.positions.emplace_back(positions.row(i));
  return structure;
}

Rows3 array_of(const std::vector<Eigen::Vector3d>& vectors) {
  Rows3 rows(static_cast<Eigen::Index>(vectors.size()), 3);
  for (std::size_t i = 0; i < vectors.size(); ++i) rows.row(static_cast<Eigen::Index>(i)) = vectors[i];
  return rows;
}

py::dict evaluate(const carillon::Potential& potential, const std::vector<int>& numbers, const Eigen::Ref<const Rows3>& positions,
                  const Eigen::Matrix3d& cell, const std::array<bool, 3>& periodic) {
  const carillon::Structure structure = structure_of(numbers, positions, cell, periodic);
  carillon::Prediction found;
  {
    const py::gil_scoped_release others_may_run;
    found = potential.evaluate(structure);
  }
  py::dict out;
  out["energy"] = found.energy;
  out["forces"] = array_of(found.forces);
  out["stress"] = found.stress;
  if (found.deviation) {
    out["energy_std"] = found.deviation->energy;
    out["forces_std"] = array_of(found.deviation->forces);
    out["stress_std"] = found.deviation->stress;
  }
  return out;
}

std::unique_ptr<carillon::Potential> open_uncertain(const std::vector<std::string>& paths, double scale) {
  carillon::UncertainModel model = carillon::open_uncertain_model(paths, scale);
  for (const std::string& doubt : model.doubts)
    if (PyErr_WarnEx(PyExc_UserWarning, doubt.c_str(), 1) != 0) throw py::error_already_set();
  return std::move(model.potential);
}

std::vector<std::string> symbols(const carillon::Potential& potential) {
  std::vector<std::string> out;
  for (const carillon::Element element : potential.elements()) out.emplace_back(element.symbol());
  return out;
}

}  // namespace

PYBIND11_MODULE(_carillon, module) {
  module.doc() = "Carillon's potentials on arrays; use carillon.Carillon from Python.";
  module.attr("__version__") = carillon::version();
  py::register_exception<carillon::Error>(module, "Error");
  py::class_<carillon::Potential>(module, "Potential")
      .def(py::init([](const std::vector<std::string>& paths) { return carillon::open_potential(paths); }), py::arg("paths"),
           "Opens a params.txt, a model folder, the folders of the blocks that make a model, a network, or a committee.")
      .def_static("uncertain", &open_uncertain, py::arg("paths"), py::arg("scale") = 1.0,
                  "The same with standard deviations, scale times those of the posteriors beside the blocks, or of a committee; "
                  "an Error when there are none.")
      .def("evaluate", &evaluate, py::arg("numbers"), py::arg("positions"), py::arg("cell"), py::arg("periodic"),
           "energy (eV), forces ([atoms, 3], eV/Å) and stress ([3, 3], eV/Å³, tension positive) of atoms at positions ([atoms, "
           "3], Å);\n"
           "from an uncertain one also energy_std, forces_std and stress_std.")
      .def_property_readonly("cutoff", &carillon::Potential::cutoff, "largest interaction distance, Å")
      .def_property_readonly("elements", &symbols)
      .def_property_readonly("description", &carillon::Potential::description);
  module.def("set_threads", &carillon::set_threads, py::arg("count"),
             "Threads of evaluations that are called from this Python thread.");
}
