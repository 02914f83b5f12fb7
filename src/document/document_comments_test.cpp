// Comments: who may do what, and where their anchors go. The random sessions at the end are also
// replayed by the page (web/src/model/threads.test.ts), which must come to the same threads.
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "document/document_fixture.hpp"

namespace colibri::document {
namespace {

constexpr Limits kComments{.cells = 20,
                           .source_units = 10'000,
                           .history_updates = 5,
                           .bin_cells = 3,
                           .threads = 3,
                           .comments_per_thread = 3,
                           .comment_bytes = 20,
                           .all_comments_bytes = 100};

struct Talk : Session {
  explicit Talk(Limits l = kComments) : Session(l) {}

  // As somebody, with a role.
  Result<Record> ask_as(const std::string& user, Role role, Op op) {
    return document.decide({2000, {user}, {}, 0, std::move(op), "Name of " + user, role});
  }
  ::testing::AssertionResult accept_as(const std::string& user, Role role, Op op) {
    const auto record = ask_as(user, role, std::move(op));
    if (!record) return ::testing::AssertionFailure() << record.error().detail;
    const auto text = json::serialize(to_json(*record));
    const auto read = record_from_json(*json::parse_object(text));
    if (!read) return ::testing::AssertionFailure() << read.error().detail << " " << text;
    document.apply(*read);
    return ::testing::AssertionSuccess();
  }
  ErrorCode refusal_as(const std::string& user, Role role, Op op) {
    const auto record = ask_as(user, role, std::move(op));
    EXPECT_FALSE(record) << "accepted";
    return record ? ErrorCode::io : record.error().code;
  }
  void start_thread(const std::string& id, const std::string& cell,
                    std::optional<Anchor> anchor = {}, const std::string& text = "Why?") {
    ASSERT_TRUE(accept_as(
        "u_ada", Role::commenter,
        StartThread{{id}, {id + "1"}, {cell}, anchor, document.find({cell})->version(), text}));
  }
  const Thread& thread(const std::string& id) { return *document.threads().find({id}); }
  // "cell: what the anchor holds".
  std::string place(const std::string& id) {
    const Thread& t = thread(id);
    if (!t.anchor) return t.cell.value;
    const Cell* cell = document.find(t.cell);
    if (!cell) return t.cell.value + " (gone)";
    return t.cell.value + ": " +
           to_utf8(cell->source.substr(t.anchor->from, t.anchor->to - t.anchor->from));
  }
  void replace(const std::string& id, size_t from, size_t to, const std::u16string& insert) {
    const Cell& c = cell(id);
    ASSERT_TRUE(accept(push(id, c.version(), command_of(id),
                            ChangeSet::replace(c.source.size(), from, to, insert)),
                       "t_1"));
  }
  uint64_t command_of(const std::string& id) {
    const auto& confirmed = cell(id).confirmed;
    const auto found = confirmed.find("t_1");
    return found == confirmed.end() ? 0 : found->second.updates;
  }
};

constexpr Role kViewer = Role::viewer, kCommenter = Role::commenter, kEditor = Role::editor,
               kOwner = Role::owner;

TEST(Comments, NeedACommenter) {
  EXPECT_EQ(needed_role(StartThread{}), kCommenter);
  EXPECT_EQ(needed_role(Reply{}), kCommenter);
  EXPECT_EQ(needed_role(EditComment{}), kCommenter);
  EXPECT_EQ(needed_role(DeleteComment{}), kCommenter);
  EXPECT_EQ(needed_role(ResolveThread{}), kCommenter);
  EXPECT_EQ(needed_role(PushText{}), kEditor);
  EXPECT_LT(kViewer, kCommenter);
}

TEST(Comments, BeginAThreadOnAPartOfTheTextAndReply) {
  Talk talk;
  talk.add("a", "x = 1\nprint(x)");
  talk.start_thread("h", "a", Anchor{0, 5});
  ASSERT_TRUE(talk.accept_as("u_bob", kCommenter, Reply{{"h"}, {"h2"}, "Because."}));
  const Thread& thread = talk.thread("h");
  EXPECT_EQ(talk.place("h"), "a: x = 1");
  EXPECT_EQ(thread.quote, "x = 1");
  ASSERT_EQ(thread.comments.size(), 2u);
  EXPECT_EQ(thread.comments[1].user.value, "u_bob");
  EXPECT_EQ(thread.comments[1].name, "Name of u_bob");
  EXPECT_EQ(thread.comments[1].seq, talk.document.seq());
  EXPECT_EQ(thread.comments[1].time_ms, 2000);
}

TEST(Comments, AreChangedByTheirAuthorsAlone) {
  Talk talk;
  talk.add("a", "1");
  talk.start_thread("h", "a");
  EXPECT_EQ(talk.refusal_as("u_bob", kOwner, EditComment{{"h"}, {"h1"}, "No."}), ErrorCode::denied);
  ASSERT_TRUE(talk.accept_as("u_ada", kCommenter, EditComment{{"h"}, {"h1"}, "How?"}));
  EXPECT_EQ(talk.thread("h").comments[0].text, "How?");
  EXPECT_EQ(talk.thread("h").comments[0].edited_ms, 2000);
  EXPECT_EQ(talk.refusal_as("u_ada", kCommenter, EditComment{{"h"}, {"h1"}, "How?"}),
            ErrorCode::conflict);
}

TEST(Comments, AreDeletedByTheirAuthorsOrTheOwner) {
  Talk talk;
  talk.add("a", "1");
  talk.start_thread("h", "a");
  ASSERT_TRUE(talk.accept_as("u_bob", kCommenter, Reply{{"h"}, {"h2"}, "So."}));
  EXPECT_EQ(talk.refusal_as("u_ada", kEditor, DeleteComment{{"h"}, {"h2"}}), ErrorCode::denied);
  ASSERT_TRUE(talk.accept_as("u_eve", kOwner, DeleteComment{{"h"}, {"h2"}}));
  EXPECT_EQ(talk.thread("h").comments.size(), 1u);
  EXPECT_EQ(talk.refusal_as("u_bob", kCommenter, DeleteComment{{"h"}, {"h2"}}),
            ErrorCode::not_found);
  ASSERT_TRUE(talk.accept_as("u_ada", kCommenter, DeleteComment{{"h"}, {"h1"}}));
  EXPECT_EQ(talk.document.threads().find({"h"}), nullptr);
  EXPECT_EQ(talk.document.threads().text_bytes(), 0u);
}

TEST(Comments, AreResolvedByEditorsAndTheirThreadsAuthor) {
  Talk talk;
  talk.add("a", "1");
  talk.start_thread("h", "a");
  EXPECT_EQ(talk.refusal_as("u_bob", kCommenter, ResolveThread{{"h"}, true}), ErrorCode::denied);
  ASSERT_TRUE(talk.accept_as("u_ada", kCommenter, ResolveThread{{"h"}, true}));
  EXPECT_EQ(talk.thread("h").resolved->name, "Name of u_ada");
  EXPECT_EQ(talk.refusal_as("u_bob", kEditor, ResolveThread{{"h"}, true}), ErrorCode::conflict);
  ASSERT_TRUE(talk.accept_as("u_bob", kEditor, ResolveThread{{"h"}, false}));
  EXPECT_FALSE(talk.thread("h").resolved);
}

TEST(Comments, OpenAResolvedThreadAgainWithAReply) {
  Talk talk;
  talk.add("a", "1");
  talk.start_thread("h", "a");
  ASSERT_TRUE(talk.accept_as("u_ada", kCommenter, ResolveThread{{"h"}, true}));
  ASSERT_TRUE(talk.accept_as("u_bob", kCommenter, Reply{{"h"}, {"h2"}, "Wait."}));
  EXPECT_FALSE(talk.thread("h").resolved);
}

TEST(Comments, HaveLimits) {
  Talk talk;
  talk.add("a", "1");
  const auto start = [](const std::string& id, const std::string& text) {
    return StartThread{{id}, {"m"}, {"a"}, {}, 0, text};
  };
  EXPECT_EQ(talk.refusal(start("h", " \n\t")), ErrorCode::invalid);
  EXPECT_EQ(talk.refusal(start("h", std::string(21, 'x'))), ErrorCode::too_large);
  EXPECT_EQ(talk.refusal(start("h/", "x")), ErrorCode::invalid);
  EXPECT_EQ(talk.refusal(start("", "x")), ErrorCode::invalid);
  EXPECT_EQ(talk.refusal(start(std::string(65, 'h'), "x")), ErrorCode::invalid);
  EXPECT_EQ(talk.refusal(StartThread{{"h"}, {""}, {"a"}, {}, 0, "x"}), ErrorCode::invalid);
  EXPECT_EQ(talk.refusal(StartThread{{"h"}, {"m"}, {"z"}, {}, 0, "x"}), ErrorCode::no_such_cell);
  EXPECT_EQ(talk.refusal(Reply{{"h"}, {"m"}, "x"}), ErrorCode::not_found);
  for (const char* id : {"h1", "h2", "h3"}) talk.start_thread(id, "a");
  EXPECT_EQ(talk.refusal(start("h4", "x")), ErrorCode::too_large);
  EXPECT_EQ(talk.refusal(start("h1", "x")), ErrorCode::conflict);
  EXPECT_EQ(talk.refusal(Reply{{"h1"}, {"h11"}, "x"}), ErrorCode::conflict);
  const std::string long_text(20, 'y');
  ASSERT_TRUE(talk.accept(Reply{{"h1"}, {"r1"}, long_text}));
  ASSERT_TRUE(talk.accept(Reply{{"h1"}, {"r2"}, long_text}));
  EXPECT_EQ(talk.refusal(Reply{{"h1"}, {"r3"}, "x"}), ErrorCode::too_large);
  ASSERT_TRUE(talk.accept(Reply{{"h2"}, {"r4"}, long_text}));
  ASSERT_TRUE(talk.accept(Reply{{"h2"}, {"r5"}, long_text}));
  EXPECT_EQ(talk.refusal(Reply{{"h3"}, {"r6"}, "123456789"}), ErrorCode::too_large);
  ASSERT_TRUE(talk.accept(Reply{{"h3"}, {"r6"}, "12345678"}));
}

TEST(Comments, FollowTheirTextFromAnOlderVersion) {
  Talk talk;
  talk.add("a", "one two three");
  talk.replace("a", 0, 0, u">> ");
  ASSERT_TRUE(talk.accept(StartThread{{"h"}, {"m"}, {"a"}, Anchor{4, 7}, 0, "?"}));
  EXPECT_EQ(talk.place("h"), "a: two");
  EXPECT_EQ(talk.thread("h").quote, "two");
}

TEST(Comments, FallBackToTheWholeCellWhenTheirTextIsForgotten) {
  Talk talk;
  talk.add("a", "one");
  for (int i = 0; i < 6; ++i) talk.replace("a", 0, 0, u"x");
  ASSERT_TRUE(talk.accept(StartThread{{"h"}, {"m"}, {"a"}, Anchor{0, 3}, 0, "?"}));
  ASSERT_TRUE(talk.accept(StartThread{{"g"}, {"m"}, {"a"}, Anchor{0, 300}, 6, "?"}));
  EXPECT_EQ(talk.thread("h").anchor, std::nullopt);
  EXPECT_EQ(talk.thread("g").anchor, std::nullopt);
}

TEST(Comments, DoNotSplitCharacters) {
  Talk talk;
  talk.add("a", "\U0001F426\U0001F426");
  talk.start_thread("h", "a", Anchor{1, 3});
  EXPECT_EQ(talk.place("h"), "a: \U0001F426\U0001F426");
}

TEST(Comments, DoNotGrowAtTheirEdgesAndStayAsAPoint) {
  Talk talk;
  talk.add("a", "one two three");
  talk.start_thread("h", "a", Anchor{4, 7});
  talk.replace("a", 4, 4, u"<");
  talk.replace("a", 8, 8, u">");
  EXPECT_EQ(talk.place("h"), "a: two");
  talk.replace("a", 6, 6, u"---");
  EXPECT_EQ(talk.place("h"), "a: t---wo");
  talk.replace("a", 2, 12, u"");
  EXPECT_EQ(talk.place("h"), "a: ");
  EXPECT_EQ(talk.thread("h").quote, "two");
}

TEST(Comments, GoWithTheirTextWhenACellIsSplit) {
  Talk talk;
  talk.add("a", "one\ntwo");
  talk.start_thread("first", "a", Anchor{0, 3});
  talk.start_thread("second", "a", Anchor{4, 7});
  talk.start_thread("whole", "a");
  ASSERT_TRUE(talk.accept(SplitCell{{"a"}, 0, 4, {"b"}}));
  EXPECT_EQ(talk.place("first"), "a: one");
  EXPECT_EQ(talk.place("second"), "b: two");
  EXPECT_EQ(talk.place("whole"), "a");
}

TEST(Comments, StandInTheMergedCellAndGoBackWithARestoredOne) {
  Talk talk;
  talk.add("a", "one");
  talk.add("b", "", CellId{"a"});
  talk.add("c", "three", CellId{"b"});
  talk.start_thread("h", "c", Anchor{1, 3});
  talk.start_thread("whole", "b");
  ASSERT_TRUE(talk.accept(MergeCells{{{"a"}, {"b"}, {"c"}}, 2}));
  EXPECT_EQ(talk.place("h"), "a: hr");
  EXPECT_EQ(talk.place("whole"), "a");
  ASSERT_TRUE(talk.accept(RestoreCell{{"c"}, CellId{"a"}}));
  EXPECT_EQ(talk.place("h"), "c: hr");
  EXPECT_EQ(talk.place("whole"), "a");
}

TEST(Comments, StayWithADeletedCellAndComeBackWithIt) {
  Talk talk;
  talk.add("a", "one");
  talk.start_thread("h", "a", Anchor{0, 3});
  ASSERT_TRUE(talk.accept(DeleteCell{{"a"}}));
  EXPECT_EQ(talk.place("h"), "a (gone)");
  ASSERT_TRUE(talk.accept_as("u_bob", kCommenter, Reply{{"h"}, {"r"}, "Gone!"}));
  ASSERT_TRUE(talk.accept_as("u_bob", kCommenter, StartThread{{"g"}, {"m"}, {"a"}, {}, 0, "!"}));
  ASSERT_TRUE(talk.accept(RestoreCell{{"a"}, std::nullopt}));
  EXPECT_EQ(talk.place("h"), "a: one");
  EXPECT_EQ(talk.place("g"), "a");
}

TEST(Comments, AreInBothSnapshots) {
  Talk talk;
  talk.add("a", "one");
  talk.start_thread("h", "a", Anchor{0, 2});
  ASSERT_TRUE(talk.accept_as("u_ada", kCommenter, ResolveThread{{"h"}, true}));
  const auto loaded = Document::from_snapshot(talk.document.snapshot(), kComments);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->threads().all(), talk.document.threads().all());
  EXPECT_EQ(loaded->threads().text_bytes(), talk.document.threads().text_bytes());
  EXPECT_EQ(*talk.document.page_snapshot().find("threads"),
            *talk.document.snapshot().find("threads"));
}

TEST(Comments, AreRefusedFromAnAnchorBehindTheText) {
  Talk talk;
  talk.add("a", "one");
  talk.start_thread("h", "a", Anchor{0, 2});
  auto snapshot = talk.document.snapshot();
  auto& thread = (*snapshot.find("threads")->if_array())[0];
  thread.if_object()->set("anchor", to_json(Anchor{0, 9}));
  EXPECT_FALSE(Document::from_snapshot(snapshot, kComments));
}

TEST(Mentions, AreAddressesBehindAtOrPlus) {
  EXPECT_EQ(mentions_of("@ada@example.org, +Bob.B+x@mail.example.co.uk: see"),
            (Ids{"ada@example.org", "bob.b+x@mail.example.co.uk"}));
  EXPECT_EQ(mentions_of("ends. (@ada@example.org.) @ADA@EXAMPLE.ORG"), (Ids{"ada@example.org"}));
  EXPECT_EQ(mentions_of("ada@example.org @ada @@ada@example.org x@ada@b.c @ada@ @@ +"), Ids{});
  EXPECT_EQ(mentions_of("\u4F60\u597D@ada@localhost"), (Ids{"ada@localhost"}));
  std::string many;
  for (int i = 0; i < 30; ++i) many += " @a" + std::to_string(i) + "@b.c";
  EXPECT_EQ(mentions_of(many).size(), kMostMentions);
}

// --- at random ---

constexpr Limits kRandom{.cells = 12,
                         .source_units = 400,
                         .history_updates = 4,
                         .bin_cells = 3,
                         .threads = 30,
                         .comments_per_thread = 5};

// Only insertions and deletions: each unit of the text keeps its identity, so that what an anchor
// must hold can be said without change sets.
TEST(Comments, HoldTheirTextUnderRandomEdits) {
  std::mt19937 random(20'240'717);
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(round);
    Talk talk;
    std::u16string text(1 + random() % 40, u'.');
    talk.add("a", to_utf8(text));
    std::vector<int> units(text.size(), 0);  // 1: the anchor holds it
    const size_t from = random() % text.size();
    const size_t to = from + 1 + random() % (text.size() - from);
    for (size_t i = from; i < to; ++i) units[i] = 1;
    talk.start_thread("h", "a", Anchor{from, to});
    for (int edit = 0; edit < 12; ++edit) {
      const size_t at = random() % (units.size() + 1);
      const auto place = units.begin() + static_cast<std::ptrdiff_t>(at);
      if (random() % 2 == 0) {
        const size_t count = 1 + random() % 5;
        const bool inside = std::find(units.begin(), place, 1) != place &&
                            std::find(place, units.end(), 1) != units.end();
        units.insert(place, count, inside ? 1 : 0);
        talk.replace("a", at, at, std::u16string(count, u'+'));
      } else if (const size_t count = std::min<size_t>(random() % 8, units.size() - at)) {
        units.erase(place, place + static_cast<std::ptrdiff_t>(count));
        talk.replace("a", at, at + count, u"");
      }
      const Anchor anchor = *talk.thread("h").anchor;
      const auto first = std::ranges::find(units, 1);
      if (first == units.end()) {
        EXPECT_EQ(anchor.from, anchor.to);
      } else {
        const auto last = std::find(units.rbegin(), units.rend(), 1);
        EXPECT_EQ(anchor.from, static_cast<size_t>(first - units.begin()));
        EXPECT_EQ(anchor.to, static_cast<size_t>(units.rend() - last));
      }
      ASSERT_LE(anchor.to, talk.cell("a").source.size());
    }
  }
}

