// Tokens that the library signs with keys of ours, and what somebody might put in their place.
#include "oidc/id_token.hpp"

#include <cjose/cjose.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <memory>

#include "oidc/attempts.hpp"

namespace colibri::oidc {
namespace {

using testing::HasSubstr;

struct Deleter {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
  void operator()(char* text) const { cjose_get_dealloc()(text); }
};
using Key = std::unique_ptr<cjose_jwk_t, Deleter>;

Key new_key(const std::string& type, size_t bits = 2048) {
  cjose_err error{};
  if (type == "EC") return Key(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error));
  const uint8_t exponent[] = {1, 0, 1};
  return Key(cjose_jwk_create_RSA_random(bits, exponent, sizeof exponent, &error));
}

json::Object public_part(const Key& key, const std::string& id) {
  cjose_err error{};
  const std::unique_ptr<char, Deleter> text(cjose_jwk_to_json(key.get(), false, &error));
  json::Object object = *json::parse_object(text.get());
  object.set("kid", id);
  return object;
}

json::Object key_set(std::initializer_list<json::Object> keys) {
  json::Array list;
  for (const json::Object& key : keys) list.emplace_back(key);
  return {{"keys", std::move(list)}};
}

std::string sign(const Key& key, const std::string& algorithm, const std::string& id,
                 const std::string& payload) {
  cjose_err error{};
  const std::unique_ptr<cjose_header_t, Deleter> header(cjose_header_new(&error));
  cjose_header_set(header.get(), CJOSE_HDR_ALG, algorithm.c_str(), &error);
  if (!id.empty()) cjose_header_set(header.get(), CJOSE_HDR_KID, id.c_str(), &error);
  const std::unique_ptr<cjose_jws_t, Deleter> jws(
      cjose_jws_sign(key.get(), header.get(), reinterpret_cast<const uint8_t*>(payload.data()),
                     payload.size(), &error));
  const char* text = nullptr;
  EXPECT_TRUE(jws && cjose_jws_export(jws.get(), &text, &error));
  return text == nullptr ? "" : text;
}

std::string base64url(const std::string& text) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_encoded_len(text.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()),
                    text.size(), kVariant);
  out.pop_back();
  return out;
}

ErrorCode refusal(const std::string& token, const json::Object& keys) {
  const auto verified = verify_signature(token, keys);
  EXPECT_FALSE(verified);
  return verified ? ErrorCode::io : verified.error().code;
}

TEST(Signature, OfEitherKindOfKeyCounts) {
  const Key rsa = new_key("RSA"), curve = new_key("EC");
  const json::Object keys = key_set({public_part(rsa, "r"), public_part(curve, "e")});
  for (const char* algorithm : {"RS256", "RS512", "PS256"}) {
    const auto claims = verify_signature(sign(rsa, algorithm, "r", R"({"sub":"1"})"), keys);
    ASSERT_TRUE(claims) << algorithm << " " << claims.error().detail;
    EXPECT_EQ(json::string_at(*claims, "sub"), "1");
  }
  EXPECT_TRUE(verify_signature(sign(curve, "ES256", "e", "{}"), keys));
  EXPECT_TRUE(verify_signature(sign(curve, "ES256", "", "{}"), keys)) << "a token without kid";
}

TEST(Signature, ThatIsNoneOrOfASharedKeyIsRefused) {
  const Key rsa = new_key("RSA");
  const json::Object keys = key_set({public_part(rsa, "r")});
  const std::string body = base64url(R"({"sub":"1"})");
  EXPECT_EQ(refusal(base64url(R"({"alg":"none"})") + "." + body + ".", keys), ErrorCode::denied);
  EXPECT_EQ(refusal(base64url(R"({"alg":"NONE"})") + "." + body + ".", keys), ErrorCode::denied);
  // The public key taken for a secret that both know.
  EXPECT_EQ(refusal(base64url(R"({"alg":"HS256","kid":"r"})") + "." + body + ".c2ln", keys),
            ErrorCode::denied);
}

