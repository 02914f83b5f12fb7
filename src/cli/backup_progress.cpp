#include "cli/backup_progress.hpp"

#include <fmt/chrono.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "async/timer.hpp"

namespace colibri::cli {

namespace {

constexpr int64_t kShowEveryMs = 100;

volatile sig_atomic_t stop_wanted = 0;

void catch_signals(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
}

}  // namespace

BackupProgress::BackupProgress(std::string program)
    : program_(std::move(program)), terminal_(isatty(STDERR_FILENO) != 0) {
  progress_.stopped = [] { return stopped(); };
  progress_.database = [this](int64_t rows) { show("the database: " + counted(rows, "row")); };
  progress_.files = [this](int64_t files, int64_t bytes) {
    show(counted(files, "file") + ", " + megabytes(bytes));
  };
  stop_wanted = 0;
  catch_signals([](int) { stop_wanted = 1; });
}

BackupProgress::~BackupProgress() {
  catch_signals(SIG_DFL);
}

bool BackupProgress::stopped() {
  return stop_wanted != 0;
}

void BackupProgress::show(const std::string& line) {
  const int64_t now = async::now_ms();
  if (!terminal_ || now - shown_ms_ < kShowEveryMs) return;
  shown_ms_ = now;
  std::fprintf(stderr, "\r\033[K%s: %s", program_.c_str(), line.c_str());
}

void BackupProgress::say(const std::string& line) {
  std::fprintf(stderr, "%s%s: %s\n", terminal_ ? "\r\033[K" : "", program_.c_str(), line.c_str());
}

std::string counted(int64_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string megabytes(int64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string point_in_time(int64_t time_ms) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC",
                     fmt::gmtime(static_cast<std::time_t>(time_ms / 1000)));
}

}  // namespace colibri::cli
