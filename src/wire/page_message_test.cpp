#include "wire/page_message.hpp"

#include <gtest/gtest.h>

#include "wire/server_message.hpp"

namespace colibri::wire {
namespace {

std::string refusal(std::string_view text) {
  const auto message = parse_page_text(text);
  return message ? "accepted" : message.error().detail;
}

TEST(PageMessage, ReadsAPush) {
  const auto message = parse_page_text(
      R"({"type":"command","command":3,"op":{"type":"push_text","cell":"c1","version":2,
          "first":1,"changes":[[1,[0,"x"],2]]}})");
  ASSERT_TRUE(message) << message.error().detail;
  const auto& command = std::get<CommandMessage>(*message);
  EXPECT_EQ(command.command, 3u);
  const auto& push = std::get<document::PushText>(command.op);
  EXPECT_EQ(push.cell.value, "c1");
  EXPECT_EQ(push.version, 2u);
  EXPECT_EQ(push.first, 1u);
  EXPECT_EQ(push.changes.at(0).length(), 3u);
}

TEST(PageMessage, ReadsWhereAPersonsClockStands) {
  const std::string hello = R"({"type":"hello","client":"t","protocol":1,"user_tz":)";
  EXPECT_EQ(std::get<Hello>(*parse_page_text(hello + "-480}")).user_tz, -480);
  EXPECT_EQ(
      std::get<Hello>(*parse_page_text(R"({"type":"hello","client":"t","protocol":1})")).user_tz,
      std::nullopt);
  EXPECT_NE(refusal(hello + "1441}"), "accepted");
  EXPECT_NE(refusal(hello + "\"x\"}"), "accepted");
}

TEST(PageMessage, ReadsWhatIsAskedOfARuntime) {
  const auto chosen = parse_page_text(
      R"({"type":"connect","flavor":"t4","image":"","kernel":"ir","meanwhile":"cpu"})");
  ASSERT_TRUE(chosen) << chosen.error().detail;
  EXPECT_EQ(std::get<Connect>(*chosen).flavor, "t4");
  EXPECT_EQ(std::get<Connect>(*chosen).kernel, "ir");
  EXPECT_EQ(std::get<Connect>(*chosen).meanwhile, "cpu");
  EXPECT_TRUE(std::holds_alternative<Keep>(*parse_page_text(R"({"type":"keep"})")));
  EXPECT_TRUE(std::holds_alternative<Claim>(*parse_page_text(R"({"type":"claim"})")));
  EXPECT_TRUE(std::holds_alternative<LeaveQueue>(*parse_page_text(R"({"type":"leave_queue"})")));
  EXPECT_NE(refusal(R"({"type":"connect","flavor":7})"), "accepted");
  EXPECT_NE(refusal(R"({"type":"connect","kernel":")" + std::string(129, 'x') + "\"}"), "accepted");
}

TEST(PageMessage, ReadsWhatATabRunsByItself) {
  const auto run = parse_page_text(R"({"type":"scratch_run","cell":"s","code":"1+1"})");
  ASSERT_TRUE(run) << run.error().detail;
  EXPECT_EQ(std::get<ScratchRun>(*run).code, "1+1");
  const auto answer = parse_page_text(R"({"type":"scratch_answer","execution":"x","value":"Ada"})");
  EXPECT_EQ(std::get<ScratchAnswer>(*answer).value, "Ada");
  EXPECT_NE(refusal(R"({"type":"scratch_run","cell":"s"})"), "accepted");
  EXPECT_NE(refusal(R"({"type":"scratch_close","cell":""})"), "accepted");
}

TEST(PageMessage, ReadsAnInsertAtTheFront) {
  const auto message = parse_page_text(
      R"({"type":"command","command":1,"op":{"type":"insert_cell","cell":"n","cell_type":"code",
          "after":null,"source":"1"}})");
  ASSERT_TRUE(message) << message.error().detail;
  const auto& op = std::get<document::InsertCell>(std::get<CommandMessage>(*message).op);
  EXPECT_EQ(op.after, std::nullopt);
  EXPECT_EQ(op.source, "1");
}