TEST(Signature, OfAnotherKeyOrOverOtherBytesIsRefused) {
  const Key rsa = new_key("RSA"), other = new_key("RSA");
  const json::Object keys = key_set({public_part(rsa, "r")});
  EXPECT_EQ(refusal(sign(other, "RS256", "r", "{}"), keys), ErrorCode::denied);
  std::string token = sign(rsa, "RS256", "r", R"({"sub":"1"})");
  const size_t first = token.find('.');
  const std::string forged =
      token.substr(0, first + 1) + base64url(R"({"sub":"2"})") + token.substr(token.rfind('.'));
  EXPECT_EQ(refusal(forged, keys), ErrorCode::denied);
  EXPECT_EQ(refusal(token.substr(0, token.rfind('.') + 1), keys), ErrorCode::denied);
}

TEST(Signature, ByAKeyThatIsNotThereAsksForNewKeys) {
  const Key rsa = new_key("RSA");
  const json::Object keys = key_set({public_part(rsa, "r")});
  EXPECT_EQ(refusal(sign(rsa, "RS256", "new", "{}"), keys), ErrorCode::not_found);
  EXPECT_EQ(refusal(sign(rsa, "RS256", "r", "{}"), {}), ErrorCode::not_found);
}

TEST(Signature, TakesNoKeyMeantForOtherThings) {
  const Key rsa = new_key("RSA");
  const std::string token = sign(rsa, "RS256", "r", "{}");
  json::Object key = public_part(rsa, "r");
  key.set("use", "enc");
  EXPECT_EQ(refusal(token, key_set({key})), ErrorCode::not_found);
  key.set("use", "sig");
  key.set("alg", "PS256");
  EXPECT_EQ(refusal(token, key_set({key})), ErrorCode::not_found);
  const Key small = new_key("RSA", 1024);
  EXPECT_EQ(refusal(sign(small, "RS256", "s", "{}"), key_set({public_part(small, "s")})),
            ErrorCode::not_found);
}

TEST(Signature, WithAHeaderThatWeDoNotKnowIsRefused) {
  const Key rsa = new_key("RSA");
  const json::Object keys = key_set({public_part(rsa, "r")});
  EXPECT_EQ(refusal(base64url(R"({"alg":"RS256","crit":["exp"]})") + ".e30.c2ln", keys),
            ErrorCode::denied);
  for (const char* text : {"", "a", "a.b.c", "e30.e30", "e30.e30.e30", "..."}) {
    EXPECT_EQ(refusal(text, keys), ErrorCode::invalid) << text;
  }
}

class ClaimsTest : public testing::Test {
 protected:
  json::Object claims_ = {{"iss", "https://id.example.org"},
                          {"sub", "ada"},
                          {"aud", "colibri"},
                          {"nonce", "n1"},
                          {"iat", 1000},
                          {"exp", 1600},
                          {"email", "ada@example.org"},
                          {"email_verified", true},
                          {"name", "Ada"}};
  Expected expected_ = {"https://id.example.org", "colibri", "n1", 1010};

  std::string refusal() {
    const auto checked = check_claims(claims_, expected_);
    return checked ? "" : checked.error().detail;
  }
};

TEST_F(ClaimsTest, ThatFitAreTaken) {
  const auto claims = check_claims(claims_, expected_);
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->subject, "ada");
  EXPECT_EQ(claims->email, "ada@example.org");
  EXPECT_TRUE(claims->email_verified);
  EXPECT_EQ(claims->name, "Ada");
}

TEST_F(ClaimsTest, OfAnotherIssuerAreRefused) {
  for (const char* issuer : {"https://id.example.org/", "https://ID.example.org", "", "id"}) {
    claims_.set("iss", issuer);
    EXPECT_THAT(refusal(), HasSubstr("iss")) << issuer;
  }
}

TEST_F(ClaimsTest, ForAnotherClientAreRefused) {
  claims_.set("aud", "other");
  EXPECT_THAT(refusal(), HasSubstr("aud"));
  claims_.set("aud", json::Array{"colibri", "other"});
  EXPECT_THAT(refusal(), HasSubstr("azp"));
  claims_.set("azp", "other");
  EXPECT_THAT(refusal(), HasSubstr("azp"));
  claims_.set("azp", "colibri");
  EXPECT_EQ(refusal(), "");
  claims_.set("aud", json::Array{json::Object{}});
  EXPECT_THAT(refusal(), HasSubstr("aud"));
}

