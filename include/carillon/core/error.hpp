#pragma once

#include <stdexcept>
#include <string>

namespace carillon {

/// Base of everything the library throws. Messages: lower case, no final stop, naming file:line, frame and atom where
/// there are any. The library never prints and never exits; the program turns an Error into a message and a status.
class Error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// A file, recipe or command-line value that a user can mend.
class InputError : public Error {
public:
  using Error::Error;
};

/// An error that all ranks of an MPI job know of: each throws it, with the message of the rank where it arose, so that all can
/// end in order. Any other error on one rank of several has to abort the job, since the others wait for it.
class AgreedError : public InputError {
public:
  using InputError::InputError;
};

/// The same for std::bad_alloc: a rank ran out of memory.
class AgreedMemoryError : public AgreedError {
public:
  AgreedMemoryError() : AgreedError("not enough memory") {}
};

/// A file that cannot be opened, read, written or renamed.
class FileError : public Error {
public:
  using Error::Error;
};

/// A number outside the range a function is defined on: a caller's bug unless the docstring says otherwise.
class DomainError : public Error {
public:
  using Error::Error;
};

/// Arrays whose lengths do not fit each other: a caller's bug.
class ShapeError : public Error {
public:
  using Error::Error;
};

/// Where a piece of input stands, for messages: `train.extxyz:217: frame 3, atom 14`.
struct Location {
  std::string file;
  long line = 0;    ///< 1-based; 0 = not known
  long frame = -1;  ///< 0-based; -1 = not in a frame
  long atom = -1;   ///< 0-based; -1 = not about one atom

  /// `file:line: frame f, atom a`, leaving out what is not known. Frames and atoms are counted from 0, as in the data.
  std::string text() const;
};

/// Throws InputError with the message `<location>: <problem>`.
[[noreturn]] void fail_at(const Location& where, const std::string& problem);

}  // namespace carillon
