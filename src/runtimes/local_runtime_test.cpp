#include <boost/asio/detached.hpp>
#include <boost/asio/local/connect_pair.hpp>

#include "runtimes/runtimes_fixture.hpp"

namespace colibri::runtimes {
namespace {

class LocalRuntimeTest : public RuntimesTest {
 protected:
  // The other end of a page's link.
  std::unique_ptr<Supervisor> page_of(const char* user) {
    asio::local::stream_protocol::socket ours(context_), theirs(context_);
    asio::local::connect_pair(ours, theirs);
    asio::co_spawn(context_, runtimes_->serve_page(std::move(theirs), {"n_1"}, {user}),
                   asio::detached);
    return std::make_unique<Supervisor>(std::move(ours));
  }
};

TEST_F(LocalRuntimeTest, HasNoEngineAndEndsWithItsPage) {
  settings_.terms.link_ms = 50;
  open();
  const auto made = runtimes_->request_local({"n_1"}, {"u_1"}, listener_);
  ASSERT_TRUE(made);
  const link::Hello hello{.runtime = made->runtime->id(), .token = made->token, .next = 0};
  const auto page = page_of("u_1");
  page->say(hello);
  page->say(1, link::RuntimeChanged{"ready", "", ""});
  page->say(2, link::KernelChanged{"idle", "", "", "python", "python3"});
  EXPECT_TRUE(until([&] { return made->runtime->can_execute(); }));
  page->socket.close();
  EXPECT_TRUE(until([&] { return listener_->last.reason == "page_gone"; }));
  EXPECT_TRUE(engine_.launches.empty());
  EXPECT_TRUE(engine_.cleaned.empty());
}

TEST_F(LocalRuntimeTest, IsSpokenForByAPageOfItsUserAlone) {
  const auto made = runtimes_->request_local({"n_1"}, {"u_1"}, listener_);
  ASSERT_TRUE(made);
  const link::Hello hello{.runtime = made->runtime->id(), .token = made->token, .next = 0};
  const auto others = page_of("u_2");
  others->say(hello);
  EXPECT_TRUE(until([&] { return others->last<link::Refused>().has_value(); }));
  Supervisor supervisor(context_, runtimes_->link_socket());
  supervisor.say(hello);
  EXPECT_TRUE(until([&] { return supervisor.last<link::Refused>().has_value(); }));
  const auto container = request("n_2");
  ASSERT_TRUE(until([&] { return !engine_.launches.empty(); }));
  const auto page = page_of("u_1");
  page->say(link::Hello{.runtime = container->id(), .token = engine_.launches.back().token});
  EXPECT_TRUE(until([&] { return page->last<link::Refused>().has_value(); }));
}

TEST_F(LocalRuntimeTest, IsNoFlavorThatOneAsksForByName) {
  Wish wish{.flavor = kLocalFlavor};
  EXPECT_FALSE(runtimes_->request({"n_1"}, {"u_1"}, wish, listener_));
  wish = {.meanwhile = kLocalFlavor};
  EXPECT_FALSE(runtimes_->request({"n_1"}, {"u_1"}, wish, listener_));
  EXPECT_TRUE(runtimes_->living().empty());
}

}  // namespace
}  // namespace colibri::runtimes
