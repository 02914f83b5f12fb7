// Code that runs for one tab alone.
#include <gmock/gmock.h>

#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

using document::Role;
using document::RunState;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class DocumentScratchTest : public NotebookFixture {
 protected:
  bool told(const Page& page, const std::string& what) {
    return until([&] {
      return std::ranges::any_of(page.asides, [&](const std::string& message) {
        return message.find(what) != std::string::npos;
      });
    });
  }
  void scratch(const char* code, const char* cell = "s") {
    actor_->run_scratch({"t_1"}, {cell}, code);
  }
  std::string code_sent(Supervisor& supervisor, size_t at) {
    EXPECT_TRUE(until([&] { return supervisor.all<link::Execute>().size() > at; }));
    const auto sent = supervisor.all<link::Execute>();
    return at < sent.size() ? sent[at].code : "";
  }
};

TEST_F(DocumentScratchTest, IsSeenByItsTabAndKeptNowhereButInTheHistory) {
  open({"x"});
  Page ada, other;
  attach(ada);
  attach(other, "t_2");
  actor_->connect({"t_1"}, {});
  const auto supervisor = make_ready(ada);
  const uint64_t seq = actor_->document().seq();
  scratch("print('hush')");
  const ExecutionId run = started(*supervisor);
  EXPECT_EQ(code_sent(*supervisor, 0), "print('hush')");
  supervisor->say(3, link::Counted{run, 4});
  supervisor->say(4, link::StreamText{run, "stdout", "hush\n"});
  supervisor->say(link::LineRuns{run, 1, {"f"}});
  ASSERT_TRUE(told(ada, R"({"type":"line","execution":")" + run.value));
  supervisor->say(5, link::Done{run, "ok", ""});
  ASSERT_TRUE(told(ada, "run_finished"));
  EXPECT_THAT(ada.asides, Contains(AllOf(HasSubstr("stream_appended"), HasSubstr("hush"))));
  EXPECT_THAT(other.asides, IsEmpty());
  EXPECT_EQ(actor_->document().seq(), seq);
  EXPECT_EQ(actor_->document().cells().size(), 1u);
  ASSERT_TRUE(until([&] {
    return count(
        "SELECT count(*) FROM executions WHERE cell = 's' AND status = 'ok' AND count = 4");
  })) << "the executed code history has it";
  const auto history = NotebookFixture::run(notebooks_->executions({"u_1"}, id_));
  ASSERT_TRUE(history);
  EXPECT_EQ(history->at(0).source, "print('hush')");
}

TEST_F(DocumentScratchTest, TakesItsTurnInTheLane) {
  open({"1", "2"});
  Page ada;
  attach(ada);
  actor_->connect({"t_1"}, {});
  const auto supervisor = make_ready(ada);
  const ExecutionId first = run_first_cell(*supervisor);
  scratch("side");
  until([] { return false; }, 5ms);  // Another millisecond of the queue.
  submit(document::RunCells{{{"c1"}}, {}});
  supervisor->say(3, link::Done{first, "ok", ""});
  EXPECT_EQ(code_sent(*supervisor, 1), "side");
  EXPECT_EQ(cell("c1").run->state, RunState::queued);
  supervisor->say(4, link::Done{supervisor->all<link::Execute>()[1].execution, "ok", ""});
  EXPECT_EQ(code_sent(*supervisor, 2), "2");
}

TEST_F(DocumentScratchTest, AnErrorStopsWhatWaitsOnBothSides) {
  open({"1", "2"});
  Page ada;
  attach(ada);
  actor_->connect({"t_1"}, {});
  const auto supervisor = make_ready(ada);
  scratch("1/0");
  const ExecutionId bad = started(*supervisor);
  submit(document::RunCells{{{"c0"}}, {}});
  scratch("never", "s2");
  supervisor->say(3, link::Done{bad, "error", ""});
  ASSERT_TRUE(told(ada, R"("cancelled":["s2"])"));
  ASSERT_TRUE(until([&] { return !cell("c0").run; }));
  EXPECT_EQ(supervisor->all<link::Execute>().size(), 1u);
}

TEST_F(DocumentScratchTest, AnInterruptAndALostKernelReachIt) {
  open({"1"});
  Page ada;
  attach(ada);
  actor_->connect({"t_1"}, {});
  const auto supervisor = make_ready(ada);
  scratch("while True: pass");
  (void)started(*supervisor);
  scratch("waits", "s2");
  actor_->interrupt({"t_1"}, 1);
  ASSERT_TRUE(until([&] { return !supervisor->all<link::Interrupt>().empty(); }));
  ASSERT_TRUE(told(ada, R"("cells":["s2"])"));
  supervisor->say(3, link::KernelChanged{"restarting", "out_of_memory", "", "", "python3"});
  EXPECT_TRUE(told(ada, "out_of_memory"));
}

TEST_F(DocumentScratchTest, AsksItsOwnPersonForInput) {
  open({"1"});
  Page ada;
  attach(ada);
  actor_->connect({"t_1"}, {});
  const auto supervisor = make_ready(ada);
  scratch("input()");
  const ExecutionId run = started(*supervisor);
  supervisor->say(3, link::InputWanted{run, "Key: ", true});
  ASSERT_TRUE(told(ada, "input_requested"));
  actor_->answer_scratch({"t_2"}, run, "guess");
  actor_->answer_scratch({"t_1"}, run, "secret");
  ASSERT_TRUE(until([&] { return !supervisor->all<link::AnswerInput>().empty(); }));
  EXPECT_EQ(supervisor->all<link::AnswerInput>().front().value, "secret");
  EXPECT_THAT(ada.asides, Not(Contains(HasSubstr("secret"))));
}

TEST_F(DocumentScratchTest, IsThereForATabThatComesBackAndForNoOther) {
  open({"1"});
  Page before;
  attach(before);
  actor_->connect({"t_1"}, {});
  const auto supervisor = make_ready(before);
  scratch("1");
  const Position seen{actor_->document().epoch(), actor_->document().seq()};
  actor_->detach(before);
  Page after, stranger;
  attach(after, "t_1", seen);
  attach(stranger, "t_2", seen);
  EXPECT_THAT(after.asides,
              ElementsAre(AllOf(HasSubstr(R"("snapshot":{)"), HasSubstr(R"("id":"s")"))));
  EXPECT_THAT(stranger.asides, ElementsAre(R"({"type":"scratch","snapshot":null})"));
  actor_->close_scratch({"t_1"}, {"s"});
  EXPECT_TRUE(told(after, "cell_deleted"));
}

TEST_F(DocumentScratchTest, IsForEditorsAndWithinLimits) {
  open({"1"});
  Page ada;
  attach(ada, "t_1", {}, Role::viewer);
  scratch("1");
  EXPECT_THAT(ada.notices, ElementsAre("denied"));
  EXPECT_TRUE(engine_.launches.empty());
  actor_->set_role({"u_1"}, Role::editor);
  ada.notices.clear();
  scratch("");
  EXPECT_THAT(ada.notices, ElementsAre("scratch_refused"));
  for (int i = 0; i < 40; ++i) scratch("1", ("c" + std::to_string(i)).c_str());
  EXPECT_EQ(std::ranges::count(ada.notices, "scratch_refused"),
            10);  // 32, the blank one among them.
}

}  // namespace
}  // namespace colibri::notebooks
