#include "runtimes/runtimes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/stat.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>

#include "link/frame.hpp"
#include "link/messages.hpp"
#include "store/store_fixture.hpp"

namespace colibri::runtimes {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using lease::State;
using testing::ElementsAre;

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

  std::vector<engine::Launch> launches;
  std::vector<std::string> cleaned;
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
  ~RuntimesTest() override {
    runtimes_->stop();
    until([] { return false; }, 20ms);
    runtimes_.reset();
    fs::remove_all(base_);
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

TEST_F(RuntimesTest, GetsReadyAndAcknowledgesWhatIsCommitted) {
  const auto runtime = request();
  const auto supervisor = make_ready(runtime);
  EXPECT_THAT(listener_->frames, ElementsAre(1, 2));
  EXPECT_TRUE(until([&] { return supervisor->last<link::Ack>().has_value(); }));
  EXPECT_EQ(supervisor->last<link::Ack>()->n, 2U);
  EXPECT_THAT(listener_->states, ElementsAre(State::starting, State::ready));
  EXPECT_EQ(runtime->status().kernel.language, "python");
}

TEST_F(RuntimesTest, GivesEachFrameOnceHoweverOftenItIsSent) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  supervisor->say(3, link::Counted{{"x"}, 1});
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  supervisor = dial();
  ASSERT_TRUE(until([&] { return supervisor->last<link::Welcome>().has_value(); }));
  EXPECT_EQ(supervisor->last<link::Welcome>()->acknowledged, 2U);
  supervisor->say(3, link::Counted{{"x"}, 1});
  supervisor->say(4, link::Counted{{"y"}, 2});
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 4; }));
  EXPECT_THAT(listener_->frames, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(listener_->links, 2);
}

TEST_F(RuntimesTest, AsksForTheUncommittedAgainForANewListener) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  supervisor->say(3, link::Counted{{"x"}, 1});
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  const auto second = std::make_shared<Listener>();
  runtime->listen(second);
  ASSERT_TRUE(until([&] {
    supervisor->listen();
    return supervisor->closed;
  }));
  supervisor = dial();
  supervisor->say(3, link::Counted{{"x"}, 1});
  ASSERT_TRUE(until([&] { return !second->frames.empty(); }));
  EXPECT_THAT(second->frames, ElementsAre(3));
}

TEST_F(RuntimesTest, ReadsNoFurtherWhileNobodyListens) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  listener_.reset();
  supervisor->say(3, link::Counted{{"x"}, 1});
  supervisor->say(4, link::Counted{{"x"}, 1});
  until([] { return false; }, 50ms);
  listener_ = std::make_shared<Listener>();
  runtime->listen(listener_);
  supervisor = dial();
  supervisor->say(3, link::Counted{{"x"}, 1});
  EXPECT_TRUE(until([&] { return !listener_->frames.empty(); }));
  EXPECT_EQ(listener_->frames.front(), 3U);
}

TEST_F(RuntimesTest, RefusesAWrongToken) {
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !engine_.launches.empty(); }));
  for (const std::string& token : {std::string(), std::string("x"), engine_.launches[0].token + "x",
                                   engine_.launches[0].token.substr(1)}) {
    const auto supervisor = dial(token);
    EXPECT_TRUE(until([&] { return supervisor->last<link::Refused>().has_value(); }));
    EXPECT_FALSE(supervisor->last<link::Welcome>());
  }
  EXPECT_FALSE(runtime->linked());
}

TEST_F(RuntimesTest, ClosesALinkThatSaysSomethingElseFirst) {
  Supervisor stranger(context_, runtimes_->link_socket());
  stranger.say(1, link::Counted{{"x"}, 1});
  EXPECT_TRUE(until([&] {
    stranger.listen();
    return stranger.closed;
  }));
}

