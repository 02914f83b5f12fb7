#include "supervisor/init_message.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

namespace colibri::init {
namespace {

class InitMessage : public ::testing::Test {
 protected:
  bool read(const std::string& text) {
    text_ = text;
    text_.push_back('\0');
    return MessageReader(text_.data(), text.size()).read(*message_);
  }

  std::string text_;
  std::unique_ptr<Message> message_ = std::make_unique<Message>();
};

TEST_F(InitMessage, ReadsASpawn) {
  ASSERT_TRUE(read(R"({"type":"spawn","id":7,"argv":["sh","-c","echo"],"env":["A=b"],)"
                   R"("cwd":"/content"})"));
  EXPECT_EQ(message_->request, Request::spawn);
  EXPECT_EQ(message_->id, 7u);
  EXPECT_STREQ(message_->argv[2], "echo");
  EXPECT_EQ(message_->argv[3], nullptr);
  EXPECT_STREQ(message_->env[0], "A=b");
  EXPECT_EQ(message_->env[1], nullptr);
  EXPECT_STREQ(message_->cwd, "/content");
}

TEST_F(InitMessage, ReadsASignal) {
  ASSERT_TRUE(read(R"( { "group" : true , "type":"signal", "id":1, "signal":2 } )"));
  EXPECT_EQ(message_->request, Request::signal);
  EXPECT_EQ(message_->signal, 2);
  EXPECT_TRUE(message_->group);
}

TEST_F(InitMessage, Unescapes) {
  ASSERT_TRUE(read(R"({"type":"spawn","id":1,"argv":["\"\\\/\n\t\u00e9\u20ac\ud83d\udc26"]})"));
  EXPECT_STREQ(message_->argv[0], "\"\\/\n\té€🐦");
}

TEST_F(InitMessage, IgnoresUnknownFields) {
  EXPECT_TRUE(read(R"({"new":"x","other":-1.5e3,"word":null,"type":"signal","id":1,"signal":9})"));
}

TEST_F(InitMessage, RefusesWhatIsNoRequest) {
  for (const char* text : {"",
                           "{}",
                           "[]",
                           "null",
                           R"({"type":"spawn"})",
                           R"({"type":"spawn","id":1})",
                           R"({"type":"spawn","id":1,"argv":[]})",
                           R"({"type":"spawn","id":0,"argv":["a"]})",
                           R"({"type":"spawn","id":-1,"argv":["a"]})",
                           R"({"type":"spawn","id":4294967296,"argv":["a"]})",
                           R"({"type":"spawn","id":1,"argv":["a")",
                           R"({"type":"spawn","id":1,"argv":["a]})",
                           R"({"type":"spawn","id":1,"argv":"a"})",
                           R"({"type":"spawn","id":1,"argv":[1]})",
                           R"({"type":"spawn","id":1,"argv":["a\u0000b"]})",
                           R"({"type":"spawn","id":1,"argv":["\ud83d"]})",
                           R"({"type":"spawn","id":1,"argv":["\ud83d\u0041"]})",
                           R"({"type":"spawn","id":1,"argv":["\x"]})",
                           R"({"type":"spawn","id":1,"argv":["a"]}x)",
                           R"({"type":"signal","id":1})",
                           R"({"type":"signal","id":1,"signal":0})",
                           R"({"type":"signal","id":1,"signal":65})",
                           R"({"type":"other","id":1})",
                           R"({"id":1,"signal":9})",
                           R"({"type":"signal","id":1,"signal":9,"x":{}})",
                           R"({"type":"spawn","id":1,"argv":["\)",
                           R"({"type":"spawn","id":1,"argv":["\u00)"}) {
    EXPECT_FALSE(read(text)) << text;
  }
}

TEST_F(InitMessage, RefusesMoreArgumentsThanItHolds) {
  std::string many = R"({"type":"spawn","id":1,"argv":["a")";
  for (size_t i = 0; i < kArgumentLimit; ++i) many += R"(,"a")";
  EXPECT_FALSE(read(many + "]}"));
}

// Under the sanitizers this is what finds a step over the end.
TEST_F(InitMessage, SurvivesDamagedMessages) {
  const std::string good = R"({"type":"spawn","id":7,"argv":["\ud83d\udc26","\n"],"env":["A=b"]})";
  std::mt19937 random(20261123);
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bad = good;
    for (unsigned i = 0; i <= random() % 4; ++i) {
      bad[random() % bad.size()] = static_cast<char>(random() % 256);
    }
    bad.resize(bad.size() - random() % 8);
    accepted += read(bad) ? 1 : 0;
  }
  EXPECT_LT(accepted, 20'000);
}

}  // namespace
}  // namespace colibri::init
