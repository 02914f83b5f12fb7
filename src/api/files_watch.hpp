#pragma once
// A page's WebSocket that tells what changes in the folders it shows (docs/protocol.md 2.8).
#include <memory>
#include <string>

#include "async/task.hpp"
#include "net/web_socket.hpp"
#include "notebooks/runtime_guest.hpp"
#include "runtimes/file_lines.hpp"

namespace colibri::api {

class FilesWatch final : public notebooks::RuntimeGuest {
 public:
  FilesWatch(std::shared_ptr<net::WebSocket> socket,
             std::shared_ptr<runtimes::FileLines::Hold> hold);
  ~FilesWatch() override;
  FilesWatch(const FilesWatch&) = delete;
  FilesWatch& operator=(const FilesWatch&) = delete;

  // Serves until either side closes. Call once; this must live until it is done.
  Task<void> serve();

  void on_sent_away(uint16_t code, const std::string& reason) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace colibri::api
