// What goes over the wire, and the sender against a server on the loopback that replies as told;
// tests/system/test_mail.py has TLS, sign-in and a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <istream>
#include <mutex>
#include <thread>

#include "mail/sender.hpp"

namespace colibri::mail {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Mailbox kFrom{.name = "Colibri", .address = "lab@example.org"};

std::string composed(const Message& message, const Mailbox& from = kFrom) {
  return compose(message, from, 1'700'000'000'000, "m.1").value();
}

TEST(Compose, WritesHeadersAndBody) {
  EXPECT_EQ(composed({"ada@example.org", "Hello", "Line 1\nLine 2"}),
            "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
            "From: \"Colibri\"\r\n <lab@example.org>\r\n"
            "To: <ada@example.org>\r\n"
            "Subject: Hello\r\n"
            "Message-ID: <m.1@example.org>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: base64\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "\r\n"
            "TGluZSAxDQpMaW5lIDINCg==\r\n");
}

TEST(Compose, LetsNobodyForgeAHeader) {
  const std::string text =
      composed({"ada@example.org", "x\r\nBcc: eve@example.org", "y\r\n.\r\nMAIL FROM:<z>"},
               {.name = "Eve\r\nX-Evil: 1", .address = "lab@example.org"});
  EXPECT_THAT(text, Not(HasSubstr("\nBcc")));
  EXPECT_THAT(text, Not(HasSubstr("\nX-Evil")));
  EXPECT_THAT(text, Not(HasSubstr("MAIL FROM")));
  for (const char* to :
       {"a@b\r\nBcc: c@d", "a@b>", "a@b,c@d", "a b@c", "a", "@b", "ä@b", "a@b@c"}) {
    EXPECT_FALSE(compose({to, "x", "y"}, kFrom, 0, "m.1")) << to;
  }
}

TEST(Compose, CutsWordsBetweenCharacters) {
  std::string subject;
  for (int i = 0; i < 40; ++i) subject += "共享";
  const std::string text = composed({"ada@example.org", subject, ""});
  const size_t start = text.find("Subject: ") + 9;
  const std::string value = text.substr(start, text.find("\r\nMessage-ID") - start);
  size_t words = 0;
  for (size_t at = 0; at < value.size(); ++words) {
    const size_t end = std::min(value.find("\r\n ", at), value.size());
    EXPECT_LE(end - at, 75u);
    // Fifteen characters of three bytes each: the base64 of whole characters has no padding.
    const std::string word = value.substr(at, end - at);
    EXPECT_TRUE(word.starts_with("=?UTF-8?B?") && word.ends_with("?="));
    EXPECT_EQ((word.size() - 12) % 4, 0u);
    at = end + 3;
  }
  EXPECT_EQ(words, 6u);
}

TEST(Mailbox, IsAnAddressWithOrWithoutAName) {
  EXPECT_EQ(parse_mailbox("a@b.org")->address, "a@b.org");
  const auto named = parse_mailbox("\"The Lab\" <a@b.org>");
  EXPECT_EQ(named->name, "The Lab");
  EXPECT_EQ(named->address, "a@b.org");
  EXPECT_EQ(parse_mailbox("Labor für KI <a@b.org>")->name, "Labor für KI");
  EXPECT_FALSE(parse_mailbox("The Lab"));
  EXPECT_FALSE(parse_mailbox("Lab <a@b.org"));
}

TEST(Settings, ThatWouldTellThePasswordAreRefused) {
  const auto refusal = [](const Settings& settings) {
    const auto checked = check_settings(settings);
    return checked ? "" : checked.error().detail;
  };
  Settings settings{.url = "smtp://mail.example.org:587", .from = "a@b.org"};
  EXPECT_EQ(refusal(settings), "");
  settings.user = "ada";
  EXPECT_THAT(refusal(settings), HasSubstr("go together"));
  settings.password_file = "/nonexistent";
  EXPECT_THAT(refusal(settings), HasSubstr("cannot read /nonexistent"));
  settings.starttls = false;
  EXPECT_THAT(refusal(settings), HasSubstr("without TLS"));
  settings.url = "https://mail.example.org";
  EXPECT_THAT(refusal(settings), HasSubstr("smtp.url"));
  settings.url = "smtp://ada:secret@mail.example.org";
  EXPECT_THAT(refusal(settings), HasSubstr("smtp.url"));
}

// Takes one connection after the other; each gets the next reply to its mail.
class Inbox {
 public:
  explicit Inbox(std::vector<std::string> replies) : replies_(std::move(replies)) {
    thread_ = std::thread([this] {
      for (const std::string& reply : replies_) {
        tcp::iostream stream;
        acceptor_.accept(stream.socket());
        talk(stream, reply);
      }
    });
  }
  ~Inbox() { thread_.join(); }

