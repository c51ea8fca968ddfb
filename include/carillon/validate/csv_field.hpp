#pragma once

#include <string>

namespace carillon {

/// `text` as one field of a CSV file (RFC 4180): in double quotes when it holds a comma, a quote or a line end.
std::string csv_field(const std::string& text);

}  // namespace carillon
