#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "carillon/core/large_vector.hpp"

namespace carillon {

/// An HDF5 object of the C library, closed when it goes. The only files that know the library are hdf5.hpp and hdf5.cpp.
class Hdf5Handle {
public:
  using Close = int (*)(std::int64_t);

  Hdf5Handle() = default;
  Hdf5Handle(std::int64_t id, Close close) : id_(id), close_(close) {}
  ~Hdf5Handle() { reset(); }
  Hdf5Handle(Hdf5Handle&& other) noexcept { swap(other); }
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    swap(other);
    return *this;
  }

  std::int64_t id() const { return id_; }
  bool valid() const { return id_ >= 0; }
  /// Closes it. @return false when the library could not, for a file: what it still had to write is lost
  bool reset();

private:
  void swap(Hdf5Handle& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
  }

  std::int64_t id_ = -1;
  Close close_ = nullptr;
};

/// Writes an HDF5 file of named texts and lists of numbers, which appears whole or not at all: under a temporary name in the
/// same folder, renamed by commit(). Names may hold groups, `factors/3/packed`; the groups are made. Numbers are little-endian
/// in the file on every machine, texts are bytes.
///
/// Each dataset carries the attribute `sha256`, over its name and its numbers, which the reader compares.
class Hdf5Writer {
public:
  /// @throws FileError  the temporary file cannot be made
  explicit Hdf5Writer(std::string path);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// All throw FileError when the disk does not take it, or when a dataset has that name already.
  void text(const std::string& name, std::string_view value);
  void integers(const std::string& name, std::span<const std::int64_t> values);
  void numbers(const std::string& name, std::span<const double> values);

  /// Flushes to the disk and renames.
  /// @throws FileError
  void commit();

private:
  [[noreturn]] void fail(const std::string& problem) const;
  void write(const std::string& name, std::int64_t file_type, std::int64_t memory_type, const void* data, std::size_t count,
             std::size_t item_size);

  std::string path_;
  std::string temporary_;
  Hdf5Handle file_;
};

/// Reads what an Hdf5Writer wrote. All readers throw InputError naming file and dataset for one that is missing, of another
/// kind, or damaged.
class Hdf5Reader {
public:
  /// @throws FileError   the file does not exist or cannot be read
  /// @throws InputError  not an HDF5 file, or a truncated one
  explicit Hdf5Reader(std::string path);

  const std::string& path() const { return path_; }
  bool has(const std::string& name) const;

  std::string text(const std::string& name) const;
  std::vector<std::int64_t> integers(const std::string& name) const;
  std::vector<double> numbers(const std::string& name) const;
  LargeVector large_numbers(const std::string& name) const;  ///< for lists of megabytes
  /// A list of one.
  std::int64_t integer(const std::string& name) const;

  /// Throws InputError: `<file>: <problem>`.
  [[noreturn]] void fail(const std::string& problem) const;

private:
  struct Contents {
    Hdf5Handle dataset;
    std::size_t count = 0;
  };
  template <class Numbers>
  Numbers read_numbers(const std::string& name) const;
  Contents open(const std::string& name, int wanted_class, const char* wanted) const;
  void read(const std::string& name, const Contents& contents, std::int64_t memory_type, void* data, std::size_t item_size) const;

  std::string path_;
  Hdf5Handle file_;
};

}  // namespace carillon
