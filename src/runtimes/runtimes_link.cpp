// The socket that supervisors of this host dial, and the port for those of other machines.
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <filesystem>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "runtimes/runtimes_part.hpp"
#include "runtimes/token_hash.hpp"

namespace colibri::runtimes {

namespace {

constexpr size_t kMaxSessions = 1024;
constexpr auto kHandshakeLimit = std::chrono::seconds(10);

// Ours alone: whoever can reach the socket could try tokens.
Result<> make_private_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return errno_failure("making the folder " + path, errno);
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return errno_failure("opening " + path, errno);
  if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid())
    return failure(ErrorCode::denied, path + " must be a folder of the server's own user.");
  if (chmod(path.c_str(), 0700) != 0) return errno_failure("protecting " + path, errno);
  return {};
}

}  // namespace

std::string token_hash(std::string_view token) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  std::string out;
  for (const unsigned char byte : digest) {
    constexpr char kHex[] = "0123456789abcdef";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

Result<> Runtimes::Part::listen() {
  if (auto made = make_private_folder(settings.run_directory); !made) return made;
  const std::string path = link_socket();
  // The data folder's lock says that no other server uses it: one that is there was left behind.
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return errno_failure("removing " + path, errno);
  try {
    acceptor_.emplace(reactor, asio::local::stream_protocol::endpoint(path));
  } catch (const boost::system::system_error& e) {
    return failure(ErrorCode::io,
                   "The server cannot listen on " + path + ": " + e.code().message());
  }
  if (chmod(path.c_str(), 0600) != 0) return errno_failure("protecting " + path, errno);
  async::spawn(reactor, accept_loop(shared_from_this()), "accepting supervisors");
  return settings.remote_link ? listen_to_machines() : Result<>();
}

Result<> Runtimes::Part::listen_to_machines() {
  const std::string& listen = settings.remote_link->listen;
  auto context = channel::server_context(settings.remote_link->certificate);
  if (!context) return std::unexpected(context.error());
  tls_ = *std::move(context);
  const auto endpoints = channel::look_up(listen);
  if (!endpoints) return std::unexpected(endpoints.error());
  try {
    machines_.emplace(reactor, endpoints->front());
  } catch (const boost::system::system_error& e) {
    return failure(ErrorCode::io,
                   "The server cannot listen on " + listen + ": " + e.code().message());
  }
  async::spawn(reactor, accept_machines(shared_from_this()), "accepting machines");
  return {};
}

uint16_t Runtimes::Part::remote_link_port() const {
  boost::system::error_code ignored;
  return machines_ ? machines_->local_endpoint(ignored).port() : 0;
}

// `place`: among those who have not shown a token; null for those of this host.
Task<void> Runtimes::Part::serve(std::shared_ptr<Part> self, std::shared_ptr<LinkSession> session,
                                 std::shared_ptr<Dialers::Place> place) {
  self->sessions_.insert(session);
  LinkSession::Admit admit = [self, place](const link::Hello& hello) {
    auto admitted = self->admit(hello, false);
    if (admitted && place) place->leave();
    return admitted;
  };
  LinkSession::HandOver hand_over = [self, place](const link::LineHello& hello,
                                                  channel::Stream stream) {
    if (place) place->leave();
    const auto found = self->living.find(hello.runtime);
    return found != self->living.end() &&
           found->second->lines()->admit(hello.token, std::move(stream));
  };
  co_await LinkSession::serve(session, std::move(admit), std::move(hand_over));
  self->sessions_.erase(session);
}

Task<void> Runtimes::Part::serve_machine(std::shared_ptr<Part> self, asio::ip::tcp::socket socket,
                                         std::shared_ptr<Dialers::Place> place) {
  auto stream = co_await channel::accept(std::move(socket), *self->tls_, kHandshakeLimit);
  if (!stream || self->stopped_) co_return;
  auto session = std::make_shared<LinkSession>(*std::move(stream));
  co_await serve(self, std::move(session), std::move(place));
}

Task<void> Runtimes::Part::accept_machines(std::shared_ptr<Part> self) {
  while (!self->stopped_) {
    auto [error, socket] =
        co_await self->machines_->async_accept(asio::as_tuple(asio::use_awaitable));
    if (self->stopped_) co_return;
    if (error) {
      log::warn("a machine could not be accepted: {}", error.message());
      co_await async::sleep_for(std::chrono::milliseconds(200));
      continue;
    }
    boost::system::error_code gone;
    const auto from = socket.remote_endpoint(gone).address().to_string();
    auto place = self->dialers_.take(from);
    if (!place || self->sessions_.size() >= kMaxSessions) continue;  // It dials again.
    async::spawn(
        self->reactor,
        serve_machine(self, std::move(socket), std::make_shared<Dialers::Place>(*std::move(place))),
        "serving a machine's link");
  }
}

Task<void> Runtimes::Part::accept_loop(std::shared_ptr<Part> self) {
  while (!self->stopped_) {
    auto [error, socket] =
        co_await self->acceptor_->async_accept(asio::as_tuple(asio::use_awaitable));
    if (self->stopped_) co_return;
    if (error || self->sessions_.size() >= kMaxSessions) {
      // Out of descriptors, say: supervisors dial again.
      if (error) log::warn("a supervisor could not be accepted: {}", error.message());
      co_await async::sleep_for(std::chrono::milliseconds(200));
      continue;
    }
    auto session = std::make_shared<LinkSession>(channel::Stream(std::move(socket)));
    async::spawn(self->reactor, serve(self, std::move(session), nullptr), "serving a link");
  }
}

Result<std::shared_ptr<Runtime>> Runtimes::Part::admit(const link::Hello& hello, bool local) const {
  // One answer for all, so that it tells nothing about which runtimes there are.
  const auto refused = [] { return failure(ErrorCode::denied, "There is no such runtime."); };
  if (hello.protocol != link::kProtocol)
    return failure(ErrorCode::unsupported, "This server speaks another version of the protocol.");
  const auto found = living.find(hello.runtime);
  const auto member = std::ranges::find(
      ahead, hello.runtime, [](const auto& each) -> const auto& { return each->id(); });
  if (found == living.end() && (member == ahead.end() || local)) return refused();
  const auto& runtime = found == living.end() ? *member : found->second;
  if (runtime->local() != local) return refused();
  const std::string given = token_hash(hello.token);
  const std::string& known = runtime->token_hash_;
  if (known.size() != given.size() || CRYPTO_memcmp(given.data(), known.data(), known.size()) != 0)
    return refused();
  return runtime;
}

}  // namespace colibri::runtimes
