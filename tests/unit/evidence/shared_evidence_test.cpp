#include "carillon/evidence/shared_evidence.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "carillon/core/error.hpp"
#include "carillon/evidence/evidence_file.hpp"
#include "made_evidence.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::made_evidence;
using testing::TemporaryFolder;

std::string bytes_of(const TemporaryFolder& folder, const Evidence& evidence) {
  write_evidence(folder.path("e.h5"), evidence);
  std::ifstream file(folder.path("e.h5"), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SharedEvidence, TheHeadIsAllButTheGroups) {
  const TemporaryFolder folder;
  Evidence evidence = made_evidence();
  evidence.form = {true, true, 2.0};
  evidence.prior_mean = {0.1, -2, 3};
  Evidence found = evidence_from_head(evidence_head(evidence));
  EXPECT_TRUE(found.groups.empty());
  found.groups = evidence.groups;
  EXPECT_EQ(bytes_of(folder, found), bytes_of(folder, evidence));  // the same evidence is the same file
}

TEST(SharedEvidence, BytesThatEndTooEarlyAreRefused) {
  const std::string head = evidence_head(made_evidence());
  EXPECT_THROW(evidence_from_head(std::string_view(head).substr(0, head.size() - 1)), InputError);
  EXPECT_THROW(evidence_from_head(head + "x"), InputError);
}

}  // namespace
}  // namespace carillon
