// Accounts against a real store: who gets one, by which way, and what ends it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>

#include "auth/api_tokens.hpp"
#include "auth/invitations.hpp"
#include "auth/linked_sign_ins.hpp"
#include "auth/own_settings.hpp"
#include "auth/people.hpp"
#include "auth/sign_in_limit.hpp"
#include "base/random.hpp"
#include "store/store_fixture.hpp"

namespace colibri::auth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kNow = 1'000'000;
constexpr const char* kPassword = "correct horse";

class AuthTest : public testing::Test {
 protected:
  AuthTest()
      : folder_(std::filesystem::temp_directory_path() / random_id("auth_")),
        place_(make_folder(folder_)),
        store_(std::move(store::Store::open(place_.address).value())) {}
  ~AuthTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  static const std::filesystem::path& make_folder(const std::filesystem::path& folder) {
    std::filesystem::create_directory(folder);
    return folder;
  }

  template <class T>
  T run(Task<T> task) {
    auto result = asio::co_spawn(context_, std::move(task), asio::use_future);
    context_.restart();
    context_.run();
    return result.get();
  }

  User add(const std::string& email, bool owner = false) {
    return AccountStore(*store_).add(email, "", owner, kNow).value();
  }
  User with_password(const std::string& email) {
    return run(accounts_->sign_up(email, "", kPassword, kNow)).value();
  }
  LinkedSignIns linked(SignUpRule rule = {}) { return {*store_, std::move(rule)}; }
  Invitations invitations(SignUpRule rule = {}) { return {*store_, *hasher_, std::move(rule)}; }

  // Somebody shares a notebook with the address.
  void share(const User& owner, const std::string& email) {
    auto work = [&](soci::session& sql) -> Result<> {
      sql << "INSERT INTO notebooks (id, owner_id, path, created_ms, opened_ms) "
             "VALUES ('n_1', :owner, 'a.ipynb', 0, 0)",
          soci::use(owner.id.value);
      sql << "INSERT INTO notebook_invitations (notebook_id, email, role, invited_by, created_ms) "
             "VALUES ('n_1', :email, 'editor', :owner, 0)",
          soci::use(email), soci::use(owner.id.value);
      return {};
    };
    ASSERT_TRUE(store_->write_now(work));
  }
  std::string role_on_shared(const User& user) {
    auto work = [&](soci::session& sql) -> Result<std::string> {
      std::string role;
      sql << "SELECT role FROM notebook_access WHERE notebook_id = 'n_1' AND user_id = :user",
          soci::use(user.id.value), soci::into(role);
      return role;
    };
    return store_->read_now<std::string>(work).value();
  }

  std::filesystem::path folder_;
  store::TestPlace place_;
  asio::io_context context_;
  std::unique_ptr<store::Store> store_;
  async::BlockingPool pool_{1};
  std::unique_ptr<PasswordHasher> hasher_ =
      std::make_unique<PasswordHasher>(pool_, PasswordCost{.operations = 1, .memory_bytes = 8192});
  std::unique_ptr<Accounts> accounts_ = std::make_unique<Accounts>(*store_, *hasher_);
};

Vouched vouched(const std::string& subject, const std::string& email, bool verified = true) {
  return {"https://id", subject, email, verified, "Name"};
}

TEST_F(AuthTest, AnInvitationMakesAnAccountOnce) {
  const User boss = add("boss@x.org", true);
  Invitations invitations = this->invitations();
  const auto token = run(invitations.invite("Ada@X.org", false, boss.id, kNow));
  ASSERT_TRUE(token);
  EXPECT_EQ(run(invitations.look(*token, kNow))->email, "ada@x.org");
  EXPECT_EQ(run(invitations.look(*token, kNow))->invited_by, "boss");
  const auto ada = run(invitations.accept(*token, "Ada", kPassword, kNow));
  ASSERT_TRUE(ada) << ada.error().detail;
  EXPECT_TRUE(ada->email_verified && ada->has_password && !ada->owner);
  EXPECT_EQ(run(invitations.accept(*token, "Eve", kPassword, kNow)).error().code,
            ErrorCode::denied);
  EXPECT_TRUE(run(accounts_->check("ada@x.org", kPassword)));
  EXPECT_EQ(run(invitations.invite("ada@x.org", false, boss.id, kNow)).error().code,
            ErrorCode::conflict);
}

