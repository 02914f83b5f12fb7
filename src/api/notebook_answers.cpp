#include "api/notebook_answers.hpp"

#include <cctype>

#include "base/utf.hpp"

namespace colibri::api {
std::string attachment(std::string_view name) {
  std::string plain, escaped;
  for (const unsigned char c : make_valid_utf8(name)) {
    constexpr char kHex[] = "0123456789ABCDEF";
    const bool safe = std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    plain += safe || c == ' ' ? static_cast<char>(c) : '_';
    if (safe) {
      escaped += static_cast<char>(c);
    } else {
      escaped += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + escaped;
}

json::Object notebook_json(const notebooks::NotebookEntry& entry) {
  return {{"id", entry.id.value},
          {"title", entry.title},
          {"path", entry.path},
          {"created_ms", entry.created_ms},
          {"modified_ms", entry.modified_ms},
          {"opened_ms", entry.opened_ms},
          {"bytes", entry.size},
          {"running", entry.running},
          {"role", document::to_string(entry.role)},
          {"owner", json::Object{{"id", entry.owner.id.value},
                                 {"email", entry.owner.email},
                                 {"name", entry.owner.name}}},
          {"starred", entry.starred},
          {"shared", entry.shared}};
}

NotebookId notebook_of(const net::Request& request) {
  return {request.parameter("id")};
}

net::Response made(const NotebookId& id) {
  return net::json_response(201, {{"id", id.value}});
}

net::Response file_response(notebooks::FileBytes file) {
  net::Response response{.body = std::move(file.bytes)};
  response.set("Content-Type", "application/x-ipynb+json");
  response.set("Content-Disposition", attachment(file.name));
  response.set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  return response;
}

}  // namespace colibri::api
