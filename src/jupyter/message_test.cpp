#include "jupyter/message.hpp"

#include <gtest/gtest.h>

#include "jupyter/connection_file.hpp"
#include "jupyter/requests.hpp"

namespace colibri::jupyter {
namespace {

Message sample() {
  Session session("s1", "user");
  Message message = session.request("display_data", {{"data", json::Object{}}}, 1'700'000'000'123,
                                    {{"msg_id", "parent"}});
  message.buffers = {std::string("\0\1", 2), ""};
  return message;
}

std::vector<std::string_view> views(const std::vector<std::string>& frames) {
  return {frames.begin(), frames.end()};
}

TEST(Message, ReadsWhatWasSigned) {
  std::vector<std::string> frames = encode(sample(), Signer("key"));
  frames.insert(frames.begin(), "topic");
  const auto read = Reader(Signer("key")).read(views(frames));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->header.msg_type, "display_data");
  EXPECT_EQ(read->parent_id(), "parent");
  EXPECT_EQ(read->buffers, sample().buffers);
}

TEST(Message, SignsAsOthersDo) {
  // hmac.new(b"key", b"{}" * 4, "sha256").hexdigest()
  const std::vector<std::string_view> frames(4, "{}");
  EXPECT_EQ(Signer("key").sign(frames),
            "ca767b02c5bc061ed184a9a029e7f93a7f2f7ed4e8fe74120fc1212f0b008fa3");
}

TEST(Message, RefusesEveryTamperedFrame) {
  for (size_t part = 1; part <= 5; ++part) {
    std::vector<std::string> frames = encode(sample(), Signer("key"));
    frames[part][0] ^= 1;
    const auto read = Reader(Signer("key")).read(views(frames));
    ASSERT_FALSE(read.has_value()) << part;
    EXPECT_EQ(read.error().code, ErrorCode::denied) << part;
  }
}

TEST(Message, RefusesAnotherKeyAndAShortSignature) {
  std::vector<std::string> frames = encode(sample(), Signer("key"));
  EXPECT_EQ(Reader(Signer("other")).read(views(frames)).error().code, ErrorCode::denied);
  frames[1].pop_back();
  EXPECT_EQ(Reader(Signer("key")).read(views(frames)).error().code, ErrorCode::denied);
  frames[1].clear();
  EXPECT_EQ(Reader(Signer("key")).read(views(frames)).error().code, ErrorCode::denied);
}

TEST(Message, DropsTheSameMessageTheSecondTime) {
  const std::vector<std::string> frames = encode(sample(), Signer("key"));
  Reader reader(Signer("key"));
  EXPECT_TRUE(reader.read(views(frames)).has_value());
  EXPECT_EQ(reader.read(views(frames)).error().code, ErrorCode::conflict);
}

TEST(Message, ForgetsOldSignatures) {
  Session session("s", "u");
  Reader reader(Signer("key"));
  const auto first = encode(session.request("status", {}, 0), Signer("key"));
  (void)reader.read(views(first));
  for (size_t i = 0; i < Reader::kRemembered; ++i) {
    const auto frames = encode(session.request("status", {}, 0), Signer("key"));
    ASSERT_TRUE(reader.read(views(frames)).has_value());
  }
  EXPECT_TRUE(reader.read(views(first)).has_value());
}

TEST(Message, LeavesOutContentOverTheLimitAndSaysHowMuch) {
  Message message = sample();
  message.buffers = {std::string(200, 'x')};
  const auto frames = encode(message, Signer("key"));
  const auto read = Reader(Signer("key"), 100).read(views(frames));
  ASSERT_TRUE(read.has_value());
  EXPECT_GE(read->left_out_bytes, 200u);
  EXPECT_TRUE(read->buffers.empty());
}

TEST(Message, MakesInvalidUtf8Valid) {
  std::vector<std::string> frames = encode(sample(), Signer(""));
  frames[5] = "{\"text\":\"a\x80z\"}";
  const auto read = Reader(Signer("")).read(views(frames));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(json::string_at(read->content, "text"), "a\xEF\xBF\xBDz");
}

TEST(Message, RefusesTooFewFrames) {
  std::vector<std::string> frames = encode(sample(), Signer(""));
  frames.resize(5);
  EXPECT_EQ(Reader(Signer("")).read(views(frames)).error().code, ErrorCode::invalid);
  EXPECT_FALSE(Reader(Signer("")).read({}).has_value());
}

TEST(Session, CountsItsMessages) {
  Session session("s", "u");
  EXPECT_NE(session.request("a", {}, 0).header.msg_id, session.request("a", {}, 0).header.msg_id);
}

TEST(IsoTime, AlwaysHasAFraction) {
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00.000Z");
}

TEST(ConnectionFile, NamesTheEndpointsThatItsTextTells) {
  const std::string text = to_text({"/k/x", "secret", "python3"});
  EXPECT_NE(text.find("\"iopub_port\":2"), std::string::npos);
  EXPECT_EQ(endpoint("/k/x", Channel::iopub), "ipc:///k/x-2");
}

}  // namespace
}  // namespace colibri::jupyter
