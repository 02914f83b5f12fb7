#include "supervisor/kernel_sockets.hpp"

#include <array>
#include <bit>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <vector>
#include <zmq.hpp>

#include "base/log.hpp"

namespace colibri::supervisor {
namespace {

using jupyter::Channel;

constexpr size_t kMessagesPerTurn = 64;  // Then other work has its turn.
constexpr size_t kMaxFrames = 1100;      // Of one message.
// Of one frame. Past it libzmq ends the connection for good, see renew().
constexpr int64_t kMaxFrameBytes = 256ll << 20;
constexpr int kReceiveQueue = 2000;  // Messages, on iopub.

// One socket and its place in the reactor. ZMQ_FD is edge-triggered and shared with everything
// libzmq does on the socket: after each send and receive ZMQ_EVENTS must be read again.
struct ChannelSocket {
  ChannelSocket(asio::any_io_executor executor, zmq::context_t& context, Channel c,
                zmq::socket_type type)
      : channel(c), zmq(context, type), descriptor(executor) {}

  Channel channel;
  zmq::socket_t zmq;
  asio::posix::stream_descriptor descriptor;
  bool drain_posted = false;
  bool open = true;
};

bool readable(ChannelSocket& socket) {
  return (socket.zmq.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0;
}

}  // namespace

struct KernelSockets::State : std::enable_shared_from_this<KernelSockets::State> {
  State(asio::any_io_executor e, zmq::context_t& c, const std::string& p, const std::string& key,
        OnMessage callback)
      : executor(std::move(e)),
        context(c),
        prefix(p),
        signer(key),
        reader(jupyter::Signer(key)),
        on_message(std::move(callback)) {}

  void open(Channel channel, zmq::socket_type type);
  ChannelSocket* find(Channel channel);
  void wait(ChannelSocket& socket);
  void post_drain(ChannelSocket& socket);
  void drain(ChannelSocket& socket);
  std::optional<std::vector<zmq::message_t>> receive(ChannelSocket& socket);
  void handle(Channel channel, const std::vector<zmq::message_t>& parts);
  void open_all();
  void close_all();
  void close();

