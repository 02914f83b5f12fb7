#include "runtimes/file_lines.hpp"

#include <algorithm>
#include <array>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "runtimes/lines.hpp"
#include "runtimes/runtime.hpp"

namespace colibri::runtimes {

namespace {

using namespace std::chrono_literals;

constexpr auto kTurnLimit = 30s;
constexpr auto kPieceLimit = 120s;  // The slowest disk, and who reads an archive of links only.
constexpr auto kIdleLimit = 30s;    // Before the worker's own.
constexpr size_t kMostReplyBytes = 16u << 20;

uint32_t number_of(const std::array<char, 4>& head) {
  uint32_t n = 0;
  for (size_t i = 4; i-- > 0;) n = n << 8 | static_cast<unsigned char>(head[i]);
  return n;
}

}  // namespace

FileLine::FileLine(channel::Stream stream)
    : stream_(std::move(stream)), timer_(stream_.executor()) {}

FileLine::~FileLine() {
  close();
}

void FileLine::close() {
  if (!std::exchange(open_, false)) return;
  timer_.cancel();
  stream_.close();
}

void FileLine::expire_after(async::Duration limit) {
  timer_.expires_after(limit);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->timer_.expiry() > async::Clock::now()) return;
    self->expired_ = true;
    self->close();
  });
}

std::unexpected<Error> FileLine::lost() {
  close();
  return expired_ ? failure(ErrorCode::timeout, "The runtime does not answer.")
                  : failure(ErrorCode::unavailable, "The runtime cannot be reached now.");
}

Task<Result<>> FileLine::read_all(char* into, size_t bytes) {
  while (bytes > 0) {
    if (!open_) co_return lost();
    const auto [error, got] = co_await stream_.read_some(asio::buffer(into, bytes));
    if (error) co_return lost();
    into += got;
    bytes -= got;
  }
  co_return Result<>{};
}

Task<Result<>> FileLine::write_all(std::string_view bytes) {
  if (!open_) co_return lost();
  const auto error = co_await stream_.write(asio::buffer(bytes));
  if (error) co_return lost();
  co_return Result<>{};
}

Task<Result<>> FileLine::begin(std::shared_ptr<FileLine> self, link::FileRequest request) {
  const auto bytes = link::encode(link::to_frame(std::move(request)));
  if (!bytes) co_return std::unexpected(bytes.error());
  self->expire_after(kPieceLimit);
  auto writing = self->write_all(*bytes);
  co_return co_await std::move(writing);
}

Task<Result<>> FileLine::begin_with(std::shared_ptr<FileLine> self, link::FromServer message) {
  const auto bytes = link::encode(link::to_frame(std::move(message)));
  if (!bytes) co_return std::unexpected(bytes.error());
  self->expire_after(kPieceLimit);
  auto writing = self->write_all(*bytes);
  co_return co_await std::move(writing);
}

channel::Stream FileLine::release() {
  open_ = false;
  timer_.cancel();
  return std::move(stream_);
}

Task<Result<json::Object>> FileLine::reply(std::shared_ptr<FileLine> self, async::Duration limit) {
  self->expire_after(limit);
  std::array<char, 4> head{};
  if (const auto got = co_await self->read_all(head.data(), head.size()); !got)
    co_return std::unexpected(got.error());
  const uint32_t length = number_of(head);
  if (length > kMostReplyBytes) co_return self->lost();
  std::string body(length, '\0');
  if (const auto got = co_await self->read_all(body.data(), body.size()); !got)
    co_return std::unexpected(got.error());
  self->timer_.cancel();
  link::FrameDecoder decoder(kMostReplyBytes);
  decoder.feed({head.data(), head.size()});
  decoder.feed(body);
  auto frame = decoder.next();
  if (!frame || !*frame) co_return self->lost();
  auto message = link::parse_from_supervisor(std::move(**frame));
  auto* answer = message ? std::get_if<link::Reply>(&*message) : nullptr;
  if (!answer) co_return self->lost();
  if (answer->error) co_return std::unexpected(*answer->error);
  co_return std::move(*answer->content);
}

Task<Result<json::Object>> FileLine::ask(std::shared_ptr<FileLine> self, link::FileRequest request,
                                         async::Duration limit) {
  const auto begun = co_await begin(self, std::move(request));
  if (!begun) co_return std::unexpected(begun.error());
  auto answer = reply(self, limit);
  co_return co_await std::move(answer);
}