TEST(PageMessage, ReadsWhatIsDoneWithCellsAsWholes) {
  const auto op = [](const std::string& members) {
    const auto message =
        parse_page_text(R"({"type":"command","command":1,"op":{)" + members + "}}");
    EXPECT_TRUE(message) << message.error().detail;
    return std::get<CommandMessage>(*message).op;
  };
  const auto split = std::get<document::SplitCell>(
      op(R"("type":"split_cell","cell":"a","version":4,"at":9,"new_cell":"b")"));
  EXPECT_EQ(split.version, 4u);
  EXPECT_EQ(split.at, 9u);
  EXPECT_EQ(split.new_cell.value, "b");
  const auto merge =
      std::get<document::MergeCells>(op(R"("type":"merge_cells","cells":["a","b"],"newlines":0)"));
  EXPECT_EQ(merge.cells.size(), 2u);
  EXPECT_EQ(merge.newlines, 0u);
  EXPECT_EQ(
      std::get<document::MergeCells>(op(R"("type":"merge_cells","cells":["a","b"])")).newlines, 1u);
  const auto restore =
      std::get<document::RestoreCell>(op(R"("type":"restore_cell","cell":"a","after":null)"));
  EXPECT_EQ(restore.after, std::nullopt);
  EXPECT_TRUE(std::get<document::SetAttachments>(
                  op(R"("type":"set_attachments","cell":"a","attachments":{"i":{}})"))
                  .attachments.contains("i"));
  EXPECT_EQ(std::get<document::RestoreOutputs>(op(R"("type":"restore_outputs","cells":["a"])"))
                .cells.size(),
            1u);
}

TEST(PageMessage, ReadsComments) {
  const auto op = [](const std::string& members) {
    const auto message =
        parse_page_text(R"({"type":"command","command":1,"op":{)" + members + "}}");
    EXPECT_TRUE(message) << message.error().detail;
    return std::get<CommandMessage>(*message).op;
  };
  const auto start = std::get<document::StartThread>(
      op(R"("type":"start_thread","thread":"h","comment":"m","cell":"a","text":"Why?",)"
         R"("version":7,"anchor":{"from":2,"to":4})"));
  EXPECT_EQ(start.anchor, (document::Anchor{2, 4}));
  EXPECT_EQ(start.version, 7u);
  EXPECT_EQ(start.comment.value, "m");
  const auto whole = std::get<document::StartThread>(
      op(R"("type":"start_thread","thread":"h","comment":"m","cell":"a","text":"Why?")"));
  EXPECT_EQ(whole.anchor, std::nullopt);
  EXPECT_EQ(
      std::get<document::Reply>(op(R"("type":"reply","thread":"h","comment":"m","text":"So.")"))
          .text.size(),
      3u);
  EXPECT_FALSE(std::get<document::ResolveThread>(
                   op(R"("type":"resolve_thread","thread":"h","resolved":false)"))
                   .resolved);
  EXPECT_EQ(std::get<ReadComments>(*parse_page_text(R"({"type":"read_comments","seq":9})")).seq,
            9u);
}

TEST(PageMessage, ReadsHelloWithAndWithoutAPlaceToResumeAt) {
  const auto fresh = parse_page_text(R"({"type":"hello","client":"t_1","protocol":1})");
  ASSERT_TRUE(fresh);
  EXPECT_EQ(std::get<Hello>(*fresh).seq, std::nullopt);
  EXPECT_EQ(std::get<Hello>(*fresh).language, "");
  const auto back =
      parse_page_text(R"({"type":"hello","client":"t_1","protocol":1,"epoch":"e","seq":4})");
  ASSERT_TRUE(back);
  EXPECT_EQ(std::get<Hello>(*back).seq, 4u);
  const auto chinese =
      parse_page_text(R"({"type":"hello","client":"t_1","protocol":1,"language":"zh-CN"})");
  ASSERT_TRUE(chinese);
  EXPECT_EQ(std::get<Hello>(*chinese).language, "zh-CN");
  const std::string long_word(36, 'x');
  EXPECT_FALSE(parse_page_text(R"({"type":"hello","client":"t_1","protocol":1,"language":")" +
                               long_word + "\"}"));
}

TEST(PageMessage, ReadsWhereAPersonIs) {
  const auto message = parse_page_text(
      R"({"type":"presence","cell":"a","selection":[[1,2],[5,5]],"version":7,"editing":true})");
  ASSERT_TRUE(message) << message.error().detail;
  const auto& presence = std::get<Presence>(*message);
  EXPECT_EQ(presence.cell, CellId{"a"});
  EXPECT_EQ(presence.selection.at(0), (std::pair<uint32_t, uint32_t>(1, 2)));
  EXPECT_EQ(presence.version, 7u);
  EXPECT_TRUE(presence.editing);
  EXPECT_TRUE(parse_page_text(
      R"({"type":"presence","cell":null,"selection":[],"version":0,"editing":false})"));
}

