#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>

#include "async/reactor.hpp"
#include "async/spawn.hpp"
#include "base/log.hpp"
#include "server/server.hpp"
#include "server/service_notify.hpp"

namespace colibri::server {

namespace {

constexpr int kCouldNotStart = 2;
constexpr int kKilledBySignal = 130;

// Every page, kernel and log file is a descriptor.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

struct Run {
  async::Reactor context;
  std::unique_ptr<Server> server;
  bool stopping = false;
  int status = 0;
};

int refuse(const Error& error) {
  log::error("Colibri cannot start: {}", error.detail);
  return kCouldNotStart;
}

Task<void> start(Run& run) {
  if (auto started = co_await run.server->start(); !started) {
    run.status = refuse(started.error());
    run.context.stop();
    co_return;
  }
  // The one line for whoever started us. The token is good once, and nowhere in the log.
  std::printf("Colibri is ready: %s\n", run.server->sign_in_url().c_str());
  std::fflush(stdout);
  notify_service("READY=1");
}

Task<void> stop(Run& run) {
  log::info("stopping");
  notify_service("STOPPING=1");
  co_await run.server->stop();
  log::info("stopped");
  run.context.stop();
}

void await_signal(Run& run, asio::signal_set& signals) {
  signals.async_wait([&run, &signals](boost::system::error_code error, int) {
    if (error) return;
    if (run.stopping) {
      log::warn("stopped at once, at the second signal");
      _exit(kKilledBySignal);
    }
    run.stopping = true;
    async::spawn(run.context.get_executor(), stop(run), "stopping the server");
    await_signal(run, signals);
  });
}

}  // namespace

int serve(const Config& config) {
  // Few threads allocate little; an arena for each would only keep memory.
  mallopt(M_ARENA_MAX, 2);
  // What a large notebook or message took goes back to the system when it is done, also after many
  // of them: without a fixed limit malloc raises it to the largest it has seen.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  raise_descriptor_limit();
  std::signal(SIGPIPE, SIG_IGN);  // A write to what is gone is an error there, not our end.

  auto folder = DataFolder::open(config.data.empty() ? default_data_folder() : config.data);
  if (!folder) return refuse(folder.error());
  Run run;
  run.server = std::make_unique<Server>(run.context, *folder, config);
  if (auto opened = run.server->open(); !opened) return refuse(opened.error());

  asio::signal_set signals(run.context, SIGINT, SIGTERM, SIGHUP);
  await_signal(run, signals);
  async::spawn(run.context.get_executor(), start(run), "starting the server");
  run.context.run();
  // A request whose answer never came waits still, for what is destroyed with the server.
  run.server->finish();
  run.context.abandon();
  return run.status;
}

}  // namespace colibri::server
