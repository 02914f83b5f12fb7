#pragma once
// All runtimes of this server: leases as they run, and the link that their supervisors dial
// (docs/protocol.md 3). Everything here lives on the reactor thread.
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/blocking_pool.hpp"
#include "async/task.hpp"
#include "engine/engine.hpp"
#include "image/images.hpp"
#include "runtimes/runtime.hpp"
#include "store/store.hpp"

namespace colibri::runtimes {

// A kind of runtime that people can ask for.
struct Flavor {
  std::string name = "cpu";
  std::string title = "CPU";
  engine::Resources resources;
};

struct Settings {
  std::string run_directory;  // Short: Unix socket paths end at 107 bytes. Made with mode 0700.
  std::vector<Flavor> flavors = {Flavor{}};
  std::string default_image = "default";
  std::string sandbox = "auto";
  std::string network = "slirp4netns";
  lease::Terms terms;
  size_t limit = 64;      // Runtimes alive at a time; more wait in `queued`.
  int64_t orphan_ms = 0;  // How long a runtime lives without a server; 0: to its end.
};

// What somebody asks for.
struct Wish {
  std::string flavor = {};       // Empty: the first.
  std::string image = {};        // Empty: as image::choose() finds by the kernel and the language.
  std::string kernel_name = {};  // As the notebook's file says; may be empty.
  std::string language = {};     // Of the notebook, as its file says; may be empty.
  bool kernel_chosen = false;    // That kernel and no other.
  std::string meanwhile = {};    // Flavor to work on while one waits; empty: none.
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
  // conflict     the user has one that lives for this notebook
  // not_found    no such flavor
  // Failures to start come later, as an ended lease with the reason.
  Result<std::shared_ptr<Runtime>> request(NotebookId notebook, UserId user, Wish wish,
                                           std::weak_ptr<RuntimeListener> listener);

  // Takes what the queue offers to this runtime, or to the one that is to follow it. conflict:
  // nothing is offered.
  Result<> claim(std::shared_ptr<Runtime> runtime);
  // Gives up its place in the queue, or that of the one that is to follow it.
  void leave_queue(std::shared_ptr<Runtime> runtime);

  // The living runtimes of this notebook: at most one of each user.
  [[nodiscard]] std::vector<std::shared_ptr<Runtime>> of(const NotebookId& notebook) const;
  // Whether others may use it; kept with its lease.
  void share(std::shared_ptr<Runtime> runtime, bool shared);

  // The reason that the user's last lease for the notebook ended with; empty when there was none.
  Task<Result<std::string>> last_reason(NotebookId notebook, UserId user);

  // Stops listening and lets go of the links. The runtimes go on without us.
  void stop();
  // Ends all runtimes and waits until they are cleared away (`colibri run`).
  Task<void> end_all(std::string reason);

  [[nodiscard]] const Settings& settings() const;
  [[nodiscard]] std::string link_socket() const;

 private:
  class Part;
  std::shared_ptr<Part> part_;
};

}  // namespace colibri::runtimes