TEST(PageMessage, RefusesWhatDoesNotFit) {
  const char* kBad[] = {
      "",
      "[]",
      "{}",
      R"({"type":"nothing"})",
      R"({"type":"hello","client":"","protocol":1})",
      R"({"type":"hello","client":"t","protocol":1,"epoch":"e"})",
      R"({"type":"command","command":0,"op":{"type":"run","cells":[]}})",
      R"({"type":"command","command":-1,"op":{"type":"run","cells":[]}})",
      R"({"type":"command","command":1,"op":{"type":"run","cells":[1]}})",
      R"({"type":"presence","selection":[],"version":0,"editing":false})",
      R"({"type":"presence","cell":null,"selection":[[1]],"version":0,"editing":false})",
      R"({"type":"presence","cell":null,"selection":[[1,-1]],"version":0,"editing":false})",
      R"({"type":"presence","cell":null,"selection":[[1,99999999999]],"version":0,"editing":false})",
      R"({"type":"presence","cell":null,"selection":[],"version":0,"editing":1})",
      R"({"type":"command","command":1,"op":{"type":"run"}})",
      R"({"type":"command","command":1,"op":{"type":"merge_cells","cells":["a"],"newlines":101}})",
      R"({"type":"command","command":1,"op":{"type":"split_cell","cell":"a","version":0,"at":-1,"new_cell":"b"}})",
      R"({"type":"command","command":1,"op":{"type":"set_attachments","cell":"a","attachments":[]}})",
      R"({"type":"command","command":1,"op":{"type":"start_thread","thread":"h","comment":"m","cell":"a","text":"?","version":1,"anchor":{"from":4,"to":2}}})",
      R"({"type":"command","command":1,"op":{"type":"start_thread","thread":"h","comment":"m","cell":"a","text":"?","version":1,"anchor":{"from":-1,"to":2}}})",
      R"({"type":"command","command":1,"op":{"type":"start_thread","thread":"h","comment":"m","cell":"a","text":"?","version":1,"anchor":[1,2]}})",
      R"({"type":"command","command":1,"op":{"type":"start_thread","thread":"h","comment":"m","cell":"a","text":"?","anchor":{"from":1,"to":2}}})",
      R"({"type":"command","command":1,"op":{"type":"reply","thread":"h","comment":"m"}})",
      R"({"type":"command","command":1,"op":{"type":"resolve_thread","thread":"h","resolved":1}})",
      R"({"type":"read_comments","seq":-1})",
      R"({"type":"command","command":1,"op":{"type":"start_run","cell":"c"}})",
      R"({"type":"command","command":1,"op":{"type":"insert_cell","cell":"c","cell_type":"x","after":null}})",
      R"({"type":"command","command":1,"op":{"type":"insert_cell","cell":"c","cell_type":"code"}})",
      R"({"type":"command","command":1,"op":{"type":"push_text","cell":"c","version":0,"first":0,"changes":[[-1]]}})",
      R"({"type":"command","command":1})",
      R"({"type":"comm","message":{"type":"execute_request","content":{}}})",
      R"({"type":"complete","request":"r","code":"","cursor":NaN})",
  };
  std::string many =
      R"({"type":"presence","cell":null,"version":0,"editing":false,"selection":[[0,0])";
  for (int i = 0; i < 32; ++i) many += ",[0,0]";
  EXPECT_NE(refusal(many + "]}"), "accepted");
  for (const char* text : kBad) EXPECT_NE(refusal(text), "accepted") << text;
}

TEST(PageMessage, TellsAnotherProtocolFromNonsense) {
  const auto message = parse_page_text(R"({"type":"hello","client":"t_1","protocol":2})");
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, ErrorCode::unsupported);
}

TEST(PageMessage, ReadsTheBuffersOfAComm) {
  const std::string frame =
      comm_binary({{"type", "comm_msg"}, {"content", json::Object{{"comm_id", "w"}}}},
                  std::vector<std::string>{"ab", "", "c"});
  const auto message = parse_page_binary(frame);
  ASSERT_TRUE(message) << message.error().detail;
  EXPECT_EQ(std::get<Comm>(*message).buffers, (std::vector<std::string>{"ab", "", "c"}));
}

TEST(PageMessage, RefusesTruncatedBinaryFrames) {
  const std::string frame = comm_binary({{"type", "comm_msg"}, {"content", json::Object{}}},
                                        std::vector<std::string>{"abc"});
  for (size_t size = 0; size < frame.size(); ++size)
    EXPECT_FALSE(parse_page_binary(std::string_view(frame).substr(0, size))) << size;
}

TEST(ServerMessage, JoinsRecordsThatWereSerialisedOnce) {
  const auto text = std::make_shared<const std::string>(R"({"seq":1})");
  const std::shared_ptr<const std::string> texts[] = {text, text};
  EXPECT_EQ(records("e_1", texts),
            R"({"type":"records","epoch":"e_1","records":[{"seq":1},{"seq":1}]})");
}

}  // namespace
}  // namespace colibri::wire
