// Oracle: the design matrix of the field's fitter (chimes_lsq), which was run on four small sets to get it.

#include <gtest/gtest.h>

#include "carillon/core/units.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/design/structure_rows.hpp"
#include "carillon/exchange/chimes_setup.hpp"
#include "support/largest_deviation.hpp"
#include "support/npy.hpp"
#include "support/shared_data.hpp"

namespace carillon {
namespace {

using testing::LargestDeviation;
using testing::NpyArray;
using testing::read_npy;
using testing::shared_data;

/// kcal/mol/Å in one Hartree/bohr as the fitter has it: 1.4e-7 above CODATA 2022.
constexpr double fitters_force_unit = 627.50960803 * 1.889725989;

/// What the fitter does; none of the four sets has a pair that close, so unit/design/structure_rows_test.cpp tests the option.
constexpr RowOptions as_the_fitter{.skip_pairs_below_inner = true};

class FitterRows : public ::testing::TestWithParam<const char*> {
protected:
  std::string path(const std::string& file) const { return shared_data(std::string("lsq_golden/") + GetParam() + "/" + file); }
  Dataset frames() const {
    DataOptions options;
    options.format = "xyzf";
    return Dataset({{path("frames.xyzf"), options}});
  }
  BasisSet basis() const { return basis_set(read_chimes_setup(path("fm_setup.in"))); }

  /// Compares the force rows of all frames, which is all the matrix holds. A row is a sum over pairs that may cancel, so the
  /// scale is the largest entry of the column.
  template <class MakeRows>
  void expect_rows(const MakeRows& make_rows) const {
    const NpyArray expected = read_npy(path("A.npy"));
    std::vector<double> scale(expected.columns, 0);
    for (std::size_t k = 0; k < expected.values.size(); ++k)
      scale[k % expected.columns] = std::max(scale[k % expected.columns], std::abs(expected.values[k]));
    const Dataset data = frames();
    ASSERT_EQ(static_cast<std::size_t>(3 * data.atom_total()), expected.rows);
    LargestDeviation deviation;
    std::size_t row = 0;
    for (long frame = 0; frame < data.size(); ++frame) {
      const Structure structure = data.read(frame);
      const StructureRows rows = make_rows(structure);
      ASSERT_EQ(rows.columns(), expected.columns);
      for (std::size_t r = 0; r < 3 * structure.size(); ++r, ++row)
        for (std::size_t c = 0; c < expected.columns; ++c) {
          if (scale[c] == 0)
            EXPECT_EQ(rows.row(r)[c], 0) << "row " << row << ", column " << c;
          else
            deviation.compare(rows.row(r)[c], expected.at(row, c), scale[c], row * expected.columns + c);
        }
    }
    deviation.expect_within(1e-9, "relative");
  }
};

TEST_P(FitterRows, ReferenceKernel) {
  CARILLON_SKIP_WITHOUT(path("A.npy"));
  const BasisSet columns = basis();
  expect_rows([&](const Structure& structure) { return reference_rows(columns, structure, as_the_fitter); });
}

TEST_P(FitterRows, MomentKernels) {
  CARILLON_SKIP_WITHOUT(path("A.npy"));
  const MomentRows rows(basis(), as_the_fitter);
  expect_rows([&](const Structure& structure) { return rows.rows(structure); });
}

TEST_P(FitterRows, RightHandSideIsTheForces) {
  CARILLON_SKIP_WITHOUT(path("b.npy"));
  const NpyArray expected = read_npy(path("b.npy"));
  const Dataset data = frames();
  const double unit = fitters_force_unit / units::hartree_per_bohr_to_ev_per_angstrom;
  double largest = 0;
  for (const double value : expected.values) largest = std::max(largest, std::abs(value));
  LargestDeviation deviation;
  for (long frame = 0; frame < data.size(); ++frame) {
    const Structure structure = data.read(frame);
    ASSERT_TRUE(structure.forces);
    for (const Eigen::Vector3d& force : *structure.forces)
      for (int axis = 0; axis < 3; ++axis)
        deviation.compare(unit * force[axis], expected.values.at(deviation.count()), largest, deviation.count());
  }
  EXPECT_EQ(deviation.count(), expected.rows);
  deviation.expect_within(1e-9, "relative");
}

INSTANTIATE_TEST_SUITE_P(Sets, FitterRows, ::testing::Values("nonorth2", "special3b", "test_4atoms", "special4b"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace carillon
