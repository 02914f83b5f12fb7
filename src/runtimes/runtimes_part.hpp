#pragma once
// What Runtimes is inside: kept alive by the coroutines that carry a runtime through its life.
// Internal to this module.
#include <boost/asio/local/stream_protocol.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "runtimes/lease_rows.hpp"
#include "runtimes/link_session.hpp"
#include "runtimes/runtimes.hpp"

namespace colibri::runtimes {

class Runtimes::Part : public std::enable_shared_from_this<Runtimes::Part> {
 public:
  Part(asio::any_io_executor reactor, store::Store& store, async::BlockingPool& pool,
       engine::Engine& engine, const image::Images& images, Settings settings);

  static Task<Result<>> start(std::shared_ptr<Part> self);
  void stop();
  Result<std::shared_ptr<Runtime>> request(NotebookId notebook, UserId user, Wish wish,
                                           std::weak_ptr<RuntimeListener> listener);
  void share(std::shared_ptr<Runtime> runtime, bool shared);
  [[nodiscard]] std::string link_socket() const { return settings.run_directory + "/link.sock"; }

  asio::any_io_executor reactor;
  store::Store& store;
  async::BlockingPool& pool;
  engine::Engine& engine;
  const image::Images& images;
  Settings settings;
  std::map<RuntimeId, std::shared_ptr<Runtime>> living;  // Until they are cleared away.

 private:
  // --- the link (runtimes_link.cpp) ---
  Result<> listen();
  static Task<void> accept_loop(std::shared_ptr<Part> self);
  [[nodiscard]] Result<std::shared_ptr<Runtime>> admit(const link::Hello& hello) const;

  // --- a runtime's life (runtimes_life.cpp) ---
  void resume(LeaseRow row);
  // From the request to the end, or from where a server before us left it.
  static Task<void> live(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime, Wish wish);
  static Task<Result<>> begin(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                              Wish wish);
  static Task<void> wait_for_place(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  static Task<Result<engine::Launch>> prepare(std::shared_ptr<Part> self,
                                              std::shared_ptr<Runtime> runtime, Wish wish);
  static Task<void> attend(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  static Task<void> end_what_is_due(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                                    lease::Due due);
  static Task<void> finish(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  static Task<void> explain_death(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  // Writes the lease's row; a failure is logged, for the runtime goes on all the same.
  static Task<void> save(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  [[nodiscard]] engine::Watcher watcher(const std::shared_ptr<Runtime>& runtime);
  [[nodiscard]] int64_t free_slot() const;
  [[nodiscard]] size_t running() const;
  [[nodiscard]] const Flavor* find_flavor(const std::string& name) const;

  std::optional<asio::local::stream_protocol::acceptor> acceptor_;
  std::set<std::shared_ptr<LinkSession>> sessions_;
  async::Event place_;  // A runtime has gone.
  bool stopped_ = false;
};

}  // namespace colibri::runtimes
