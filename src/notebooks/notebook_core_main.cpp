// An open notebook without sockets, for the fuzz of web/fuzz: pages speak with it in lines of JSON
// on standard input and output. The real actor, store and files in a folder; kill -9 it at any
// moment, start it again on the same folder, and it goes on from its log.
//
//   notebook_core FOLDER SETTINGS    FOLDER/start.ipynb is imported when there is no store yet
//
// In:  {"open":1,"user":"u_2","role":"editor"}  a page connects; {"say":1,"text":"…"} and
//      {"close":1} follow. {"role":"viewer","user":"u_2"}; null: none any more.
//      {"settle":true}  what was said since the last one happens, in one turn of the reactor.
//      {"pin":"name"}, {"restore":2}, {"dump":true}, {"stop":true}
//      {"fail":true}  the next commit fails, as on a full disk.
// Out: {"to":1,"text":"…"}, {"closed":1,"code":1012,"reason":"…"}, {"dump":{…}}, then
//      {"settled":true} when all of it is on the disk and told.
#include <soci/soci.h>

#include <boost/asio/io_context.hpp>
#include <fstream>
#include <iostream>
#include <map>

#include "async/spawn.hpp"
#include "base/log.hpp"
#include "notebooks/notebooks.hpp"
#include "wire/page_message.hpp"
#include "wire/server_message.hpp"

