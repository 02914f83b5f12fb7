#pragma once
// Who may reach the ports of runtimes, and how (docs/protocol.md 7.3). A page asks for a ticket,
// good once and for a minute, and posts it to the port's own origin, where it becomes a cookie of
// that origin alone. What that cookie opens, it opens only as long as its person is signed in, may
// use the runtime, and the runtime lives.
#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/event.hpp"
#include "auth/sessions.hpp"
#include "net/forward.hpp"
#include "net/port_hosts.hpp"
#include "net/router.hpp"
#include "notebooks/notebooks.hpp"
#include "runtimes/port_lines.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::api {

class PortGate final : public net::Forward {
 public:
  // All of them must outlive this. `public_url`: of the page, where the configuration says it.
  PortGate(auth::Sessions& sessions, notebooks::Notebooks& notebooks, runtimes::Runtimes& runtimes,
           net::PortHosts hosts, const std::string& public_url);
  ~PortGate() override;

  void add_routes(net::Router& router);
  // Looks after what is open, until stop().
  void start(const asio::any_io_executor& reactor);
  void stop() { stop_.set(); }

  [[nodiscard]] bool takes(std::string_view host) const override;
  [[nodiscard]] bool https() const override { return hosts_.https(); }
  [[nodiscard]] std::string cookie() const override;
  [[nodiscard]] std::string framed_by(const net::Request& request) const override;
  Task<net::Response> enter(net::Request& request, std::string form) override;
  Task<std::variant<net::Response, std::shared_ptr<net::Passage>>> admit(
      net::Request& request) override;

 private:
  using RuntimePtr = std::shared_ptr<runtimes::Runtime>;

  // A port of a runtime, as a person uses it for a notebook.
  struct Place {
    RuntimeId runtime;
    int port = 0;
    NotebookId notebook;
    UserId user;
    std::string session;
    std::string label;
  };
  struct Ticket {
    Place place;
    int64_t until_ms = 0;
  };
  struct Grant {
    Place place;
    int64_t until_ms = 0, checked_ms = 0;
    RuntimePtr runtime;
    uint64_t watcher = 0;
    std::vector<std::weak_ptr<runtimes::PortLine>> open;
    bool ended = false;

    void end();
  };

  Task<net::Response> ask(net::Request& request);
  Task<net::Response> ask_named(net::Request& request);
  Task<net::Response> issue(const net::Request& request, Place place);
  // For somebody who came by an address alone: to the page, which knows them.
  [[nodiscard]] std::optional<net::Response> sent_to_page(const net::Request& request,
                                                          const std::string& label) const;
  // The runtime, if its person may use it still.
  Task<Result<RuntimePtr>> runtime_for(Place place);
  Task<bool> still_good(std::shared_ptr<Grant> grant);
  void make_room(const UserId& user);
  void drop(const std::string& hash);
  static Task<void> look_after(PortGate& self);

  auth::Sessions& sessions_;
  notebooks::Notebooks& notebooks_;
  runtimes::Runtimes& runtimes_;
  net::PortHosts hosts_;
  std::string page_origin_;                    // Empty: the one at which a port was asked for.
  std::map<RuntimeId, std::string> asked_at_;  // That one.
  std::map<std::string, Ticket> tickets_;      // By the ticket's hash.
  std::map<std::string, std::shared_ptr<Grant>> grants_;  // By the cookie's hash.
  async::Event stop_;
};

}  // namespace colibri::api
