#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace carillon::testing {

/// The largest of many deviations and where it was: one assertion and one number for the report instead of a thousand.
class LargestDeviation {
public:
  /// @param place  number of the value, for the message
  void compare(double found, double expected, double scale, std::size_t place) {
    ++count_;
    const double deviation = std::abs(found - expected) / scale;
    if (deviation <= largest_) return;  // false for nan, which has to be seen
    if (std::isnan(largest_)) return;
    largest_ = deviation;
    found_ = found;
    expected_ = expected;
    place_ = place;
  }
  void compare(double found, double expected) { compare(found, expected, 1, count_); }

  std::size_t count() const { return count_; }
  double largest() const { return largest_; }

  /// Fails above `tolerance`, and when nothing was compared. The number goes into the test report under `name`.
  void expect_within(double tolerance, const std::string& name) const {
    ::testing::Test::RecordProperty("largest_deviation_" + name, std::to_string(count_) + " values, " + text(largest_));
    EXPECT_GT(count_, 0u) << name << ": nothing was compared";
    EXPECT_TRUE(largest_ <= tolerance) << name << ": value " << place_ << " of " << count_ << " is " << text(found_)
                                       << ", expected " << text(expected_) << ": off by " << text(largest_) << ", allowed "
                                       << text(tolerance);
  }

private:
  static std::string text(double value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.10g", value);
    return buffer;
  }

  std::size_t count_ = 0;
  double largest_ = 0;
  double found_ = 0;
  double expected_ = 0;
  std::size_t place_ = 0;
};

}  // namespace carillon::testing