  asio::any_io_executor executor;
  zmq::context_t& context;
  std::string prefix, identity;
  jupyter::Signer signer;
  jupyter::Reader reader;
  OnMessage on_message;
  std::vector<std::unique_ptr<ChannelSocket>> sockets;
  // Handlers that are on their way still refer to them.
  std::vector<std::unique_ptr<ChannelSocket>> closed_sockets;
  std::unique_ptr<ChannelSocket> throw_away;
  bool closed = false;
  uint64_t dropped = 0;  // Messages that were none.
};

void KernelSockets::State::open(Channel channel, zmq::socket_type type) {
  auto socket = std::make_unique<ChannelSocket>(executor, context, channel, type);
  socket->zmq.set(zmq::sockopt::linger, 0);
  socket->zmq.set(zmq::sockopt::reconnect_ivl, 10);
  socket->zmq.set(zmq::sockopt::maxmsgsize, kMaxFrameBytes);
  socket->zmq.set(zmq::sockopt::rcvhwm, kReceiveQueue);
  if (type == zmq::socket_type::sub) {
    socket->zmq.set(zmq::sockopt::subscribe, "");
  } else {
    // Nothing is queued for a kernel that does not listen: a request sent is a request delivered.
    socket->zmq.set(zmq::sockopt::immediate, true);
    socket->zmq.set(zmq::sockopt::routing_id, identity);
  }
  socket->zmq.connect(jupyter::endpoint(prefix, channel));
  socket->descriptor.assign(socket->zmq.get(zmq::sockopt::fd));
  sockets.push_back(std::move(socket));
  wait(*sockets.back());
  post_drain(*sockets.back());
}

ChannelSocket* KernelSockets::State::find(Channel channel) {
  for (const auto& socket : sockets) {
    if (socket->channel == channel) return socket.get();
  }
  return nullptr;
}

void KernelSockets::State::wait(ChannelSocket& socket) {
  socket.descriptor.async_wait(
      asio::posix::stream_descriptor::wait_read,
      [self = shared_from_this(), &socket](const boost::system::error_code& error) {
        if (error || !socket.open) return;
        self->wait(socket);
        self->drain(socket);
      });
}

void KernelSockets::State::post_drain(ChannelSocket& socket) {
  if (std::exchange(socket.drain_posted, true)) return;
  asio::post(executor, [self = shared_from_this(), &socket] {
    if (!socket.open) return;
    socket.drain_posted = false;
    self->drain(socket);
  });
}

void KernelSockets::State::drain(ChannelSocket& socket) {
  try {
    for (size_t count = 0; readable(socket); ++count) {
      if (count == kMessagesPerTurn) return post_drain(socket);
      const auto parts = receive(socket);
      if (parts) handle(socket.channel, *parts);
      if (!socket.open) return;
    }
  } catch (const zmq::error_t& error) {
    log::warn("reading from the kernel: {}", error.what());
  }
}

std::optional<std::vector<zmq::message_t>> KernelSockets::State::receive(ChannelSocket& socket) {
  std::vector<zmq::message_t> parts;
  bool too_many = false;
  for (bool more = true; more;) {
    zmq::message_t part;
    if (!socket.zmq.recv(part, zmq::recv_flags::dontwait)) return std::nullopt;
    more = part.more();
    too_many = too_many || parts.size() >= kMaxFrames;
    if (!too_many) parts.push_back(std::move(part));
  }
  if (too_many) {
    if (++dropped; std::has_single_bit(dropped)) {
      log::warn("dropped, {} by now: a message with more than {} frames", dropped, kMaxFrames);
    }
    return std::nullopt;
  }
  return parts;
}

void KernelSockets::State::handle(Channel channel, const std::vector<zmq::message_t>& parts) {
  std::vector<std::string_view> frames;
  frames.reserve(parts.size());
  for (const zmq::message_t& part : parts) frames.push_back(part.to_string_view());
  auto message = reader.read(frames);
  if (message) return on_message(channel, std::move(*message));
  // A program can send any number of them: the log gets the 1st, 2nd, 4th, 8th and so on.
  if (++dropped; std::has_single_bit(dropped)) {
    log::warn("dropped, {} by now: {}", dropped, message.error().detail);
  }
}

void KernelSockets::State::open_all() {
  open(Channel::shell, zmq::socket_type::dealer);
  open(Channel::iopub, zmq::socket_type::sub);
  open(Channel::standard_input, zmq::socket_type::dealer);
  open(Channel::control, zmq::socket_type::dealer);
}

void KernelSockets::State::close_all() {
  for (auto& socket : sockets) {
    socket->descriptor.release();  // The descriptor is libzmq's to close.
    socket->zmq.close();
    socket->open = false;
    closed_sockets.push_back(std::move(socket));
  }
  sockets.clear();
}

void KernelSockets::State::close() {
  closed = true;
  close_all();
  throw_away.reset();
}

Result<std::unique_ptr<KernelSockets>> KernelSockets::connect(
    asio::any_io_executor executor, zmq::context_t& context, const std::string& prefix,
    const std::string& key, const std::string& identity, OnMessage on_message) {
  auto state =
      std::make_shared<State>(std::move(executor), context, prefix, key, std::move(on_message));
  state->identity = identity;
  try {
    state->open_all();
  } catch (const zmq::error_t& error) {
    state->close();
    return failure(ErrorCode::io, std::string("Cannot open the kernel's sockets: ") + error.what());
  }
  return std::unique_ptr<KernelSockets>(new KernelSockets(std::move(state)));
}

KernelSockets::~KernelSockets() {
  state_->close();
}

bool KernelSockets::send(Channel channel, const jupyter::Message& message) {
  ChannelSocket* socket = state_->find(channel);
  if (!socket) return false;
  const std::vector<std::string> frames = jupyter::encode(message, state_->signer);
  try {
    for (size_t i = 0; i < frames.size(); ++i) {
      const auto more = i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
      // Only the first part can fail for want of room.
      if (!socket->zmq.send(zmq::buffer(frames[i]), more | zmq::send_flags::dontwait)) {
        state_->post_drain(*socket);
        return false;
      }
    }
  } catch (const zmq::error_t& error) {
    log::warn("writing to the kernel: {}", error.what());
    return false;
  }
  state_->post_drain(*socket);
  return true;
}

bool KernelSockets::renew() {
  state_->close_all();
  try {
    state_->open_all();
    return true;
  } catch (const zmq::error_t& error) {
    log::warn("opening the kernel's sockets anew: {}", error.what());
    return false;
  }
}

void KernelSockets::poke() {
  try {
    state_->throw_away = std::make_unique<ChannelSocket>(state_->executor, state_->context,
                                                         Channel::shell, zmq::socket_type::dealer);
    state_->throw_away->zmq.set(zmq::sockopt::linger, 0);
    state_->throw_away->zmq.connect(jupyter::endpoint(state_->prefix, Channel::shell));
  } catch (const zmq::error_t& error) {
    log::warn("poking the kernel: {}", error.what());
  }
}

}  // namespace colibri::supervisor
