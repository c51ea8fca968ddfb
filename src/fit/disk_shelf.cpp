#include "carillon/fit/disk_shelf.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "carillon/core/error.hpp"

namespace carillon {

DiskShelf::DiskShelf(Checkpoint* store, std::string name, std::size_t bytes_in_memory,
                     std::function<std::optional<TriangularFactor>(long)> kept_unit)
    : store_(store), name_(std::move(name)), limit_(bytes_in_memory), kept_unit_(std::move(kept_unit)) {}

std::string DiskShelf::piece_name(long number) const { return fmt::format("waiting_{}_{}", name_, number); }

bool DiskShelf::keep_in_memory(long number, TriangularFactor& factor) {
  const std::size_t bytes = factor.packed().size_bytes();
  if (store_ && in_memory_ + bytes > limit_) return false;
  in_memory_ += bytes;
  factors_.insert_or_assign(number, std::move(factor));
  return true;
}

void DiskShelf::put(long number, TriangularFactor factor) {
  if (keep_in_memory(number, factor)) return;
  store_->save(piece_name(number), [&](ByteWriter& to) { factor.write(to); });
  on_disk_.insert(number);
}

void DiskShelf::put_unit(long number, long unit, TriangularFactor factor) {
  if (!kept_unit_) return put(number, std::move(factor));
  if (!keep_in_memory(number, factor)) units_.insert_or_assign(number, unit);
}

TriangularFactor DiskShelf::take(long number) {
  if (auto found = factors_.extract(number)) {
    in_memory_ -= found.mapped().packed().size_bytes();
    return std::move(found.mapped());
  }
  if (const auto unit = units_.extract(number)) {
    std::optional<TriangularFactor> factor = kept_unit_(unit.mapped());
    if (factor) return std::move(*factor);
    throw FileError(fmt::format("{}: unit {} cannot be read back: run the same command again", store_->folder(), unit.mapped()));
  }
  if (!on_disk_.contains(number)) throw DomainError(fmt::format("no factor waits under number {}", number));
  TriangularFactor factor = read(number);
  store_->remove(piece_name(number));
  on_disk_.erase(number);
  return factor;
}

TriangularFactor DiskShelf::read(long number) {
  std::optional<TriangularFactor> factor = store_->load(piece_name(number), [](std::string_view bytes) {
    ByteReader from(bytes);
    TriangularFactor found = TriangularFactor::read(from);
    from.end();
    return found;
  });
  if (!factor) throw FileError(store_->piece_path(piece_name(number)) + ": cannot be read back: run the same command again");
  return std::move(*factor);
}

void DiskShelf::clear() {
  factors_.clear();
  in_memory_ = 0;
  units_.clear();
  for (const long number : on_disk_) store_->remove(piece_name(number));
  on_disk_.clear();
}

}  // namespace carillon
