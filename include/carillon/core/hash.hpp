#pragma once

#include <string>
#include <string_view>

namespace carillon {

/// SHA-256 as 64 hexadecimal digits: what `sha256sum` prints.
std::string sha256(std::string_view bytes);

/// @throws FileError  the file cannot be read
std::string sha256_of_file(const std::string& path);

}  // namespace carillon
