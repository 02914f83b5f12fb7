#pragma once
// All parts of one Colibri, wired by hand: store, engine, runtimes, notebooks, accounts, API, HTTP.
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "async/task.hpp"
#include "base/result.hpp"
#include "server/config.hpp"
#include "server/data_folder.hpp"

namespace colibri::server {

class Server {
 public:
  // `context` and `folder` must outlive this, and the context must not run when this is destroyed.
  Server(asio::io_context& context, const DataFolder& folder, Config config);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Opens the store and takes the port. Blocks for milliseconds. Any error is one sentence for the
  // person who starts the server.
  Result<> open();
  // Takes up the runtimes of an earlier server and then serves. Requires open().
  Task<Result<>> start();
  // Closes all connections (1012), ends the runtimes if configured so, and saves every notebook.
  Task<void> stop();
  // Lets the threads finish what they are at, which may take as long as a request to another server
  // may. Blocks; when the context does not run any more.
  void finish();

  [[nodiscard]] uint16_t port() const;
  // Where to go, with a one-time link that signs the owner in ("…/#signin=TOKEN"). Requires open().
  [[nodiscard]] const std::string& sign_in_url() const;

 private:
  struct Parts;
  asio::io_context& context_;
  const DataFolder& folder_;
  Config config_;
  std::unique_ptr<Parts> parts_;
};

// `colibri serve`: runs until a signal. The exit status: 0 stopped, 2 could not start (one sentence
// has been logged).
[[nodiscard]] int serve(const Config& config);

}  // namespace colibri::server
