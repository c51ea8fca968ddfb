#include "carillon/data/finding.hpp"

#include <gtest/gtest.h>

namespace carillon {
namespace {

TEST(Finding, GoldenLineInTheOrderOfACompiler) {
  const Finding finding{Severity::error, "net_force", {"train.extxyz", 217, 3, 14}, "liquid", "too large"};
  EXPECT_EQ(finding_text(finding), "train.extxyz:217: frame 3, atom 14: error: net_force: too large");
}

TEST(Finding, AboutTheWholeSetHasNoPlace) {
  EXPECT_EQ(finding_text({Severity::warning, "coverage", Location(), "", "few"}), "warning: coverage: few");
  EXPECT_EQ(finding_text({Severity::note, "coverage", Location(), "", "few"}), "note: coverage: few");
}

TEST(Finding, SeveritiesAreInOrder) {
  EXPECT_LT(Severity::note, Severity::warning);
  EXPECT_LT(Severity::warning, Severity::error);
}

}  // namespace
}  // namespace carillon
