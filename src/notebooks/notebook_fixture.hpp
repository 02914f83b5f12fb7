#pragma once
// The whole of an open notebook but for the kernel: real store, files, runtimes and link; the test
// plays the supervisor. For the tests of this module.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/utf.hpp"
#include "link/frame.hpp"
#include "link/messages.hpp"
#include "notebooks/notebooks.hpp"
#include "store/store_fixture.hpp"

namespace colibri::notebooks {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct FakeEngine final : engine::Engine {
  Task<Result<engine::Started>> start(engine::Launch launch, engine::Watcher) override {
    launches.push_back(launch);
    co_return engine::Started{1, "/nowhere"};
  }
  Result<> adopt(RuntimeId, engine::Watcher) override {
    if (gone) return failure(ErrorCode::not_found, "gone");
    return {};
  }
  Task<Result<>> clean_up(RuntimeId, async::Duration) override { co_return Result<>(); }
  Task<std::string> last_words(RuntimeId) override { co_return ""; }

  std::vector<engine::Launch> launches;
  bool gone = false;
};

struct Page final : Client {
  Page() = default;
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  ~Page() override {
    if (const auto actor = followed.lock()) actor->detach(*this);
  }
  void on_welcome(const Welcome& w) override { welcome = w; }
  void on_snapshot(const SharedText& text, const std::vector<std::string>&) override {
    snapshot = *text;
  }
  void on_presence(const SharedText& message) override { presence.push_back(*message); }
  void on_records(const RecordBatch& batch) override {
    commits.push_back(batch.records.size());
    messages.push_back(batch.message);
    for (const SharedText& text : batch.records) {
      const auto record = json::parse_object(*text);
      seqs.push_back(*json::integer_at(*record, "seq"));
      types.push_back(*json::string_at(*record, "type"));
    }
  }
  void on_refused(uint64_t command, const Error&) override { refused.push_back(command); }
  void on_lease(const std::optional<lease::Status>& l) override { lease = l; }
  void on_meters(const json::Object&) override {}
  void on_aside(const SharedText& message) override { asides.push_back(*message); }
  void on_saved(const Saved& s) override { saved = s; }
  void on_outputs(const SharedText& cells) override { outputs.push_back(*cells); }
  void on_runtimes(const Choices& c) override { choices = c; }
  void on_comments_read(uint64_t seq) override { comments_read.push_back(seq); }
  void on_role(document::Role r) override { role = r; }
  void on_access() override { ++access_changes; }
  void on_title(const std::string&) override {}
  void on_notice(const Notice& notice) override { notices.push_back(notice.code); }
  void on_reply(const std::string& request, const Result<json::Object>& content) override {
    reply = request + " " + (content ? json::serialize(*content) : content.error().detail);
  }
  void on_comm(const json::Object&, const std::vector<std::string>& buffers) override {
    comm_buffers = buffers;
  }
  void on_close(uint16_t code, const std::string&) override { closed = code; }

  std::weak_ptr<DocumentActor> followed;
  std::optional<Welcome> welcome;
  std::string snapshot, reply;
  Choices choices;
  std::vector<std::string> outputs;  // What the snapshot left out.
  std::vector<std::string> presence, asides;
  std::vector<SharedText> messages;
  std::vector<size_t> commits;  // How many records came at once.
  std::vector<int64_t> seqs;
  std::vector<std::string> types, notices, comm_buffers;
  std::vector<uint64_t> refused, comments_read;
  std::optional<lease::Status> lease;
  Saved saved;
  std::optional<document::Role> role;  // The last that was told.
  int access_changes = 0;
  int closed = 0;
};

struct Supervisor {
  Supervisor(asio::io_context& c, const std::string& path) : context(c), socket(c) {
    socket.connect(asio::local::stream_protocol::endpoint(path));
    socket.non_blocking(true);
  }
  void say(link::FromSupervisor message) {
    const std::string bytes = *link::encode(link::to_frame(std::move(message)));
    for (size_t done = 0; done < bytes.size();) {
      boost::system::error_code error;
      done += socket.write_some(asio::buffer(bytes) + done, error);
      ASSERT_TRUE(!error || error == asio::error::would_block) << error.message();
      if (error) context.run_one_for(1ms);  // The server must read first.
    }
  }
  void say(uint64_t n, link::Event event) { say(link::Numbered{n, std::move(event)}); }
  template <class T>
  std::vector<T> all() {
    char buffer[65536];
    boost::system::error_code error;
    while (const size_t got = socket.read_some(asio::buffer(buffer), error))
      decoder.feed({buffer, got});
    for (auto frame = decoder.next(); frame && *frame; frame = decoder.next())
      heard.push_back(*link::parse_from_server(**frame));
    std::vector<T> out;
    for (const auto& message : heard)
      if (const auto* found = std::get_if<T>(&message)) out.push_back(*found);
    return out;
  }

