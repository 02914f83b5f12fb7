#include "supervisor/agent_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class AgentSocketTest : public testing::Test {
 protected:
  using Socket = asio::local::stream_protocol::socket;

  AgentSocketTest() {
    char name[] = "/tmp/colibri-agent-XXXXXX";
    folder_ = mkdtemp(name);
    listen({::geteuid(), 1});
  }
  ~AgentSocketTest() override {
    agent_.reset();
    context_.restart();
    context_.run_for(20ms);
    std::filesystem::remove_all(folder_);
  }

  void listen(UserRange users) {
    agent_.emplace(
        context_.get_executor(),
        AgentSocket::Callbacks{[this](link::Ask ask) { asks_.push_back(std::move(ask)); },
                               [this](const std::string& ask) { over_.push_back(ask); }});
    path_ = folder_ + "/" + std::to_string(++count_) + ".sock";
    const auto listening = agent_->listen(path_, users);
    ASSERT_TRUE(listening) << listening.error().detail;
  }
  template <class F>
  bool until(F reached, async::Duration limit = 5s) {
    const auto end = async::Clock::now() + limit;
    while (!reached() && async::Clock::now() < end) {
      context_.restart();
      context_.run_one_for(5ms);
    }
    return reached();
  }
  std::unique_ptr<Socket> dial() {
    auto socket = std::make_unique<Socket>(context_);
    socket->connect(asio::local::stream_protocol::endpoint(path_));
    socket->non_blocking(true);
    return socket;
  }
  void say(Socket& socket, std::string_view text) {
    while (!text.empty()) {
      boost::system::error_code error;
      text.remove_prefix(socket.write_some(asio::buffer(text), error));
      if (error && error != asio::error::would_block) return;
      context_.restart();
      context_.run_one_for(1ms);
    }
  }
  // All that has come until `lines` lines are there, or the other side has closed.
  std::string hear(Socket& socket, std::ptrdiff_t lines = 1) {
    std::string text;
    bool closed = false;
    until([&] {
      char buffer[65536];
      boost::system::error_code error;
      while (const size_t got = socket.read_some(asio::buffer(buffer), error))
        text.append(buffer, got);
      closed = error == asio::error::eof || error == asio::error::connection_reset;
      return closed || std::ranges::count(text, '\n') >= lines;
    });
    return text;
  }

  asio::io_context context_;
  std::string folder_, path_;
  int count_ = 0;
  std::vector<link::Ask> asks_;
  std::vector<std::string> over_;
  std::optional<AgentSocket> agent_;
};

TEST_F(AgentSocketTest, AnswersSeveralRequestsInWhateverOrder) {
  const auto program = dial();
  say(*program, R"({"id":1,"method":"secret.get","params":{"name":"A"}})"
                "\n"
                R"({"id":"two","method":"page.eval_js","timeout_ms":5})"
                "\n");
  ASSERT_TRUE(until([&] { return asks_.size() == 2; }));
  EXPECT_EQ(asks_[0].method, "secret.get");
  EXPECT_EQ(json::serialize(asks_[0].params), R"({"name":"A"})");
  EXPECT_EQ(asks_[1].timeout_ms, 5);
  agent_->answer(asks_[1].ask, link::ask_failure("no_page", "None."));
  agent_->answer(asks_[0].ask, json::Object{{"value", "x"}});
  EXPECT_EQ(hear(*program, 2), R"({"id":"two","error":{"code":"no_page","message":"None."}})"
                               "\n"
                               R"({"id":1,"result":{"value":"x"}})"
                               "\n");
}

TEST_F(AgentSocketTest, RefusesWhatIsNoRequestAndGoesOn) {
  const auto program = dial();
  say(*program,
      "nonsense\n[1]\n{\"id\":{},\"method\":\"a.b\"}\n{\"id\":3,\"method\":\"Bad\"}\n"
      "{\"id\":4,\"method\":\"a.b\",\"params\":[]}\n{\"id\":5,\"method\":\"a.b\"}\n");
  ASSERT_TRUE(until([&] { return asks_.size() == 1; }));
  const std::string heard = hear(*program, 5);
  EXPECT_EQ(std::ranges::count(heard, '\n'), 5);
  EXPECT_THAT(heard, HasSubstr(R"({"id":4,"error":{"code":"invalid")"));
}

