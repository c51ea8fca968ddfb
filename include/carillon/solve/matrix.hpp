#pragma once

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <utility>

namespace carillon {

/// A window on column-major numbers that somebody else owns: entry (i, j) is data[i + j * stride].
struct MatrixView {
  double* data = nullptr;
  long rows = 0;
  long columns = 0;
  long stride = 0;

  double& operator()(long i, long j) const { return data[i + j * stride]; }
  double* column(long j) const { return data + j * stride; }
  MatrixView block(long row, long column_, long row_count, long column_count) const {
    return {data + row + column_ * stride, row_count, column_count, stride};
  }
};

/// A dense column-major matrix, zero at first. Pages of a fresh matrix take memory only once they are written, which is
/// what keeps half-empty (triangular) workspaces cheap.
class Matrix {
public:
  Matrix() = default;
  Matrix(long rows, long columns) : rows_(rows), columns_(columns), data_(allocate(size())) {}
  Matrix(const Matrix& other) : Matrix(other.rows_, other.columns_) {
    if (size() > 0) std::memcpy(data_.get(), other.data_.get(), size() * sizeof(double));
  }
  Matrix(Matrix&& other) noexcept { swap(other); }
  Matrix& operator=(Matrix other) noexcept {
    swap(other);
    return *this;
  }

  long rows() const { return rows_; }
  long columns() const { return columns_; }
  std::size_t size() const { return static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_); }

  double& operator()(long i, long j) { return data_[index(i, j)]; }
  double operator()(long i, long j) const { return data_[index(i, j)]; }
  std::span<double> column(long j) { return {data_.get() + index(0, j), static_cast<std::size_t>(rows_)}; }
  std::span<const double> column(long j) const { return {data_.get() + index(0, j), static_cast<std::size_t>(rows_)}; }
  std::span<double> values() { return {data_.get(), size()}; }
  std::span<const double> values() const { return {data_.get(), size()}; }

  MatrixView view() { return {data_.get(), rows_, columns_, rows_}; }
  MatrixView block(long row, long column_, long row_count, long column_count) {
    return view().block(row, column_, row_count, column_count);
  }
  /// For the BLAS, whose inputs are not written to although a view could be.
  MatrixView view() const { return {data_.get(), rows_, columns_, rows_}; }

private:
  struct Free {
    void operator()(double* p) const { std::free(p); }
  };
  using Storage = std::unique_ptr<double[], Free>;

  static Storage allocate(std::size_t count) {
    if (count == 0) return {};
    Storage storage(static_cast<double*>(std::calloc(count, sizeof(double))));
    if (!storage) throw std::bad_alloc();
    return storage;
  }
  std::size_t index(long i, long j) const { return static_cast<std::size_t>(i + j * rows_); }
  void swap(Matrix& other) noexcept {
    std::swap(rows_, other.rows_);
    std::swap(columns_, other.columns_);
    std::swap(data_, other.data_);
  }

  long rows_ = 0;
  long columns_ = 0;
  Storage data_;
};

}  // namespace carillon
