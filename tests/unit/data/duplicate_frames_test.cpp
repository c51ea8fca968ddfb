#include "carillon/data/duplicate_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "audited_frames.hpp"

namespace carillon {
namespace {

using testing::dataset_of;
using testing::facts_of;
using testing::labelled_frame;
using testing::TemporaryFolder;

const std::vector<const char*> symbols = {"C", "C", "C", "N", "C", "N", "C", "C"};

Structure shuffled(const Structure& frame) {
  Structure out = frame;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const std::size_t from = (3 * i + 1) % frame.size();
    out.species[i] = frame.species[from];
    out.positions[i] = frame.positions[from];
    (*out.forces)[i] = (*frame.forces)[from];
  }
  return out;
}

Structure moved(const Structure& frame, const Eigen::Vector3d& shift) {
  Structure out = frame;
  for (Eigen::Vector3d& position : out.positions) position += shift;
  return out;
}

/// All atoms into the cell, as many programs write them.
Structure wrapped(const Structure& frame) {
  Structure out = frame;
  for (Eigen::Vector3d& position : out.positions)
    for (int axis = 0; axis < 3; ++axis) position[axis] -= 6 * std::floor(position[axis] / 6);
  return out;
}

DuplicateFrames duplicates_of(const std::vector<Structure>& frames) {
  const TemporaryFolder folder;
  const Dataset data = dataset_of(folder, frames);
  return find_duplicate_frames(data, facts_of(data));
}

TEST(DuplicateFrames, LikenessByHowTheyWereMade) {
  const Structure frame = labelled_frame(symbols, 1);
  EXPECT_EQ(likeness(frame, frame), Likeness::identical);
  EXPECT_EQ(likeness(frame, shuffled(frame)), Likeness::rearranged);
  EXPECT_EQ(likeness(frame, wrapped(moved(frame, {1.3, -7.2, 100.1}))), Likeness::rearranged);
  EXPECT_EQ(likeness(frame, labelled_frame(symbols, 2)), Likeness::different);
  Structure exchanged = frame;
  std::swap(exchanged.species[0], exchanged.species[3]);
  EXPECT_EQ(likeness(frame, exchanged), Likeness::different) << "a carbon and a nitrogen changed places";
  Structure strained = frame;
  strained.cell.vectors(0, 0) += 0.01;
  EXPECT_EQ(likeness(frame, strained), Likeness::different);
}

TEST(DuplicateFrames, AreFoundWhateverOrderWrappingAndShift) {
  const Structure frame = labelled_frame(symbols, 1);
  std::vector<Structure> frames = {
      labelled_frame(symbols, 2), frame, labelled_frame(symbols, 3), shuffled(frame), wrapped(moved(shuffled(frame), {4, 5, -3})),
      labelled_frame(symbols, 4), frame};
  frames[4].energy = *frame.energy + 0.8;
  const DuplicateFrames found = duplicates_of(frames);
  EXPECT_EQ(found.duplicate_of, (std::vector<long>{-1, -1, -1, 1, 1, -1, 1}));
  ASSERT_EQ(found.findings.size(), 3u);
  EXPECT_EQ(found.findings[0].where.frame, 3);
  EXPECT_NE(found.findings[0].message.find("up to order of atoms"), std::string::npos);
  EXPECT_NE(found.findings[0].message.find("with the same energy"), std::string::npos);
  EXPECT_NE(found.findings[1].message.find("they differ by 0.1 eV/atom"), std::string::npos) << found.findings[1].message;
  EXPECT_NE(found.findings[2].message.find("the same structure as"), std::string::npos);
}

TEST(DuplicateFrames, FramesOfOneTrajectoryAreNoDuplicates) {
  std::vector<Structure> frames = {labelled_frame(symbols, 1)};
  for (int step = 1; step < 20; ++step) {
    frames.push_back(frames.back());
    frames.back().positions[static_cast<std::size_t>(step) % symbols.size()] += 0.001 * step * Eigen::Vector3d(2, 0, 1);
  }
  EXPECT_TRUE(duplicates_of(frames).findings.empty());
}

TEST(DuplicateFrames, PerfectCrystalsOfTwoVolumesDiffer) {
  std::vector<Structure> frames;
  for (const double edge : {6.0, 6.1, 6.2}) {
    Structure frame = labelled_frame({"C", "C"}, 1);
    frame.cell.vectors = edge * Eigen::Matrix3d::Identity();
    frame.positions = {{0, 0, 0}, Eigen::Vector3d::Constant(edge / 2)};
    frames.push_back(frame);
  }
  EXPECT_TRUE(duplicates_of(frames).findings.empty());
  frames.push_back(moved(frames[1], {0.5, 0.25, 1}));
  EXPECT_EQ(duplicates_of(frames).duplicate_of, (std::vector<long>{-1, -1, -1, 1}));
}

}  // namespace
}  // namespace carillon
