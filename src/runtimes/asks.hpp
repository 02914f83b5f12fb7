#pragma once
// What the programs in one runtime ask for (docs/protocol.md 3.4), from the frame to the answer,
// and what the server itself asks the pages of its person. On the reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "async/event.hpp"
#include "async/task.hpp"
#include "link/messages.hpp"

namespace colibri::runtimes {

namespace asio = boost::asio;

class Runtime;

// Answers the asks of one group: those whose method begins with its word and a dot. An exception is
// answered by `failed`.
using AskHandler =
    std::function<Task<link::AskResult>(std::shared_ptr<Runtime> runtime, link::Ask ask)>;

struct AskHandlers {
  asio::any_io_executor reactor;
  std::map<std::string, AskHandler, std::less<>> groups;
};

// What is put to the pages of the runtime's person. `ask` names it among all runtimes.
struct PageAsk {
  std::string ask, name;
  json::Object params;
};

class RuntimeListener;

class Asks {
 public:
  using Send = std::function<void(link::FromServer)>;

  // `send` and `listener` are called as long as this lives.
  Asks(Send send, std::function<std::shared_ptr<RuntimeListener>()> listener);

  // The runtime is somebody's, and may be answered: what waited is taken up.
  void begin(std::shared_ptr<Runtime> runtime, std::shared_ptr<const AskHandlers> handlers);

  // From the supervisor. A repeat is answered as before, or goes on waiting.
  void take(link::Ask ask, size_t bytes);
  void over(const std::string& ask);

  // By a page; one that is over is forgotten.
  void answer(const std::string& page_ask, link::AskResult result);
  // To a new listener: what waits for a page.
  void tell_all();
  // Nobody will answer any more: the runtime has ended.
  void give_up();

  // Asks the pages from here, for the ask `parent` of a program: when that is over, so is this.
  // `timeout`, or what the page says; `no_page` as from there.
  static Task<link::AskResult> ask_page(std::shared_ptr<Runtime> runtime, std::string parent,
                                        std::string name, json::Object params,
                                        async::Duration limit);

 private:
  struct Entry {
    link::Ask ask;
    size_t bytes = 0;
    bool begun = false;
    std::optional<link::AskResult> result;
    std::shared_ptr<async::Event> done;  // Of those from here, and for which.
    std::string parent;
  };

  void open(Entry& entry);
  void finish(const std::string& ask, link::AskResult result);
  [[nodiscard]] std::string page_name(const std::string& ask) const;
  [[nodiscard]] PageAsk page_ask(const Entry& entry) const;
  static Task<void> handle(std::shared_ptr<Runtime> runtime, AskHandler handler, link::Ask ask);

  Send send_;
  std::function<std::shared_ptr<RuntimeListener>()> listener_;
  std::weak_ptr<Runtime> runtime_;
  std::shared_ptr<const AskHandlers> handlers_;  // Once begun.
  std::map<std::string, Entry> entries_;
  size_t bytes_ = 0;
  uint64_t last_ = 0;
};

}  // namespace colibri::runtimes