Task<Result<std::string>> FileLine::take_piece(std::shared_ptr<FileLine> self) {
  self->expire_after(kPieceLimit);
  std::array<char, 4> head{};
  if (const auto got = co_await self->read_all(head.data(), head.size()); !got)
    co_return std::unexpected(got.error());
  const uint32_t length = number_of(head);
  if (length > link::kFilePieceBytes) co_return self->lost();
  std::string piece(length, '\0');
  if (const auto got = co_await self->read_all(piece.data(), piece.size()); !got)
    co_return std::unexpected(got.error());
  self->timer_.cancel();
  co_return piece;
}

Task<Result<>> FileLine::give_piece(std::shared_ptr<FileLine> self, std::string bytes) {
  std::string_view left = bytes;
  do {  // Also once for the end, which is empty.
    const std::string_view piece = left.substr(0, link::kFilePieceBytes);
    left.remove_prefix(piece.size());
    std::array<char, 4> head{};
    for (size_t i = 0; i < head.size(); ++i) head[i] = static_cast<char>(piece.size() >> (8 * i));
    self->expire_after(kPieceLimit);
    if (!self->open_) co_return self->lost();
    const auto error = co_await self->stream_.write(asio::buffer(head), asio::buffer(piece));
    if (error) co_return self->lost();
  } while (!left.empty());
  co_return Result<>{};
}

Task<Result<std::shared_ptr<FileLine>>> FileLines::dial(std::shared_ptr<Runtime> runtime) {
  Lines::Order order = [](std::string token) { return link::FilesWanted{std::move(token)}; };
  auto dialled = co_await Lines::dial(std::move(runtime), std::move(order));
  if (!dialled) co_return std::unexpected(dialled.error());
  co_return std::make_shared<FileLine>(*std::move(dialled));
}

Task<Result<std::shared_ptr<FileLines::Hold>>> FileLines::take(std::shared_ptr<Runtime> runtime,
                                                               Use use) {
  const auto self = runtime->files();
  const auto until = async::Clock::now() + kTurnLimit;
  while (self->used(use) >= kMost) {
    const auto left = until - async::Clock::now();
    if (use == Use::watch || left <= async::Duration::zero())
      co_return failure(ErrorCode::too_many,
                        "Too much is done with the runtime's files at once; try again.");
    self->freed_.reset();
    (void)co_await self->freed_.wait_for(left);
  }
  ++self->used(use);
  // Taken from here on, whatever comes of the dialling.
  auto hold = std::make_shared<Hold>(self, nullptr, use);
  std::shared_ptr<FileLine> line;
  while (!line && !self->idle_.empty()) {
    line = std::move(self->idle_.back());
    self->idle_.pop_back();
    if (!line->open()) line.reset();
  }
  if (!line) {
    auto dialled = co_await dial(runtime);
    if (!dialled) co_return std::unexpected(dialled.error());
    line = *std::move(dialled);
  }
  hold->line_ = std::move(line);
  co_return hold;
}

void FileLines::give_back(std::shared_ptr<FileLine> line, Use use, bool clean) {
  --used(use);
  freed_.set();
  if (!line || !line->open()) return;
  if (!clean || closed_) return line->close();
  async::spawn(line->executor(), retire(shared_from_this(), line), "resting a files line");
  idle_.push_back(std::move(line));
}

// Its worker need not wait for ever.
Task<void> FileLines::retire(std::shared_ptr<FileLines> self, std::weak_ptr<FileLine> line) {
  co_await async::sleep_for(kIdleLimit);
  const auto found = std::ranges::find(self->idle_, line.lock());
  if (found == self->idle_.end() || !*found) co_return;
  (*found)->close();
  self->idle_.erase(found);
}

void FileLines::close() {
  closed_ = true;
  for (const auto& line : idle_) line->close();
  idle_.clear();
}

namespace {

class Pieces final : public async::ByteSource {
 public:
  explicit Pieces(std::shared_ptr<FileLines::Hold> hold) : hold_(std::move(hold)) {}

  Task<Result<std::string>> next() override {
    auto piece = co_await FileLine::take_piece(hold_->line());
    if (piece && piece->empty()) hold_->done();
    co_return piece;
  }

 private:
  std::shared_ptr<FileLines::Hold> hold_;
};

}  // namespace

std::shared_ptr<async::ByteSource> pieces_of(std::shared_ptr<FileLines::Hold> hold) {
  return std::make_shared<Pieces>(std::move(hold));
}

}  // namespace colibri::runtimes
