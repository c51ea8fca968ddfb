#pragma once

#include <map>

#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// Where the factors of one rank wait until they are merged, by number. An implementation says what they cost meanwhile.
class FactorShelf {
public:
  virtual ~FactorShelf() = default;

  /// @throws Error  it cannot be kept (disk full)
  virtual void put(long number, TriangularFactor factor) = 0;
  /// The same for a factor that is still what make() gave for a unit: who keeps finished units anyway need not keep it twice.
  virtual void put_unit(long number, long /*unit*/, TriangularFactor factor) { put(number, std::move(factor)); }
  /// The factor put there under this number, the same to the bit; it is no longer there afterwards.
  /// @throws Error  it cannot be had back
  virtual TriangularFactor take(long number) = 0;
  virtual void clear() = 0;
};

/// In memory: at most 4 columns^2 bytes each.
class MemoryShelf : public FactorShelf {
public:
  void put(long number, TriangularFactor factor) override { factors_.insert_or_assign(number, std::move(factor)); }
  TriangularFactor take(long number) override { return std::move(factors_.extract(number).mapped()); }
  void clear() override { factors_.clear(); }

private:
  std::map<long, TriangularFactor> factors_;
};

}  // namespace carillon
