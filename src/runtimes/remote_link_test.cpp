#include <boost/asio/buffer.hpp>

#include "async/spawn.hpp"
#include "channel/tls.hpp"
#include "runtimes/dialers.hpp"
#include "runtimes/runtimes_fixture.hpp"

namespace colibri::runtimes {
namespace {

TEST_F(RuntimesTest, TakesSupervisorsOfOtherMachinesOverTls) {
  const auto certificate = channel::own_certificate(base_ / "link.pem");
  ASSERT_TRUE(certificate);
  settings_.remote_link = {"127.0.0.1:0", *certificate};
  open();
  const auto runtime = request();
  ASSERT_TRUE(until([&] { return !engine_.launches.empty(); }));
  const auto where = channel::look_up("127.0.0.1:" + std::to_string(runtimes_->remote_link_port()));
  ASSERT_TRUE(where);
  std::optional<Result<channel::Stream>> stream;
  bool wrote = false;
  struct Dial {
    static Task<void> in(channel::Endpoints endpoints, std::string fingerprint, std::string hello,
                         std::optional<Result<channel::Stream>>& stream, bool& wrote) {
      stream.emplace(co_await channel::dial(std::move(endpoints), std::move(fingerprint), 10s));
      if (*stream) (void)co_await (*stream)->write(asio::buffer(hello));
      wrote = true;
    }
  };
  const link::Hello hello{runtime->id(), engine_.launches.front().token, 1, 1};
  async::spawn(context_.get_executor(),
               Dial::in(*where, certificate->fingerprint, *link::encode(link::to_frame(hello)),
                        stream, wrote),
               "dialling");
  ASSERT_TRUE(until([&] { return wrote; }));
  ASSERT_TRUE(*stream) << stream->error().detail;
  EXPECT_TRUE(until([&] { return runtime->linked(); }));
}

TEST(Dialers, AreFewFromOneAddressUntilTheyProveThemselves) {
  Dialers dialers;
  std::vector<Dialers::Place> places;
  for (size_t i = 0; i < Dialers::kMostOfOneAddress; ++i)
    places.push_back(*dialers.take("10.0.0.1"));
  EXPECT_FALSE(dialers.take("10.0.0.1"));
  EXPECT_TRUE(dialers.take("10.0.0.2"));
  places.front().leave();
  EXPECT_TRUE(dialers.take("10.0.0.1"));
}

}  // namespace
}  // namespace colibri::runtimes
