#include "carillon/core/hdf5.hpp"

#include <fcntl.h>
#include <hdf5.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"

namespace carillon {
namespace {

static_assert(sizeof(hid_t) == sizeof(std::int64_t));
constexpr const char* checksum_attribute = "sha256";
constexpr hsize_t checksum_length = 64;

/// The library would print its own stack of errors; ours are exceptions.
void silence_library() {
  static const herr_t done = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  (void)done;
}

int close_file(std::int64_t id) { return H5Fclose(id); }
int close_dataset(std::int64_t id) { return H5Dclose(id); }
int close_space(std::int64_t id) { return H5Sclose(id); }
int close_type(std::int64_t id) { return H5Tclose(id); }
int close_attribute(std::int64_t id) { return H5Aclose(id); }
int close_properties(std::int64_t id) { return H5Pclose(id); }

/// The name is part of it, so that datasets cannot be exchanged. A little-endian machine's bytes are the file's own.
std::string checksum(const std::string& name, const void* data, std::size_t bytes) {
  return sha256(name + "\n" + sha256({static_cast<const char*>(data), bytes}));
}

/// A path through several groups; H5Lexists wants each step asked for.
bool link_exists(hid_t file, const std::string& name) {
  for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
    if (H5Lexists(file, name.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
  return H5Lexists(file, name.c_str(), H5P_DEFAULT) > 0;
}

void flush_to_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY);
  const bool done = file >= 0 && fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!done) throw FileError(path + ": cannot be written to the disk");
}

}  // namespace

bool Hdf5Handle::reset() {
  const std::int64_t id = std::exchange(id_, -1);
  return id < 0 || close_(id) >= 0;
}

Hdf5Writer::Hdf5Writer(std::string path) : path_(std::move(path)), temporary_(path_ + ".part" + std::to_string(getpid())) {
  silence_library();
  file_ = {H5Fcreate(temporary_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), close_file};
  if (!file_.valid()) fail("cannot be written");
}

Hdf5Writer::~Hdf5Writer() {
  if (temporary_.empty()) return;
  file_.reset();
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
}

void Hdf5Writer::fail(const std::string& problem) const { throw FileError(path_ + ": " + problem); }

void Hdf5Writer::text(const std::string& name, std::string_view value) {
  write(name, H5T_STD_U8LE, H5T_NATIVE_UINT8, value.data(), value.size(), 1);
}

void Hdf5Writer::integers(const std::string& name, std::span<const std::int64_t> values) {
  write(name, H5T_STD_I64LE, H5T_NATIVE_INT64, values.data(), values.size(), sizeof(std::int64_t));
}

void Hdf5Writer::numbers(const std::string& name, std::span<const double> values) {
  write(name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data(), values.size(), sizeof(double));
}

void Hdf5Writer::write(const std::string& name, std::int64_t file_type, std::int64_t memory_type, const void* data,
                       std::size_t count, std::size_t item_size) {
  const std::string problem = "dataset " + name + " cannot be written";
  const auto check = [&](bool fine) {
    if (!fine) fail(problem);
  };
  const hsize_t length = count;
  const Hdf5Handle groups(H5Pcreate(H5P_LINK_CREATE), close_properties);
  check(groups.valid() && H5Pset_create_intermediate_group(groups.id(), 1) >= 0);
  const Hdf5Handle space(H5Screate_simple(1, &length, nullptr), close_space);
  const Hdf5Handle settings(H5Pcreate(H5P_DATASET_CREATE), close_properties);
  check(settings.valid() && H5Pset_obj_track_times(settings.id(), false) >= 0);  // the same contents have to be the same bytes
  const Hdf5Handle dataset(H5Dcreate2(file_.id(), name.c_str(), file_type, space.id(), groups.id(), settings.id(), H5P_DEFAULT),
                           close_dataset);
  check(dataset.valid());
  if (count > 0) check(H5Dwrite(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);

  const std::string hash = checksum(name, data, count * item_size);
  const Hdf5Handle hash_space(H5Screate_simple(1, &checksum_length, nullptr), close_space);
  const Hdf5Handle attribute(
      H5Acreate2(dataset.id(), checksum_attribute, H5T_STD_U8LE, hash_space.id(), H5P_DEFAULT, H5P_DEFAULT), close_attribute);
  check(attribute.valid() && H5Awrite(attribute.id(), H5T_NATIVE_UINT8, hash.data()) >= 0);
}

void Hdf5Writer::commit() {
  if (!file_.reset()) fail("cannot be written");
  flush_to_disk(temporary_);
  std::error_code problem;
  std::filesystem::rename(temporary_, path_, problem);
  if (problem) fail("cannot be put in place: " + problem.message());
  temporary_.clear();
}

Hdf5Reader::Hdf5Reader(std::string path) : path_(std::move(path)) {
  silence_library();
  if (!std::filesystem::is_regular_file(path_)) throw FileError(path_ + ": no such file");
  if (access(path_.c_str(), R_OK) != 0) throw FileError(path_ + ": cannot be read");
  file_ = {H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), close_file};
  if (!file_.valid()) fail("is not an HDF5 file, or is damaged or cut short");
}

