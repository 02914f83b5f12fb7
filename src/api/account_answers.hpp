#pragma once
// What the account routes answer with. Plain functions, since g++ 12 destroys the parts of a braced
// list in a coroutine twice. Internal to this module.
#include <string_view>

#include "auth/accounts.hpp"
#include "net/response.hpp"

namespace colibri::api {

[[nodiscard]] json::Object to_json(const auth::User& user);

// 400 for what must be there as text.
[[nodiscard]] net::Response missing(std::string_view what);

// {"user": …} and {NAME: list}.
[[nodiscard]] net::Response user_response(const auth::User& user);
[[nodiscard]] net::Response list_response(std::string name, json::Array list);

// The user, the CSRF token and the version.
[[nodiscard]] net::Response signed_in(const auth::User& user, const std::string& csrf, bool reset);

}  // namespace colibri::api