TEST_F(AuthTest, AnInvitationEnds) {
  const User boss = add("boss@x.org", true);
  Invitations invitations = this->invitations();
  const auto dead = [&](const std::string& token, int64_t now_ms) {
    return !run(invitations.look(token, now_ms)) &&
           !run(invitations.accept(token, "", kPassword, now_ms));
  };
  const std::string first = *run(invitations.invite("a@x.org", false, boss.id, kNow));
  EXPECT_TRUE(dead(first, kNow + kInvitationLifeMs));
  const std::string second = *run(invitations.invite("a@x.org", false, boss.id, kNow));
  EXPECT_TRUE(dead(first, kNow)) << "replaced by the second";
  EXPECT_TRUE(run(invitations.withdraw("A@x.org")));
  EXPECT_TRUE(dead(second, kNow));
  EXPECT_FALSE(run(invitations.withdraw("a@x.org")));
  EXPECT_TRUE(dead("no token", kNow));
}

TEST_F(AuthTest, WhoAsksForALinkKeepsTheInvitedRole) {
  const User boss = add("boss@x.org", true);
  Invitations invitations = this->invitations();
  ASSERT_TRUE(run(invitations.invite("a@x.org", true, boss.id, kNow)));
  const auto token = run(invitations.offer("a@x.org", kNow));
  ASSERT_TRUE(token);
  EXPECT_EQ(run(invitations.list(kNow))->size(), 1u) << "what was asked for is not in the list";
  EXPECT_TRUE(run(invitations.accept(*token, "", kPassword, kNow))->owner);
}

TEST_F(AuthTest, SharingInvitesAndIsClaimed) {
  const User boss = add("boss@x.org", true);
  share(boss, "ada@x.org");
  EXPECT_TRUE(*run(invitations().welcome("ada@x.org", kNow)));
  EXPECT_FALSE(*run(invitations().welcome("eve@x.org", kNow)));
  EXPECT_FALSE(*run(invitations({.sharing_invites = false}).welcome("ada@x.org", kNow)));
  LinkedSignIns linked = this->linked();
  const auto ada = run(linked.sign_in(vouched("1", "ada@x.org"), kNow));
  ASSERT_TRUE(ada);
  EXPECT_EQ(role_on_shared(*ada), "editor");
}

TEST_F(AuthTest, AnUnverifiedAddressClaimsNothing) {
  const User boss = add("boss@x.org", true);
  share(boss, "ada@x.org");
  const User eve = with_password("ada@x.org");
  EXPECT_FALSE(eve.email_verified);
  EXPECT_EQ(role_on_shared(eve), "");
}

TEST_F(AuthTest, RulesCompareWholeDomains) {
  const SignUpRule rule{.sign_up = SignUp::domain, .domains = {"x.org"}};
  EXPECT_TRUE(lets_in(rule, "a@x.org"));
  for (const char* email : {"a@sub.x.org", "a@x.org.evil.net", "a@evilx.org", "x.org", "a@"}) {
    EXPECT_FALSE(lets_in(rule, email)) << email;
  }
  EXPECT_FALSE(lets_in({}, "a@x.org"));
  EXPECT_TRUE(lets_in({.sign_up = SignUp::open}, "a@x.org"));
  EXPECT_TRUE(check_rule(rule, true));
  EXPECT_THAT(check_rule(rule, false).error().detail, HasSubstr("smtp or oidc"));
  EXPECT_FALSE(check_rule({.sign_up = SignUp::domain}, true));
  EXPECT_FALSE(check_rule({.sign_up = SignUp::open, .domains = {"x.org"}}, true));
  EXPECT_FALSE(check_rule({.sign_up = SignUp::domain, .domains = {"@x.org"}}, true));
  EXPECT_FALSE(check_rule({.sign_up = SignUp::domain, .domains = {"X.org"}}, true));
}

