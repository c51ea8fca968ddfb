#pragma once

namespace carillon {

/// The `carillon` program. Never throws: every error becomes one message on standard error and a non-zero status.
///
/// @return 0 done; 1 failed (bad input, unreadable file, numerical failure); 2 wrong use of the command line;
///         3: an audit found errors in data, or a validation case failed; 143 or 130: a fit ended by SIGTERM or SIGINT, to be
///         continued
int run_command_line(int argc, char** argv);

}  // namespace carillon
