#pragma once

#include <mpi.h>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace carillon {

/// The processes that work on one job. A default-made Communicator is one process without MPI; the world is available
/// while an MpiSession is alive. Cheap to copy; collective calls must be made by all ranks in the same order.
class Communicator {
public:
  Communicator() = default;  ///< this process alone
  explicit Communicator(MPI_Comm handle);

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }
  MPI_Comm handle() const { return handle_; }  ///< MPI_COMM_NULL for a process alone

  void broadcast(std::span<double> values, int root = 0) const;
  void broadcast(std::string& text, int root = 0) const;
  void send(std::span<const double> values, int to, int tag) const;
  void receive(std::span<double> values, int from, int tag) const;
  /// Every rank's bytes on the root, in rank order; empty elsewhere.
  std::vector<std::string> gather(const std::string& bytes, int root = 0) const;
  /// Element-wise sum; exact (and so independent of the rank count) only for integer-valued entries below 2^53.
  void sum(std::span<double> values) const;
  void sum(std::span<long> values) const;

  /// Runs `work` on every rank; when it throws on any of them, all ranks throw for the lowest failing rank. Call it around
  /// rank-local work between collective calls, so that bad input on one rank ends all of them, without a hang.
  /// @throws AgreedError        that rank's work threw an exception: with its message, whatever its type was
  /// @throws AgreedMemoryError  that rank's work threw std::bad_alloc
  /// @throws Interrupted        that rank was asked to end
  /// A process alone throws what `work` throws.
  void agree(const std::function<void()>& work) const;

private:
  MPI_Comm handle_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
};

/// MPI from construction to destruction; made once, in main. Starts MPI only when a launcher (mpirun, srun) started the
/// process, since a process alone needs none and MPI start-up costs more than a small evaluation.
class MpiSession {
public:
  MpiSession();
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  Communicator world() const;

private:
  bool started_ = false;
};

/// Cores this process may use (its affinity mask), divided among the ranks on the same machine; at least 1.
int available_threads(const Communicator& world);

/// Sets the OpenMP thread count. BLAS is meant to run on one thread: our own loops share the work among threads in
/// tiles that do not depend on the thread count, which is what makes results bitwise reproducible.
void set_threads(int count);
int threads();

/// While it lives, BLAS calls of this thread run on this thread alone. Needed around BLAS calls outside parallel loops:
/// OpenBLAS built with OpenMP takes OpenMP's thread count on every such call, whatever it was set to before. Inside a
/// parallel loop that has more than one thread it changes nothing. Costs nanoseconds.
class SingleThreadedBlas {
public:
  SingleThreadedBlas();
  ~SingleThreadedBlas();
  SingleThreadedBlas(const SingleThreadedBlas&) = delete;
  SingleThreadedBlas& operator=(const SingleThreadedBlas&) = delete;

private:
  int threads_before_;
};

/// Calls work(0) .. work(count - 1), shared among the threads, in no fixed order. When calls throw, the exception of the lowest
/// number is thrown again at the end, so that the message does not depend on the number of threads.
///
/// All parallel loops go through this function or the next (a lint sees to it): an exception, std::bad_alloc above all, that left
/// an OpenMP region would end the process without a message, and other ranks would wait for it.
void parallel_for(long count, const std::function<void(long)>& work);

/// Calls work(begin, end) for strips of 0 .. count - 1, of a width that does not depend on the threads: for copying a matrix by
/// columns, where most of the cost is the first touch of its pages.
void parallel_for_strips(long count, const std::function<void(long begin, long end)>& work);

/// The same with something of each thread's own (scratch space): a thread that takes part calls `make_worker` once and hands its
/// numbers to what that returns. `make_worker` is called by several threads at a time.
void parallel_for_workers(long count, const std::function<std::function<void(long)>()>& make_worker);

/// Name and version of the BLAS in use, for `--version` and the log.
std::string blas_description();

}  // namespace carillon