TEST_F(AuthTest, AProvidersNewcomerNeedsAVerifiedAddressThatIsLetIn) {
  LinkedSignIns closed = linked();
  EXPECT_EQ(run(closed.sign_in(vouched("1", "a@x.org"), kNow)).error().code, ErrorCode::denied);
  LinkedSignIns open = linked({.sign_up = SignUp::open});
  EXPECT_EQ(run(open.sign_in(vouched("1", "a@x.org", false), kNow)).error().code,
            ErrorCode::invalid);
  EXPECT_EQ(run(open.sign_in(vouched("1", ""), kNow)).error().code, ErrorCode::invalid);
  const auto made = run(open.sign_in(vouched("1", "a@x.org"), kNow));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->name, "Name");
  // The same person with another address, and another person with the old one.
  EXPECT_EQ(run(open.sign_in(vouched("1", "b@x.org", false), kNow))->id, made->id);
  EXPECT_EQ(run(open.sign_in(vouched("2", "a@x.org"), kNow)).error().code, ErrorCode::conflict);
}

TEST_F(AuthTest, AProviderTakesOverNoAccountThatWasUsed) {
  with_password("ada@x.org");
  LinkedSignIns open = linked({.sign_up = SignUp::open});
  EXPECT_EQ(run(open.sign_in(vouched("1", "ada@x.org"), kNow)).error().code, ErrorCode::conflict);
  // One that signed in by link only has no password, but has been used.
  const User bob = add("bob@x.org");
  Sessions sessions(*store_);
  ASSERT_TRUE(run(sessions.create(bob.id, {"link", "", ""}, kNow)));
  EXPECT_EQ(run(open.sign_in(vouched("2", "bob@x.org"), kNow)).error().code, ErrorCode::conflict);
}

TEST_F(AuthTest, AProviderGetsTheAccountThatWaitedForIt) {
  const User ada = add("ada@x.org");
  LinkedSignIns closed = linked();
  EXPECT_EQ(run(closed.sign_in(vouched("1", "ada@x.org", false), kNow)).error().code,
            ErrorCode::invalid);
  EXPECT_EQ(run(closed.sign_in(vouched("1", "Ada@x.org"), kNow))->id, ada.id);
  EXPECT_EQ(run(closed.sign_in(vouched("2", "ada@x.org"), kNow)).error().code, ErrorCode::conflict);
}

TEST_F(AuthTest, LinkingIsOneToOneAndLeavesAWayIn) {
  const User ada = with_password("ada@x.org"), bob = with_password("bob@x.org");
  LinkedSignIns linked = this->linked();
  EXPECT_TRUE(run(linked.link(ada.id, vouched("1", "other@y.org", false), kNow)));
  EXPECT_TRUE(run(linked.link(ada.id, vouched("1", "other@y.org"), kNow))) << "again";
  EXPECT_EQ(run(linked.link(bob.id, vouched("1", ""), kNow)).error().code, ErrorCode::conflict);
  EXPECT_EQ(run(linked.link(ada.id, vouched("2", ""), kNow)).error().code, ErrorCode::conflict);
  EXPECT_EQ(run(linked.sign_in(vouched("1", "", false), kNow))->id, ada.id);
  EXPECT_TRUE(run(linked.unlink(ada.id, "https://id")));
  EXPECT_EQ(run(linked.unlink(ada.id, "https://id")).error().code, ErrorCode::not_found);
  LinkedSignIns open = this->linked({.sign_up = SignUp::open});
  const auto carl = run(open.sign_in(vouched("3", "carl@x.org"), kNow));
  EXPECT_EQ(run(open.unlink(carl->id, "https://id")).error().code, ErrorCode::conflict);
}

