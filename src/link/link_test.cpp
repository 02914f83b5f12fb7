#include <gtest/gtest.h>

#include <random>

#include "link/frame.hpp"
#include "link/messages.hpp"
#include "link/spool.hpp"
#include "link/supervisor_config.hpp"

namespace colibri::link {
namespace {

Frame frame_with(std::string text, std::vector<std::string> buffers = {}) {
  return {{{"type", "x"}, {"text", std::move(text)}}, std::move(buffers)};
}

std::vector<Frame> drain(FrameDecoder& decoder) {
  std::vector<Frame> frames;
  for (;;) {
    auto next = decoder.next();
    if (!next || !*next) return frames;
    frames.push_back(std::move(**next));
  }
}

TEST(Frame, RoundTripsInRandomPieces) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::vector<Frame> sent;
  std::string bytes;
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string> buffers;
    for (unsigned b = random() % 4; b > 0; --b) {
      buffers.emplace_back(random() % 300, static_cast<char>(random()));
    }
    sent.push_back(frame_with(std::string(random() % 500, 'a'), std::move(buffers)));
    bytes += *encode(sent.back());
  }
  FrameDecoder decoder;
  std::vector<Frame> received;
  for (size_t at = 0; at < bytes.size();) {
    const size_t piece = std::min<size_t>(1 + random() % 700, bytes.size() - at);
    decoder.feed(std::string_view(bytes).substr(at, piece));
    at += piece;
    for (Frame& frame : drain(decoder)) received.push_back(std::move(frame));
  }
  EXPECT_EQ(received, sent);
  EXPECT_EQ(decoder.pending(), 0u);
}

TEST(Frame, RandomBytesNeverCrashTheDecoder) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = *encode(frame_with("abc", {"12", "345"}));
    for (unsigned hits = 1 + random() % 6; hits > 0; --hits) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    FrameDecoder decoder(4096);
    decoder.feed(bytes);
    for (Frame& frame : drain(decoder)) EXPECT_LE(frame.buffers.size(), kMaxBuffers);
  }
}

TEST(Frame, RefusesALengthOverTheLimitBeforeTheBytesCome) {
  FrameDecoder decoder(1000);
  decoder.feed(std::string_view("\xe9\x03\x00\x00", 4));
  const auto next = decoder.next();
  ASSERT_FALSE(next.has_value());
  EXPECT_EQ(next.error().code, ErrorCode::too_large);
}

TEST(Frame, RefusesBuffersThatDoNotFillTheFrame) {
  for (const char* lengths : {"[1]", "[5]", "[-1,3]", "[1e3]", "\"2\""}) {
    const std::string json = std::string("{\"buffers\":") + lengths + "}";
    std::string bytes(8, '\0');
    bytes[0] = static_cast<char>(4 + json.size() + 2);
    bytes[4] = static_cast<char>(json.size());
    FrameDecoder decoder;
    decoder.feed(bytes + json + "ab");
    EXPECT_FALSE(decoder.next().has_value()) << lengths;
  }
}

TEST(Frame, RefusesToEncodeMoreThanTheLimit) {
  const auto bytes = encode({{}, {std::string(kMaxFrameBytes, 'x')}});
  ASSERT_FALSE(bytes.has_value());
  EXPECT_EQ(bytes.error().code, ErrorCode::too_large);
}

template <class Message>
Frame again(const Frame& frame, Result<Message> (*parse)(Frame)) {
  auto parsed = parse(frame);
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().detail);
  return parsed ? to_frame(std::move(*parsed)) : Frame{};
}

