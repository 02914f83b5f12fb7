#pragma once
// What all ways have in common that lead a browser to another site and back: signing in there, and
// connecting an account of there.
#include <string>
#include <string_view>

#include "auth/sessions.hpp"
#include "auth/token.hpp"
#include "net/router.hpp"

namespace colibri::api {

// Names the browser while it is at the other site, by this cookie; the same for several tabs at a
// time.
inline std::string browser_elsewhere(const net::Request& request, std::string_view cookie) {
  const std::string_view known = auth::find_cookie(request, cookie);
  return auth::is_token(known) ? std::string(known) : auth::new_token();
}

inline net::Response redirect(std::string to) {
  net::Response response{.status = 303};
  response.set("Location", std::move(to));
  return response;
}

// Back on a page of ours, which says what went wrong.
inline net::Response problem(const std::string& to, std::string_view word) {
  return redirect(to + "#sign-in-problem=" + std::string(word));
}

}  // namespace colibri::api
