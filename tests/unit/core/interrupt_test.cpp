#include "carillon/core/interrupt.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "support/temporary_file.hpp"

namespace carillon {
namespace {

TEST(Interrupt, NothingIsNotedWithoutASignal) {
  const InterruptWatch watch;
  EXPECT_EQ(pending_interrupt(), 0);
  EXPECT_NO_THROW(check_interrupt());
}

TEST(Interrupt, ASignalIsNotedAndThrownAtTheNextCheck) {
  const InterruptWatch watch;
  raise(SIGTERM);
  EXPECT_EQ(pending_interrupt(), SIGTERM);
  EXPECT_EQ(testing::message_of<Interrupted>(check_interrupt), "interrupted by SIGTERM");
  EXPECT_THROW(check_interrupt(), Interrupted) << "it stays noted";
}

TEST(Interrupt, ExitStatusesAreThoseOfTheShell) {
  EXPECT_EQ(Interrupted(SIGTERM).exit_status(), 143);
  EXPECT_EQ(Interrupted(SIGINT).exit_status(), 130);
}

TEST(Interrupt, TheWatchForgetsWithItsEnd) {
  {
    const InterruptWatch watch;
    raise(SIGINT);
  }
  EXPECT_EQ(pending_interrupt(), 0);
  const InterruptWatch next;
  EXPECT_NO_THROW(check_interrupt());
}

TEST(InterruptDeathTest, SignalsActAsBeforeAfterTheWatch) {
  EXPECT_EXIT(
      {
        { const InterruptWatch watch; }
        raise(SIGTERM);
        std::exit(0);
      },
      ::testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace carillon
