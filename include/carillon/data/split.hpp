#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace carillon {

/// Frame numbers to fit and to test on; each ascending, together every frame once.
struct Split {
  std::vector<long> train;
  std::vector<long> test;
};

/// The numbers 0..count-1 in an order that depends on the seed only, not on compiler or platform.
///
/// Fisher-Yates from the back: for i = count-1 .. 1, swap entry i with entry x mod (i+1), x the next output of mt19937_64.
/// (std::shuffle and the standard distributions differ between libraries. The remainder's bias is below count / 2^64.)
/// @throws DomainError  count < 0
std::vector<long> shuffled(long count, std::uint64_t seed);

/// Draws round(fraction * frames) test frames at random (halves round up).
///
/// Stratified: each label gives its share, floor(fraction * its frames) and one more for the labels with the largest
/// remainders (ties in random order), so that the total is the same. Every label keeps a frame for training, which may cost
/// the test set some when most labels have one frame only.
///
/// @param labels    of each frame (Dataset::frame_labels)
/// @param fraction  of the frames to test on, in [0, 1)
/// @throws InputError  fraction outside [0, 1), or nothing left to train on
Split split_by_fraction(std::span<const std::string> labels, double fraction, std::uint64_t seed, bool stratified);

/// What a person should know of a random split that tests on fewer frames than were asked for, or on none; empty otherwise.
std::string split_complaint(const Split& split, double fraction);

/// Tests on all frames of the given labels.
/// @throws InputError  an unknown label (the message lists the known ones), or nothing left to train on
Split split_by_label(std::span<const std::string> labels, const std::vector<std::string>& test_labels);

/// Tests on the given frames.
/// @throws InputError  a frame outside [0, frames) or given twice, or nothing left to train on
Split split_by_frames(long frames, const std::vector<long>& test_frames);

/// A fold, 0..folds-1, for each frame, for cross-validation.
///
/// Frames of one label that follow each other are correlated in time, so folds take contiguous blocks of each label: frame k
/// of a label with n >= folds frames goes to block floor(k * folds / n). A label with fewer frames than folds deals its
/// frames out one by one, going on where the previous such label stopped. No fold stays empty.
///
/// @throws InputError  folds < 2 or more folds than frames
std::vector<int> assign_folds(std::span<const std::string> labels, int folds);

/// One fold a label, in order of appearance: leave one state point out.
/// @throws InputError  fewer than 2 labels
std::vector<int> assign_folds_by_label(std::span<const std::string> labels);

}  // namespace carillon