TEST_F(RuntimesTest, KeepsItsSocketToItself) {
  struct stat status {};
  ASSERT_EQ(stat(runtimes_->link_socket().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(stat(settings_.run_directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(RuntimesTest, DoesNotStoreTheToken) {
  const auto runtime = request();
  const auto supervisor = make_ready(runtime);
  std::string kept;
  ASSERT_TRUE(store_->read_now([&](soci::session& sql) -> Result<> {
    sql << "SELECT token FROM leases", soci::into(kept);
    return {};
  }));
  EXPECT_EQ(kept.size(), 64U);
  EXPECT_EQ(kept.find(engine_.launches[0].token), std::string::npos);
}

TEST_F(RuntimesTest, EndsByShutdownAndClearsAway) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  runtime->end("disconnected", "");
  ASSERT_TRUE(until([&] { return supervisor->last<link::Shutdown>().has_value(); }));
  supervisor->say(3, link::RuntimeChanged{"ended", "disconnected", ""});
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  commit(*runtime, 3);
  supervisor.reset();
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "disconnected");
  EXPECT_THAT(engine_.cleaned, ElementsAre(runtime->id().value));
  EXPECT_TRUE(runtimes_->of({"n_1"}).empty());
  EXPECT_EQ(listener_->states.back(), State::ended);
}

TEST_F(RuntimesTest, EndsByForceOneThatDoesNotAnswer) {
  const auto runtime = request();
  const auto supervisor = make_ready(runtime);
  runtime->end("disconnected", "");
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(engine_.cleaned.size(), 1U);
}

TEST_F(RuntimesTest, TellsThatTheSupervisorWasLost) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  supervisor->say(3, link::Counted{{"x"}, 1});  // Its last words still count.
  supervisor.reset();
  engine_.watcher.died("");
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  commit(*runtime, 3);
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "supervisor_lost");
}

TEST_F(RuntimesTest, KeepsTheReasonThatADyingSupervisorGives) {
  const auto runtime = request();
  auto supervisor = make_ready(runtime);
  supervisor->say(3, link::RuntimeChanged{"ended", "out_of_memory", "The runtime used 4 GiB."});
  supervisor.reset();
  engine_.watcher.died("");
  ASSERT_TRUE(until([&] { return listener_->frames.size() == 3; }));
  commit(*runtime, 3);
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "out_of_memory");
  EXPECT_EQ(runtime->status().detail, "The runtime used 4 GiB.");
}

TEST_F(RuntimesTest, SaysWhyItCouldNotStart) {
  engine_.fails = true;
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "start_failed");
  EXPECT_EQ(runtime->status().detail, "no room on this host");
  EXPECT_EQ(engine_.cleaned.size(), 1U);
}

TEST_F(RuntimesTest, QuotesTheLogOfOneThatDiedBeforeItWasReady) {
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !engine_.launches.empty(); }));
  engine_.watcher.died("");
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "start_failed");
  EXPECT_NE(runtime->status().detail.find("it hurts"), std::string::npos);
}

TEST_F(RuntimesTest, GivesUpOnOneThatDoesNotGetReady) {
  settings_.terms.start_ms = 20;
  open();
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "start_failed");
}

TEST_F(RuntimesTest, GivesANotebookOneRuntimeOnly) {
  (void)request();
  const auto second = runtimes_->request({"n_1"}, {"u_1"}, {}, listener_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(RuntimesTest, EndsInWordsWhatThisServerDoesNotHave) {
  settings_.flavors = {{}, {.name = "gone", .title = "Gone", .accelerator = "H100"}};
  open();
  for (const auto& [flavor, words] :
       {std::pair{"warp", "There is no kind of runtime \"warp\"."},
        std::pair{"gone", "This server has no 1 accelerators of the model \"H100\"."}}) {
    const auto runtime = runtimes_->request({"n_2"}, {"u_1"}, {.flavor = flavor}, listener_);
    ASSERT_TRUE(runtime);
    ASSERT_TRUE(until([&] { return !(*runtime)->alive(); }));
    EXPECT_EQ((*runtime)->status().reason, "start_failed");
    EXPECT_EQ((*runtime)->status().detail, words);
  }
}

TEST_F(RuntimesTest, LetsTheNextInWhenOneEnds) {
  settings_.limit = 1;
  open();
  const auto first = request("n_1");
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 1; }));
  const auto second = request("n_2");
  ASSERT_TRUE(until([&] { return second->status().state == State::queued; }));
  first->end("disconnected", "");
  EXPECT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  EXPECT_EQ(second->status().state, State::starting);
}