TEST_F(AuthTest, SettingsOfAPersonArePutOneByOneAndHaveLimits) {
  const User ada = add("ada@x.org"), bob = add("bob@x.org");
  OwnSettings settings(*store_);
  EXPECT_TRUE(run(settings.all(ada.id))->empty());
  ASSERT_TRUE(
      run(settings.change(ada.id, {{"keys", json::Object{{"map", "vim"}}}, {"notify", true}})));
  const auto left = run(settings.change(ada.id, {{"notify", json::Value()}, {"tabs.at", "right"}}));
  ASSERT_TRUE(left);
  EXPECT_EQ(json::serialize(*left), R"({"keys":{"map":"vim"},"tabs.at":"right"})");
  EXPECT_EQ(*run(settings.all(ada.id)), *left);
  EXPECT_TRUE(run(settings.all(bob.id))->empty());
  EXPECT_EQ(run(settings.change(ada.id, {{"Keys", 1}})).error().code, ErrorCode::invalid);
  EXPECT_EQ(run(settings.change(ada.id, {{std::string(65, 'a'), 1}})).error().code,
            ErrorCode::invalid);
  EXPECT_EQ(run(settings.change(ada.id, {{"a", std::string(32 << 10, 'x')}})).error().code,
            ErrorCode::too_large);
  EXPECT_EQ(*run(settings.all(ada.id)), *left);
}

