#pragma once
// Connections of one runtime beside its link, which its supervisor dials when we ask: for files,
// and to ports. Each shows a token that is good once. On the reactor thread.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "async/event.hpp"
#include "async/task.hpp"
#include "base/result.hpp"
#include "channel/stream.hpp"
#include "link/messages.hpp"

namespace colibri::runtimes {

class Runtime;

class Lines {
 public:
  // What asks the supervisor for a line that shows this token.
  using Order = std::function<link::FromServer(std::string token)>;

  // A line, as soon as it has come.
  //
  // unavailable  the runtime cannot be reached now
  static Task<Result<channel::Stream>> dial(std::shared_ptr<Runtime> runtime, Order order);

  // A connection that showed this token. False when nobody waits for it.
  bool admit(const std::string& token, channel::Stream stream);

  // The runtime has ended: nobody is admitted any more.
  void close() { closed_ = true; }

 private:
  struct Awaited {
    async::Event came;
    std::optional<channel::Stream> stream;
  };

  std::map<std::string, std::shared_ptr<Awaited>> awaited_;  // By the hash of the token.
  bool closed_ = false;
};

}  // namespace colibri::runtimes