TEST_F(RuntimesTest, GoesOnWithTheRuntimesOfAnEarlierServer) {
  const auto id = [&] {
    const auto runtime = request();
    (void)make_ready(runtime);
    return runtime->id();
  }();
  open();
  ASSERT_EQ(runtimes_->living().size(), 1U);
  const auto runtime = runtimes_->living()[0];
  EXPECT_EQ(runtime->id(), id);
  EXPECT_EQ(runtime->status().state, State::ready);
  runtime->listen(listener_);
  const auto supervisor = dial();
  ASSERT_TRUE(until([&] { return supervisor->last<link::Welcome>().has_value(); }));
  EXPECT_EQ(supervisor->last<link::Welcome>()->acknowledged, 2U);
  EXPECT_TRUE(runtime->can_execute());
}

TEST_F(RuntimesTest, IsBusyWithWhatAnEarlierServerStarted) {
  (void)make_ready(request());
  open();
  const auto runtime = runtimes_->living().at(0);
  runtime->listen(listener_);
  const auto supervisor = dial();
  ASSERT_TRUE(until([&] { return runtime->linked(); }));
  runtime->execute({"x"}, "sleep", true);
  EXPECT_EQ(runtime->status().kernel.state, lease::KernelState::busy);
  supervisor->say(3, link::Done{{"x"}, "ok", ""});
  ASSERT_TRUE(until([&] { return listener_->frames.back() == 3; }));
  EXPECT_EQ(runtime->status().kernel.state, lease::KernelState::idle);
}

TEST_F(RuntimesTest, ClearsAwayWhoseSupervisorIsGone) {
  (void)make_ready(request());
  engine_.gone = true;
  open();
  ASSERT_TRUE(until([&] { return runtimes_->living().empty(); }));
  EXPECT_EQ(engine_.cleaned.size(), 1U);
  auto reason =
      asio::co_spawn(context_, runtimes_->last_reason({"n_1"}, {"u_1"}), asio::use_future);
  ASSERT_TRUE(until([&] { return reason.wait_for(0s) == std::future_status::ready; }));
  EXPECT_EQ(*reason.get(), "supervisor_lost");
}

TEST_F(RuntimesTest, GivesUpOnASupervisorThatDoesNotDialAgain) {
  (void)make_ready(request());
  settings_.terms.link_ms = 20;
  open();
  ASSERT_TRUE(until([&] { return runtimes_->living().empty(); }));
}

// A server with one accelerator, of the flavor "t4".
class QueueOfRuntimes : public RuntimesTest {
 protected:
  QueueOfRuntimes() {
    inventory_.look();
    settings_.flavors = {{}, {.name = "t4", .title = "T4", .accelerator = "T4"}};
    settings_.accelerators = &inventory_;
    settings_.settle_ms = 0;
    open();
  }
  std::shared_ptr<Runtime> ask(const char* user, Wish wish = {.flavor = "t4"}) {
    auto runtime =
        runtimes_->request({std::string("n_") + user}, {user}, std::move(wish), listener_);
    EXPECT_TRUE(runtime) << runtime.error().detail;
    return runtime ? *runtime : nullptr;
  }
  bool becomes(const std::shared_ptr<Runtime>& runtime, State state) {
    return until([&] { return runtime->status().state == state; });
  }

  accelerators::Inventory inventory_{
      {.root = "/nowhere", .declared = {{.model = "T4", .title = "Example T4"}}}};
};

TEST_F(QueueOfRuntimes, GivesTheAcceleratorToOneAfterTheOther) {
  const auto first = ask("a");
  ASSERT_TRUE(becomes(first, State::starting));
  const auto second = ask("b");
  ASSERT_TRUE(becomes(second, State::queued));
  ASSERT_TRUE(second->status().queue);
  EXPECT_EQ(second->status().queue->why, lease::Why::no_free_accelerator);
  EXPECT_EQ(second->status().queue->expected_ms, first->status().ends_ms);
  first->end("disconnected", "");
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  EXPECT_EQ(engine_.launches[1].accelerators, engine_.launches[0].accelerators);
  EXPECT_EQ(second->status().accelerators,
            (std::vector<lease::AcceleratorName>{{"T4", "Example T4"}}));
}

