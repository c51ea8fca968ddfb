#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

namespace carillon::testing {

/// A matrix from NumPy's file format, row-major; a vector has one column.
struct NpyArray {
  std::size_t rows = 0;
  std::size_t columns = 1;
  std::vector<double> values;

  double at(std::size_t row, std::size_t column) const { return values.at(row * columns + column); }
};

/// Reads version 1 of the format with little-endian doubles in C order, which is all the tests need.
inline NpyArray read_npy(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (bytes.size() < 10 || bytes.compare(0, 7, "\x93NUMPY\x01") != 0)
    throw std::runtime_error(path + ": not an npy file of version 1");
  const std::size_t header_size = static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
  const std::string header = bytes.substr(10, header_size);
  std::smatch match;
  const std::regex wanted(R"('<f8', 'fortran_order': False, 'shape': \((\d+),(?: (\d+))?\))");
  if (!std::regex_search(header, match, wanted)) throw std::runtime_error(path + ": not doubles in C order: " + header);
  NpyArray out;
  out.rows = std::stoul(match[1]);
  if (match[2].matched) out.columns = std::stoul(match[2]);
  out.values.resize(out.rows * out.columns);
  if (bytes.size() != 10 + header_size + 8 * out.values.size())
    throw std::runtime_error(path + ": of another length than its header says");
  std::memcpy(out.values.data(), bytes.data() + 10 + header_size, 8 * out.values.size());
  return out;
}

}  // namespace carillon::testing
