#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace carillon {

/// An array of doubles that starts on a cache line, as vector loads want it. Starts as zeros.
class AlignedBuffer {
public:
  static constexpr std::size_t alignment = 64;  ///< bytes

  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t size) : size_(size) {
    if (size > 0) values_.reset(new (std::align_val_t(alignment)) double[size]());
  }

  /// Makes the array at least `size` long; what it held is lost when it grows, and is zero then.
  void reserve(std::size_t size) {
    if (size > size_) *this = AlignedBuffer(size);
  }

  double* data() { return values_.get(); }
  const double* data() const { return values_.get(); }
  std::size_t size() const { return size_; }

private:
  struct Release {
    void operator()(double* values) const { ::operator delete[](values, std::align_val_t(alignment)); }
  };
  std::unique_ptr<double[], Release> values_;
  std::size_t size_ = 0;
};

}  // namespace carillon
