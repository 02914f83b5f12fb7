#include "supervisor/terminals.hpp"

#include <signal.h>

#include <algorithm>

#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/utf.hpp"
#include "supervisor/pty.hpp"

namespace colibri::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kGrace = 2s;        // From SIGHUP to SIGKILL.
constexpr auto kRemembered = 30s;  // One that has ended, for pages that have not seen its last.

std::vector<std::string> shell_environment(Environment environment) {
  // Matters of the kernel: a script that is started by hand draws as scripts do.
  environment.erase("MPLBACKEND");
  environment.erase("JPY_SESSION_NAME");
  environment["TERM"] = "xterm-256color";
  environment["COLORTERM"] = "truecolor";
  std::vector<std::string> list;
  for (const auto& [name, value] : environment) list.push_back(name + "=" + value);
  return list;
}

// One line of printable text, whatever somebody called it.
std::string clean_title(std::string_view title) {
  std::string out;
  for (const char c : make_valid_utf8(title)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  }
  if (out.size() > Terminals::kLongestTitle) {
    out.resize(Terminals::kLongestTitle);
    if (const auto bad = find_invalid_utf8(out)) out.resize(*bad);
  }
  return out;
}

link::Reply output_reply(const std::string& request, Result<Terminal::Output> output) {
  if (!output) return {request, {}, output.error()};
  json::Object content{
      {"from", output->piece.from}, {"end", output->end}, {"ended", output->ended.has_value()}};
  if (output->ended) {
    content.set("status", output->ended->status);
    content.set("signal", output->ended->signal);
  }
  link::Reply reply{request, std::move(content), {}};
  reply.buffers.push_back(std::move(output->piece.bytes));
  return reply;
}

}  // namespace

Terminals::Terminals(asio::any_io_executor executor, Sandbox& sandbox,
                     const Environment& environment, std::function<void(link::Reply)> reply)
    : executor_(std::move(executor)),
      sandbox_(sandbox),
      environment_(shell_environment(environment)),
      reply_(std::move(reply)) {}

void Terminals::set_environment(const Environment& environment) {
  environment_ = shell_environment(environment);
}

Terminals::Entry* Terminals::find(const std::string& id) {
  const auto found = terminals_.find(id);
  return found == terminals_.end() ? nullptr : &found->second;
}

size_t Terminals::living() const {
  return opening_ + static_cast<size_t>(std::ranges::count_if(
                        terminals_, [](const auto& e) { return !e.second.terminal->ended(); }));
}

void Terminals::refuse(const std::string& request, const Error& error) {
  reply_(link::Reply{request, {}, error});
}

void Terminals::on(link::TerminalOpen& message) {
  if (closed_) return;
  if (living() >= kMost) {
    return refuse(message.request, {ErrorCode::conflict, "A runtime has at most 8 terminals."});
  }
  ++opening_;
  async::spawn(executor_, open(shared_from_this(), std::move(message)), "opening a terminal");
}

Task<Result<ProcessId>> Terminals::start_shell(std::shared_ptr<Terminals> self, int slave) {
  Result<ProcessId> process = failure(ErrorCode::not_found, "There is no shell.");
  for (const char* shell : {"bash", "sh"}) {
    SpawnRequest request{.argv = {shell}, .env = self->environment_};
    request.stdin_fd = request.stdout_fd = request.stderr_fd = slave;
    process = co_await self->sandbox_.spawn(std::move(request));
    if (process || self->closed_ || process.error().code != ErrorCode::not_found) break;
  }
  co_return process;
}

Task<void> Terminals::open(std::shared_ptr<Terminals> self, link::TerminalOpen message) {
  auto pty = self->sandbox_.open_terminal();
  Result<ProcessId> process = failure(ErrorCode::io, "");
  if (pty) {
    process = co_await start_shell(self, pty->slave.get());
  } else {
    process = std::unexpected(pty.error());
  }
  --self->opening_;
  if (self->closed_) co_return;
  if (!process) {
    log::warn("a terminal could not be opened: {}", process.error().detail);
    self->refuse(message.request, process.error());
    co_return;
  }
  const std::string id = random_id("tm_");
  auto terminal = std::make_shared<Terminal>(self->executor_, std::move(pty->master), message.size);
  terminal->start();
  self->terminals_[id] = {clean_title(message.title), async::now_ms(), *process, terminal, {}};
  if (const auto early = self->early_exits_.find(*process); early != self->early_exits_.end()) {
    terminal->end(early->second);
  }
  if (self->opening_ == 0) self->early_exits_.clear();
  self->reply_(link::Reply{message.request, json::Object{{"terminal", id}}, {}});
}

