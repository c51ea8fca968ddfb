#include "carillon/core/progress.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

namespace carillon {

Progress::Progress(std::string title, bool shown)
    : title_(std::move(title)), shown_(shown), terminal_(isatty(STDERR_FILENO) == 1), start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (bar_open_) fmt::print(stderr, "\n");
}

void Progress::update(long done, long total) {
  if (!shown_ || total <= 0) return;
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double fraction = static_cast<double>(done) / static_cast<double>(total);
  if (!terminal_) {
    const long tenth = 10 * done / total;
    if (tenth == last_tenth_) return;
    last_tenth_ = tenth;
    spdlog::info("{}: {} of {} ({:.0f} %), {:.1f} s", title_, done, total, 100 * fraction, seconds);
    return;
  }
  if (done < total && bar_open_ && now - last_drawn_ < std::chrono::milliseconds(100)) return;
  last_drawn_ = now;
  constexpr int width = 30;
  const int filled = static_cast<int>(width * fraction);
  const double left = fraction > 0 ? seconds * (1 - fraction) / fraction : 0;
  fmt::print(stderr, "\r{:<24} [{:#<{}}{:.<{}}] {:3.0f} %  {:.0f} s, {:.0f} s left ", title_, "", filled, "", width - filled,
             100 * fraction, seconds, left);
  std::fflush(stderr);
  bar_open_ = done < total;
  if (!bar_open_) fmt::print(stderr, "\n");
}

ProgressCallback Progress::callback() {
  return [this](long done, long total) { update(done, total); };
}

}  // namespace carillon
