#include "carillon/core/hash.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw Error("the SHA-256 digest could not be computed");
  std::string out;
  for (unsigned int i = 0; i < length; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

std::string sha256_of_file(const std::string& path) { return sha256(TextFile(path).text()); }

}  // namespace carillon
