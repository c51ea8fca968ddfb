#pragma once

#include <gtest/gtest.h>

#include <iostream>

#include "carillon/core/parallel.hpp"

namespace carillon::testing {

/// All ranks of the program; set before the tests run.
inline const Communicator* world = nullptr;

/// On ranks other than the root: failures only, with the rank.
class FailurePrinter : public ::testing::EmptyTestEventListener {
  void OnTestPartResult(const ::testing::TestPartResult& result) override {
    if (result.failed()) std::cerr << "rank " << world->rank() << ": " << result.summary() << '\n';
  }
};

/// The main of a test program that a launcher starts on several ranks.
inline int run_on_ranks(int argc, char** argv) {
  const MpiSession session;
  const Communicator all = session.world();
  world = &all;
  ::testing::InitGoogleTest(&argc, argv);
  if (!all.is_root()) {
    auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailurePrinter);
  }
  return RUN_ALL_TESTS();
}

}  // namespace carillon::testing
