#pragma once
// All runtimes of this server: leases as they run, and the link that their supervisors dial
// (docs/protocol.md 3). Everything here lives on the reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accelerators/inventory.hpp"
#include "async/blocking_pool.hpp"
#include "async/task.hpp"
#include "channel/certificate.hpp"
#include "engine/engine.hpp"
#include "image/images.hpp"
#include "lease/rules.hpp"
#include "runtimes/flavor.hpp"
#include "runtimes/kept_files.hpp"
#include "runtimes/runtime.hpp"
#include "runtimes/wish.hpp"
#include "store/store.hpp"

namespace colibri::runtimes {

// Where supervisors on other machines dial: over TLS, with the server's own certificate.
struct RemoteLink {
  std::string listen;  // "address:port"
  channel::Certificate certificate;
};

// Runtimes that wait, started, for whoever asks next.
struct PoolKind {
  std::string image;   // Empty: the server's default.
  std::string kernel;  // Empty: the image's first.
  size_t size = 1;
};
struct PoolSettings {
  std::vector<PoolKind> kinds = {};
  uint64_t free_bytes = 1ull << 30;  // None is started while the host has less memory to give.
  int64_t refill_ms = 3000;          // After one was taken: its first cells come first.
};

struct Settings {
  std::optional<RemoteLink> remote_link;  // Nothing: the Unix socket only.
  std::string run_directory;  // Short: Unix socket paths end at 107 bytes. Made with mode 0700.
  std::vector<Flavor> flavors = {Flavor{}};
  std::string default_image = "default";
  std::string sandbox = "auto";
  std::string network = "slirp4netns";
  lease::Terms terms;
  lease::Rules rules;
  // What is lent; nullptr: no accelerators. Outlives the Runtimes.
  const accelerators::Inventory* accelerators = nullptr;
  // Adds a flavor for each model of accelerator that is found.
  bool flavors_of_what_is_found = false;
  int64_t settle_ms = 20'000;  // After a start pages come back first; then the queue goes on.
  size_t limit = 64;           // Runtimes alive at a time; more wait in `queued`.
  PoolSettings pool = {};
  bool spare_kernels = false;  // In each runtime one waits for a restart.
  int64_t orphan_ms = 0;       // How long a runtime lives without a server; 0: to its end.
  KeepingSettings keeping;
};

// It is this person's turn, and nobody is there to see it: told by mail.
struct Offer {
  NotebookId notebook;
  UserId user;
  std::string title;     // Of the flavor.
  std::string language;  // Of the person's page; may be empty.
  int64_t minutes = 0;   // How long it is theirs to take.
};

// A runtime at somebody's own Jupyter server, and what the page that speaks for it shows.
struct LocalRuntime {
  std::shared_ptr<Runtime> runtime;
  std::string token;
};

class Runtimes {
 public:
  // All that is given must outlive this.
  Runtimes(asio::any_io_executor reactor, store::Store& store, async::BlockingPool& pool,
           engine::Engine& engine, const image::Images& images, Settings settings);
  ~Runtimes();
  Runtimes(const Runtimes&) = delete;
  Runtimes& operator=(const Runtimes&) = delete;

  // Listens for supervisors and takes up the leases of an earlier server: those whose supervisor
  // lives wait for it to dial, the others end with supervisor_lost and are cleared away. Call once,
  // before anything else; then living() tells whose documents must be opened.
  Task<Result<>> start();
  [[nodiscard]] std::vector<std::shared_ptr<Runtime>> living() const;

  // Asks for a runtime for this notebook. Its status goes to `listener` from then on.
  //
  // With wish.meanwhile and no such runtime free now, what is returned is one of that flavor; it
  // has a place in the queue, and what is offered there follows it. So it is when the user has one
  // of that flavor already.
  //
  // conflict     the user has one that lives for this notebook
  // All other failures come later, as an ended lease with the reason.
  Result<std::shared_ptr<Runtime>> request(NotebookId notebook, UserId user, Wish wish,
                                           std::weak_ptr<RuntimeListener> listener);

  // The same for a Jupyter server of the person's own (docs/protocol.md 3.2): a runtime that no
  // engine has, with no place in the queue and no end but those of its page and its person.
  //
  // conflict     as above, or the user has too many
  Result<LocalRuntime> request_local(NotebookId notebook, UserId user,
                                     std::weak_ptr<RuntimeListener> listener);
  // The link of a page of this user that speaks for their local runtime of the notebook: serves the
  // other end of `socket` until that closes.
  Task<void> serve_page(asio::local::stream_protocol::socket socket, NotebookId notebook,
                        UserId user);

  // Takes what the queue offers to this runtime, or to the one that is to follow it. conflict:
  // nothing is offered.
  Result<> claim(std::shared_ptr<Runtime> runtime);
  // Gives up its place in the queue, or that of the one that is to follow it.
  void leave_queue(std::shared_ptr<Runtime> runtime);

  // Who is to hear of offers. Before start().
  void on_offer(std::function<Task<void>(Offer)> tell);

  // Who answers what programs in runtimes ask for, by the word before the dot of its method; pages
  // answer `page`, and `runtime` is answered here. Before start().
  void on_ask(std::string group, AskHandler handler);

  // What there is for this person to ask for.
  Task<Result<std::vector<FlavorState>>> flavors(UserId user);
  // The flavor that is most like what a notebook's metadata says; the first when it says nothing.
  [[nodiscard]] const Flavor* flavor_for(const json::Object& metadata) const;
  [[nodiscard]] const Flavor* find_flavor(const std::string& name) const;
  // Whether the accelerators of this flavor are TPUs.
  [[nodiscard]] bool has_tpu(const Flavor& flavor) const;

  // The living runtimes of this notebook: at most one of each user. What waits to follow one of
  // them is not among them.
  [[nodiscard]] std::vector<std::shared_ptr<Runtime>> of(const NotebookId& notebook) const;
  // Whether others may use it; kept with its lease.
  void share(std::shared_ptr<Runtime> runtime, bool shared);

  // The reason that the user's last lease for the notebook ended with; empty when there was none.
  Task<Result<std::string>> last_reason(NotebookId notebook, UserId user);

  // The files of those that have ended.
  [[nodiscard]] const std::shared_ptr<KeptFiles>& kept_files() const;

  // Stops listening and lets go of the links. The runtimes go on without us.
  void stop();
  // Ends all runtimes and waits until they are cleared away (`colibri run`).
  Task<void> end_all(std::string reason);

  [[nodiscard]] const Settings& settings() const;
  [[nodiscard]] std::string link_socket() const;
  // The port that supervisors on other machines dial; 0 without a remote link.
  [[nodiscard]] uint16_t remote_link_port() const;

 private:
  class Part;
  std::shared_ptr<Part> part_;
};

}  // namespace colibri::runtimes
