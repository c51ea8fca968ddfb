#include "carillon/solve/scalapack.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "carillon/core/error.hpp"

// No package ships headers for these.
extern "C" {
int Csys2blacs_handle(MPI_Comm system);
void Cfree_blacs_system_handle(int handle);
void Cblacs_gridinit(int* context, const char* order, int rows, int columns);
void Cblacs_gridinfo(int context, int* rows, int* columns, int* row, int* column);
void Cblacs_gridexit(int context);
void Cblacs_set(int context, int what, const int* value);
int numroc_(const int* n, const int* block, const int* process, const int* first, const int* processes);
void Cpdgemr2d(int rows, int columns, const double* a, int ia, int ja, const int* desc_a, double* b, int ib, int jb,
               const int* desc_b, int context);
void pdgeqrf_(const int* rows, const int* columns, double* a, const int* ia, const int* ja, const int* desc, double* tau,
              double* work, const int* work_size, int* info);
void pdlarft_(const char* direction, const char* stored, const int* rows, const int* count, const double* v, const int* iv,
              const int* jv, const int* desc_v, const double* tau, double* t, double* work);
void pdlarfb_(const char* side, const char* op, const char* direction, const char* stored, const int* rows, const int* columns,
              const int* count, const double* v, const int* iv, const int* jv, const int* desc_v, const double* t, double* c,
              const int* ic, const int* jc, const int* desc_c, double* work);
}

namespace carillon::scalapack {
namespace {

constexpr int repeatable_topologies = 15;  // BLACS: sums are taken in the same order every time

int as_int(long n) { return static_cast<int>(n); }

void check(int info, const char* routine) {
  if (info != 0) throw Error(std::string(routine) + " ended with info " + std::to_string(info));
}

int largest_divisor_up_to_root(int n) {
  int divisor = 1;
  for (int k = 1; k * k <= n; ++k)
    if (n % k == 0) divisor = k;
  return divisor;
}

long local_count(long n, long block, int place, int processes) {
  const int count = as_int(n);
  const int width = as_int(block);
  const int first = 0;
  return numroc_(&count, &width, &place, &first, &processes);
}

}  // namespace

ProcessGrid::ProcessGrid(const Communicator& world)
    : ProcessGrid(world, world.size() / largest_divisor_up_to_root(world.size()), largest_divisor_up_to_root(world.size())) {}

ProcessGrid::ProcessGrid(const Communicator& world, int rows, int columns) {
  if (world.handle() == MPI_COMM_NULL) throw InputError("a grid of processes needs MPI: start the program with mpirun");
  system_handle_ = Csys2blacs_handle(world.handle());
  context_ = system_handle_;
  Cblacs_gridinit(&context_, "Row", rows, columns);
  rows_ = rows;
  columns_ = columns;
  if (context_ < 0) return;
  Cblacs_gridinfo(context_, &rows_, &columns_, &row_, &column_);
  const int yes = 1;
  Cblacs_set(context_, repeatable_topologies, &yes);
}

ProcessGrid::~ProcessGrid() {
  if (context_ >= 0) Cblacs_gridexit(context_);
  Cfree_blacs_system_handle(system_handle_);
}

DistributedMatrix::DistributedMatrix(const ProcessGrid& grid, long rows, long columns, long row_block, long column_block)
    : grid_(&grid), rows_(rows), columns_(columns), row_block_(row_block), column_block_(column_block) {
  const long most = std::numeric_limits<int>::max();
  const auto share = [](long count, long block, int processes) {
    return ((count + block - 1) / block + processes - 1) / processes * block;
  };
  // The same on all ranks, so that all of them refuse together.
  if (rows > most || columns > most || share(rows, row_block, grid.rows()) > most / share(columns, column_block, grid.columns()))
    throw ShapeError("a matrix of " + std::to_string(rows) + " x " + std::to_string(columns) + " on a grid of " +
                     std::to_string(grid.rows()) + " x " + std::to_string(grid.columns()) +
                     " processes has parts that ScaLAPACK cannot count; more ranks would help");
  if (grid.holds_me())
    local_ = Matrix(local_count(rows, row_block, grid.row(), grid.rows()),
                    local_count(columns, column_block, grid.column(), grid.columns()));
  descriptor_ = {1,
                 grid.context(),
                 as_int(rows),
                 as_int(columns),
                 as_int(row_block),
                 as_int(column_block),
                 0,
                 0,
                 as_int(std::max(1L, local_.rows()))};
}

long DistributedMatrix::global_row(long i) const {
  return (i / row_block_ * grid_->rows() + grid_->row()) * row_block_ + i % row_block_;
}

long DistributedMatrix::global_column(long j) const {
  return (j / column_block_ * grid_->columns() + grid_->column()) * column_block_ + j % column_block_;
}

void copy(long rows, long columns, const DistributedMatrix& from, Place from_place, DistributedMatrix& to, Place to_place,
          const ProcessGrid& all) {
  Cpdgemr2d(as_int(rows), as_int(columns), from.local().view().data, as_int(from_place.row + 1), as_int(from_place.column + 1),
            from.descriptor(), to.local().view().data, as_int(to_place.row + 1), as_int(to_place.column + 1), to.descriptor(),
            all.context());
}

void qr_step(DistributedMatrix& a, Place place, long rows, long width, long rest) {
  const int m = as_int(rows);
  const int n = as_int(width);
  const int behind = as_int(rest);
  const int row = as_int(place.row + 1);
  const int column = as_int(place.column + 1);
  const int next = column + n;
  double* entries = a.local().view().data;
  std::vector<double> tau(static_cast<std::size_t>(a.local().columns() + 1));
  std::vector<double> work(1);
  int size = -1;
  int info = 0;
  pdgeqrf_(&m, &n, entries, &row, &column, a.descriptor(), tau.data(), work.data(), &size, &info);
  size = static_cast<int>(work[0]);
  work.resize(static_cast<std::size_t>(size));
  pdgeqrf_(&m, &n, entries, &row, &column, a.descriptor(), tau.data(), work.data(), &size, &info);
  check(info, "pdgeqrf");
  if (behind == 0) return;
  // Not pdormqr: it takes the first panel it is given, here the only one, reflector by reflector.
  std::vector<double> t(static_cast<std::size_t>(width * width));
  work.resize(static_cast<std::size_t>(width * (a.local().rows() + a.local().columns() + 2 * a.column_block())));
  pdlarft_("Forward", "Columnwise", &m, &n, entries, &row, &column, a.descriptor(), tau.data(), t.data(), work.data());
  pdlarfb_("Left", "Transpose", "Forward", "Columnwise", &m, &behind, &n, entries, &row, &column, a.descriptor(), t.data(),
           entries, &row, &next, a.descriptor(), work.data());
}

}  // namespace carillon::scalapack
