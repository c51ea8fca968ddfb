#pragma once

#include <spdlog/spdlog.h>

#include <string>

namespace carillon {

/// The program's log: to standard error, and to a file once there is an output folder. The library itself does not log;
/// long-running library calls report through callbacks that the program connects to this log.
///
/// @param level  trace, debug, info, warning, error or off
/// @param quiet  true on all MPI ranks but the root: nothing is printed there
/// @throws InputError  unknown level
void start_log(const std::string& level, bool quiet);

/// Copies everything logged from now on to `path` too, with time stamps.
///
/// @param append  keep what the file holds: a fit that goes on writes on
/// @throws FileError  it cannot be opened
void log_to_file(const std::string& path, bool append = false);

}  // namespace carillon