TEST(Messages, OfASupervisorReadBackAsWritten) {
  const std::vector<FromSupervisor> messages = {
      Numbered{1, RuntimeChanged{"ended", "timeout", "why"}},
      Numbered{2, KernelChanged{"idle", "", "", "python", "python3"}},
      Numbered{3, Counted{{"x"}, 7}},
      Numbered{4, StreamText{{"x"}, "stdout", "text", 3, 99}},
      Numbered{5, StreamText{{"x"}, "stderr", "text"}},
      Numbered{6, OutputMade{{"x"}, {{"output_type", "error"}}}},
      Numbered{7, DisplayUpdated{"d", {{"text/plain", "1"}}, {}}},
      Numbered{8, OutputCleared{{"x"}, true}},
      Numbered{9, InputWanted{{"x"}, "Name", true}},
      Numbered{10, Done{{"x"}, "error", "interrupted"}},
      Numbered{11, Comm{{{"type", "comm_msg"}}, {"ab", ""}}},
      Hello{{"r_1"}, "secret", 12, 3, kProtocol, 5000, 400},
      Meters{1, 2, 3, 4, 0.5},
      LineRuns{{"x"}, 3, {"f", "<module>"}},
      Meters{1,
             2,
             3,
             4,
             0.5,
             {{"GPU-1", "T4", 5u, 6, 12.5, 1}, {"MIG-2", "A100 1g.5gb", std::nullopt, 7}},
             MeterNotice{"accelerator_unused", 8, 9}},
      Reply{"q", json::Object{{"found", true}}, {}},
      Reply{"q", {}, Error{ErrorCode::timeout, "late"}},
      Pong{4}};
  for (const FromSupervisor& message : messages) {
    const Frame frame = to_frame(message);
    EXPECT_EQ(again(frame, &parse_from_supervisor), frame);
  }
}

Claim example_claim() {
  Claim claim{.request = "q",
              .left_ms = 1,
              .idle_ms = 2,
              .idle_left_ms = 3,
              .orphan_ms = 4,
              .cpus = 1.5,
              .memory_bytes = 5,
              .pids = 6,
              .accelerators = {{.id = "npu-0", .kind = "declared", .model = "npu", .title = "NPU"}},
              .edits = {}};
  claim.edits.env["NPU"] = "0";
  claim.edits.devices = {{"/dev/npu0", "/dev/npu0", 'c', 1, 8, "rw"}};
  return claim;
}

TEST(Messages, OfTheServerReadBackAsWritten) {
  const std::vector<FromServer> messages = {Welcome{9},
                                            Refused{"no"},
                                            Ack{3},
                                            Execute{{"x"}, "1+1", false},
                                            Interrupt{},
                                            Restart{"c1"},
                                            AnswerInput{{"x"}, "v"},
                                            Complete{"q", "pri", 3},
                                            Inspect{"q", "print", 5, 1},
                                            Comm{{{"type", "comm_msg"}}, {"ab"}},
                                            Deadlines{1, 2, 3},
                                            example_claim(),
                                            Shutdown{"disconnect"},
                                            Ping{2}};
  for (const FromServer& message : messages) {
    const Frame frame = to_frame(message);
    EXPECT_EQ(again(frame, &parse_from_server), frame);
  }
}

TEST(Messages, RefuseWhatIsMissingOrOfAnotherType) {
  EXPECT_FALSE(parse_from_server({{{"type", "execute"}, {"execution", "x"}}}).has_value());
  EXPECT_FALSE(parse_from_server({{{"type", "ack"}, {"n", -1}}}).has_value());
  EXPECT_FALSE(parse_from_server({{{"type", "format_disk"}}}).has_value());
  EXPECT_FALSE(parse_from_server({{{"type", "claim"}, {"left_ms", 1}}}).has_value());
  EXPECT_FALSE(parse_from_server({{}}).has_value());
  EXPECT_FALSE(parse_from_supervisor({{{"type", "done"}, {"n", 1}, {"execution", 5}}}).has_value());
  EXPECT_FALSE(
      parse_from_supervisor({{{"type", "done"}, {"n", 0}, {"execution", "x"}, {"status", "ok"}}})
          .has_value());
}

TEST(SupervisorConfig, ReadsBackAsWritten) {
  SupervisorConfig config;
  config.runtime = {"r_1"};
  config.token = "t";
  config.cpus = 1.5;
  config.memory_bytes = 1ull << 33;
  config.env = {{"A", "b"}};
  config.ends_ms = 1'800'000'000'000;
  config.pass_env = {"CUDA_VISIBLE_DEVICES"};
  config.life_ms = 3'600'000;
  config.link_certificate = "00ff";
  const auto read = supervisor_config_from_json(to_json(config));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(to_json(*read), to_json(config));
}

TEST(SupervisorConfig, NamesTheFieldThatIsMissing) {
  json::Object object = to_json(SupervisorConfig{});
  object.erase("token");
  const auto read = supervisor_config_from_json(object);
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().detail.find("token"), std::string::npos);
}