TEST_F(ClaimsTest, OfAnotherSignInAreRefused) {
  claims_.set("nonce", "n2");
  EXPECT_THAT(refusal(), HasSubstr("nonce"));
  claims_.erase("nonce");
  EXPECT_THAT(refusal(), HasSubstr("nonce"));
  expected_.nonce = "";
  claims_.set("nonce", "");
  EXPECT_THAT(refusal(), HasSubstr("nonce"));
}

TEST_F(ClaimsTest, OfAnotherTimeAreRefused) {
  expected_.now_s = 1600 + kLeewaySeconds - 1;
  EXPECT_EQ(refusal(), "");
  expected_.now_s = 1600 + kLeewaySeconds;
  EXPECT_THAT(refusal(), HasSubstr("exp"));
  expected_.now_s = 1000 - kLeewaySeconds;
  EXPECT_EQ(refusal(), "");
  expected_.now_s = 1000 - kLeewaySeconds - 1;
  EXPECT_THAT(refusal(), HasSubstr("future"));
  claims_.set("exp", 99'999);
  expected_.now_s = 1000 + kMostAgeSeconds + kLeewaySeconds;
  EXPECT_THAT(refusal(), HasSubstr("iat"));
  claims_.erase("exp");
  EXPECT_THAT(refusal(), HasSubstr("times"));
}

TEST_F(ClaimsTest, SayVerifiedOnlyWhenTheySaySo) {
  for (const json::Value& value : {json::Value(false), json::Value("yes"), json::Value(1),
                                   json::Value(nullptr), json::Value("false")}) {
    claims_.set("email_verified", value);
    EXPECT_FALSE(check_claims(claims_, expected_)->email_verified);
  }
  claims_.erase("email_verified");
  EXPECT_FALSE(check_claims(claims_, expected_)->email_verified);
}

Attempt attempt(const std::string& browser, int64_t started_ms) {
  return {.provider = "p", .browser = browser, .to = "/", .started_ms = started_ms};
}

TEST(Attempts, AreGoodOnceAndForTheirBrowser) {
  Attempts attempts;
  attempts.add("s1", attempt("b1", 0));
  EXPECT_TRUE(attempts.take("s1", "p", "b1", 1));
  EXPECT_FALSE(attempts.take("s1", "p", "b1", 1)) << "the state was replayed";
  attempts.add("s2", attempt("b1", 0));
  EXPECT_FALSE(attempts.take("s2", "p", "b2", 1)) << "another browser";
  attempts.add("s3", attempt("b1", 0));
  EXPECT_FALSE(attempts.take("s3", "q", "b1", 1)) << "another provider";
  attempts.add("s4", attempt("b1", 0));
  EXPECT_FALSE(attempts.take("s4", "p", "b1", Attempts::kLifeMs)) << "too late";
  attempts.add("s5", attempt("b1", 0));
  EXPECT_FALSE(attempts.take("s5", "p", "", 1)) << "no cookie";
}

TEST(Attempts, AreLimited) {
  Attempts attempts;
  for (size_t i = 0; i <= Attempts::kMost; ++i) {
    attempts.add(std::to_string(i), attempt("b", static_cast<int64_t>(i)));
  }
  EXPECT_FALSE(attempts.take("0", "p", "b", 6000));
  EXPECT_TRUE(attempts.take("1", "p", "b", 6000));
}

TEST(OwnPath, NeverLeadsToAnotherSite) {
  EXPECT_EQ(own_path("/notebooks/n_1?x=1"), "/notebooks/n_1?x=1");
  for (const char* wanted :
       {"", "//evil.example", "/\\evil.example", "\\\\evil", "https://evil", "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1", "/\t/evil", "evil", "/#sign-in-problem=x"}) {
    EXPECT_EQ(own_path(wanted), "/") << wanted;
  }
}

}  // namespace
}  // namespace colibri::oidc
