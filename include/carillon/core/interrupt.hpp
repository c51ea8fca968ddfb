#pragma once

#include <csignal>

#include "carillon/core/error.hpp"

namespace carillon {

/// Thrown where long work notices that it has been asked to end: not a failure, and nothing finished is lost.
class Interrupted : public Error {
public:
  /// @param signal  that asked for it: SIGTERM, SIGINT
  explicit Interrupted(int signal);
  int signal() const { return signal_; }
  /// What a shell reports for a program that this signal ended: 128 + signal (143 for SIGTERM, 130 for SIGINT).
  int exit_status() const { return 128 + signal_; }

private:
  int signal_;
};

/// While it lives, SIGTERM and SIGINT end nothing by themselves: they are noted, and work that looks ends in order. The
/// earlier handlers come back with its end. At most one at a time; without one, signals act as if there were no Carillon.
class InterruptWatch {
public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

private:
  struct sigaction before_terminate_ {};
  struct sigaction before_interrupt_ {};
};

/// The signal noted last by the InterruptWatch, 0 when there was none. Any thread; costs one load.
int pending_interrupt();

/// For loops over frames and other long work. With MPI a signal may reach one rank alone: call it inside Communicator::agree
/// (or a unit of combine_units), which takes the exception to all ranks.
/// @throws Interrupted  a signal has been noted
void check_interrupt();

}  // namespace carillon
