#pragma once
// What Runtimes is inside: kept alive by the coroutines that carry a runtime through its life.
// Internal to this module.
#include <boost/asio/local/stream_protocol.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "channel/tls.hpp"
#include "lease/queue.hpp"
#include "runtimes/dialers.hpp"
#include "runtimes/lease_rows.hpp"
#include "runtimes/link_session.hpp"
#include "runtimes/runtimes.hpp"
#include "runtimes/usage_rows.hpp"

namespace colibri::runtimes {

class Runtimes::Part : public std::enable_shared_from_this<Runtimes::Part> {
 public:
  Part(asio::any_io_executor reactor, store::Store& store, async::BlockingPool& pool,
       engine::Engine& engine, const image::Images& images, Settings settings);

  static Task<Result<>> start(std::shared_ptr<Part> self);
  void stop();
  Result<std::shared_ptr<Runtime>> request(NotebookId notebook, UserId user, Wish wish,
                                           std::weak_ptr<RuntimeListener> listener);
  Result<LocalRuntime> request_local(NotebookId notebook, UserId user,
                                     std::weak_ptr<RuntimeListener> listener);
  static Task<void> serve_page(std::shared_ptr<Part> self,
                               asio::local::stream_protocol::socket socket, NotebookId notebook,
                               UserId user);
  void share(std::shared_ptr<Runtime> runtime, bool shared);
  Result<> claim(const std::shared_ptr<Runtime>& runtime);
  void leave_queue(const std::shared_ptr<Runtime>& runtime);
  // Also remembers the groups.
  [[nodiscard]] std::vector<FlavorState> flavor_states(const UserId& user,
                                                       const std::vector<std::string>& groups);
  [[nodiscard]] const Flavor* find_flavor(const std::string& name) const;
  [[nodiscard]] lease::Need need_of(const Flavor& flavor) const;
  // What there is to lend: nothing where the engine has accelerators of its own.
  [[nodiscard]] std::vector<accelerators::Accelerator> devices() const;
  [[nodiscard]] uint16_t remote_link_port() const;
  [[nodiscard]] std::string link_socket() const { return settings.run_directory + "/link.sock"; }

  asio::any_io_executor reactor;
  store::Store& store;
  async::BlockingPool& pool;
  engine::Engine& engine;
  const image::Images& images;
  Settings settings;
  std::shared_ptr<KeptFiles> kept;
  std::map<RuntimeId, std::shared_ptr<Runtime>> living;  // Until they are cleared away.
  std::vector<std::shared_ptr<Runtime>> ahead;           // Nobody's; in no other list.
  // None is started ahead any more, and those that were end.
  void close_pool();
  std::function<Task<void>(Offer)> on_offer;
  std::shared_ptr<AskHandlers> ask_handlers;

 private:
  // --- the link (runtimes_link.cpp) ---
  Result<> listen();
  Result<> listen_to_machines();
  static Task<void> accept_loop(std::shared_ptr<Part> self);
  static Task<void> accept_machines(std::shared_ptr<Part> self);
  static Task<void> serve_machine(std::shared_ptr<Part> self, asio::ip::tcp::socket socket,
                                  std::shared_ptr<Dialers::Place> place);
  static Task<void> serve(std::shared_ptr<Part> self, std::shared_ptr<LinkSession> session,
                          std::shared_ptr<Dialers::Place> place);
  [[nodiscard]] Result<std::shared_ptr<Runtime>> admit(const link::Hello& hello, bool local) const;

