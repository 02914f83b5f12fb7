#include "engine/files_archive.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <filesystem>

#include "async/process.hpp"
#include "async/spawn.hpp"
#include "base/json.hpp"
#include "engine/start_process.hpp"

namespace colibri::engine {

namespace fs = std::filesystem;

namespace {

constexpr size_t kPiece = 256u << 10;
// For the files that are there; removing what else the runtime wrote takes the longest.
constexpr auto kExamineLimit = std::chrono::minutes(15);
// The archiver is silent for as long as it reads what it cannot make smaller than nothing.
constexpr auto kPieceLimit = std::chrono::minutes(2);
constexpr int kNothingThere = 3;

// Its end is waited for where that keeps nobody.
Task<void> reap(async::BlockingPool& pool, pid_t child) {
  auto work = [child] { waitpid(child, nullptr, 0); };
  co_await pool.run(std::move(work));
}

class Archive final : public async::ByteSource {
 public:
  Archive(asio::any_io_executor reactor, async::BlockingPool& pool, int pipe, pid_t child)
      : reactor_(reactor), pool_(pool), pipe_(std::move(reactor), pipe), child_(child) {}

  ~Archive() override {
    if (child_ <= 0) return;
    kill(child_, SIGKILL);
    async::spawn(reactor_, reap(pool_, child_), "ending an archive");
  }

  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  Task<Result<std::string>> next() override {
    using namespace asio::experimental::awaitable_operators;
    std::string piece(kPiece, '\0');
    size_t filled = 0;
    asio::steady_timer timer(reactor_, kPieceLimit);
    while (filled < piece.size()) {
      boost::system::error_code read_error, timer_error;
      auto reading =
          pipe_.async_read_some(asio::buffer(piece.data() + filled, piece.size() - filled),
                                asio::redirect_error(asio::use_awaitable, read_error));
      auto waiting = timer.async_wait(asio::redirect_error(asio::use_awaitable, timer_error));
      const auto first = co_await (std::move(reading) || std::move(waiting));
      if (first.index() == 1) co_return failure(ErrorCode::timeout, "the archive does not go on");
      filled += std::get<0>(first);
      if (read_error == asio::error::eof) break;
      if (read_error) co_return failure(ErrorCode::io, "the archive: " + read_error.message());
    }
    piece.resize(filled);
    if (filled > 0) co_return piece;
    int status = 0;
    auto wait = [child = std::exchange(child_, 0), &status] { waitpid(child, &status, 0); };
    co_await pool_.run(std::move(wait));
    if (status != 0) co_return failure(ErrorCode::io, "the archive could not be made whole");
    co_return piece;
  }

 private:
  asio::any_io_executor reactor_;
  async::BlockingPool& pool_;
  asio::posix::stream_descriptor pipe_;
  pid_t child_;
};

}  // namespace

Task<Result<KeptFiles>> examine_folder(std::string program, std::string folder) {
  async::ProcessSpec spec;
  spec.argv = {program, "examine", folder};
  spec.deadline = kExamineLimit;
  spec.output_limit = 64u << 10;
  const auto outcome = co_await async::run_process(std::move(spec));
  if (!outcome) co_return std::unexpected(outcome.error());
  if (outcome->status == kNothingThere)
    co_return failure(ErrorCode::not_found, "there are no files in " + folder);
  const auto told = json::parse_object(outcome->out);
  if (!outcome->ok() || !told)
    co_return failure(ErrorCode::io, "the files in " + folder + ": " + outcome->err);
  co_return KeptFiles{.files = json::integer_at(*told, "files").value_or(0),
                      .bytes = json::integer_at(*told, "bytes").value_or(0),
                      .room = json::integer_at(*told, "room").value_or(0)};
}

Result<std::shared_ptr<async::ByteSource>> open_archive(const asio::any_io_executor& reactor,
                                                        async::BlockingPool& pool,
                                                        const std::string& program,
                                                        const std::string& folder) {
  if (access(folder.c_str(), F_OK) != 0)
    return failure(ErrorCode::not_found, "These files are gone.");
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno_failure("a pipe", errno);
  const auto child = start_child({program, "zip", folder}, -1, ends[1]);
  close(ends[1]);
  if (!child) {
    close(ends[0]);
    return std::unexpected(child.error());
  }
  return std::make_shared<Archive>(reactor, pool, ends[0], *child);
}

std::vector<RuntimeId> runtimes_in(const std::string& folder) {
  std::vector<RuntimeId> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    out.push_back({entry.path().filename().string()});
  return out;
}

DiskRoom room_of(const std::string& folder) {
  struct statvfs status {};
  if (statvfs(folder.c_str(), &status) != 0) return {};
  return {.total = static_cast<uint64_t>(status.f_blocks) * status.f_frsize,
          .free = static_cast<uint64_t>(status.f_bavail) * status.f_frsize};
}

}  // namespace colibri::engine
