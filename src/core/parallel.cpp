#include "carillon/core/parallel.hpp"

#include <cblas.h>
#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <limits>
#include <new>

#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"

namespace carillon {
namespace {

int checked_count(std::size_t count) {
  if (count > static_cast<std::size_t>(std::numeric_limits<int>::max())) throw ShapeError("message longer than 2^31 entries");
  return static_cast<int>(count);
}

/// Calls `transfer(offset, length)` on pieces that an MPI count can hold.
template <class Transfer>
void in_pieces(std::size_t count, Transfer transfer) {
  constexpr std::size_t piece = std::size_t{1} << 26;
  for (std::size_t offset = 0; offset < count; offset += piece)
    transfer(offset, static_cast<int>(std::min(piece, count - offset)));
}

}  // namespace

Communicator::Communicator(MPI_Comm handle) : handle_(handle) {
  if (handle_ == MPI_COMM_NULL) return;
  MPI_Comm_rank(handle_, &rank_);
  MPI_Comm_size(handle_, &size_);
}

void Communicator::broadcast(std::span<double> values, int root) const {
  if (size_ == 1) return;
  in_pieces(values.size(), [&](std::size_t offset, int n) { MPI_Bcast(values.data() + offset, n, MPI_DOUBLE, root, handle_); });
}

void Communicator::broadcast(std::string& text, int root) const {
  if (size_ == 1) return;
  unsigned long length = text.size();
  MPI_Bcast(&length, 1, MPI_UNSIGNED_LONG, root, handle_);
  text.resize(length);
  in_pieces(length, [&](std::size_t offset, int n) { MPI_Bcast(text.data() + offset, n, MPI_CHAR, root, handle_); });
}

void Communicator::send(std::span<const double> values, int to, int tag) const {
  in_pieces(values.size(), [&](std::size_t offset, int n) { MPI_Send(values.data() + offset, n, MPI_DOUBLE, to, tag, handle_); });
}

void Communicator::receive(std::span<double> values, int from, int tag) const {
  in_pieces(values.size(), [&](std::size_t offset, int n) {
    MPI_Recv(values.data() + offset, n, MPI_DOUBLE, from, tag, handle_, MPI_STATUS_IGNORE);
  });
}

std::vector<std::string> Communicator::gather(const std::string& bytes, int root) const {
  if (size_ == 1) return {bytes};
  const int mine = checked_count(bytes.size());
  const auto ranks = static_cast<std::size_t>(size_);
  std::vector<int> counts(ranks);
  std::vector<int> offsets(ranks);
  MPI_Gather(&mine, 1, MPI_INT, counts.data(), 1, MPI_INT, root, handle_);
  std::size_t total = 0;
  for (std::size_t r = 0; r < ranks && rank_ == root; ++r) {
    offsets[r] = checked_count(total);
    total += static_cast<std::size_t>(counts[r]);
  }
  std::string all(total, '\0');
  MPI_Gatherv(bytes.data(), mine, MPI_CHAR, all.data(), counts.data(), offsets.data(), MPI_CHAR, root, handle_);
  std::vector<std::string> out;
  for (std::size_t r = 0; r < ranks && rank_ == root; ++r)
    out.push_back(all.substr(static_cast<std::size_t>(offsets[r]), static_cast<std::size_t>(counts[r])));
  return out;
}

void Communicator::sum(std::span<double> values) const {
  if (size_ == 1) return;
  in_pieces(values.size(), [&](std::size_t offset, int n) {
    MPI_Allreduce(MPI_IN_PLACE, values.data() + offset, n, MPI_DOUBLE, MPI_SUM, handle_);
  });
}

void Communicator::sum(std::span<long> values) const {
  if (size_ == 1) return;
  MPI_Allreduce(MPI_IN_PLACE, values.data(), checked_count(values.size()), MPI_LONG, MPI_SUM, handle_);
}

void Communicator::agree(const std::function<void()>& work) const {
  if (size_ == 1) return work();
  constexpr int out_of_memory = -1;  // in place of a signal
  std::string message;
  int failed = size_;
  int signal = 0;
  try {
    work();
  } catch (const Interrupted& stop) {
    signal = stop.signal();
    failed = rank_;
  } catch (const std::bad_alloc&) {
    signal = out_of_memory;
    failed = rank_;
  } catch (const std::exception& problem) {
    message = problem.what();
    failed = rank_;
  }
  int lowest = failed;
  MPI_Allreduce(MPI_IN_PLACE, &lowest, 1, MPI_INT, MPI_MIN, handle_);
  if (lowest == size_) return;
  MPI_Bcast(&signal, 1, MPI_INT, lowest, handle_);
  if (signal == out_of_memory) throw AgreedMemoryError();
  if (signal != 0) throw Interrupted(signal);
  broadcast(message, lowest);
  throw AgreedError(message);
}

MpiSession::MpiSession() {
  const bool launched = std::getenv("OMPI_COMM_WORLD_SIZE") || std::getenv("PMI_SIZE") || std::getenv("PMIX_RANK");
  if (!launched) return;
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  started_ = true;
}

MpiSession::~MpiSession() {
  if (started_) MPI_Finalize();
}

Communicator MpiSession::world() const { return started_ ? Communicator(MPI_COMM_WORLD) : Communicator(); }

int available_threads(const Communicator& world) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  int cores = 1;
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0) cores = std::max(1, CPU_COUNT(&mask));
  if (world.size() == 1) return cores;
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(world.handle(), MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  // A launcher may bind each rank to cores of its own; only cores that ranks really share are divided among them.
  cpu_set_t all = mask;
  int sharing = 0;
  MPI_Comm_size(node, &sharing);
  MPI_Allreduce(MPI_IN_PLACE, &all, sizeof(all), MPI_BYTE, MPI_BOR, node);
  MPI_Comm_free(&node);
  return std::clamp(CPU_COUNT(&all) / sharing, 1, cores);
}