TEST_F(AuthTest, TokensAreScopedHashedAndEnd) {
  const User ada = add("ada@x.org");
  Sessions sessions(*store_);
  ApiTokens tokens(*store_, sessions);
  const auto made = run(tokens.create(ada.id, "ci", {"notebooks:read"}, 100'000, kNow));
  ASSERT_TRUE(made) << made.error().detail;
  const auto found = run(tokens.find(made->token, kNow + 70'000));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->user, ada.id);
  EXPECT_THAT(*(*found)->scopes, ElementsAre("notebooks:read"));
  EXPECT_EQ(run(tokens.list(ada.id, kNow))->at(0).used_ms, kNow + 70'000);
  EXPECT_FALSE(*run(tokens.find(made->token, kNow + 100'000))) << "past its end";
  EXPECT_FALSE(*run(tokens.find(made->token + "x", kNow)));
  EXPECT_FALSE(*run(tokens.find("", kNow)));
  auto stored = [&](soci::session& sql) -> Result<int> {
    int count = 0;
    sql << "SELECT count(*) FROM api_tokens WHERE token_hash = :token", soci::use(made->token),
        soci::into(count);
    return count;
  };
  EXPECT_EQ(store_->read_now<int>(stored), 0);
  bool told = false;
  sessions.watch(made->entry.id, [&](const std::string&) { told = true; });
  EXPECT_FALSE(run(tokens.revoke({"u_other"}, made->entry.id)));
  EXPECT_TRUE(*run(sessions.alive(made->entry.id, kNow)));
  EXPECT_TRUE(run(tokens.revoke(ada.id, made->entry.id)));
  EXPECT_TRUE(told) << "its sockets end";
  EXPECT_FALSE(*run(tokens.find(made->token, kNow)));
  EXPECT_FALSE(*run(sessions.alive(made->entry.id, kNow)));
}

TEST_F(AuthTest, TokensThatCannotBeAreRefused) {
  const User ada = add("ada@x.org");
  Sessions sessions(*store_);
  ApiTokens tokens(*store_, sessions);
  const auto refused = [&](const char* name, std::vector<std::string> scopes, int64_t life_ms) {
    return !run(tokens.create(ada.id, name, std::move(scopes), life_ms, kNow));
  };
  EXPECT_TRUE(refused("", {"notebooks:read"}, 100'000));
  EXPECT_TRUE(refused("a", {}, 100'000));
  EXPECT_TRUE(refused("a", {"account"}, 100'000));
  EXPECT_TRUE(refused("a", {"notebooks:read notebooks:run"}, 100'000));
  EXPECT_TRUE(refused("a", {"notebooks:read", "notebooks:read"}, 100'000));
  EXPECT_TRUE(refused("a", {"notebooks:read"}, 0));
  EXPECT_TRUE(refused("a", {"notebooks:read"}, kMostTokenLifeMs + 1));
  for (size_t i = 0; i < kMostTokens; ++i) ASSERT_FALSE(refused("a", {"notebooks:run"}, 100'000));
  EXPECT_TRUE(refused("a", {"notebooks:run"}, 100'000));
}

TEST_F(AuthTest, WhoIsDisabledIsOutByEveryWay) {
  const User boss = add("boss@x.org", true);
  const User ada = with_password("ada@x.org");
  Sessions sessions(*store_);
  ApiTokens tokens(*store_, sessions);
  People people(*store_);
  LinkedSignIns linked = this->linked();
  const auto session = run(sessions.create(ada.id, {"password", "", ""}, kNow));
  const auto token = run(tokens.create(ada.id, "t", {"notebooks:run"}, 100'000, kNow));
  const std::string link = *run(accounts_->make_link(ada.id, kNow));
  ASSERT_TRUE(run(linked.link(ada.id, vouched("1", ""), kNow)));
  int told = 0;
  sessions.watch(session->identity.session, [&](const std::string& why) {
    EXPECT_EQ(why, kAccountDisabled);
    ++told;
  });
  sessions.watch(token->entry.id, [&](const std::string& why) {
    EXPECT_EQ(why, kAccountDisabled);
    ++told;
  });

  ASSERT_TRUE(run(people.change(ada.id, {.disabled = true}, kNow)));
  EXPECT_FALSE(*run(sessions.find(session->token, kNow)));
  EXPECT_FALSE(*run(tokens.find(token->token, kNow)));
  EXPECT_FALSE(run(accounts_->redeem_link(link, kNow)));
  EXPECT_FALSE(run(accounts_->make_reset_link("ada@x.org", kNow)));
  EXPECT_FALSE(run(linked.sign_in(vouched("1", "", false), kNow)));
  EXPECT_TRUE(run(accounts_->check("ada@x.org", kPassword))->disabled);
  ASSERT_TRUE(run(sessions.end_all(ada.id, kAccountDisabled)));
  EXPECT_EQ(told, 2);
}

TEST_F(AuthTest, ThereIsAlwaysAnAdministrator) {
  const User boss = add("boss@x.org", true), ada = add("ada@x.org");
  People people(*store_);
  EXPECT_FALSE(run(people.change(boss.id, {.owner = false}, kNow)));
  EXPECT_FALSE(run(people.change(boss.id, {.disabled = true}, kNow)));
  EXPECT_FALSE(run(people.begin_removal(boss.id, kNow)));
  ASSERT_TRUE(run(people.change(ada.id, {.owner = true}, kNow)));
  ASSERT_TRUE(run(people.change(ada.id, {.disabled = true}, kNow)));
  EXPECT_FALSE(run(people.begin_removal(boss.id, kNow))) << "the other one may not sign in";
  ASSERT_TRUE(run(people.change(ada.id, {.disabled = false}, kNow)));
  EXPECT_TRUE(run(people.begin_removal(boss.id, kNow)) && run(people.finish_removal(boss.id)));
  EXPECT_EQ(run(people.list())->size(), 1u);
}

TEST_F(AuthTest, AResetLinkSetsAPasswordWithoutTheOldOne) {
  const User ada = with_password("ada@x.org");
  const auto token = run(accounts_->make_reset_link("Ada@x.org", kNow));
  ASSERT_TRUE(token);
  const auto redeemed = run(accounts_->redeem_link(*token, kNow));
  ASSERT_TRUE(redeemed && redeemed->reset);
  EXPECT_FALSE(run(accounts_->redeem_link(*token, kNow))) << "good once";
  Changes changes{.password =
                      Changes::Password{.old = "", .confirmed = false, .fresh = "new one!"}};
  EXPECT_FALSE(run(accounts_->change(ada.id, changes)));
  changes.password->confirmed = true;
  EXPECT_TRUE(run(accounts_->change(ada.id, changes)));
  EXPECT_TRUE(run(accounts_->check("ada@x.org", "new one!")));
  EXPECT_EQ(run(accounts_->make_reset_link("eve@x.org", kNow)).error().code, ErrorCode::not_found);
}

TEST_F(AuthTest, AnAddressChangesByItsLinkOnly) {
  const User ada = with_password("ada@x.org"), bob = with_password("bob@x.org");
  const auto token = run(accounts_->offer_email(ada.id, "New@x.org", kNow));
  ASSERT_TRUE(token);
  EXPECT_FALSE(run(accounts_->confirm_email(bob.id, *token, kNow))) << "another user's link";
  const auto again = run(accounts_->offer_email(ada.id, "new@x.org", kNow));
  EXPECT_FALSE(run(accounts_->confirm_email(ada.id, *token, kNow))) << "replaced";
  EXPECT_FALSE(run(accounts_->confirm_email(ada.id, *again, kNow + kMailedLinkLifeMs)));
  const auto changed = run(accounts_->confirm_email(ada.id, *again, kNow));
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->email, "new@x.org");
  EXPECT_TRUE(changed->email_verified);
  EXPECT_FALSE(run(accounts_->offer_email(ada.id, "bob@x.org", kNow)));
}

TEST_F(AuthTest, SessionsTellWhereTheyAre) {
  const User ada = add("ada@x.org");
  Sessions sessions(*store_);
  const auto one = run(sessions.create(ada.id, {"password", "Firefox", "192.0.2.1"}, kNow));
  const auto two = run(sessions.create(ada.id, {"oidc", "Safari", "192.0.2.2"}, kNow + 1));
  const auto list = run(sessions.list(ada.id, kNow + 2));
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ(list->at(0).arrival.user_agent, "Safari");
  EXPECT_EQ(list->at(1).arrival.address, "192.0.2.1");
  EXPECT_FALSE(run(sessions.end_own({"u_other"}, one->identity.session)));
  bool told = false;
  sessions.watch(one->identity.session, [&](const std::string&) { told = true; });
  EXPECT_TRUE(run(sessions.end_own(ada.id, one->identity.session)));
  EXPECT_TRUE(told);
  EXPECT_FALSE(*run(sessions.find(one->token, kNow + 2)));
  EXPECT_TRUE(*run(sessions.find(two->token, kNow + 2)));
}

TEST(Addresses, AreNormalOrRefused) {
  EXPECT_EQ(normalize_email(" Ada@Example.ORG "), "ada@example.org");
  for (const char* email :
       {"", "a", "@b", "a@", "a@b@c", "a b@c", "a<b@c", "a,b@c", "\"a\"@b", "a@b\r\nBcc: c@d"}) {
    EXPECT_FALSE(normalize_email(email)) << email;
  }
}

TEST(Limit, CountsPerPlacePerAccountAndBoth) {
  const auto place = asio::ip::make_address("192.0.2.1"),
             other = asio::ip::make_address("192.0.2.2");
  SignInLimit limit({.of_both = 2, .of_address = 3, .of_account = 4, .window_ms = 1000});
  for (int i = 0; i < 2; ++i) limit.failed(place, "ada", 0);
  EXPECT_EQ(limit.check(place, "ada", 1).error().code, ErrorCode::too_many);
  EXPECT_TRUE(limit.check(place, "bob", 1));
  EXPECT_TRUE(limit.check(other, "ada", 1));
  EXPECT_TRUE(limit.check(place, "ada", 1000));
  limit.failed(place, "bob", 1);
  EXPECT_FALSE(limit.check(place, "carl", 1));
  for (int i = 0; i < 2; ++i) limit.failed(other, "ada", 1);
  EXPECT_FALSE(limit.check(asio::ip::make_address("192.0.2.3"), "ada", 1));
}

}  // namespace
}  // namespace colibri::auth
