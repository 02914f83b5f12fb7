#pragma once
// The server's end of the files lines of one runtime (docs/protocol.md 3.5): connections of their
// own, beside the link, which the supervisor has dialled for us when we ask. So outputs flow while
// gigabytes go up or down, and each stream is held back by its own reader. On the reactor thread.
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <string>

#include "async/byte_source.hpp"
#include "async/event.hpp"
#include "async/task.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "channel/stream.hpp"
#include "link/file_request.hpp"
#include "link/messages.hpp"

namespace colibri::runtimes {

class Runtime;

// One line: one request at a time. After a failure it is of no use any more.
//
// unavailable  the runtime, or its file worker, is gone
// timeout      it did not answer within `limit`; the line is closed
// or what the worker says
class FileLine : public std::enable_shared_from_this<FileLine> {
 public:
  explicit FileLine(channel::Stream stream);
  ~FileLine();
  FileLine(const FileLine&) = delete;
  FileLine& operator=(const FileLine&) = delete;

  // Sends the request, and waits for its answer.
  static Task<Result<json::Object>> ask(std::shared_ptr<FileLine> self, link::FileRequest request,
                                        async::Duration limit);
  // Sends the request only; its answer comes by reply(), also while pieces are given.
  static Task<Result<>> begin(std::shared_ptr<FileLine> self, link::FileRequest request);
  // Likewise, of a line that is not for files.
  static Task<Result<>> begin_with(std::shared_ptr<FileLine> self, link::FromServer message);
  static Task<Result<json::Object>> reply(std::shared_ptr<FileLine> self, async::Duration limit);

  // The next of the worker's pieces, empty at their end; and ours, of any length, empty likewise.
  static Task<Result<std::string>> take_piece(std::shared_ptr<FileLine> self);
  static Task<Result<>> give_piece(std::shared_ptr<FileLine> self, std::string bytes);

  // Closes the line then, unless that is put off: also by each piece.
  void expire_after(async::Duration limit);
  void close();
  [[nodiscard]] bool open() const { return open_; }
  // The connection itself, after whose last reply nothing was read. Requires that it is open; the
  // line is of no use any more.
  [[nodiscard]] channel::Stream release();
  [[nodiscard]] asio::any_io_executor executor() { return stream_.executor(); }

 private:
  Task<Result<>> read_all(char* into, size_t bytes);
  Task<Result<>> write_all(std::string_view bytes);
  [[nodiscard]] std::unexpected<Error> lost();

  channel::Stream stream_;
  asio::steady_timer timer_;
  bool open_ = true;
  bool expired_ = false;
};

class FileLines : public std::enable_shared_from_this<FileLines> {
 public:
  enum class Use {
    work,   // At most kMost at a time; who comes later waits.
    watch,  // Held for long: at most kMost of their own.
  };
  static constexpr size_t kMost = 8;

  // A line that is one's own until it goes. It is used again by others when done() was called: its
  // last exchange is complete.
  class Hold {
   public:
    Hold(std::shared_ptr<FileLines> lines, std::shared_ptr<FileLine> line, Use use)
        : lines_(std::move(lines)), line_(std::move(line)), use_(use) {}
    ~Hold() { lines_->give_back(std::move(line_), use_, done_); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    [[nodiscard]] const std::shared_ptr<FileLine>& line() const { return line_; }
    void done() { done_ = true; }

   private:
    friend class FileLines;
    std::shared_ptr<FileLines> lines_;
    std::shared_ptr<FileLine> line_;
    Use use_;
    bool done_ = false;
  };

  // unavailable  the runtime cannot be reached now
  // too_many     too much is under way
  static Task<Result<std::shared_ptr<Hold>>> take(std::shared_ptr<Runtime> runtime, Use use);

  // The runtime has ended.
  void close();

 private:
  static Task<Result<std::shared_ptr<FileLine>>> dial(std::shared_ptr<Runtime> runtime);
  static Task<void> retire(std::shared_ptr<FileLines> self, std::weak_ptr<FileLine> line);
  void give_back(std::shared_ptr<FileLine> line, Use use, bool clean);
  [[nodiscard]] size_t& used(Use use) { return use == Use::work ? working_ : watching_; }

  std::deque<std::shared_ptr<FileLine>> idle_;
  size_t working_ = 0, watching_ = 0;
  async::Event freed_;
  bool closed_ = false;
};

// The pieces of a line, to be sent on as an answer.
[[nodiscard]] std::shared_ptr<async::ByteSource> pieces_of(std::shared_ptr<FileLines::Hold> hold);

}  // namespace colibri::runtimes
