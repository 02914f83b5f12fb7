#pragma once
// Answers about notebooks that several groups of routes give. Internal to this module.
#include "net/request.hpp"
#include "net/response.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::api {

// The {id} of a route.
[[nodiscard]] NotebookId notebook_of(const net::Request& request);

// 201 with the id of what was made.
[[nodiscard]] net::Response made(const NotebookId& id);

// Content-Disposition: RFC 6266, an ASCII name for all, the true one for those who understand.
[[nodiscard]] std::string attachment(std::string_view name);

[[nodiscard]] json::Object notebook_json(const notebooks::NotebookEntry& entry);

// A notebook for the browser to download.
[[nodiscard]] net::Response file_response(notebooks::FileBytes file);

}  // namespace colibri::api
