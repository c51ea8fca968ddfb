#include "carillon/core/byte_record.hpp"

#include <cstdint>
#include <cstring>

#include "carillon/core/error.hpp"

namespace carillon {

void ByteWriter::put(const void* data, std::size_t size) {
  const std::string_view piece(static_cast<const char*>(data), size);
  if (sink_)
    sink_(piece);
  else
    bytes_.append(piece);
}

ByteWriter& ByteWriter::integer(long value) {
  const std::int64_t wide = value;
  put(&wide, sizeof(wide));
  return *this;
}

ByteWriter& ByteWriter::number(double value) {
  put(&value, sizeof(value));
  return *this;
}

ByteWriter& ByteWriter::text(std::string_view value) {
  integer(static_cast<long>(value.size()));
  put(value.data(), value.size());
  return *this;
}

ByteWriter& ByteWriter::raw(std::string_view bytes) {
  put(bytes.data(), bytes.size());
  return *this;
}

ByteWriter& ByteWriter::numbers(std::span<const double> values) {
  integer(static_cast<long>(values.size()));
  put(values.data(), values.size_bytes());
  return *this;
}

void ByteReader::get(void* data, std::size_t size) {
  if (size > rest_.size()) throw InputError("a record ends too early");
  if (size > 0) std::memcpy(data, rest_.data(), size);
  rest_.remove_prefix(size);
}

std::size_t ByteReader::length(std::size_t item_size) {
  const long count = integer();
  if (count < 0 || static_cast<std::size_t>(count) > rest_.size() / item_size) throw InputError("a record ends too early");
  return static_cast<std::size_t>(count);
}

long ByteReader::integer() {
  std::int64_t value = 0;
  get(&value, sizeof(value));
  return value;
}

double ByteReader::number() {
  double value = 0;
  get(&value, sizeof(value));
  return value;
}

std::string_view ByteReader::text() {
  const std::size_t size = length(1);
  const std::string_view value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return value;
}

std::vector<double> ByteReader::numbers() {
  std::vector<double> values(length(sizeof(double)));
  get(values.data(), values.size() * sizeof(double));
  return values;
}

void ByteReader::numbers(std::span<double> into) {
  const std::size_t count = length(sizeof(double));
  if (count != into.size())
    throw InputError("a record has a list of " + std::to_string(count) + " numbers, not " + std::to_string(into.size()));
  get(into.data(), into.size_bytes());
}

void ByteReader::end() const {
  if (!rest_.empty()) throw InputError("a record is followed by " + std::to_string(rest_.size()) + " bytes too many");
}

}  // namespace carillon
