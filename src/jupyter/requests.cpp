#include "jupyter/requests.hpp"

namespace colibri::jupyter {

json::Object execute_request(std::string code, bool stop_on_error) {
  return {{"code", std::move(code)}, {"silent", false},
          {"store_history", true},   {"user_expressions", json::Object{}},
          {"allow_stdin", true},     {"stop_on_error", stop_on_error}};
}

json::Object silent_request(std::string code) {
  return {{"code", std::move(code)}, {"silent", true},
          {"store_history", false},  {"user_expressions", json::Object{}},
          {"allow_stdin", false},    {"stop_on_error", false}};
}

json::Object complete_request(std::string code, int64_t cursor) {
  return {{"code", std::move(code)}, {"cursor_pos", cursor}};
}

json::Object inspect_request(std::string code, int64_t cursor, int64_t detail) {
  return {{"code", std::move(code)}, {"cursor_pos", cursor}, {"detail_level", detail}};
}

json::Object input_reply(std::string value) {
  return {{"status", "ok"}, {"value", std::move(value)}};
}

json::Object shutdown_request(bool restart) {
  return {{"restart", restart}};
}

}  // namespace colibri::jupyter
