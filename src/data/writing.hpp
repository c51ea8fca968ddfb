#pragma once

#include <string>
#include <string_view>

#include "carillon/data/structure.hpp"

/// What both writers do.
namespace carillon {

/// Checks the lengths of the arrays, the elements and the cell.
/// @throws ShapeError, DomainError
void check_writable(const Structure& frame);

/// `before`, then the shortest text that reads back to `value` exactly.
/// @throws DomainError  not finite; `what` names it
void append_number(std::string& out, double value, std::string_view what, std::string_view before);

}  // namespace carillon