namespace colibri::notebooks {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 20s;

[[noreturn]] void die(const std::string& why) {
  std::cerr << "notebook_core: " << why << std::endl;
  std::_Exit(2);
}

template <class T>
T value_of(Result<T> result) {
  if (!result) die(result.error().detail);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

void say(const json::Object& line) {
  std::cout << json::serialize(line) << '\n';
}

// Runtimes never come: what is run stays in the queue.
struct NoEngine final : engine::Engine {
  Task<Result<engine::Started>> start(engine::Launch, engine::Watcher) override {
    co_return engine::Started{1, "/nowhere"};
  }
  Result<> adopt(RuntimeId, engine::Watcher) override { return {}; }
  Task<Result<>> clean_up(RuntimeId, async::Duration) override { co_return Result<>(); }
  Task<std::string> last_words(RuntimeId) override { co_return ""; }
};

// A page's connection, as api::NotebookSocket has it.
class Connection final : public Client {
 public:
  Connection(int64_t number, Visitor visitor) : number_(number), visitor_(std::move(visitor)) {}
  ~Connection() override { leave(); }

  void hear(const std::string& text, const std::shared_ptr<DocumentActor>& actor) {
    if (closed_) return;
    auto message = wire::parse_page_text(text);
    if (!message) return close(4400, message.error().detail);
    if (auto* hello = std::get_if<wire::Hello>(&*message)) {
      if (attached_) return close(4400, "a second hello");
      client_ = hello->client;
      attached_ = actor;
      std::optional<Position> seen;
      if (hello->seq) seen = {.epoch = hello->epoch, .seq = *hello->seq};
      return actor->attach(*this, client_, visitor_, std::move(seen));
    }
    if (!attached_) return close(4400, "the first message must be hello");
    if (auto* m = std::get_if<wire::CommandMessage>(&*message))
      attached_->submit({.user = visitor_.user,
                         .client = client_,
                         .command = m->command,
                         .op = std::move(m->op)});
    if (const auto* m = std::get_if<wire::ReadComments>(&*message))
      attached_->read_comments(visitor_.user, m->seq);
    if (auto* m = std::get_if<wire::Presence>(&*message))
      attached_->move(client_, {.cell = std::move(m->cell),
                                .selection = std::move(m->selection),
                                .version = m->version,
                                .editing = m->editing});
    if (const auto* m = std::get_if<wire::Ping>(&*message)) tell(wire::pong(m->n));
  }
  void leave() {
    if (attached_) attached_->detach(*this);
    attached_.reset();
    closed_ = true;
  }
  // Whether it has said hello and has not been answered.
  [[nodiscard]] bool waits() const { return attached_ && !welcome_; }

  void on_welcome(const Welcome& w) override {
    welcome_ = true;
    tell(wire::welcome({visitor_.user, visitor_.email, visitor_.name},
                       {.id = w.notebook, .title = w.title, .role = w.role, .author = {}},
                       w.resumed));
  }
  void on_snapshot(const SharedText& text, const std::vector<std::string>& notes) override {
    tell(wire::snapshot(*text, notes));
  }
  void on_outputs(const SharedText& cells) override { tell(wire::outputs(*cells)); }
  void on_records(const RecordBatch& batch) override { tell(*batch.message); }
  void on_presence(const SharedText& message) override { tell(*message); }
  void on_refused(uint64_t n, const Error& error) override { tell(wire::refused(n, error)); }
  void on_lease(const std::optional<lease::Status>& lease) override {
    tell(wire::lease(lease ? std::optional(lease::to_json(*lease)) : std::nullopt));
  }
  void on_runtimes(const Choices&) override {}
  void on_meters(const json::Object&) override {}
  void on_saved(const Saved& s) override { tell(wire::saved(s.seq, s.time_ms, s.error)); }
  void on_role(document::Role role) override { tell(wire::role(role)); }
  void on_comments_read(uint64_t seq) override { tell(wire::comments_read(seq)); }
  void on_access() override { tell(wire::access()); }
  void on_title(const std::string& title) override { tell(wire::title(title)); }
  void on_notice(const Notice& n) override { tell(wire::notice(n.level, n.code, n.detail)); }
  void on_reply(const std::string&, const Result<json::Object>&) override {}
  void on_comm(const json::Object&, const std::vector<std::string>&) override {}
  void on_close(uint16_t code, const std::string& reason) override {
    attached_.reset();
    close(code, reason);
  }

 private:
  void tell(const std::string& text) { say({{"to", number_}, {"text", text}}); }
  void close(int code, const std::string& reason) {
    leave();
    say({{"closed", number_}, {"code", code}, {"reason", reason}});
  }

  int64_t number_;
  Visitor visitor_;
  ClientId client_;
  std::shared_ptr<DocumentActor> attached_;
  bool welcome_ = false, closed_ = false;
};

// Sees each commit, and each writing of the file.
struct Witness final : Client {
  void on_welcome(const Welcome&) override {}
  void on_snapshot(const SharedText& text, const std::vector<std::string>&) override {
    seq = static_cast<uint64_t>(
        json::integer_at(value_of(json::parse_object(*text)), "seq").value_or(0));
  }
  void on_outputs(const SharedText&) override {}
  void on_records(const RecordBatch& batch) override { seq += batch.records.size(); }
  void on_presence(const SharedText&) override {}
  void on_refused(uint64_t, const Error&) override {}
  void on_lease(const std::optional<lease::Status>&) override {}
  void on_runtimes(const Choices&) override {}
  void on_meters(const json::Object&) override {}
  void on_saved(const Saved& s) override { saved = s; }
  void on_role(document::Role) override {}
  void on_comments_read(uint64_t) override {}
  void on_access() override {}
  void on_title(const std::string&) override {}
  void on_notice(const Notice& n) override { std::cerr << n.code << ": " << n.detail << "\n"; }
  void on_reply(const std::string&, const Result<json::Object>&) override {}
  void on_comm(const json::Object&, const std::vector<std::string>&) override {}
  void on_close(uint16_t, const std::string&) override { closed = true; }

  bool closed = false;
  uint64_t seq = 0;
  Saved saved;
};

const UserId kOwner{"u_1"};

Settings settings_of(const std::string& folder, const json::Object& wanted) {
  const auto number = [&](const char* key, int64_t otherwise) {
    return json::integer_at(wanted, key).value_or(otherwise);
  };
  Settings out;
  out.data_directory = folder;
  out.limits.history_updates = static_cast<size_t>(number("history_updates", 2'000));
  out.limits.bin_cells = static_cast<size_t>(number("bin_cells", 100));
  out.compact_records = static_cast<size_t>(number("compact_records", 2'000));
  out.kept_records = static_cast<size_t>(number("kept_records", 500));
  // By itself the file is written only when asked for, so that a seed always plays alike.
  out.save_after_ms = out.save_idle_ms = number("save_ms", 3'600'000);
  out.save_retry_ms = 20;
  out.close_after_ms = out.revision_every_ms = 3'600'000;
  return out;
}

class Core {
 public:
  Core(const std::string& folder, const json::Object& settings)
      : folder_(folder),
        saves_(json::integer_at(settings, "save_ms").has_value()),
        store_(value_of(store::Store::open(store::sqlite_file(folder + "/colibri.db")))),
        runtimes_(context_.get_executor(), *store_, pool_, engine_, images_,
                  {.run_directory = folder + "/run", .sandbox = "none", .terms = {}}),
        notebooks_(context_.get_executor(), *store_, pool_, runtimes_,
                   settings_of(folder, settings)) {
    value_of(finish(runtimes_.start()));
    value_of(finish(notebooks_.resume()));
    auto found = value_of(finish(notebooks_.list(kOwner)));
    if (found.empty()) {
      import();
      found = value_of(finish(notebooks_.list(kOwner)));
    }
    id_ = found.front().id;
    open();
    settle();
    say({{"ready", true}, {"file", folder + "/drive/u_1/" + found.front().path}});
    std::cout.flush();
  }

  // Until the input ends.
  void run() {
    for (std::string text; std::getline(std::cin, text);) {
      const json::Object line = value_of(json::parse_object(text));
      if (line.contains("stop")) return stop();
      hear(line);
    }
    std::_Exit(0);  // Whoever spoke with us is gone; what they began is of no use.
  }

 private:
  void open() {
    witness_ = {};
    actor_ = value_of(finish(notebooks_.open(kOwner, id_))).actor;
    actor_->attach(witness_, {"t_witness"}, {kOwner, "Witness", "", document::Role::viewer});
  }
  void sql(std::string statement) {
    value_of(store_->write_now([statement = std::move(statement)](soci::session& sql) -> Result<> {
      sql << statement;
      return {};
    }));
  }

  void import() {
    const std::string user =
        "INSERT INTO users (id, email, name, password_hash, role, created_ms) "
        "VALUES ('u_1', 'ada@example.org', 'Ada', '', 'owner', 0)";
    sql(user);
    std::ifstream in(folder_ + "/start.ipynb", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    value_of(finish(notebooks_.import(kOwner, "start.ipynb", bytes)));
  }

  void hear(const json::Object& line) {
    const auto user = [&] { return UserId{json::string_at(line, "user").value_or("u_1")}; };
    const auto role = document::parse_role(json::string_at(line, "role").value_or(""));
    if (const auto number = json::integer_at(line, "open")) {
      const Visitor visitor{user(), "Name of " + user().value, user().value + "@example.org",
                            role.value_or(document::Role::viewer)};
      pages_.insert_or_assign(*number, std::make_unique<Connection>(*number, visitor));
    } else if (const auto said = json::integer_at(line, "say")) {
      if (const auto page = pages_.find(*said); page != pages_.end())
        page->second->hear(json::string_at(line, "text").value_or(""), actor_);
    } else if (const auto gone = json::integer_at(line, "close")) {
      pages_.erase(*gone);
    } else if (line.contains("role")) {
      actor_->set_role(user(), role);
    } else if (const auto name = json::string_at(line, "pin")) {
      settle();
      value_of(finish(notebooks_.pin(kOwner, id_, *name)));
    } else if (const auto number = json::integer_at(line, "restore")) {
      settle();
      (void)finish(notebooks_.restore({kOwner, "Ada"}, id_, *number));
    } else if (line.contains("fail")) {
      sql("CREATE TRIGGER IF NOT EXISTS full BEFORE INSERT ON document_records "
          "BEGIN SELECT RAISE(ABORT, 'full'); END");
    } else if (line.contains("dump")) {
      say({{"dump", actor_->document().snapshot()}, {"page", actor_->document().page_snapshot()}});
    } else if (line.contains("settle")) {
      settle();
      say({{"settled", true}});
      std::cout.flush();
    }
  }

  // Until all is on the disk and told.
  void settle() {
    until([this] {
      const uint64_t seq = actor_->document().seq();
      for (const auto& [number, page] : pages_)
        if (page->waits()) return false;
      return witness_.closed || (witness_.seq == seq && (!saves_ || witness_.saved.seq == seq));
    });
    context_.poll();
    if (!witness_.closed) return;
    // A commit failed: all were sent away, and the notebook is loaded from its log.
    sql("DROP TRIGGER IF EXISTS full");
    open();
    settle();
  }
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& out) {
    out.emplace(co_await std::move(task));
  }
  template <class T>
  T finish(Task<T> task) {
    std::optional<T> out;
    async::spawn(context_.get_executor(), keep(std::move(task), out), "a wish");
    until([&] { return out.has_value(); });
    return *std::move(out);
  }
  static Task<bool> shut_down(Notebooks& notebooks) {
    co_await notebooks.shut_down();
    co_return true;
  }
  template <class F>
  void until(F reached) {
    const auto end = async::Clock::now() + kPatience;
    while (!reached()) {
      if (async::Clock::now() > end) die("this does not come to an end");
      context_.restart();
      context_.run_one_for(5ms);
    }
  }
  // As SIGTERM does it: everybody is sent away, the file is written.
  void stop() {
    (void)finish(shut_down(notebooks_));
    say({{"settled", true}});
    std::cout.flush();
    std::_Exit(0);
  }

  std::string folder_;
  bool saves_;  // The file follows each change.
  asio::io_context context_;
  async::BlockingPool pool_{1};
  std::unique_ptr<store::Store> store_;
  NoEngine engine_;
  image::Images images_{"/nowhere"};
  runtimes::Runtimes runtimes_;
  Notebooks notebooks_;
  NotebookId id_;
  std::shared_ptr<DocumentActor> actor_;
  Witness witness_;
  std::map<int64_t, std::unique_ptr<Connection>> pages_;
};

}  // namespace
}  // namespace colibri::notebooks

int main(int argc, char** argv) {
  using namespace colibri;
  std::ios::sync_with_stdio(false);
  if (argc != 3) {
    std::cerr << "Usage: notebook_core FOLDER SETTINGS\n";
    return 2;
  }
  const auto settings = json::parse_object(argv[2]);
  if (!settings) {
    std::cerr << "notebook_core: " << settings.error().detail << "\n";
    return 2;
  }
  log::start("core", false);
  spdlog::set_level(spdlog::level::warn);
  notebooks::Core(argv[1], *settings).run();
}
