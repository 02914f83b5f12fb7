#pragma once
// For tests of Runtimes: an engine that starts nothing, a listener that remembers, and the other
// end of the link, which the test plays.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>

#include "link/frame.hpp"
#include "link/messages.hpp"
#include "runtimes/runtimes.hpp"
#include "store/store_fixture.hpp"

namespace colibri::runtimes {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using lease::State;

// Starts nothing: the test plays the supervisor.
struct FakeEngine final : engine::Engine {
  Task<Result<engine::Started>> start(engine::Launch launch, engine::Watcher given) override {
    launches.push_back(launch);
    watcher = std::move(given);
    if (fails) co_return failure(ErrorCode::unavailable, "no room on this host");
    co_return engine::Started{1, "/nowhere"};
  }
  Result<> adopt(RuntimeId, engine::Watcher given) override {
    watcher = std::move(given);
    if (gone) return failure(ErrorCode::not_found, "gone");
    return {};
  }
  Task<Result<>> clean_up(RuntimeId runtime, async::Duration) override {
    cleaned.push_back(runtime.value);
    co_return Result<>();
  }
  Task<std::string> last_words(RuntimeId) override { co_return "it hurts"; }
  Task<std::vector<RuntimeId>> pooled() override { co_return left_ahead; }

  std::vector<engine::Launch> launches;
  std::vector<std::string> cleaned;
  std::vector<RuntimeId> left_ahead;
  engine::Watcher watcher;
  bool fails = false, gone = false;
};

struct Listener final : RuntimeListener {
  bool is_watched() const override { return watched; }
  void on_frame(Frame frame) override { frames.push_back(frame.n); }
  void on_lease(const lease::Status& status) override {
    if (states.empty() || states.back() != status.state) states.push_back(status.state);
    last = status;
  }
  void on_linked() override { ++links; }
  void on_meters(const json::Object& object) override { meters = json::serialize(object); }
  void on_reply(const std::string& request, Result<json::Object>) override { reply = request; }

  std::vector<uint64_t> frames;
  std::vector<State> states;
  lease::Status last;
  std::string meters, reply;
  int links = 0;
  bool watched = true;
};

// The other end of the link, one connection.
struct Supervisor {
  Supervisor(asio::io_context& context, const std::string& path) : socket(context) {
    socket.connect(asio::local::stream_protocol::endpoint(path));
    socket.non_blocking(true);
  }
  explicit Supervisor(asio::local::stream_protocol::socket connected)
      : socket(std::move(connected)) {
    socket.non_blocking(true);
  }
  void say(link::FromSupervisor message) {
    const std::string bytes = *link::encode(link::to_frame(std::move(message)));
    asio::write(socket, asio::buffer(bytes));
  }
  void say(uint64_t n, link::Event event) { say(link::Numbered{n, std::move(event)}); }
  // Takes in what has come.
  void listen() {
    char buffer[65536];
    boost::system::error_code error;
    while (const size_t got = socket.read_some(asio::buffer(buffer), error))
      decoder.feed({buffer, got});
    closed = closed || error == asio::error::eof;
    for (auto frame = decoder.next(); frame && *frame; frame = decoder.next())
      heard.push_back(*link::parse_from_server(**frame));
  }
  template <class T>
  std::optional<T> last() {
    listen();
    for (auto at = heard.rbegin(); at != heard.rend(); ++at)
      if (const auto* found = std::get_if<T>(&*at)) return *found;
    return std::nullopt;
  }

  asio::local::stream_protocol::socket socket;
  link::FrameDecoder decoder;
  std::vector<link::FromServer> heard;
  bool closed = false;
};

class RuntimesTest : public testing::Test {
 protected:
  RuntimesTest() {
    char name[] = "/tmp/colibri-runtimes-XXXXXX";
    base_ = mkdtemp(name);
    place_.emplace(base_);
    store_ = std::move(*store::Store::open(place_->address));
    settings_.run_directory = base_ / "run";
    settings_.sandbox = "none";
    settings_.terms.end_ms = 300;
    open();
  }
  ~RuntimesTest() override { fs::remove_all(base_); }
  // While what a test's own fixture has is there: runtimes on their way use it.
  void TearDown() override {
    runtimes_->stop();
    until([] { return false; }, 20ms);
    runtimes_.reset();
  }

  // A server (again) on the same store.
  void open() {
    if (runtimes_) {
      runtimes_->stop();
      until([] { return false; }, 20ms);
    }
    runtimes_.emplace(context_.get_executor(), *store_, pool_, engine_, images_, settings_);
    auto started = asio::co_spawn(context_, runtimes_->start(), asio::use_future);
    until([&] { return started.wait_for(0s) == std::future_status::ready; });
    ASSERT_TRUE(started.get());
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
  std::shared_ptr<Runtime> request(const char* notebook = "n_1") {
    auto runtime = runtimes_->request({notebook}, {"u_1"}, {}, listener_);
    EXPECT_TRUE(runtime) << runtime.error().detail;
    return runtime ? *runtime : nullptr;
  }
  std::unique_ptr<Supervisor> dial(const std::string& token) {
    auto out = std::make_unique<Supervisor>(context_, runtimes_->link_socket());
    out->say(link::Hello{.runtime = engine_.launches.back().runtime, .token = token});
    return out;
  }
  std::unique_ptr<Supervisor> dial() { return dial(engine_.launches.back().token); }
  // A runtime whose kernel waits for work; two frames have been committed.
  std::unique_ptr<Supervisor> make_ready(const std::shared_ptr<Runtime>& runtime) {
    EXPECT_TRUE(until([&] { return !engine_.launches.empty(); }));
    auto supervisor = dial();
    supervisor->say(1, link::RuntimeChanged{"ready", "", ""});
    supervisor->say(2, link::KernelChanged{"idle", "", "", "python", "python3"});
    EXPECT_TRUE(until([&] { return runtime->can_execute(); }));
    commit(*runtime, 2);
    return supervisor;
  }
  // What a document's commit does.
  void commit(Runtime& runtime, uint64_t n) {
    const auto frame = static_cast<long long>(n);
    EXPECT_TRUE(store_->write_now([id = runtime.id().value, frame](soci::session& sql) -> Result<> {
      sql << "UPDATE leases SET last_frame = :n WHERE id = :id", soci::use(frame), soci::use(id);
      return {};
    }));
    runtime.committed(n);
  }

  fs::path base_;
  asio::io_context context_;
  async::BlockingPool pool_{1};
  std::optional<store::TestPlace> place_;
  std::unique_ptr<store::Store> store_;
  FakeEngine engine_;
  image::Images images_{"/nowhere"};
  Settings settings_;
  std::shared_ptr<Listener> listener_ = std::make_shared<Listener>();
  std::optional<Runtimes> runtimes_;
};

}  // namespace colibri::runtimes
