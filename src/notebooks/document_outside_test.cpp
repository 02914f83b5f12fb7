// What other programs do to the file of a notebook, open or not.
#include <gmock/gmock.h>

#include <map>

#include "notebooks/notebook_fixture.hpp"

namespace colibri::notebooks {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class DocumentOutsideTest : public NotebookFixture {
 protected:
  // As another program: reads, changes, writes by a temporary file.
  void rewrite(const std::string& what, const std::string& with) {
    std::string text = get(file());
    const size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << text;
    text.replace(at, what.size(), with);
    put(text);
  }
  void put(const std::string& text) {
    std::ofstream(base_ / "temporary", std::ios::binary) << text;
    fs::rename(base_ / "temporary", file());
  }
  bool has_source(const char* id, const char* source) {
    const document::Cell* found = actor_->document().find({id});
    return found && to_utf8(found->source) == source;
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> out;
    const auto page = run(notebooks_->revisions({"u_1"}, id_, {}));
    const auto* revisions = page ? &page->revisions : nullptr;
    if (revisions)
      for (const RevisionEntry& entry : *revisions) out.push_back(entry.kind);
    return out;
  }
  void open_saved(Page& page, std::vector<std::string> sources) {
    open(std::move(sources));
    attach(page);
    insert("n1");
    ASSERT_TRUE(until([&] { return page.saved.seq == 1; }));
  }
  void close(Page& page) {
    actor_->detach(page);
    std::weak_ptr<DocumentActor> gone = actor_;
    actor_.reset();
    ASSERT_TRUE(until([&] { return gone.expired(); }));
  }
};

TEST_F(DocumentOutsideTest, TakesAChangeInAsCommandsThatEverybodySees) {
  Page page;
  open_saved(page, {"one", "two"});
  const std::string epoch = actor_->document().epoch();
  page.types.clear();
  rewrite("\"one\"", "\"one!\"");
  ASSERT_TRUE(until([&] { return has_source("c0", "one!"); }));
  ASSERT_TRUE(until([&] { return !page.notices.empty(); }));
  EXPECT_THAT(page.notices, ElementsAre("changed_outside"));
  EXPECT_THAT(page.types, ElementsAre("text_changed"));
  EXPECT_EQ(actor_->document().epoch(), epoch);
  EXPECT_THAT(kinds(), ElementsAre("outside", "before_outside", "opened"));
  EXPECT_EQ(count("SELECT COUNT(*) FROM revisions WHERE pinned = 1"), 2);
}

TEST_F(DocumentOutsideTest, MergesWithWhatIsTypedMeanwhile) {
  settings_.save_idle_ms = settings_.save_after_ms = 300;
  stop_server();
  start_server();
  Page page;
  open_saved(page, {"a = 1\nb = 2\n"});
  submit(document::PushText{{"c0"}, 0, 0, {document::ChangeSet::replace(12, 5, 5, u"0")}});
  ASSERT_TRUE(until([&] { return has_source("c0", "a = 10\nb = 2\n"); }));
  rewrite("b = 2", "b = 3");
  ASSERT_TRUE(until([&] { return has_source("c0", "a = 10\nb = 3\n"); }));
  ASSERT_TRUE(until([&] {
    return get(file()).find("b = 3") != std::string::npos &&
           get(file()).find("a = 10") != std::string::npos;
  }));
}

TEST_F(DocumentOutsideTest, MergesAtTheNextOpeningAndKeepsTheEpoch) {
  settings_.close_after_ms = 1;
  stop_server();
  start_server();
  Page page;
  open_saved(page, {"1"});
  const std::string epoch = actor_->document().epoch();
  close(page);
  rewrite("\"1\"", "\"2\"");
  reopen();
  EXPECT_TRUE(has_source("c0", "2"));
  EXPECT_EQ(actor_->document().epoch(), epoch);
  Page back;
  attach(back, "t_1", Position{epoch, 1});
  EXPECT_TRUE(back.welcome->resumed);
}

TEST_F(DocumentOutsideTest, TakesItsOwnWritingForNobodyElses) {
  Page page;
  open_saved(page, {"1"});
  insert("n2");
  ASSERT_TRUE(until([&] { return page.saved.seq == 2; }));
  actor_->detach(page);
  actor_.reset();
  stop_server();  // As kill -9: the store has heard that the file would be written, no more.
  start_server();
  reopen();
  until([] { return false; }, 100ms);
  EXPECT_THAT(kinds(), ElementsAre("opened"));
}

TEST_F(DocumentOutsideTest, SaysNothingOfAFileThatWasOnlyWrittenAnotherWay) {
  Page page;
  open_saved(page, {"1"});
  const auto value = json::parse(get(file()));
  ASSERT_TRUE(value);
  const std::string compact = json::serialize(*value, json::NanAs::python);
  put(compact);
  until([] { return false; }, 200ms);
  EXPECT_THAT(page.notices, IsEmpty());
  EXPECT_EQ(get(file()), compact);
  rewrite("\"1\"", "\"2\"");  // Still merges against what it was.
  ASSERT_TRUE(until([&] { return has_source("c0", "2"); }));
  EXPECT_EQ(actor_->document().cells().size(), 2U);
}

TEST_F(DocumentOutsideTest, WaitsForAFileThatIsHalfWritten) {
  settings_.unreadable_ms = 60'000;
  stop_server();
  start_server();
  Page page;
  open_saved(page, {"1"});
  std::string text = get(file());
  text.replace(text.find("\"1\""), 3, "\"2\"");
  std::ofstream(file(), std::ios::binary) << text.substr(0, text.size() / 2);
  until([] { return false; }, 200ms);
  EXPECT_THAT(page.notices, IsEmpty());
  std::ofstream(file(), std::ios::binary) << text;
  ASSERT_TRUE(until([&] { return has_source("c0", "2"); }));
}

TEST_F(DocumentOutsideTest, SetsAsideWhatIsNoNotebook) {
  Page page;
  open_saved(page, {"1"});
  std::ofstream(file()) << "written by another program";
  ASSERT_TRUE(until([&] { return !page.notices.empty(); }));
  EXPECT_THAT(page.notices, ElementsAre("file_unreadable"));
  ASSERT_TRUE(until([&] { return get(file()).find("\"n1\"") != std::string::npos; }));
  const auto kept = [&] {
    size_t files = 0;
    for (const auto& entry : fs::directory_iterator(file().parent_path()))
      if (get(entry.path()) == "written by another program") ++files;
    return files;
  };
  EXPECT_TRUE(until([&] { return kept() == 1; }));  // Two while it is being replaced.
  EXPECT_TRUE(has_source("c0", "1"));
}

TEST_F(DocumentOutsideTest, FollowsAFileThatWasRenamed) {
  Page page;
  open_saved(page, {"1"});
  const fs::path moved = file().parent_path() / "b.ipynb";
  fs::rename(file(), moved);
  ASSERT_TRUE(until([&] { return actor_->title() == "b"; }));
  insert("n2");
  ASSERT_TRUE(until([&] { return get(moved).find("\"n2\"") != std::string::npos; }));
  EXPECT_FALSE(fs::exists(file()));
  const auto listed = run(notebooks_->list({"u_1"}));
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().id, id_);
}