  asio::io_context& context;
  asio::local::stream_protocol::socket socket;
  link::FrameDecoder decoder;
  std::vector<link::FromServer> heard;
};

class NotebookFixture : public testing::Test {
 protected:
  NotebookFixture() {
    char name[] = "/tmp/colibri-notebooks-XXXXXX";
    base_ = mkdtemp(name);
    settings_.data_directory = base_;
    settings_.save_after_ms = 40;
    settings_.save_idle_ms = 20;
    settings_.save_retry_ms = 20;
    settings_.settle_ms = 20;
    settings_.unreadable_ms = 200;
    place_.emplace(base_);
    store_ = std::move(*store::Store::open(place_->address));
    EXPECT_TRUE(
        sql("INSERT INTO users (id, email, name, password_hash, role, created_ms) "
            "VALUES ('u_1', 'a@b', 'A', '', 'owner', 0)"));
    start_server();
  }
  ~NotebookFixture() override {
    actor_.reset();
    stop_server();
    // A write that was under way may still make a file.
    std::error_code error;
    while (fs::remove_all(base_, error), error) std::this_thread::sleep_for(1ms);
  }

  void start_server() {
    runtimes_.emplace(
        context_.get_executor(), *store_, pool_, engine_, images_,
        runtimes::Settings{
            .run_directory = base_ / "run", .sandbox = "none", .terms = {.end_ms = 200}});
    notebooks_.emplace(context_.get_executor(), *store_, pool_, *runtimes_, settings_);
    EXPECT_TRUE(run(runtimes_->start()));
    EXPECT_TRUE(run(notebooks_->resume()));
  }
  // As kill -9: nothing is flushed.
  void stop_server() {
    runtimes_->stop();
    until([] { return false; }, 30ms);
    notebooks_.reset();
    runtimes_.reset();
  }
  template <class T>
  T run(Task<T> task) {
    auto result = asio::co_spawn(context_, std::move(task), asio::use_future);
    EXPECT_TRUE(until([&] { return result.wait_for(0s) == std::future_status::ready; }));
    return result.get();
  }
  template <class F>
  bool until(F reached, async::Duration limit = 10s) {
    const auto end = async::Clock::now() + limit;
    while (!reached() && async::Clock::now() < end) {
      context_.restart();
      context_.run_one_for(5ms);
    }
    return reached();
  }
  Result<> sql(std::string statement) {
    return store_->write_now([statement](soci::session& session) -> Result<> {
      session << statement;
      return {};
    });
  }
  int64_t count(std::string query) {
    long long out = -1;
    (void)store_->read_now([&](soci::session& session) -> Result<> {
      session << query, soci::into(out);
      return {};
    });
    return out;
  }