void set_threads(int count) {
  if (count < 1) throw DomainError("thread count " + std::to_string(count) + " is below 1");
  openblas_set_num_threads(1);  // first: OpenBLAS built with OpenMP sets the OpenMP thread count along with its own
  omp_set_num_threads(count);
}

int threads() { return omp_get_max_threads(); }

SingleThreadedBlas::SingleThreadedBlas() : threads_before_(omp_get_max_threads()) { omp_set_num_threads(1); }

SingleThreadedBlas::~SingleThreadedBlas() { omp_set_num_threads(threads_before_); }

namespace {

/// The exception of the lowest number that threads met.
class FirstException {
public:
  /// In a handler.
  void note(long number) {
#pragma omp critical(carillon_first_exception)
    if (!first_ || number < number_) {
      number_ = number;
      first_ = std::current_exception();
    }
  }
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

private:
  std::exception_ptr first_;
  long number_ = 0;
};

}  // namespace

void parallel_for(long count, const std::function<void(long)>& work) {
  FirstException first;
  // One piece of work alone leaves the threads to the loops inside it.
#pragma omp parallel for schedule(dynamic, 1) if (count > 1)
  for (long i = 0; i < count; ++i) {
    try {
      work(i);
    } catch (...) {
      first.note(i);
    }
  }
  first.rethrow();
}

void parallel_for_strips(long count, const std::function<void(long begin, long end)>& work) {
  constexpr long width = 64;
  parallel_for((count + width - 1) / width, [&](long strip) { work(strip * width, std::min(count, (strip + 1) * width)); });
}

void parallel_for_workers(long count, const std::function<std::function<void(long)>()>& make_worker) {
  FirstException first;
#pragma omp parallel
  {
    std::function<void(long)> work;
    try {
      work = make_worker();
    } catch (...) {
      first.note(-1);
    }
    // A thread without a worker goes through the loop all the same: OpenMP wants all threads of a team in it.
#pragma omp for schedule(dynamic, 1)
    for (long i = 0; i < count; ++i) {
      if (!work) continue;
      try {
        work(i);
      } catch (...) {
        first.note(i);
      }
    }
  }
  first.rethrow();
}

std::string blas_description() { return openblas_get_config(); }

}  // namespace carillon