TEST_F(QueueOfRuntimes, OffersToWhoIsNotThereUntilTheyTakeIt) {
  listener_->watched = false;
  const auto runtime = ask("a");
  ASSERT_TRUE(
      until([&] { return runtime->status().queue && runtime->status().queue->offered_until_ms; }));
  EXPECT_TRUE(engine_.launches.empty());
  EXPECT_TRUE(runtimes_->claim(runtime));
  EXPECT_TRUE(becomes(runtime, State::starting));
  EXPECT_FALSE(runtimes_->claim(runtime));
}

TEST_F(QueueOfRuntimes, GivesToTheNextWhatNobodyTakes) {
  settings_.rules.claim_ms = 30;
  open();
  listener_->watched = false;
  const auto runtime = ask("a");
  ASSERT_TRUE(until([&] { return !runtime->alive(); }));
  EXPECT_EQ(runtime->status().reason, "not_claimed");
  listener_->watched = true;
  EXPECT_TRUE(becomes(ask("b"), State::starting));
}

TEST_F(QueueOfRuntimes, KeepsThePlaceOverARestart) {
  const auto first = ask("a");
  ASSERT_TRUE(becomes(first, State::starting));
  const auto id = [&] {
    const auto second = ask("b");
    EXPECT_TRUE(becomes(second, State::queued));
    until([] { return false; }, 50ms);  // Until it is in the store.
    return second->id();
  }();
  open();
  const auto all = runtimes_->living();
  ASSERT_EQ(all.size(), 2U);
  for (const auto& runtime : all) {
    runtime->listen(listener_);
    if (runtime->id() != id) runtime->end("disconnected", "");
  }
  EXPECT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  EXPECT_EQ(engine_.launches[1].runtime, id);
}

TEST_F(QueueOfRuntimes, WorksOnAnotherMeanwhileAndGoesOnWithItsFiles) {
  const auto other = ask("b");
  ASSERT_TRUE(becomes(other, State::starting));
  const auto runtime = ask("a", {.flavor = "t4", .meanwhile = "cpu"});
  EXPECT_EQ(runtime->status().flavor, "cpu");
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 2; }));
  ASSERT_TRUE(runtime->status().queue);
  EXPECT_EQ(runtime->status().queue->flavor, "t4");
  EXPECT_FALSE(runtimes_->claim(runtime));
  other->end("disconnected", "");
  ASSERT_TRUE(until([&] { return runtime->status().queue->offered_until_ms.has_value(); }));
  EXPECT_TRUE(runtimes_->claim(runtime));
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 3; }));
  EXPECT_EQ(runtime->status().reason, "replaced");
  EXPECT_EQ(engine_.launches[2].files_of, runtime->id());
  EXPECT_EQ(engine_.launches[2].uid_slot, engine_.launches[1].uid_slot);
  EXPECT_EQ(runtimes_->of({"n_a"}).size(), 1U);
}

TEST_F(QueueOfRuntimes, ServesAHundredThatAskAtOnceInTheirOrder) {
  settings_.terms.end_ms = 1;
  settings_.limit = 200;
  open();
  std::vector<std::shared_ptr<Runtime>> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(ask(("u" + std::to_string(i)).c_str()));
    until([] { return false; }, 2ms);  // One after the other: time orders those who used nothing.
  }
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_TRUE(until([&] { return engine_.launches.size() == i + 1; })) << i;
    ASSERT_EQ(engine_.launches[i].runtime, all[i]->id()) << i;
    all[i]->end("disconnected", "");
  }
}

TEST_F(QueueOfRuntimes, EndsInWordsWhenTheAcceleratorIsGone) {
  const auto runtime = ask("a");
  ASSERT_TRUE(until([&] { return engine_.launches.size() == 1; }));
  inventory_.lose(engine_.launches.at(0).accelerators.at(0), "it has fallen off the bus");
  ASSERT_TRUE(until([&] { return !runtime->alive(); }, 20s));
  EXPECT_EQ(runtime->status().reason, "accelerator_lost");
}

}  // namespace
}  // namespace colibri::runtimes
