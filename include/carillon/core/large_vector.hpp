#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace carillon {

/// Memory for arrays of megabytes that are written from end to end: in large pages where the system gives them, and left as it
/// comes where no value is asked for. A fresh 4 KB page costs as much as 1 µs of arithmetic, which made a tenth of the design
/// rows' time (docs/decisions/large_pages.md); what is only half written (a triangle in a square) belongs into a Matrix instead.
template <class T>
class LargePageAllocator {
public:
  using value_type = T;
  static constexpr std::size_t page = std::size_t{1} << 21;  ///< bytes

  LargePageAllocator() = default;
  template <class U>
  explicit(false) LargePageAllocator(const LargePageAllocator<U>&) {}

  /// @throws std::bad_alloc
  T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T) - page) throw std::bad_alloc();
    const std::size_t bytes = count * sizeof(T);
    void* memory = bytes < 2 * page ? std::malloc(bytes) : std::aligned_alloc(page, (bytes + page - 1) / page * page);
    if (!memory) throw std::bad_alloc();
    if (bytes >= 2 * page) madvise(memory, bytes, MADV_HUGEPAGE);  // a hint: without it the pages are small
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { std::free(memory); }

  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    if constexpr (sizeof...(Arguments) == 0)
      ::new (static_cast<void*>(place)) U;  // resize() leaves new numbers as they are, so that who fills them touches them first
    else
      std::construct_at(place, std::forward<Arguments>(arguments)...);
  }

  friend bool operator==(const LargePageAllocator&, const LargePageAllocator&) { return true; }
};

/// Note that LargeVector(n) and resize(n) do not set the new numbers to zero; LargeVector(n, 0.0) does.
using LargeVector = std::vector<double, LargePageAllocator<double>>;

}  // namespace carillon
