#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace carillon {

/// SHA-256 as 64 hexadecimal digits: what `sha256sum` prints.
std::string sha256(std::string_view bytes);

/// The same of bytes that come in pieces.
class Sha256 {
public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  /// Of all that was added; nothing can be added afterwards.
  std::string digits();

private:
  struct State;
  std::unique_ptr<State> state_;
};

/// @throws FileError  the file cannot be read
std::string sha256_of_file(const std::string& path);

}  // namespace carillon
