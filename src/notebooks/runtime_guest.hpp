#pragma once
// Somebody who uses a notebook's runtime beside the document: a terminal's page. What is decided of
// the person there (their role, whether the runtime is shared) holds for it too, at once.
#include <cstdint>
#include <string>

namespace colibri::notebooks {

class RuntimeGuest {
 public:
  virtual ~RuntimeGuest() = default;

  // The last call: the runtime is not the person's to use any more, or has ended, or the document
  // is loaded anew. `code` is a WebSocket close code of docs/protocol.md 2. On the reactor thread;
  // must not call back into the actor.
  virtual void on_sent_away(uint16_t code, const std::string& reason) = 0;
};

}  // namespace colibri::notebooks
