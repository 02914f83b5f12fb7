#pragma once
// The numbered frames on their way to the server: encoded once, kept until acknowledged, in memory
// up to 4 MiB and then in the spool file of the runtime's folder. Past a limit on both, outputs are
// left out and counted; what the server needs to go on (done, kernel, runtime) always goes in.
#include <memory>
#include <string>

#include "link/messages.hpp"
#include "link/spool.hpp"

namespace colibri::supervisor {

struct OutboxLimits {
  uint64_t memory_bytes = 4u << 20;
  uint64_t file_bytes = 512u << 20;
  size_t frames = 250'000;
};

class Outbox {
 public:
  // `path` of the spool file; it is made when it is needed, with mode 0600.
  explicit Outbox(std::string path, OutboxLimits limits = {});
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Takes the event in under the next number, and returns that. An event over the limit of a frame
  // becomes an error output that says so. 0 when it was left out.
  uint64_t push(link::Event event);

  [[nodiscard]] uint64_t next() const { return spool_.next(); }
  [[nodiscard]] uint64_t oldest() const { return spool_.oldest(); }
  [[nodiscard]] bool empty() const { return spool_.frames() == 0; }

  void acknowledge(uint64_t n);

  // Appends the bytes of frame `n` to `out`. False when it isn't kept, or can't be read.
  [[nodiscard]] bool append_frame(uint64_t n, std::string& out) const;

  // Writes all frames kept into the spool file, back to back in order, as the server reads them
  // when this process is gone. Removes the file when there is none.
  [[nodiscard]] Result<> save();

 private:
  bool has_room() const;
  uint64_t keep(link::Event event);
  void tell_what_was_left_out();
  bool write_file(uint64_t offset, const std::string& bytes);

  std::string path_;
  OutboxLimits limits_;
  link::Spool spool_;
  int file_ = -1;
  uint64_t left_out_outputs_ = 0;
  uint64_t left_out_lines_ = 0, left_out_bytes_ = 0;  // Of streams.
  bool said_full_ = false;
};

}  // namespace colibri::supervisor