void Hdf5Reader::fail(const std::string& problem) const { throw InputError(path_ + ": " + problem); }

bool Hdf5Reader::has(const std::string& name) const { return link_exists(file_.id(), name); }

Hdf5Reader::Contents Hdf5Reader::open(const std::string& name, int wanted_class, const char* wanted) const {
  if (!has(name)) fail("has no dataset " + name);
  Contents contents{{H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT), close_dataset}, 0};
  if (!contents.dataset.valid()) fail("dataset " + name + " cannot be opened: the file is damaged");
  const Hdf5Handle type(H5Dget_type(contents.dataset.id()), close_type);
  const Hdf5Handle space(H5Dget_space(contents.dataset.id()), close_space);
  if (!type.valid() || H5Tget_class(type.id()) != wanted_class) fail("dataset " + name + " does not hold " + wanted);
  const hssize_t count = space.valid() ? H5Sget_simple_extent_npoints(space.id()) : -1;
  // A damaged length must not make us ask for more memory than the file could fill.
  if (count < 0 || static_cast<std::uintmax_t>(count) > std::filesystem::file_size(path_))
    fail("dataset " + name + " is damaged");
  contents.count = static_cast<std::size_t>(count);
  return contents;
}

void Hdf5Reader::read(const std::string& name, const Contents& contents, std::int64_t memory_type, void* data,
                      std::size_t item_size) const {
  const hid_t dataset = contents.dataset.id();
  if (contents.count > 0 && H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
    fail("dataset " + name + " cannot be read: the file is damaged or cut short");
  const Hdf5Handle attribute(H5Aopen(dataset, checksum_attribute, H5P_DEFAULT), close_attribute);
  if (!attribute.valid()) fail("dataset " + name + " has no checksum");
  const Hdf5Handle space(H5Aget_space(attribute.id()), close_space);
  if (H5Sget_simple_extent_npoints(space.id()) != static_cast<hssize_t>(checksum_length))
    fail("dataset " + name + " has a damaged checksum");
  std::string expected(checksum_length, ' ');
  if (H5Aread(attribute.id(), H5T_NATIVE_UINT8, expected.data()) < 0 ||
      expected != checksum(name, data, contents.count * item_size))
    fail("dataset " + name + " is damaged: its checksum does not fit");
}

std::string Hdf5Reader::text(const std::string& name) const {
  const Contents contents = open(name, H5T_INTEGER, "a text");
  std::string value(contents.count, ' ');
  read(name, contents, H5T_NATIVE_UINT8, value.data(), 1);
  return value;
}

std::vector<std::int64_t> Hdf5Reader::integers(const std::string& name) const {
  const Contents contents = open(name, H5T_INTEGER, "integers");
  std::vector<std::int64_t> values(contents.count);
  read(name, contents, H5T_NATIVE_INT64, values.data(), sizeof(std::int64_t));
  return values;
}

template <class Numbers>
Numbers Hdf5Reader::read_numbers(const std::string& name) const {
  const Contents contents = open(name, H5T_FLOAT, "numbers");
  Numbers values(contents.count);
  read(name, contents, H5T_NATIVE_DOUBLE, values.data(), sizeof(double));
  return values;
}

std::vector<double> Hdf5Reader::numbers(const std::string& name) const { return read_numbers<std::vector<double>>(name); }

LargeVector Hdf5Reader::large_numbers(const std::string& name) const { return read_numbers<LargeVector>(name); }

std::int64_t Hdf5Reader::integer(const std::string& name) const {
  const std::vector<std::int64_t> values = integers(name);
  if (values.size() != 1) fail("dataset " + name + " does not hold one integer");
  return values.front();
}

}  // namespace carillon