class RandomTalk {
 public:
  explicit RandomTalk(unsigned seed) : random_(seed) {
    for (const char* id : {"c1", "c2", "c3"})
      talk_.add(id, "one two\nthree\n\n\U0001F426 four", std::nullopt, CellType::markdown);
  }

  // A line for the page: where it begins, what comes, and which threads there must be then.
  json::Object run(int steps) {
    json::Object snapshot = talk_.document.page_snapshot();
    json::Array records;
    for (int i = 0; i < steps; ++i) {
      const auto record = talk_.ask_as(random_() % 2 ? "u_ada" : "u_bob",
                                       random_() % 2 ? Role::editor : Role::owner, op());
      if (!record) continue;
      talk_.document.apply(*record);
      records.push_back(to_json(*record));
    }
    const auto again = Document::from_snapshot(talk_.document.snapshot(), kRandom);
    EXPECT_TRUE(again && again->threads().all() == talk_.document.threads().all());
    json::Array threads;
    for (const Thread& thread : talk_.document.threads().all()) threads.push_back(to_json(thread));
    return {{"snapshot", std::move(snapshot)},
            {"records", std::move(records)},
            {"threads", std::move(threads)}};
  }

 private:
  size_t below(size_t n) { return n == 0 ? 0 : random_() % n; }
  const Cell& any_cell() { return talk_.document.cells()[below(talk_.document.cells().size())]; }
  CellId cell() {
    const auto& bin = talk_.document.bin();
    if (talk_.document.cells().empty() || (!bin.empty() && below(8) == 0))
      return bin.empty() ? CellId{"c9"} : bin[below(bin.size())].cell.id;
    return any_cell().id;
  }
  std::optional<CellId> after() {
    if (talk_.document.cells().empty() || below(4) == 0) return std::nullopt;
    return any_cell().id;
  }
  std::string fresh(const char* kind) { return kind + std::to_string(++made_); }
  std::pair<ThreadId, CommentId> comment() {
    const auto& all = talk_.document.threads().all();
    if (all.empty()) return {};
    const Thread& thread = all[below(all.size())];
    return {thread.id, thread.comments[below(thread.comments.size())].id};
  }
  Op edit() {
    if (talk_.document.cells().empty()) return InsertCell{{fresh("c")}, CellType::raw, {}, "a", {}};
    const Cell& c = any_cell();
    const size_t from = below(c.source.size() + 1), to = from + below(c.source.size() - from + 1);
    const std::u16string_view insert = std::u16string_view(u"xy\nz").substr(0, below(5));
    const size_t kept = below(3) == 0 ? to : from;
    return PushText{
        c.id, c.version(), 0, {ChangeSet::replace(c.source.size(), from, kept, insert)}};
  }
  Op talk() {
    const auto [thread, id] = comment();
    switch (below(7)) {
      case 0:
      case 1:
      case 2: {
        const CellId on = cell();
        const Cell* c = talk_.document.find(on);
        const size_t length = c ? c->source.size() : 0, from = below(length + 1);
        std::optional<Anchor> anchor;
        if (below(5) > 0) anchor = Anchor{from, from + below(length - from + 1)};
        return StartThread{{fresh("h")}, {fresh("m")}, on, anchor, c ? c->version() : 0, "start"};
      }
      case 3:
        return Reply{thread, {fresh("m")}, "reply"};
      case 4:
        return EditComment{thread, id, fresh("text ")};
      case 5:
        return ResolveThread{thread, below(2) == 0};
      default:
        return DeleteComment{thread, id};
    }
  }
  Op op() {
    switch (below(12)) {
      case 0:
        return DeleteCell{cell()};
      case 1:
        return RestoreCell{cell(), after()};
      case 2: {
        const Cell* c = talk_.document.find(cell());
        if (!c) return DeleteCell{cell()};
        return SplitCell{c->id, c->version(), below(c->source.size() + 1), {fresh("c")}};
      }
      case 3:
        return MergeCells{{cell(), cell(), cell()}, below(3)};
      case 4:
        return MoveCell{cell(), after()};
      case 5:
      case 6:
      case 7:
        return edit();
      default:
        return talk();
    }
  }

  std::mt19937 random_;
  Talk talk_{kRandom};
  int made_ = 0;
};

// To write the file anew: COLIBRI_WRITE_VECTORS=1 document_test --gtest_filter='*RandomRecords'
TEST(Comments, EndTheSameFromRandomRecords) {
  std::string lines;
  for (unsigned seed = 1; seed <= 40; ++seed)
    lines += json::serialize(RandomTalk(seed).run(60)) + "\n";
  const std::string path = COLIBRI_TESTDATA "/comment_vectors.jsonl";
  if (std::getenv("COLIBRI_WRITE_VECTORS")) std::ofstream(path) << lines;
  std::stringstream stored;
  stored << std::ifstream(path).rdbuf();
  EXPECT_TRUE(stored.str() == lines) << "testdata/comment_vectors.jsonl is not of this version";
}

}  // namespace
}  // namespace colibri::document