void Terminals::on(link::TerminalList& message) {
  std::vector<std::pair<int64_t, json::Object>> found;
  for (const auto& [id, entry] : terminals_) {
    if (entry.terminal->ended()) continue;
    const link::TerminalSize size = entry.terminal->size();
    found.emplace_back(entry.created_ms, json::Object{{"terminal", id},
                                                      {"title", entry.title},
                                                      {"columns", size.columns},
                                                      {"rows", size.rows},
                                                      {"created_ms", entry.created_ms}});
  }
  std::ranges::sort(found, {}, [](const auto& entry) { return entry.first; });
  json::Array terminals;
  for (auto& [created_ms, terminal] : found) terminals.emplace_back(std::move(terminal));
  reply_(link::Reply{message.request, json::Object{{"terminals", std::move(terminals)}}, {}});
}

void Terminals::on(link::TerminalRead& message) {
  Entry* entry = find(message.terminal);
  if (!entry) {
    return refuse(message.request, {ErrorCode::not_found, "There is no such terminal."});
  }
  if (!message.wait) {
    return reply_(output_reply(message.request, entry->terminal->output(message.from)));
  }
  entry->terminal->read(message.from, [weak = weak_from_this(),
                                       request = message.request](Result<Terminal::Output> output) {
    const auto self = weak.lock();
    if (self && !self->closed_) self->reply_(output_reply(request, std::move(output)));
  });
}

void Terminals::on(link::TerminalInput& message) {
  Entry* entry = find(message.terminal);
  if (!entry) {
    return refuse(message.request, {ErrorCode::not_found, "There is no such terminal."});
  }
  entry->terminal->type(std::move(message.bytes),
                        [weak = weak_from_this(), request = message.request](Result<> typed) {
                          const auto self = weak.lock();
                          if (!self || self->closed_) return;
                          if (!typed) return self->refuse(request, typed.error());
                          self->reply_(link::Reply{request, json::Object{}, {}});
                        });
}

void Terminals::on(link::TerminalResize& message) {
  if (Entry* entry = find(message.terminal)) entry->terminal->resize(message.size);
}

void Terminals::on(link::TerminalRename& message) {
  if (Entry* entry = find(message.terminal)) entry->title = clean_title(message.title);
}

void Terminals::on(link::TerminalClose& message) {
  Entry* entry = find(message.terminal);
  if (!entry || entry->terminal->ended() || entry->kill_at) return;
  entry->kill_at = async::Clock::now() + kGrace;
  sandbox_.signal(entry->process, SIGHUP, true);
}

void Terminals::note_exit(ProcessId id, ExitStatus status) {
  for (auto& [name, entry] : terminals_) {
    if (entry.process == id) return entry.terminal->end(status);
  }
  if (opening_ > 0) early_exits_[id] = status;
}

void Terminals::tick(async::Clock::time_point now) {
  for (auto at = terminals_.begin(); at != terminals_.end();) {
    Entry& entry = at->second;
    entry.terminal->tick(now);
    if (!entry.terminal->ended() && entry.kill_at && now > *entry.kill_at) {
      entry.kill_at = now + kGrace;
      sandbox_.signal(entry.process, SIGKILL, true);
    }
    const auto ended = entry.terminal->ended();
    at = ended && now - *ended > kRemembered ? terminals_.erase(at) : std::next(at);
  }
}

void Terminals::close() {
  closed_ = true;
  for (auto& [id, entry] : terminals_) entry.terminal->abandon();
  terminals_.clear();
}

}  // namespace colibri::supervisor
