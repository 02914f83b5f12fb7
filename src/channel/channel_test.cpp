#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>

#include "async/quiet.hpp"
#include "async/spawn.hpp"
#include "channel/tls.hpp"

namespace colibri::channel {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using asio::ip::tcp;
using testing::HasSubstr;

class ChannelTest : public testing::Test {
 protected:
  ChannelTest() {
    char name[] = "/tmp/colibri-channel-XXXXXX";
    base_ = mkdtemp(name);
  }
  ~ChannelTest() override { fs::remove_all(base_); }

  std::string file(const std::string& name) { return (base_ / name).string(); }
  // An echo server; returns where it is.
  Endpoints serve(const Certificate& certificate, async::Duration limit = 5s) {
    auto context = server_context(certificate);
    EXPECT_TRUE(context) << context.error().detail;
    tls_ = *std::move(context);
    acceptor_.emplace(context_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    async::spawn(context_.get_executor(), echo(*this, limit), "echo");
    return {acceptor_->local_endpoint()};
  }
  static Task<void> echo(ChannelTest& self, async::Duration limit) {
    auto [error, socket] = co_await self.acceptor_->async_accept(async::kQuiet);
    auto stream = co_await accept(std::move(socket), *self.tls_, limit);
    self.handshake_ = stream ? "" : stream.error().detail;
    if (!stream) co_return;
    std::array<char, 100> buffer{};
    const auto [gone, bytes] = co_await stream->read_some(asio::buffer(buffer));
    (void)co_await stream->write(asio::buffer(buffer.data(), bytes));
  }
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    async::spawn(context_.get_executor(), keep(std::move(task), result), "a test");
    while (!result) {
      context_.restart();
      context_.run_one_for(100ms);
    }
    return *std::move(result);
  }
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }
  static Task<std::string> say(Stream& stream, std::string text) {
    (void)co_await stream.write(asio::buffer(text));
    std::array<char, 100> buffer{};
    const auto [error, bytes] = co_await stream.read_some(asio::buffer(buffer));
    co_return std::string(buffer.data(), bytes);
  }

  fs::path base_;
  asio::io_context context_;
  std::optional<asio::ssl::context> tls_;
  std::optional<tcp::acceptor> acceptor_;
  std::optional<std::string> handshake_;
};

TEST_F(ChannelTest, MakesItsCertificateOnceAndForItselfOnly) {
  const auto made = own_certificate(file("link.pem"));
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->fingerprint.size(), 64U);
  struct stat status {};
  ASSERT_EQ(stat(file("link.pem").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(own_certificate(file("link.pem"))->fingerprint, made->fingerprint);
  EXPECT_NE(own_certificate(file("other.pem"))->fingerprint, made->fingerprint);
}

TEST_F(ChannelTest, RefusesAKeyThatOthersMayReadAndAFileThatIsNone) {
  ASSERT_TRUE(own_certificate(file("link.pem")));
  fs::permissions(file("link.pem"), fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(own_certificate(file("link.pem")).error().code, ErrorCode::denied);
  std::ofstream(file("bad.pem")) << "no key";
  fs::permissions(file("bad.pem"), fs::perms::owner_read);
  EXPECT_EQ(own_certificate(file("bad.pem")).error().code, ErrorCode::invalid);
}

TEST_F(ChannelTest, CarriesBytesBothWays) {
  const auto certificate = own_certificate(file("link.pem"));
  ASSERT_TRUE(certificate);
  auto stream = run(dial(serve(*certificate), certificate->fingerprint, 5s));
  ASSERT_TRUE(stream) << stream.error().detail;
  EXPECT_EQ(run(say(*stream, "hello")), "hello");
}

TEST_F(ChannelTest, TakesNoOtherCertificate) {
  const auto certificate = own_certificate(file("link.pem"));
  const auto other = own_certificate(file("other.pem"));
  ASSERT_TRUE(certificate && other);
  const auto stream = run(dial(serve(*certificate), other->fingerprint, 5s));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code, ErrorCode::denied);
}

TEST_F(ChannelTest, TakesNoneWithoutAFingerprint) {
  const auto certificate = own_certificate(file("link.pem"));
  ASSERT_TRUE(certificate);
  EXPECT_EQ(run(dial(serve(*certificate), "", 5s)).error().code, ErrorCode::denied);
}

TEST_F(ChannelTest, SpeaksNoOlderTls) {
  const auto certificate = own_certificate(file("link.pem"));
  ASSERT_TRUE(certificate);
  const Endpoints where = serve(*certificate);
  asio::ssl::context old(asio::ssl::context::tls_client);
  SSL_CTX_set_max_proto_version(old.native_handle(), TLS1_2_VERSION);
  TlsStream stream(context_, old);
  stream.next_layer().connect(where.front());
  boost::system::error_code refused;
  stream.async_handshake(asio::ssl::stream_base::client,
                         [&](const boost::system::error_code& error) { refused = error; });
  while (!handshake_ || !refused) {
    context_.restart();
    context_.run_one_for(100ms);
  }
  EXPECT_TRUE(refused);
  EXPECT_NE(*handshake_, "");
}

TEST_F(ChannelTest, WaitsNotForEverForOneThatSaysNothing) {
  const auto certificate = own_certificate(file("link.pem"));
  ASSERT_TRUE(certificate);
  tcp::socket silent(context_);
  silent.connect(serve(*certificate, 50ms).front());
  while (!handshake_) {
    context_.restart();
    context_.run_one_for(100ms);
  }
  EXPECT_THAT(*handshake_, HasSubstr("too long"));
}

TEST_F(ChannelTest, WaitsNotForEverForAServerThatSaysNothing) {
  tcp::acceptor silent(context_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  const Endpoints where = {silent.local_endpoint()};
  EXPECT_EQ(run(dial(where, "00", 50ms)).error().code, ErrorCode::timeout);
}

TEST_F(ChannelTest, ReadsAddresses) {
  EXPECT_EQ(parse_address("lab.example.org:8443")->host, "lab.example.org");
  EXPECT_EQ(parse_address("[::1]:8443")->host, "::1");
  for (const char* bad : {"", ":1", "host", "host:", "::1:80", "host:99999", "host:8x"})
    EXPECT_FALSE(parse_address(bad)) << bad;
}

}  // namespace
}  // namespace colibri::channel