TEST(Spool, KeepsInMemoryUpToTheLimitAndThenInTheFileUntilThatIsEmpty) {
  Spool spool(10);
  std::string one = "12345678", two = "abc", three = "x";
  EXPECT_FALSE(spool.add(one).has_value());
  EXPECT_EQ(spool.add(two), (Spool::Extent{0, 3}));
  EXPECT_EQ(spool.add(three), (Spool::Extent{3, 1}));  // Would fit, but must not split the file.
  EXPECT_EQ(*spool.find(1)->bytes, "12345678");
  EXPECT_EQ(spool.find(3)->extent, (Spool::Extent{3, 1}));
  EXPECT_EQ(two, "abc");

  const Spool::Trimmed first = spool.acknowledge(2);
  EXPECT_EQ(first.hole, (Spool::Extent{0, 3}));
  EXPECT_FALSE(first.file_empty);
  EXPECT_TRUE(spool.acknowledge(3).file_empty);
  EXPECT_EQ(spool.memory_bytes() + spool.file_bytes(), 0u);
  std::string four = "y";
  EXPECT_FALSE(spool.add(four).has_value());
}

TEST(Spool, CountsFromOneAndForgetsOnlyWhatExists) {
  Spool spool(100);
  EXPECT_EQ(spool.next(), 1u);
  EXPECT_EQ(spool.oldest(), 1u);
  std::string frame = "f";
  (void)spool.add(frame);
  EXPECT_FALSE(spool.acknowledge(99).file_empty);
  EXPECT_EQ(spool.next(), 2u);
  EXPECT_EQ(spool.oldest(), 2u);
  EXPECT_FALSE(spool.find(1).has_value());
  EXPECT_FALSE(spool.find(2).has_value());
}

TEST(Spool, TakesAFrameBackWhenTheFileCannotBeWritten) {
  Spool spool(0);
  std::string frame = "frame";
  ASSERT_TRUE(spool.add(frame).has_value());
  spool.keep_in_memory(1, std::move(frame));
  EXPECT_EQ(*spool.find(1)->bytes, "frame");
  EXPECT_EQ(spool.file_bytes(), 0u);
  EXPECT_EQ(spool.acknowledge(1).hole.bytes, 0u);
}

TEST(Ask, GoesOverTheLinkAndBack) {
  const auto ask = parse_from_supervisor(
      to_frame(FromSupervisor(Ask{"a1", "page.eval_js", {{"script", "1"}}, 10})));
  ASSERT_TRUE(ask) << ask.error().detail;
  EXPECT_EQ(std::get<Ask>(*ask).method, "page.eval_js");
  EXPECT_EQ(json::serialize(std::get<Ask>(*ask).params), R"({"script":"1"})");
  for (const AskResult& result : {AskResult(json::Value()), AskResult(json::Array{1, 2}),
                                  AskResult(ask_failure("no_page", "None."))}) {
    const auto answer = parse_from_server(to_frame(FromServer(Answer{"a1", result})));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(std::get<Answer>(*answer).result, result);
  }
}

TEST(Ask, IsRefusedWithAForgedName) {
  const std::string good = R"({"type":"ask","ask":"a1","method":"a.b","params":{},"timeout_ms":1})";
  ASSERT_TRUE(parse_from_supervisor({*json::parse_object(good), {}}));
  for (const auto& [from, to] : {std::pair{"a.b", "a.b.c"},
                                 {"a.b", "ab"},
                                 {"a.b", "A.b"},
                                 {"\"a1\"", "\"\""},
                                 {"{}", "[]"},
                                 {"1}", "-1}"}}) {
    std::string bad = good;
    bad.replace(bad.rfind(from), std::string(from).size(), to);
    EXPECT_FALSE(parse_from_supervisor({*json::parse_object(bad), {}})) << bad;
  }
}

TEST(AgentLine, AnAnswerIsNeverLongerThanALine) {
  const std::string line = agent_reply(7, json::Value(std::string(kMaxAgentLine, 'x')));
  EXPECT_EQ(line, R"({"id":7,"error":{"code":"too_large","message":"The answer is over 1 MiB."}})"
                  "\n");
}

}  // namespace
}  // namespace colibri::link