TEST_F(AgentSocketTest, ClosesOnALineWithoutAnEnd) {
  const auto program = dial();
  say(*program, std::string(link::kMaxAgentLine + (1u << 17), 'a'));
  EXPECT_THAT(hear(*program, 2), HasSubstr("too_large"));
  EXPECT_TRUE(asks_.empty());
}

TEST_F(AgentSocketTest, EndsWhatWaitsTooLong) {
  const auto program = dial();
  say(*program, "{\"id\":1,\"method\":\"a.b\",\"timeout_ms\":1000}\n");
  ASSERT_TRUE(until([&] { return asks_.size() == 1; }));
  agent_->tick(async::Clock::now());
  EXPECT_TRUE(over_.empty());
  agent_->tick(async::Clock::now() + 2s);
  EXPECT_THAT(hear(*program), HasSubstr(R"("code":"timeout")"));
  EXPECT_THAT(over_, ElementsAre(asks_[0].ask));
  EXPECT_TRUE(agent_->open().empty());
}

TEST_F(AgentSocketTest, SaysThatNobodyWaitsWhenTheProgramHasGone) {
  auto program = dial();
  say(*program, "{\"id\":1,\"method\":\"a.b\"}\n");
  ASSERT_TRUE(until([&] { return agent_->open().size() == 1; }));
  program.reset();
  ASSERT_TRUE(until([&] { return !over_.empty(); }));
  EXPECT_THAT(over_, ElementsAre(asks_[0].ask));
  agent_->answer(asks_[0].ask, json::Value(1));  // Harmless.
}

TEST_F(AgentSocketTest, LimitsRequestsUnderWayTheirBytesAndConnections) {
  const auto program = dial();
  std::string many;
  for (size_t i = 0; i <= AgentSocket::kMostUnderWay; ++i)
    many += "{\"id\":" + std::to_string(i) + ",\"method\":\"a.b\"}\n";
  say(*program, many);
  EXPECT_THAT(hear(*program), HasSubstr(R"({"id":32,"error":{"code":"too_many")"));
  const auto other = dial();
  const std::string large =
      R"({"method":"a.b","params":{"x":")" + std::string(1'000'000, 'x') + R"("},"id":)";
  for (int i = 0; i < 5; ++i) say(*other, large + std::to_string(i) + "}\n");
  EXPECT_THAT(hear(*other), HasSubstr(R"({"id":4,"error":{"code":"too_many")"));
  std::vector<std::unique_ptr<Socket>> crowd;
  while (crowd.size() < AgentSocket::kMostConnections) crowd.push_back(dial());
  EXPECT_THAT(hear(*crowd.back()), HasSubstr("too_many"));
}

TEST_F(AgentSocketTest, ReadsAFloodMoreSlowly) {
  const auto program = dial();
  std::string flood;
  for (size_t i = 0; i < 3 * AgentSocket::kBurst; ++i) flood += "x\n";
  const auto begin = async::Clock::now();
  say(*program, flood);
  const std::string heard = hear(*program, 3 * AgentSocket::kBurst);
  EXPECT_EQ(std::ranges::count(heard, '\n'), 3 * AgentSocket::kBurst);
  EXPECT_GT(async::Clock::now() - begin, 1500ms);
}

TEST_F(AgentSocketTest, HearsOnlyTheUsersOfTheRuntime) {
  if (::geteuid() != 0) return;  // Who is not root can't give the socket to others.
  listen({200'000, 65'536});
  const auto program = dial();
  say(*program, "{\"id\":1,\"method\":\"a.b\"}\n");
  EXPECT_EQ(hear(*program), "");
  EXPECT_TRUE(asks_.empty());
}

}  // namespace
}  // namespace colibri::supervisor
