#include "clouds/kinds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace colibri::clouds {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// As `rclone config providers` tells them, with what must not come through.
std::vector<Kind> some_kinds() {
  const auto told = json::parse(R"([
    {"Name": "local", "Options": [{"Name": "nounc", "Help": "x"}]},
    {"Name": "crypt", "Options": [{"Name": "remote", "Help": "x"}]},
    {"Name": "sftp", "Options": [
      {"Name": "host", "Help": "SSH host to connect to.\n\nE.g. example.com", "Required": true},
      {"Name": "user", "Help": "SSH username.", "DefaultStr": "root"},
      {"Name": "pass", "Help": "SSH password.", "IsPassword": true},
      {"Name": "key_pem", "Help": "Raw PEM."},
      {"Name": "key_file", "Help": "A path."},
      {"Name": "key_use_agent", "Help": "The agent."},
      {"Name": "server_command", "Help": "A command."}]},
    {"Name": "s3", "Options": [
      {"Name": "env_auth", "Help": "From the environment."},
      {"Name": "region", "Help": "Region.", "Examples": [{"Value": "eu", "Help": "Europe\nand more"}]},
      {"Name": "region", "Help": "Of another.", "Examples": [{"Value": "eu"}, {"Value": "us"}]},
      {"Name": "secret_access_key", "Help": "Secret."}]}])");
  return *kinds_of(*told);
}

Kind sftp() {
  return *find_kind(some_kinds(), "sftp");
}

std::string refusal(const json::Object& sent) {
  const auto read = read_options(sftp(), sent);
  return read ? "" : read.error().detail;
}

TEST(CloudKinds, AreThoseOfOurListOnly) {
  std::vector<std::string> names;
  for (const Kind& kind : some_kinds()) names.push_back(kind.name);
  EXPECT_THAT(names, ElementsAre("s3", "sftp"));
}

TEST(CloudKinds, HaveNoOptionThatReachesIntoTheServer) {
  std::vector<std::string> names;
  for (const Option& option : sftp().options) names.push_back(option.name);
  EXPECT_THAT(names, ElementsAre("host", "user", "pass", "key_pem"));
}

TEST(CloudKinds, TellAnOptionOnceWithAllItsChoices) {
  const Kind s3 = *find_kind(some_kinds(), "s3");
  ASSERT_EQ(s3.options.size(), 2u);
  const auto region = std::ranges::find(s3.options, "region", &Option::name);
  ASSERT_EQ(region->choices.size(), 2u);
  EXPECT_EQ(region->choices[0].help, "Europe");
  EXPECT_EQ(region->choices[1].value, "us");
}

TEST(CloudKinds, KnowWhatIsSecret) {
  const Options open =
      open_options(sftp(), {{"host", "h"}, {"pass", "p"}, {"key_pem", "k"}, {"user", "u"}});
  EXPECT_THAT(open, ElementsAre(std::pair("host", "h"), std::pair("user", "u")));
}

TEST(CloudKinds, AreReadFromNothingElse) {
  EXPECT_EQ(kinds_of(json::Value("x")).error().code, ErrorCode::corrupt);
  EXPECT_TRUE(kinds_of(json::Array{json::Value(7), json::Object{{"Name", "s3"}}})->empty());
}

TEST(CloudOptions, ThatNobodyKnowsAreRefused) {
  EXPECT_THAT(refusal({{"host", "h"}, {"key_file", "/etc/passwd"}}), HasSubstr("\"key_file\""));
  EXPECT_THAT(refusal({{"host", "h"}, {"KEY_PEM", "x"}}), HasSubstr("no option"));
  EXPECT_THAT(refusal({{"user", "u"}}), HasSubstr("host is missing"));
  EXPECT_THAT(refusal({{"host", ""}}), HasSubstr("host is missing"));
}

TEST(CloudOptions, AreOneLineOfTextOfALimitedLength) {
  EXPECT_THAT(refusal({{"host", "h\nuser = root"}}), HasSubstr("control characters"));
  EXPECT_THAT(refusal({{"host", std::string("h\0", 2)}}), HasSubstr("control characters"));
  EXPECT_THAT(refusal({{"host", "\xff"}}), HasSubstr("control characters"));
  EXPECT_THAT(refusal({{"host", std::string(kMaxOptionBytes + 1, 'h')}}), HasSubstr("16 KiB"));
  EXPECT_THAT(refusal({{"host", 7}}), HasSubstr("text"));
}

TEST(CloudOptions, TakeAKeyAsPeopleHaveIt) {
  const auto read =
      read_options(sftp(), {{"host", "h"}, {"key_pem", "-----BEGIN\r\nabc\r\n-----END\n"}});
  EXPECT_EQ(read->at("key_pem"), "-----BEGIN\\nabc\\n-----END");
}

TEST(CloudOptions, StayWhereNothingIsSaid) {
  const auto changed = change_options(sftp(), {{"host", "h"}, {"pass", "p"}, {"user", "u"}},
                                      {{"user", ""}, {"host", "other"}});
  EXPECT_THAT(*changed, ElementsAre(std::pair("host", "other"), std::pair("pass", "p")));
}

TEST(CloudWords, AreTheLastSentenceWithoutSecrets) {
  const std::string words = clear_words(
      "2026/11/27 21:28:22 ERROR : : error listing: nothing\n"
      "2026/11/27 21:28:22 Failed to lsf with 2 errors: last error was: error in ListJSON: "
      "couldn't list files: token=abc-secret-xyz: 401 Unauthorized\n",
      sftp(), {{"pass", "abc-secret-xyz"}, {"host", "h"}});
  EXPECT_EQ(words, "token=…: 401 Unauthorized");
}

TEST(CloudWords, AreTheBeginningOfAMessageOfSeveralLines) {
  EXPECT_EQ(
      clear_words("2026/11/28 07:33:53 Failed to lsjson with 2 errors: last error was: error in "
                  "ListJSON: SignatureDoesNotMatch: The signature does not match.\n"
                  "\tstatus code: 403, request id: R1, host id: \ncaused by: nothing\n",
                  sftp(), {}),
      "SignatureDoesNotMatch: The signature does not match (403)");
  EXPECT_EQ(clear_words("2026/11/28 07:33:53 Failed to lsjson: RequestError: send request failed\n"
                        "caused by: dial tcp 127.0.0.1:9: connect: connection refused\n",
                        sftp(), {}),
            "Failed to lsjson: RequestError: send request failed: dial tcp 127.0.0.1:9: connect: "
            "connection refused");
  EXPECT_FALSE(begins_message("\tstatus code: 403, request id: R1"));
}

TEST(CloudWords, TellWhetherASecretIsRefused) {
  EXPECT_TRUE(refuses_secret("401 Unauthorized"));
  EXPECT_TRUE(refuses_secret("SignatureDoesNotMatch: The signature does not match (403)"));
  EXPECT_TRUE(refuses_secret("ssh: unable to authenticate, attempted methods [none password]"));
  EXPECT_FALSE(refuses_secret("dial tcp 127.0.0.1:40312: connect: connection refused"));
  EXPECT_FALSE(refuses_secret("dial tcp 127.0.0.1:403: connect: connection refused"));
}

TEST(CloudWords, AreShort) {
  EXPECT_LE(clear_words(std::string(100'000, 'x'), sftp(), {}).size(), 300u);
  EXPECT_THAT(clear_words("a\x1b[31mb", sftp(), {}), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace colibri::clouds
