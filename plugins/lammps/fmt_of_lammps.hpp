#pragma once

// LAMMPS's headers of 2021 and 2022 name a template of the fmt 8 that is among LAMMPS's sources. Debian's liblammps-dev leaves
// that out, and Debian's own fmt has it no longer. Nothing here calls what needs it, so that a declaration will do.

#include <fmt/format.h>

#if FMT_VERSION >= 90000
namespace fmt {
template <typename... Arguments, typename Format>
format_args make_args_checked(const Format& format, const Arguments&... arguments);
}  // namespace fmt
#endif
