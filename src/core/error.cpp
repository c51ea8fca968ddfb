#include "carillon/core/error.hpp"

namespace carillon {

std::string Location::text() const {
  std::string out = file;
  if (line > 0) out += ":" + std::to_string(line);
  if (frame >= 0) out += ": frame " + std::to_string(frame);
  if (atom >= 0) out += (frame >= 0 ? ", atom " : ": atom ") + std::to_string(atom);
  if (out.starts_with(": ")) out.erase(0, 2);  // made in memory, without a file
  return out;
}

void fail_at(const Location& where, const std::string& problem) {
  const std::string place = where.text();
  throw InputError(place.empty() ? problem : place + ": " + problem);
}

}  // namespace carillon
