#include "cli/headless_run.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "async/reactor.hpp"
#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "auth/accounts.hpp"
#include "base/random.hpp"
#include "base/utf.hpp"
#include "cli/headless_client.hpp"
#include "cli/output_file.hpp"
#include "drive/drive.hpp"
#include "engine/local_engine.hpp"
#include "engine/sweep.hpp"
#include "nbformat/notebook.hpp"
#include "notebooks/notebooks.hpp"
#include "server/data_folder.hpp"

namespace colibri::cli {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr auto kInterruptGrace = 10s;
constexpr int64_t kOrphanMs =
    15'000;  // Killed without a chance to clear up, we leave nothing for long.

void say(const std::string& line) {
  std::fputs((line + "\n").c_str(), stderr);
}

// A folder of our own for one run.
class PrivateFolder {
 public:
  static Result<PrivateFolder> make() {
    const char* chosen = std::getenv("TMPDIR");
    // Not /tmp: it may be in memory, and a notebook may install gigabytes.
    std::string name = std::string(chosen && *chosen ? chosen : "/var/tmp") + "/colibri-run-XXXXXX";
    if (!mkdtemp(name.data())) return errno_failure("making a temporary folder", errno);
    return PrivateFolder(name);
  }
  explicit PrivateFolder(std::string path) : path_(std::move(path)) {}
  PrivateFolder(PrivateFolder&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  ~PrivateFolder() {
    if (path_.empty()) return;
    if (const auto removed = engine::remove_tree(path_); !removed)
      say("colibri run: " + removed.error().detail);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<std::string> read_file(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return errno_failure(path, errno);
  if (!S_ISREG(status.st_mode)) return failure(ErrorCode::invalid, path + " is not a file.");
  if (static_cast<uint64_t>(status.st_size) > drive::kMaxFileBytes)
    return failure(ErrorCode::too_large, path + " is larger than 256 MB.");
  std::ifstream in(path, std::ios::binary);
  if (!in) return errno_failure(path, errno);
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

// The notebook as it will run: with the parameters, and without outputs of another day, which would
// be taken for this run's.
Result<std::string> prepare(const std::string& bytes, const RunOptions& options) {
  const auto make_id = [] { return random_id("c"); };
  auto read = nbformat::read(bytes, make_id);
  if (!read) return std::unexpected(read.error());
  for (document::Cell& cell : read->notebook.cells) {
    cell.outputs.clear();
    cell.execution_count.reset();
  }
  if (auto done = inject_parameters(read->notebook, options.parameters, make_id()); !done)
    return std::unexpected(done.error());
  return nbformat::write(read->notebook, [](const std::string&) -> Result<std::string> {
    return failure(ErrorCode::not_found, "a blob without outputs");
  });
}

std::string first_line(const document::Cell& cell) {
  std::string text = to_utf8(cell.source);
  const size_t start = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  text = text.substr(start, text.find('\n', start) - start);
  constexpr size_t kWidth = 70;
  if (utf16_length(text) > kWidth) text = to_utf8(to_utf16(text).substr(0, kWidth - 1)) + "…";
  return terminal_text(text, false);
}

bool is_blank(const document::Cell& cell) {
  return cell.source.find_first_not_of(u" \t\r\n") == std::u16string::npos;
}

// What a person should read of a cell that raised: its last error.
std::string traceback_of(const document::Cell& cell, bool colors) {
  for (auto at = cell.outputs.rbegin(); at != cell.outputs.rend(); ++at) {
    const auto* rich = std::get_if<document::RichOutput>(&*at);
    if (!rich || json::string_at(rich->object, "output_type") != "error") continue;
    std::string out;
    if (const json::Array* lines = json::array_at(rich->object, "traceback"))
      for (const json::Value& line : *lines)
        if (line.if_string()) out += *line.if_string() + "\n";
    if (out.empty())
      out = json::string_at(rich->object, "ename").value_or("Error") + ": " +
            json::string_at(rich->object, "evalue").value_or("") + "\n";
    return terminal_text(out, colors);
  }
  return {};
}

const char* words_for(const std::string& reason) {
  if (reason == "out_of_memory") return "The kernel ran out of memory.";
  if (reason == "kernel_died") return "The kernel died.";
  if (reason == "interrupted") return "The cell was interrupted.";
  if (reason == "timeout") return "The cell took too long.";
  return "The cell was ended.";
}

// All parts that a server has, but no HTTP; in the order in which each needs the ones before.
struct Parts {
  Parts(asio::io_context& context, const server::DataFolder& folder, const server::Config& config,
        std::unique_ptr<store::Store> opened)
      : store(std::move(opened)),
        images(config.images),
        engine(context.get_executor(), pool,
               {.data_directory = folder.path(),
                .run_directory = folder.run_directory(),
                .first_uid = config.first_uid,
                .network_allow = config.network_allow}),
        runtimes(context.get_executor(), *store, pool, engine, images,
                 {.run_directory = folder.run_directory(),
                  .flavors = config.flavors,
                  .default_image = config.default_image,
                  .sandbox = config.sandbox,
                  .network = config.network,
                  .terms = config.terms,
                  .orphan_ms = kOrphanMs}),
        notebooks(context.get_executor(), *store, pool, runtimes,
                  {.data_directory = folder.path()}) {}

  std::unique_ptr<store::Store> store;
  async::BlockingPool pool{2};
  image::Images images;
  engine::LocalEngine engine;
  runtimes::Runtimes runtimes;
  notebooks::Notebooks notebooks;
};

class HeadlessRun {
 public:
  HeadlessRun(asio::io_context& context, Parts& parts, const RunOptions& options, std::string bytes,
              UserId user)
      : context_(context),
        parts_(parts),
        options_(options),
        bytes_(std::move(bytes)),
        user_(std::move(user)),
        colors_(isatty(STDERR_FILENO) == 1) {
    if (options.timeout_ms > 0)
      deadline_ = async::Clock::now() + std::chrono::milliseconds(options.timeout_ms);
  }

  static Task<void> go(HeadlessRun& run) {
    try {
      co_await run.run_and_write();
    } catch (const std::exception& e) {
      run.cannot(e.what());
    }
    // Whatever happened: nothing of it may stay.
    co_await run.parts_.runtimes.end_all("finished");
    co_await run.parts_.notebooks.shut_down();
    run.parts_.runtimes.stop();
    run.context_.stop();
  }

  void stop() {
    stopped_ = true;
    client_.changed.set();
  }
  [[nodiscard]] int status() const { return status_; }

 private:
  struct Outcome {
    document::RunStatus status = document::RunStatus::aborted;
    std::string reason;
    bool known = false;  // The cell ran to an end, whatever end.
  };

  Task<void> run_and_write();
  Task<void> start();
  Task<void> run_cells();
  Task<Outcome> run_cell(CellId cell);
  Task<bool> wait_for_end(CellId cell, ExecutionId execution);
  Task<bool> write();
  void report(size_t number, size_t count, const document::Cell& cell, const Outcome& outcome);
  void cannot(const std::string& why) {
    status_ = kCouldNotRun;
    say("colibri run: " + terminal_text(why, false));
  }
  [[nodiscard]] const document::Cell* find(const CellId& id) const {
    return actor_->document().find(id);
  }
  [[nodiscard]] bool late() const { return deadline_ && async::Clock::now() >= *deadline_; }

  asio::io_context& context_;
  Parts& parts_;
  const RunOptions& options_;
  std::string bytes_;
  UserId user_;
  const bool colors_;
  HeadlessClient client_;
  ClientId client_id_{"t_headless"};
  NotebookId notebook_;
  std::shared_ptr<notebooks::DocumentActor> actor_;
  std::optional<async::Clock::time_point> deadline_;
  uint64_t commands_ = 0;
  bool stopped_ = false;
  int status_ = kAllRan;
};

Task<void> HeadlessRun::run_and_write() {
  co_await start();
  if (!actor_) co_return;
  if (status_ == kAllRan) {
    co_await run_cells();
  }
  (void)co_await write();
  if (!client_.closed) actor_->detach(client_);
}

Task<void> HeadlessRun::start() {
  const auto started = co_await parts_.runtimes.start();
  if (!started) co_return cannot(started.error().detail);
  const std::string name = fs::path(options_.notebook).filename().string();
  auto imported = co_await parts_.notebooks.import(user_, name, std::move(bytes_));
  if (!imported) co_return cannot(imported.error().detail);
  notebook_ = imported->id;
  auto opened = co_await parts_.notebooks.open(user_, notebook_);
  if (!opened) co_return cannot(opened.error().detail);
  actor_ = std::move(opened->actor);
  actor_->attach(client_, client_id_, {user_, "", "", opened->role});
  const bool has_code = std::ranges::any_of(actor_->document().cells(), [](const auto& cell) {
    return cell.type == document::CellType::code && !is_blank(cell);
  });
  if (has_code) actor_->connect(client_id_, {.flavor = options_.flavor, .image = options_.image});
  if (!client_.problem.empty()) cannot(client_.problem);
}

Task<void> HeadlessRun::run_cells() {
  std::vector<CellId> cells;
  for (const document::Cell& cell : actor_->document().cells())
    if (cell.type == document::CellType::code && !is_blank(cell)) cells.push_back(cell.id);
  const auto started = async::Clock::now();
  size_t failed = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    const Outcome outcome = co_await run_cell(cells[i]);
    if (outcome.known) report(i + 1, cells.size(), *find(cells[i]), outcome);
    if (status_ != kAllRan) co_return;
    if (outcome.status == document::RunStatus::ok) continue;
    ++failed;
    const bool died = outcome.reason == "out_of_memory" || outcome.reason == "kernel_died";
    if (!options_.allow_errors || (died && client_.runtime_ended())) {
      status_ = kCellRaised;
      co_return;
    }
  }
  const double seconds = std::chrono::duration<double>(async::Clock::now() - started).count();
  say(fmt::format("{} {} ran in {:.1f} s{}", cells.size(), cells.size() == 1 ? "cell" : "cells",
                  seconds, failed ? fmt::format(", {} raised an error", failed) : ""));
}

Task<HeadlessRun::Outcome> HeadlessRun::run_cell(CellId id) {
  actor_->submit({.user = user_,
                  .client = client_id_,
                  .command = ++commands_,
                  .op = document::RunCells{{id}, {}}});
  const document::Cell* cell = find(id);
  if (!cell || !cell->run) {
    cannot(client_.problem.empty() ? "The cell could not be run." : client_.problem);
    co_return Outcome();
  }
  const ExecutionId execution = cell->run->execution;
  const bool ended = co_await wait_for_end(id, execution);
  if (!ended) co_return Outcome();
  cell = find(id);
  if (!cell || !cell->last_run || cell->last_run->execution != execution) {
    cannot(client_.lease && !client_.lease->detail.empty() ? client_.lease->detail
           : client_.problem.empty()                       ? "The runtime ended."
                                                           : client_.problem);
    co_return Outcome();
  }
  co_return Outcome{cell->last_run->status, cell->last_run->reason, true};
}

// True when the run is over; false, with the status set, when we gave up on it.
Task<bool> HeadlessRun::wait_for_end(CellId id, ExecutionId execution) {
  std::optional<async::Clock::time_point> give_up;
  bool asked_for_input = false;
  const auto interrupt = [&] {
    give_up = async::Clock::now() + kInterruptGrace;
    actor_->interrupt(client_id_, 0);
  };
  for (;;) {
    client_.changed.reset();
    const document::Cell* cell = find(id);
    if (!cell || !cell->run || cell->run->execution != execution) break;
    if (client_.closed) {
      cannot(client_.problem);
      co_return false;
    }
    if (cell->input && !asked_for_input) {
      asked_for_input = true;
      say(
          fmt::format("The cell asks for input ({}), and there is nobody to answer: stdin is not "
                      "available in colibri run.",
                      terminal_text(cell->input->prompt, false)));
      interrupt();
    } else if (!give_up && (stopped_ || late())) {
      cannot(stopped_ ? "The run was interrupted."
                      : fmt::format("The run took longer than its time limit of {:g} s.",
                                    static_cast<double>(options_.timeout_ms) / 1000));
      // Nothing runs before the kernel is there; what waits goes with the interrupt.
      interrupt();
    }
    if (give_up && async::Clock::now() >= *give_up) {
      if (status_ == kAllRan) cannot("The kernel does not answer to an interrupt.");
      co_return false;
    }
    auto wait = async::Duration(1h);
    if (give_up)
      wait = *give_up - async::Clock::now();
    else if (deadline_)
      wait = *deadline_ - async::Clock::now();
    (void)co_await client_.changed.wait_for(std::max<async::Duration>(wait, 1ms));
  }
  co_return true;
}

void HeadlessRun::report(size_t number, size_t count, const document::Cell& cell,
                         const Outcome& outcome) {
  const bool ok = outcome.status == document::RunStatus::ok;
  const auto& run = *cell.last_run;
  const double seconds =
      run.started_ms > 0 ? static_cast<double>(run.finished_ms - run.started_ms) / 1000 : 0;
  say(fmt::format("[{}/{}] {} {:.1f} s  {}", number, count, ok ? "✓" : "✗", seconds,
                  first_line(cell)));
  if (ok) return;
  const std::string traceback = traceback_of(cell, colors_);
  say(traceback.empty() ? words_for(outcome.reason) : traceback);
}

Task<bool> HeadlessRun::write() {
  if (options_.output.empty()) co_return true;
  const auto file = co_await parts_.notebooks.file_bytes(user_, notebook_, notebooks::Outputs::all);
  if (!file) {
    cannot(file.error().detail);
    co_return false;
  }
  if (options_.output == "-") {
    const bool written =
        std::fwrite(file->bytes.data(), 1, file->bytes.size(), stdout) == file->bytes.size() &&
        std::fflush(stdout) == 0;
    if (!written) cannot("The notebook could not be written to stdout.");
    co_return written;
  }
  const std::string& path = options_.output;
  const auto written =
      co_await parts_.pool.run([&] { return write_output_file(path, file->bytes); });
  if (!written) cannot(written.error().detail);
  co_return written.has_value();
}

void await_signal(HeadlessRun& run, asio::signal_set& signals) {
  signals.async_wait([&](boost::system::error_code error, int) {
    if (error) return;
    run.stop();
    await_signal(run, signals);
  });
}

int refuse(const Error& error) {
  say("colibri run: " + error.detail);
  return kCouldNotRun;
}

}  // namespace

int run_headless(const RunOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  auto read = read_file(options.notebook);
  if (!read) return refuse(read.error());
  auto bytes = prepare(*read, options);
  if (!bytes) return refuse({bytes.error().code, options.notebook + ": " + bytes.error().detail});

  const auto temporary = PrivateFolder::make();
  if (!temporary) return refuse(temporary.error());
  const auto folder = server::DataFolder::open(temporary->path());
  if (!folder) return refuse(folder.error());
  const PrivateFolder run_directory(folder->run_directory());
  auto store = store::Store::open(store::sqlite_file(folder->database()));
  if (!store) return refuse(store.error());
  const auto owner = auth::AccountStore(**store).ensure_owner(async::now_ms());
  if (!owner) return refuse(owner.error());

  async::Reactor context;
  Parts parts(context, *folder, options.config, *std::move(store));
  HeadlessRun run(context, parts, options, *std::move(bytes), owner->id);
  asio::signal_set signals(context, SIGINT, SIGTERM);
  await_signal(run, signals);
  async::spawn(context.get_executor(), HeadlessRun::go(run), "running a notebook");
  context.run();
  parts.pool.join();
  context.abandon();
  return run.status();
}

}  // namespace colibri::cli