  void add_user(const std::string& id, const std::string& email) {
    EXPECT_TRUE(
        sql("INSERT INTO users (id, email, name, password_hash, role, created_ms) VALUES ('" + id +
            "', '" + email + "', '', '', 'user', 0)"));
  }
  // A notebook with the code cells c0, c1, … of these sources.
  void open(std::vector<std::string> sources) {
    json::Array cells;
    for (size_t i = 0; i < sources.size(); ++i)
      cells.push_back(json::Object{{"cell_type", "code"},
                                   {"id", "c" + std::to_string(i)},
                                   {"metadata", json::Object{}},
                                   {"execution_count", nullptr},
                                   {"outputs", json::Array{}},
                                   {"source", sources[i]}});
    auto imported =
        run(notebooks_->import({"u_1"}, "a.ipynb",
                               json::serialize(json::Object{{"cells", std::move(cells)},
                                                            {"metadata", json::Object{}},
                                                            {"nbformat", 4},
                                                            {"nbformat_minor", 5}})));
    ASSERT_TRUE(imported) << imported.error().detail;
    id_ = imported->id;
    reopen();
  }
  void reopen() {
    auto opened = run(notebooks_->open({"u_1"}, id_));
    ASSERT_TRUE(opened) << opened.error().detail;
    actor_ = opened->actor;
  }
  void attach(Page& page, const char* tab = "t_1", std::optional<Position> seen = {},
              document::Role role = document::Role::owner) {
    page.followed = actor_;
    actor_->attach(page, {tab}, {{"u_1"}, "Ada", "ada@example.org", role}, seen);
    EXPECT_TRUE(until([&] { return page.welcome || page.closed; }));
  }
  void submit(document::Op op, const char* tab = "t_1") {
    actor_->submit({.user = {"u_1"}, .client = {tab}, .command = ++commands_, .op = std::move(op)});
  }
  void insert(const char* id) { submit(document::InsertCell{.cell = {id}, .source = "x"}); }

  // A runtime whose kernel is free. Its first two frames are on the disk.
  std::unique_ptr<Supervisor> make_ready(Page& page) {
    EXPECT_TRUE(until([&] { return !engine_.launches.empty(); }));
    auto supervisor = dial();
    supervisor->say(1, link::RuntimeChanged{"ready", "", ""});
    supervisor->say(2, link::KernelChanged{"idle", "", "", "python", "python3"});
    EXPECT_TRUE(
        until([&] { return page.lease && page.lease->kernel.state == lease::KernelState::idle; }));
    return supervisor;
  }
  std::unique_ptr<Supervisor> dial() {
    auto out = std::make_unique<Supervisor>(context_, runtimes_->link_socket());
    out->say(link::Hello{.runtime = engine_.launches.back().runtime,
                         .token = engine_.launches.back().token});
    EXPECT_TRUE(until([&] { return !out->all<link::Welcome>().empty(); }));
    return out;
  }
  // c0 runs; returns its execution.
  ExecutionId run_first_cell(Supervisor& supervisor) {
    submit(document::RunCells{{{"c0"}}, {}});
    return started(supervisor);
  }
  ExecutionId started(Supervisor& supervisor) {
    EXPECT_TRUE(until([&] { return !supervisor.all<link::Execute>().empty(); }));
    const auto sent = supervisor.all<link::Execute>();
    return sent.empty() ? ExecutionId{} : sent.back().execution;
  }
  const document::Cell& cell(const char* id) { return *actor_->document().find({id}); }
  std::string stream_of(const char* id) {
    std::string out;
    for (const document::Output& output : cell(id).outputs)
      if (const auto* stream = std::get_if<document::Stream>(&output)) out += to_utf8(stream->text);
    return out;
  }
  [[nodiscard]] fs::path file() const {
    return base_ / "drive" / "u_1" / "My Drive" / "Colab Notebooks" / "a.ipynb";
  }
  static std::string get(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path base_;
  asio::io_context context_;
  async::BlockingPool pool_{2};
  std::optional<store::TestPlace> place_;
  std::unique_ptr<store::Store> store_;
  FakeEngine engine_;
  image::Images images_{"/nowhere"};
  Settings settings_;
  std::optional<runtimes::Runtimes> runtimes_;
  std::optional<Notebooks> notebooks_;
  NotebookId id_;
  std::shared_ptr<DocumentActor> actor_;
  uint64_t commands_ = 0;
};

}  // namespace colibri::notebooks
