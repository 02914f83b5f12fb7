// The socket that supervisors dial.
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

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
  return {};
}

Task<void> Runtimes::Part::accept_loop(std::shared_ptr<Part> self) {
  struct Serve {
    static Task<void> one(std::shared_ptr<Part> part, std::shared_ptr<LinkSession> session) {
      part->sessions_.insert(session);
      LinkSession::Admit admit = [part](const link::Hello& hello) { return part->admit(hello); };
      co_await LinkSession::serve(session, std::move(admit));
      part->sessions_.erase(session);
    }
  };
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
    async::spawn(self->reactor, Serve::one(self, std::make_shared<LinkSession>(std::move(socket))),
                 "serving a link");
  }
}

Result<std::shared_ptr<Runtime>> Runtimes::Part::admit(const link::Hello& hello) const {
  // One answer for all, so that it tells nothing about which runtimes there are.
  const auto refused = [] { return failure(ErrorCode::denied, "There is no such runtime."); };
  if (hello.protocol != link::kProtocol)
    return failure(ErrorCode::unsupported, "This server speaks another version of the protocol.");
  const auto found = living.find(hello.runtime);
  if (found == living.end()) return refused();
  const std::string given = token_hash(hello.token);
  const std::string& known = found->second->token_hash_;
  if (known.size() != given.size() || CRYPTO_memcmp(given.data(), known.data(), known.size()) != 0)
    return refused();
  return found->second;
}

}  // namespace colibri::runtimes