  // --- a runtime's life (runtimes_life.cpp) ---
  void resume(LeaseRow row);
  // Lives from then on, in `living`.
  std::shared_ptr<Runtime> make(const NotebookId& notebook, const UserId& user, Wish wish,
                                const std::weak_ptr<RuntimeListener>& listener, bool may_be_ahead);
  // A runtime to work on while `waiting` keeps its place; that one takes its files, later.
  std::shared_ptr<Runtime> work_before(const std::shared_ptr<Runtime>& waiting, Wish wish,
                                       const std::weak_ptr<RuntimeListener>& listener);
  void add_found_flavors();
  // From the request to the end, or from where a server before us left it.
  static Task<void> live(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  static Task<Result<>> begin(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  static Task<Result<>> enlist(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  [[nodiscard]] Result<> check_need(const Runtime& runtime) const;
  [[nodiscard]] Result<> check_share(const Runtime& runtime, const Flavor& flavor) const;
  // Image and kernel: what is missing there is told before somebody waits for a machine.
  static Task<Result<engine::Launch>> find_image(std::shared_ptr<Part> self,
                                                 std::shared_ptr<Runtime> runtime);
  [[nodiscard]] engine::Launch new_launch(const RuntimeId& runtime) const;
  void complete(engine::Launch& launch, Runtime& runtime) const;

  // --- of local runtimes (runtimes_local.cpp) ---
  static Task<Result<>> begin_local(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  [[nodiscard]] lease::Terms local_terms() const;

  // --- started ahead (runtimes_pool.cpp) ---
  // Starts one where one is missing, and ends what must give way.
  void tend_pool();
  [[nodiscard]] bool may_start_ahead() const;
  static Task<void> raise(std::shared_ptr<Part> self, PoolKind kind);
  static Task<Result<std::shared_ptr<Runtime>>> start_ahead(std::shared_ptr<Part> self,
                                                            PoolKind kind);
  // Until somebody takes it, or it must go.
  static Task<void> keep_ahead(std::shared_ptr<Part> self, std::shared_ptr<Runtime> member);
  void pause_pool();
  // An image that was built anew takes the place of the old one here too.
  static Task<void> check_images(std::shared_ptr<Part> self);
  // What an earlier server had started ahead.
  static Task<void> sweep_ahead(std::shared_ptr<Part> self);
  // One that fits, out of the pool; nullptr: none does, or its person has to wait anyway.
  std::shared_ptr<Runtime> take_ahead(const Wish& wish, const Flavor& flavor, const UserId& user);
  [[nodiscard]] bool fits(const Ahead& ahead, const Wish& wish, const Flavor& flavor) const;
  // An error: it can't be had by this one, who begins with start_anew() instead.
  static Task<Result<>> claim_ahead(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                                    engine::Launch launch);
  static Task<void> start_anew(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  static Task<void> save_claimed(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  [[nodiscard]] LeaseRow row_of(const Runtime& runtime) const;

  // --- the queue (runtimes_queue.cpp) ---
  static Task<void> wait_for_turn(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  static Task<void> tick_loop(std::shared_ptr<Part> self);
  static Task<void> keep_usage(std::shared_ptr<Part> self, Usages usages);
  // Gives what is free to those whose turn it is, and tells all where they stand.
  void serve();
  void tell_places();
  void show_place(Runtime& runtime, lease::Place place);
  void show_accelerators(Runtime& runtime) const;
  void show_hours(Runtime& runtime) const;
  void tell_offer(const Runtime& runtime, bool watched);
  void charge();
  [[nodiscard]] double uncharged_ms(const Runtime& runtime) const;
  void end_what_lost_its_accelerator();
  // Whoever computes hears that the host's disk is full.
  void tell_of_the_disk();
  // Nobody who waits has closed their tab.
  [[nodiscard]] bool all_are_here() const;
  [[nodiscard]] lease::Scene scene() const;
  [[nodiscard]] lease::Waiting waiting_of(const Runtime& runtime) const;
  [[nodiscard]] lease::Person person(const UserId& user,
                                     const std::vector<std::string>& groups) const;
  [[nodiscard]] lease::Hours hours(const lease::Person& person) const;
  [[nodiscard]] lease::Terms terms_of(const Flavor* flavor) const;

  // --- a runtime's life again ---
  static Task<void> attend(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  static Task<void> end_what_is_due(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                                    lease::Due due);
  static Task<void> finish(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  static Task<void> clear_away(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                               bool keeps, bool is_followed);
  // What becomes of its files, once nothing else of it is left.
  static Task<void> keep_files(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime,
                               bool held);
  static Task<void> explain_death(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  // Writes the lease's row; a failure is logged, for the runtime goes on all the same.
  static Task<void> save(std::shared_ptr<Part> self, std::shared_ptr<Runtime> runtime);
  [[nodiscard]] engine::Watcher watcher(const std::shared_ptr<Runtime>& runtime);
  [[nodiscard]] int64_t free_slot() const;

  std::optional<asio::local::stream_protocol::acceptor> acceptor_;
  std::optional<asio::ip::tcp::acceptor> machines_;
  std::optional<asio::ssl::context> tls_;
  Dialers dialers_;
  std::set<std::shared_ptr<LinkSession>> sessions_;
  async::Event stop_;
  Usages usage_;  // Of all who have used accelerators.
  // As they were when last asked for: what is guessed before a person's address has been read.
  std::map<UserId, std::vector<std::string>> groups_;
  int64_t last_asked_ms_ = 0;
  int64_t disk_full_since_ms_ = 0;
  int64_t serve_from_ms_ = 0;  // After a restart with people in the queue; 0: at once.
  bool raising_ = false;       // One is being started ahead.
  bool pool_closed_ = false;
  int64_t pool_from_ms_ = 0;  // None is started ahead before.
  int pool_failures_ = 0;     // In a row.
  bool stopped_ = false;
};

}  // namespace colibri::runtimes
