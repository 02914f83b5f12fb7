#include "supervisor/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <boost/asio/io_context.hpp>

#include "supervisor/pty.hpp"

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;

// A terminal of this host; the test plays the program in it.
class TerminalTest : public testing::Test {
 protected:
  void SetUp() override {
    auto pty = open_pty("/", {});
    if (!pty) GTEST_SKIP() << pty.error().detail;
    program_ = std::move(pty->slave);
    termios raw{};
    ASSERT_EQ(tcgetattr(program_.get(), &raw), 0);
    cfmakeraw(&raw);
    ASSERT_EQ(tcsetattr(program_.get(), TCSANOW, &raw), 0);
    ASSERT_EQ(fcntl(program_.get(), F_SETFL, O_NONBLOCK), 0);
    terminal_ = std::make_shared<Terminal>(context_.get_executor(), std::move(pty->master),
                                           link::TerminalSize{100, 30});
    terminal_->start();
  }
  void TearDown() override {
    if (terminal_) terminal_->abandon();
    terminal_.reset();
    run(50ms);
  }

  void run(async::Duration limit) {
    context_.restart();
    context_.run_for(limit);
  }
  template <class F>
  bool until(F reached, async::Duration limit = 10s) {
    const auto end = async::Clock::now() + limit;
    while (!reached() && async::Clock::now() < end) run(5ms);
    return reached();
  }
  void print(std::string_view text) const {
    ASSERT_EQ(write(program_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  // What a program prints without end, as long as somebody reads: how much went in.
  size_t flood(async::Duration time) {
    const std::string block(4096, 'y');
    size_t all = 0;
    const auto end = async::Clock::now() + time;
    while (async::Clock::now() < end) {
      for (ssize_t put = 1; put > 0;) {
        put = write(program_.get(), block.data(), block.size());
        if (put > 0) all += static_cast<size_t>(put);
      }
      run(1ms);
    }
    return all;
  }

  asio::io_context context_{1};
  Descriptor program_;
  std::shared_ptr<Terminal> terminal_;
};

TEST_F(TerminalTest, WhoAsksGetsWhatComes) {
  std::string got;
  terminal_->read(0, [&](Result<Terminal::Output> output) { got = output->piece.bytes; });
  run(20ms);
  EXPECT_EQ(got, "");
  print("hello");
  EXPECT_TRUE(until([&] { return got == "hello"; })) << got;
  terminal_->read(2, [&](Result<Terminal::Output> output) { got = output->piece.bytes; });
  EXPECT_EQ(got, "llo");  // At once, for it is there.
}

TEST_F(TerminalTest, WhatIsTypedArrivesAndManyWaitTheirTurn) {
  bool taken = false;
  terminal_->type("ls\n", [&](const Result<>& typed) { taken = typed.has_value(); });
  ASSERT_TRUE(until([&] { return taken; }));
  char line[8] = {};
  EXPECT_EQ(read(program_.get(), line, sizeof line), 3);

  bool first = false, over = false;
  terminal_->type(std::string(600'000, 'a'), [&](const Result<>&) { first = true; });
  terminal_->type(std::string(600'000, 'b'), [&](const Result<>& typed) {
    over = typed.error().code == ErrorCode::too_large;
  });
  EXPECT_TRUE(over);
  run(50ms);
  EXPECT_FALSE(first);  // The program takes nothing.
  std::string all(600'000, '\0');
  size_t got = 0;
  ASSERT_TRUE(until([&] {
    const ssize_t part = read(program_.get(), all.data() + got, all.size() - got);
    if (part > 0) got += static_cast<size_t>(part);
    return got == all.size();
  }));
  EXPECT_TRUE(first);
  EXPECT_EQ(all, std::string(600'000, 'a'));
}

TEST_F(TerminalTest, HasItsSize) {
  winsize size{};
  ASSERT_EQ(ioctl(program_.get(), TIOCGWINSZ, &size), 0);
  EXPECT_EQ(size.ws_col, 100);
  terminal_->resize({40, 7});
  ASSERT_EQ(ioctl(program_.get(), TIOCGWINSZ, &size), 0);
  EXPECT_EQ(size.ws_row, 7);
}

TEST_F(TerminalTest, IsReadNoFurtherThanSomebodyWhoReadsWantsIt) {
  terminal_->read(0, [](const Result<Terminal::Output>&) {});
  const size_t printed = flood(500ms);
  EXPECT_LT(printed, Terminal::kAhead + Terminal::kPiece + (64u << 10))
      << "what a pty holds itself";
}

TEST_F(TerminalTest, GoesOnSlowlyWhenNobodyReads) {
  const size_t printed = flood(1s);
  EXPECT_GT(printed, 1u << 20);
  EXPECT_LT(printed, 2 * Terminal::kFlood);
  const auto now = terminal_->output(0);
  EXPECT_GT(now.piece.from, 0u);
  EXPECT_LE(now.end - now.piece.from, Terminal::kKept + Terminal::kKept / 2);
}

TEST_F(TerminalTest, TheLastWordsComeBeforeTheEnd) {
  print("last words");
  terminal_->end({7, 0});
  std::optional<Terminal::Output> got;
  terminal_->read(0, [&](Result<Terminal::Output> output) { got = std::move(*output); });
  ASSERT_TRUE(got);
  EXPECT_EQ(got->piece.bytes, "last words");
  ASSERT_TRUE(got->ended);
  EXPECT_EQ(got->ended->status, 7);
  bool refused = false;
  terminal_->type("x", [&](const Result<>& typed) { refused = !typed; });
  EXPECT_TRUE(refused);
}

TEST_F(TerminalTest, AnEmptyAnswerComesToWhoHasWaitedLong) {
  bool answered = false;
  terminal_->read(0, [&](const Result<Terminal::Output>& output) {
    answered = output && output->piece.bytes.empty() && !output->ended;
  });
  terminal_->tick(async::Clock::now() + 10s);
  EXPECT_FALSE(answered);
  terminal_->tick(async::Clock::now() + 30s);
  EXPECT_TRUE(answered);
}

TEST_F(TerminalTest, OneTooManyIsRefused) {
  size_t refused = 0;
  for (size_t i = 0; i < Terminal::kMostReads + 3; ++i) {
    terminal_->read(0, [&](const Result<Terminal::Output>& output) { refused += !output; });
  }
  EXPECT_EQ(refused, 3u);
}

}  // namespace
}  // namespace colibri::supervisor
