#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// Numbers and texts one after another as bytes, exact to the bit, in the machine's own byte order: for files that the same
/// kind of machine reads back soon, such as checkpoints. Lengths are written with the texts and lists.
class ByteWriter {
public:
  using Sink = std::function<void(std::string_view bytes)>;

  ByteWriter() = default;
  /// Hands every piece on to `sink` as it comes, so that large records are never copied; take() is empty then.
  explicit ByteWriter(Sink sink) : sink_(std::move(sink)) {}

  ByteWriter& integer(long value);
  ByteWriter& number(double value);  ///< nan and infinity included
  ByteWriter& text(std::string_view value);
  ByteWriter& numbers(std::span<const double> values);
  ByteWriter& raw(std::string_view bytes);  ///< as they are, without a length

  std::string take() { return std::move(bytes_); }

private:
  void put(const void* data, std::size_t size);
  std::string bytes_;
  Sink sink_;
};

/// Takes apart what a ByteWriter wrote, in the same order.
class ByteReader {
public:
  /// @param bytes  must outlive the reader
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  /// All throw InputError when the bytes end too early; no length that the bytes do not hold is ever allocated.
  long integer();
  double number();
  std::string_view text();  ///< a part of the bytes, not a copy
  std::vector<double> numbers();
  /// A list of just so many numbers, into place.
  void numbers(std::span<double> into);
  bool at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }  ///< bytes
  /// @throws InputError  something is left over
  void end() const;

private:
  void get(void* data, std::size_t size);
  std::size_t length(std::size_t item_size);
  std::string_view rest_;
};

}  // namespace carillon