  [[nodiscard]] std::string url() const {
    return "smtp://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  std::vector<std::string> receivers() {
    const std::scoped_lock lock(mutex_);
    return receivers_;
  }

 private:
  void talk(tcp::iostream& stream, const std::string& reply) {
    stream << "220 hello\r\n" << std::flush;
    bool data = false;
    for (std::string line; std::getline(stream, line);) {
      if (data && line != ".\r") continue;
      if (line.starts_with("RCPT")) {
        const std::scoped_lock lock(mutex_);
        receivers_.push_back(line.substr(0, line.size() - 1));
      }
      if (line.starts_with("QUIT")) {
        stream << "221 bye\r\n" << std::flush;
        return;
      }
      stream << (data                       ? reply
                 : line.starts_with("DATA") ? "354 go on"
                                            : "250 ok")
             << "\r\n"
             << std::flush;
      data = line.starts_with("DATA");
    }
  }

  asio::io_context context_;
  tcp::acceptor acceptor_{context_, {asio::ip::make_address("127.0.0.1"), 0}};
  std::vector<std::string> replies_;
  std::mutex mutex_;
  std::vector<std::string> receivers_;
  std::thread thread_;
};

class SenderTest : public testing::Test {
 protected:
  Sender sender(const Inbox& inbox, std::vector<async::Duration> retries) {
    return {context_.get_executor(), pool_,
            Server{.url = inbox.url(), .starttls = false, .from = kFrom}, std::move(retries)};
  }

  asio::io_context context_;
  async::BlockingPool pool_{1};
};

TEST_F(SenderTest, SendsWhatIsQueuedOneAfterTheOther) {
  Inbox inbox({"250 taken", "250 taken"});
  Sender sender = this->sender(inbox, {});
  EXPECT_TRUE(sender.send({"a@example.org", "s", "t"}));
  EXPECT_TRUE(sender.send({"b@example.org", "s", "t"}));
  context_.run();
  EXPECT_THAT(inbox.receivers(), ElementsAre("RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>"));
}

TEST_F(SenderTest, TriesAgainWhatIsNotTakenNow) {
  Inbox inbox({"451 busy", "250 taken", "250 taken"});
  Sender sender = this->sender(inbox, {20ms, 20ms});
  EXPECT_TRUE(sender.send({"a@example.org", "s", "t"}));
  EXPECT_TRUE(sender.send({"b@example.org", "s", "t"}));
  context_.run();
  EXPECT_THAT(inbox.receivers(), ElementsAre("RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>",
                                             "RCPT TO:<a@example.org>"));
}

TEST_F(SenderTest, GivesUpWhatIsRefusedForGood) {
  Inbox inbox({"554 never", "451 busy", "451 busy"});
  Sender sender = this->sender(inbox, {1ms});
  EXPECT_TRUE(sender.send({"a@example.org", "s", "t"}));
  context_.run();
  EXPECT_EQ(inbox.receivers().size(), 1u);
  context_.restart();
  EXPECT_TRUE(sender.send({"b@example.org", "s", "t"}));
  context_.run();
  EXPECT_EQ(inbox.receivers().size(), 3u);
}

TEST_F(SenderTest, HasALimit) {
  Sender nowhere(context_.get_executor(), pool_,
                 Server{.url = "smtp://127.0.0.1:1", .starttls = false, .from = kFrom});
  for (size_t i = 0; i < Sender::kMostWaiting; ++i) {
    ASSERT_TRUE(nowhere.send({"a@example.org", "s", "t"}));
  }
  EXPECT_EQ(nowhere.send({"a@example.org", "s", "t"}).error().code, ErrorCode::unavailable);
  nowhere.stop();
}

TEST_F(SenderTest, WithoutAServerSendsNothing) {
  Sender none(context_.get_executor(), pool_, std::nullopt);
  EXPECT_FALSE(none.configured());
  EXPECT_EQ(none.send({"a@example.org", "s", "t"}).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace colibri::mail