TEST_F(DocumentOutsideTest, TakesThePlaceOfOneThatNobodyHasOpened) {
  Page page;
  open_saved(page, {"1"});
  const auto other = run(notebooks_->create({"u_1"}));
  ASSERT_TRUE(other);
  ASSERT_TRUE(run(notebooks_->list({"u_1"})));
  const fs::path folder = file().parent_path();
  fs::rename(folder / "Untitled0.ipynb", folder / "aside.ipynb");
  fs::rename(file(), folder / "Untitled0.ipynb");
  ASSERT_TRUE(until([&] { return actor_->title() == "Untitled0"; }));
  const auto listed = run(notebooks_->list({"u_1"}));
  ASSERT_TRUE(listed);
  std::map<std::string, std::string> titles;
  for (const NotebookEntry& entry : *listed) titles.emplace(entry.id.value, entry.title);
  EXPECT_THAT(titles,
              UnorderedElementsAre(Pair(id_.value, "Untitled0"), Pair(other->value, "aside")));
  EXPECT_THAT(page.notices, IsEmpty());
}

TEST_F(DocumentOutsideTest, FollowsAFileThatWasRenamedWhileNobodyHadItOpen) {
  settings_.close_after_ms = 1;
  stop_server();
  start_server();
  Page page;
  open_saved(page, {"1"});
  close(page);
  fs::create_directory(file().parent_path() / "sub");
  fs::rename(file(), file().parent_path() / "sub" / "b.ipynb");
  const auto listed = run(notebooks_->list({"u_1"}));
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().id, id_);
  EXPECT_EQ(listed->front().title, "b");
}

TEST_F(DocumentOutsideTest, TellsOfADeletedFileAndWritesItWithTheNextChange) {
  Page page;
  open_saved(page, {"1"});
  fs::remove(file());
  ASSERT_TRUE(until([&] { return !page.notices.empty(); }));
  EXPECT_THAT(page.notices, ElementsAre("file_gone"));
  until([] { return false; }, 100ms);
  EXPECT_FALSE(fs::exists(file()));
  insert("n2");
  ASSERT_TRUE(until([&] { return fs::exists(file()); }));
  EXPECT_THAT(get(file()), HasSubstr("\"n2\""));
}

TEST_F(DocumentOutsideTest, LosesNothingWhenTheLogWasCutInBetween) {
  settings_.compact_records = 2;
  settings_.kept_records = 1;
  stop_server();
  start_server();
  Page page;
  open_saved(page, {"1"});
  for (int i = 2; i < 12; ++i) insert(("n" + std::to_string(i)).c_str());
  ASSERT_TRUE(until([&] { return page.saved.seq == 11; }));
  ASSERT_TRUE(until([&] { return count("SELECT COUNT(*) FROM document_records") < 3; }));
  rewrite("\"1\"", "\"2\"");
  ASSERT_TRUE(until([&] { return has_source("c0", "2"); }));
  EXPECT_EQ(actor_->document().cells().size(), 12U);
}

}  // namespace
}  // namespace colibri::notebooks
