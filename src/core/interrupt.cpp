#include "carillon/core/interrupt.hpp"

#include <atomic>
#include <string>

namespace carillon {
namespace {

std::atomic<int> noted_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch what needs no lock");

void note_signal(int signal) { noted_signal.store(signal, std::memory_order_relaxed); }

struct sigaction noting_action() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;  // reading, writing and MPI calls in progress go on
  return action;
}

std::string signal_name(int signal) {
  if (signal == SIGTERM) return "SIGTERM";
  if (signal == SIGINT) return "SIGINT";
  return "signal " + std::to_string(signal);
}

}  // namespace

Interrupted::Interrupted(int signal) : Error("interrupted by " + signal_name(signal)), signal_(signal) {}

InterruptWatch::InterruptWatch() {
  noted_signal = 0;
  const struct sigaction action = noting_action();
  sigaction(SIGTERM, &action, &before_terminate_);
  sigaction(SIGINT, &action, &before_interrupt_);
}

InterruptWatch::~InterruptWatch() {
  sigaction(SIGTERM, &before_terminate_, nullptr);
  sigaction(SIGINT, &before_interrupt_, nullptr);
  noted_signal = 0;
}

int pending_interrupt() { return noted_signal.load(std::memory_order_relaxed); }

void check_interrupt() {
  if (const int signal = pending_interrupt()) throw Interrupted(signal);
}

}  // namespace carillon
