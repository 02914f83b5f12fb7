#include "api/account_answers.hpp"

#include "api/api.hpp"

namespace colibri::api {

json::Object to_json(const auth::User& user) {
  return {{"id", user.id.value},
          {"email", user.email},
          {"email_verified", user.email_verified},
          {"name", user.name},
          {"role", user.owner ? "owner" : "user"},
          {"has_password", user.has_password}};
}

net::Response missing(std::string_view what) {
  return net::error_response(400, "invalid", std::string(what) + " must be given as text");
}

net::Response user_response(const auth::User& user) {
  return net::json_response(200, {{"user", to_json(user)}});
}

net::Response list_response(std::string name, json::Array list) {
  json::Object object;
  object.set(std::move(name), std::move(list));
  return net::json_response(200, object);
}

net::Response signed_in(const auth::User& user, const std::string& csrf, bool reset) {
  return net::json_response(
      200, {{"user", to_json(user)}, {"csrf", csrf}, {"reset", reset}, {"version", version()}});
}

}  // namespace colibri::api
