#include "carillon/core/progress.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace carillon {
namespace {

/// Columns of the terminal; 80 where it does not tell.
int terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// One line that never reaches the terminal's last column: a line that wraps cannot be drawn over.
std::string bar_line(const std::string& title, double fraction, double seconds) {
  const double left = fraction > 0 ? seconds * (1 - fraction) / fraction : 0;
  const std::string head = fmt::format("{:<24} ", title);
  const std::string tail = fmt::format(" {:3.0f} %  {:.0f} s, {:.0f} s left ", 100 * fraction, seconds, left);
  constexpr int widest = 30;
  constexpr int narrowest = 5;
  const int room = terminal_width() - 1;
  const int width = std::min(widest, room - static_cast<int>(head.size() + tail.size()) - 2);
  if (width < narrowest) return (head + tail).substr(0, static_cast<std::size_t>(std::max(room, 0)));
  const int filled = static_cast<int>(width * fraction);
  return fmt::format("{}[{:#<{}}{:.<{}}]{}", head, "", filled, "", width - filled, tail);
}

}  // namespace

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
  fmt::print(stderr, "\r{}\x1b[K", bar_line(title_, fraction, seconds));  // erases what a longer line left
  std::fflush(stderr);
  bar_open_ = done < total;
  if (!bar_open_) fmt::print(stderr, "\n");
}

ProgressCallback Progress::callback() {
  return [this](long done, long total) { update(done, total); };
}

}  // namespace carillon
