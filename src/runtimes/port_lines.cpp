#include "runtimes/port_lines.hpp"

#include "link/frame.hpp"
#include "runtimes/file_lines.hpp"
#include "runtimes/lines.hpp"
#include "runtimes/runtime.hpp"

namespace colibri::runtimes {

namespace {
constexpr auto kConnectLimit = std::chrono::seconds(15);
}  // namespace

PortLine::PortLine(std::shared_ptr<PortLines> lines, channel::Stream stream)
    : lines_(std::move(lines)), stream_(std::move(stream)) {
  lines_->open_.insert(this);
}

PortLine::~PortLine() {
  close();
  lines_->open_.erase(this);
}

Task<std::pair<boost::system::error_code, size_t>> PortLine::read_some(asio::mutable_buffer into) {
  return stream_.read_some(into);
}

Task<boost::system::error_code> PortLine::write(asio::const_buffer bytes) {
  return stream_.write(bytes);
}

void PortLine::close() {
  if (std::exchange(open_, false)) stream_.close();
}

Task<Result<std::shared_ptr<PortLine>>> PortLines::open(std::shared_ptr<Runtime> runtime,
                                                        int port) {
  const auto self = runtime->ports();
  if (self->closed_) co_return failure(ErrorCode::unavailable, "The runtime has ended.");
  if (self->count_ + self->open_.size() >= kMost)
    co_return failure(ErrorCode::too_many,
                      "Too many connections to the runtime's ports are open; close some.");
  struct Counted {
    size_t& count;
    explicit Counted(size_t& c) : count(c) { ++count; }
    ~Counted() { --count; }
  } const dialling(self->count_);
  Lines::Order order = [port](std::string token) {
    return link::PortWanted{std::move(token), port};
  };
  auto dialled = co_await Lines::dial(runtime, std::move(order));
  if (!dialled) co_return std::unexpected(dialled.error());
  const auto line = std::make_shared<FileLine>(*std::move(dialled));
  // It is ours now: the supervisor may speak.
  link::FromServer taken = link::Ping{};
  auto beginning = FileLine::begin_with(line, std::move(taken));
  const auto begun = co_await std::move(beginning);
  if (!begun) co_return std::unexpected(begun.error());
  auto replying = FileLine::reply(line, kConnectLimit);
  const auto reply = co_await std::move(replying);
  if (!reply) co_return std::unexpected(reply.error());
  if (self->closed_) co_return failure(ErrorCode::unavailable, "The runtime has ended.");
  co_return std::make_shared<PortLine>(self, line->release());
}

void PortLines::close() {
  closed_ = true;
  for (PortLine* line : open_) line->close();
}

}  // namespace colibri::runtimes
