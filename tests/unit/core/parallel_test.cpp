#include "carillon/core/parallel.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

/// Puts the thread count back at the end of a test.
class Threads : public ::testing::Test {
protected:
  int before_ = threads();
  ~Threads() override { set_threads(before_); }
};

TEST(Communicator, OneProcessAloneNeedsNoMpi) {
  const Communicator alone;
  EXPECT_EQ(alone.rank(), 0);
  EXPECT_EQ(alone.size(), 1);
  EXPECT_TRUE(alone.is_root());
  std::vector<double> values = {1.5, -2};
  alone.broadcast(values);
  alone.sum(std::span<double>(values));
  EXPECT_EQ(values, (std::vector<double>{1.5, -2}));
  std::vector<long> counts = {3};
  alone.sum(std::span<long>(counts));
  EXPECT_EQ(counts.front(), 3);
  std::string text = "text";
  alone.broadcast(text);
  EXPECT_EQ(text, "text");
  EXPECT_EQ(alone.gather("bytes"), (std::vector<std::string>{"bytes"}));
}

TEST(Communicator, AgreeAloneRunsTheWorkAndPassesItsErrorOn) {
  const Communicator alone;
  int runs = 0;
  alone.agree([&] { ++runs; });
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(testing::message_of<FileError>([&] { alone.agree([] { throw FileError("a.xyz: cannot be opened"); }); }),
            "a.xyz: cannot be opened");
}

TEST(AvailableThreads, FollowTheAffinityMask) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  EXPECT_EQ(available_threads(Communicator()), CPU_COUNT(&before));
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(available_threads(Communicator()), 1);
  sched_setaffinity(0, sizeof(before), &before);
}

TEST_F(Threads, TheCountIsSetAndChecked) {
  set_threads(3);
  EXPECT_EQ(threads(), 3);
  EXPECT_THROW(set_threads(0), DomainError);
  EXPECT_EQ(threads(), 3);
}

TEST_F(Threads, SingleThreadedBlasPutsTheCountBack) {
  set_threads(2);
  {
    const SingleThreadedBlas guard;
    EXPECT_EQ(threads(), 1);
  }
  EXPECT_EQ(threads(), 2);
}

TEST_F(Threads, ParallelForCallsEveryNumberOnce) {
  for (const int count : {1, 2, 4}) {
    set_threads(count);
    std::vector<std::atomic<int>> calls(1000);
    parallel_for(1000, [&](long i) { ++calls[static_cast<std::size_t>(i)]; });
    for (const auto& number : calls) ASSERT_EQ(number, 1);
  }
  parallel_for(0, [](long) { FAIL() << "there is nothing to do"; });
}

/// Two pieces of work that each wait for the other to begin: done only when two threads run them at the same time.
TEST_F(Threads, ParallelForRunsThreadsAtTheSameTime) {
  set_threads(2);
  std::mutex mutex;
  std::condition_variable begun;
  int count = 0;
  std::atomic<int> met = 0;
  parallel_for(2, [&](long) {
    std::unique_lock lock(mutex);
    ++count;
    begun.notify_all();
    if (begun.wait_for(lock, std::chrono::seconds(20), [&] { return count == 2; })) ++met;
  });
  EXPECT_EQ(met, 2);
}

TEST_F(Threads, InvarianceOfTheErrorUnderTheThreadCount) {
  for (const int count : {1, 2, 4}) {
    set_threads(count);
    std::atomic<int> calls = 0;
    const std::string message = testing::message_of<InputError>([&] {
      parallel_for(100, [&](long i) {
        ++calls;
        if (i % 10 == 7) throw InputError("frame " + std::to_string(i));
      });
    });
    EXPECT_EQ(message, "frame 7") << count << " threads";
    EXPECT_EQ(calls, 100) << "the other pieces of work are done all the same";
  }
}

TEST_F(Threads, ParallelForWorkersGivesEachThreadAWorkerOfItsOwn) {
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    std::vector<int> calls(1000, 0);
    std::atomic<int> workers = 0;
    parallel_for_workers(1000, [&]() -> std::function<void(long)> {
      ++workers;
      return [&calls, scratch = std::vector<long>()](long i) mutable {
        scratch.push_back(i);  // a race, were it shared
        ++calls[static_cast<std::size_t>(scratch.back())];
      };
    });
    EXPECT_EQ(calls, std::vector<int>(1000, 1));
    EXPECT_LE(workers, count);
    EXPECT_GE(workers, 1);
  }
}

TEST_F(Threads, ErrorsOfWorkersAndOfTheirMakingArePassedOn) {
  for (const int count : {1, 2, 4}) {
    set_threads(count);
    const auto failing_work = [](long i) {
      if (i >= 5) throw InputError("piece " + std::to_string(i));
    };
    EXPECT_EQ(testing::message_of<InputError>([&] { parallel_for_workers(100, [&] { return failing_work; }); }), "piece 5");
    // As when there is no memory for the scratch space; one thread's failure is enough.
    EXPECT_THROW(parallel_for_workers(100, []() -> std::function<void(long)> { throw std::bad_alloc(); }), std::bad_alloc);
    std::atomic<int> workers = 0;
    EXPECT_THROW(parallel_for_workers(100,
                                      [&]() -> std::function<void(long)> {
                                        if (++workers == 1) throw std::bad_alloc();
                                        return [](long) {};
                                      }),
                 std::bad_alloc);
  }
}

TEST(BlasDescription, SaysWhichBlas) { EXPECT_NE(blas_description().find("OpenBLAS"), std::string::npos); }

}  // namespace
}  // namespace carillon
