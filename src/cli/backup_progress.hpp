#pragma once
// What a person sees of a long backup or restore, on stderr: on a terminal one line that changes,
// else nothing until the end. Ctrl+C asks it to stop, and a second one ends the program.
#include <memory>
#include <string>

#include "backup/backup.hpp"

namespace colibri::cli {

class BackupProgress {
 public:
  // `program` stands before each line. One at a time in a process.
  explicit BackupProgress(std::string program);
  ~BackupProgress();
  BackupProgress(const BackupProgress&) = delete;
  BackupProgress& operator=(const BackupProgress&) = delete;

  [[nodiscard]] const backup::Progress& progress() const { return progress_; }
  // A line that stays.
  void say(const std::string& line);
  [[nodiscard]] static bool stopped();

 private:
  void show(const std::string& line);

  std::string program_;
  bool terminal_;
  int64_t shown_ms_ = 0;
  backup::Progress progress_;
};

// "3 accounts", "1 notebook": `noun` with an s unless there is one.
[[nodiscard]] std::string counted(int64_t count, const char* noun);
// "12.3 MB"
[[nodiscard]] std::string megabytes(int64_t bytes);
// "2026-11-26 14:39 UTC"
[[nodiscard]] std::string point_in_time(int64_t time_ms);

}  // namespace colibri::cli
