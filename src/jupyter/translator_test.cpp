#include "jupyter/translator.hpp"

#include <gtest/gtest.h>

#include "link/frame.hpp"

namespace colibri::jupyter {
namespace {

Message from_kernel(std::string type, json::Object content, std::string parent = "m1") {
  Message message;
  message.header = {"k1", std::move(type), "kernel"};
  message.raw_header = {{"msg_id", "k1"}};
  if (!parent.empty()) message.parent_header = {{"msg_id", std::move(parent)}};
  message.content = std::move(content);
  return message;
}

Message status(std::string state, std::string parent = "m1") {
  return from_kernel("status", {{"execution_state", std::move(state)}}, std::move(parent));
}

Message reply(std::string state, json::Object more = {}) {
  more.set("status", std::move(state));
  return from_kernel("execute_reply", std::move(more));
}

// The events as the link spells them.
std::string text(const std::vector<link::Event>& events) {
  std::string out;
  for (const link::Event& event : events) {
    out += json::serialize(link::to_frame(link::Numbered{1, event}).message);
  }
  return out;
}

class TranslatorTest : public testing::Test {
 protected:
  void SetUp() override { translator.begin("m1", {"x1"}); }
  Translator translator;
};

TEST_F(TranslatorTest, IsDoneAtTheIdleThatFollowsTheReply) {
  EXPECT_EQ(text(translator.on_shell(reply("ok"))), "");
  EXPECT_EQ(text(translator.on_iopub(status("idle"))),
            R"({"type":"done","execution":"x1","status":"ok","reason":"","n":1})");
}

TEST_F(TranslatorTest, IsDoneAtTheReplyThatFollowsTheIdle) {
  EXPECT_EQ(text(translator.on_iopub(status("busy"))), "");
  EXPECT_EQ(text(translator.on_iopub(status("idle"))), "");
  EXPECT_TRUE(translator.half_done({"x1"}));
  EXPECT_EQ(text(translator.on_shell(reply("error"))),
            R"({"type":"done","execution":"x1","status":"error","reason":"","n":1})");
  EXPECT_FALSE(translator.half_done({"x1"}));
}

TEST_F(TranslatorTest, IdleOfAnotherRequestEndsNothing) {
  (void)translator.on_shell(reply("ok"));
  EXPECT_EQ(text(translator.on_iopub(status("idle", "m0"))), "");
  EXPECT_EQ(text(translator.on_iopub(status("idle", ""))), "");
}

TEST_F(TranslatorTest, IsDoneOnce) {
  (void)translator.on_shell(reply("ok"));
  (void)translator.on_iopub(status("idle"));
  EXPECT_EQ(text(translator.on_iopub(status("idle"))), "");
  EXPECT_EQ(text(translator.on_shell(reply("ok"))), "");
  EXPECT_FALSE(translator.settle({"x1"}).has_value());
}

TEST_F(TranslatorTest, TellsAnInterruptApartFromAnErrorOfTheSameName) {
  const json::Object error{{"ename", "KeyboardInterrupt"}, {"evalue", ""}};
  (void)translator.on_iopub(from_kernel("error", error));
  (void)translator.on_shell(reply("error", error));
  Translator other = translator;
  other.note_interrupt({"x1"});
  EXPECT_NE(text(other.on_iopub(status("idle"))).find("interrupted"), std::string::npos);
  EXPECT_EQ(text(translator.on_iopub(status("idle"))).find("interrupted"), std::string::npos);
}

TEST_F(TranslatorTest, KeepsStreamsWithTheirCellAfterItsEnd) {
  (void)translator.on_shell(reply("ok"));
  (void)translator.on_iopub(status("idle"));
  EXPECT_EQ(text(translator.on_iopub(from_kernel("stream", {{"name", "stderr"}, {"text", "t"}}))),
            R"({"type":"stream","execution":"x1","name":"stderr","text":"t","n":1})");
  EXPECT_EQ(
      text(translator.on_iopub(from_kernel("stream", {{"name", "stdout"}, {"text", "t"}}, "m9"))),
      R"({"type":"stream","execution":"","name":"stdout","text":"t","n":1})");
}

TEST_F(TranslatorTest, MakesNbformatOutputs) {
  EXPECT_EQ(text(translator.on_iopub(
                from_kernel("display_data", {{"data", json::Object{{"text/plain", "1"}}},
                                             {"metadata", json::Object{}},
                                             {"transient", json::Object{{"display_id", "d"}}}}))),
            R"({"type":"output","execution":"x1","output":{"output_type":"display_data",)"
            R"("data":{"text/plain":"1"},"metadata":{},"display_id":"d"},"n":1})");
  EXPECT_EQ(text(translator.on_iopub(from_kernel(
                "execute_result",
                {{"data", json::Object{{"text/plain", "2"}}}, {"execution_count", 3}}))),
            R"({"type":"output","execution":"x1","output":{"output_type":"execute_result",)"
            R"("data":{"text/plain":"2"},"metadata":{},"execution_count":3},"n":1})");
  EXPECT_EQ(text(translator.on_iopub(from_kernel(
                "error", {{"ename", "E"}, {"evalue", "v"}, {"traceback", json::Array{"l", 1}}}))),
            R"({"type":"output","execution":"x1","output":{"output_type":"error","ename":"E",)"
            R"("evalue":"v","traceback":["l"]},"n":1})");
}

TEST_F(TranslatorTest, UpdatesDisplaysWithAnIdOnly) {
  const json::Object with{{"data", json::Object{}},
                          {"transient", json::Object{{"display_id", "d"}}}};
  EXPECT_NE(text(translator.on_iopub(from_kernel("update_display_data", with))), "");
  EXPECT_EQ(text(translator.on_iopub(from_kernel("update_display_data", {}))), "");
}

TEST_F(TranslatorTest, PassesCommsWithTheirBuffers) {
  Message message = from_kernel("comm_msg", {{"comm_id", "c"}});
  message.buffers = {"ab"};
  const auto events = translator.on_iopub(std::move(message));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(std::get<link::Comm>(events[0]).buffers, std::vector<std::string>{"ab"});
}

TEST_F(TranslatorTest, SaysWhatWasTooLarge) {
  Message message = from_kernel("display_data", {});
  message.left_out_bytes = 60u << 20;
  EXPECT_NE(text(translator.on_iopub(std::move(message))).find("60 MiB"), std::string::npos);
}

TEST_F(TranslatorTest, AnswersOnlyTheInputThatIsWaitedFor) {
  EXPECT_EQ(text(translator.on_stdin(
                from_kernel("input_request", {{"prompt", "Name"}, {"password", true}}))),
            R"({"type":"input","execution":"x1","prompt":"Name","password":true,"n":1})");
  EXPECT_FALSE(translator.take_input({"x2"}).has_value());
  EXPECT_TRUE(translator.take_input({"x1"}).has_value());
  EXPECT_FALSE(translator.take_input({"x1"}).has_value());
}

TEST_F(TranslatorTest, CountsOnceThoughToldTwice) {
  EXPECT_NE(text(translator.on_iopub(from_kernel("execute_input", {{"execution_count", 4}}))), "");
  EXPECT_EQ(text(translator.on_shell(reply("ok", {{"execution_count", 4}}))), "");
}

TEST_F(TranslatorTest, SettlesByWhatIsKnown) {
  (void)translator.on_iopub(from_kernel("error", {{"ename", "E"}}));
  (void)translator.on_iopub(status("idle"));
  const auto done = translator.settle({"x1"});
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(std::get<link::Done>(*done).status, "error");
}

TEST_F(TranslatorTest, ShowsThePagerBelowTheCell) {
  const json::Object page{{"source", "page"}, {"data", json::Object{{"text/plain", "help"}}}};
  EXPECT_NE(text(translator.on_shell(reply("ok", {{"payload", json::Array{page}}}))).find("help"),
            std::string::npos);
}

TEST_F(TranslatorTest, ForgetsTheOldest) {
  for (size_t i = 0; i < Translator::kRemembered; ++i) {
    translator.begin("n" + std::to_string(i), {"y" + std::to_string(i)});
  }
  EXPECT_NE(
      text(translator.on_iopub(from_kernel("stream", {{"text", "t"}}))).find(R"("execution":"")"),
      std::string::npos);
}

}  // namespace
}  // namespace colibri::jupyter
