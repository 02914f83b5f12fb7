#pragma once
// The routes about all of one's data (docs/protocol.md 4.4): taking it along, and deleting the
// account; and the work behind deletions, which goes on until it is done.
#include <boost/asio/any_io_executor.hpp>
#include <set>
#include <string>

#include "api/account_api.hpp"
#include "async/blocking_pool.hpp"
#include "async/event.hpp"
#include "notebooks/personal.hpp"

namespace colibri::api {

class AccountDataApi {
 public:
  // All that is given must outlive this.
  AccountDataApi(AccountApi& account, AccountParts& parts, notebooks::Notebooks& notebooks,
                 async::BlockingPool& pool, std::string scratch_folder)
      : account_(account),
        parts_(parts),
        notebooks_(notebooks),
        personal_(notebooks),
        pool_(pool),
        scratch_folder_(std::move(scratch_folder)) {}

  void add_routes(net::Router& router);
  void start(const asio::any_io_executor& reactor);
  void stop();

 private:
  using Answer = Task<net::Response>;

  Answer export_all(net::Request& request);
  Answer look_at_deletion(net::Request& request);
  Answer delete_me(net::Request& request);
  Answer delete_person(net::Request& request);

  // Out of everything at once; the rest follows.
  Task<Result<>> begin(UserId user);
  Task<void> finish_all();
  Task<Result<>> finish(UserId user);

  AccountApi& account_;
  AccountParts& parts_;
  notebooks::Notebooks& notebooks_;
  notebooks::Personal personal_;
  async::BlockingPool& pool_;
  std::string scratch_folder_;

  static constexpr size_t kMostExports = 2;  // At a time.
  std::set<UserId> exporting_;
  auth::SignInLimit export_limit_{
      {.of_both = 6, .of_address = 60, .of_account = 6, .window_ms = 60LL * 60 * 1000}};

  async::Event wake_;  // There is something to delete, or stop() was called.
  bool stopping_ = false;
};

}  // namespace colibri::api
