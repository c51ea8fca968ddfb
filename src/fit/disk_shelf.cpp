#include "carillon/fit/disk_shelf.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "carillon/core/error.hpp"

namespace carillon {

DiskShelf::DiskShelf(Checkpoint* store, std::string name, std::size_t bytes_in_memory)
    : store_(store), name_(std::move(name)), limit_(bytes_in_memory) {}

std::string DiskShelf::piece_name(long number) const { return fmt::format("waiting_{}_{}", name_, number); }

void DiskShelf::put(long number, TriangularFactor factor) {
  const std::size_t bytes = factor.packed().size_bytes();
  if (!store_ || in_memory_ + bytes <= limit_) {
    in_memory_ += bytes;
    factors_.insert_or_assign(number, std::move(factor));
    return;
  }
  store_->save(piece_name(number), [&](ByteWriter& to) { factor.write(to); });
  on_disk_.insert(number);
}

TriangularFactor DiskShelf::take(long number) {
  if (auto found = factors_.extract(number)) {
    in_memory_ -= found.mapped().packed().size_bytes();
    return std::move(found.mapped());
  }
  if (!on_disk_.contains(number)) throw DomainError(fmt::format("no factor waits under number {}", number));
  std::optional<TriangularFactor> factor;
  store_->load(piece_name(number), [&](std::string_view bytes) {
    ByteReader from(bytes);
    factor = TriangularFactor::read(from);
    from.end();
  });
  if (!factor) throw FileError(store_->piece_path(piece_name(number)) + ": cannot be read back: run the same command again");
  store_->remove(piece_name(number));
  on_disk_.erase(number);
  return std::move(*factor);
}

void DiskShelf::clear() {
  factors_.clear();
  in_memory_ = 0;
  for (const long number : on_disk_) store_->remove(piece_name(number));
  on_disk_.clear();
}

}  // namespace carillon
