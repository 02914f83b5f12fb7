#include "api/port_gate.hpp"

#include <algorithm>
#include <charconv>

#include "api/notebook_answers.hpp"
#include "async/spawn.hpp"
#include "async/timer.hpp"
#include "base/random.hpp"
#include "base/sha256.hpp"
#include "net/guard.hpp"
#include "net/response.hpp"
#include "runtimes/runtime.hpp"

namespace colibri::api {

using net::Request;
using net::Response;

namespace {

constexpr int64_t kTicketLifeMs = 60'000;
constexpr int64_t kGrantLifeMs = 12 * 3'600'000;
constexpr int64_t kCheckedForMs = 15'000;
constexpr size_t kMostTickets = 100, kMostGrants = 200;  // Of one person.
constexpr auto kLookEvery = std::chrono::seconds(15);

struct Label {
  RuntimeId runtime;
  int port = 0;
};

// "8000-abcd" is port 8000 of the runtime r_abcd.
std::optional<Label> parse_label(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos || text.starts_with('0')) return std::nullopt;
  Label label;
  const auto [end, error] = std::from_chars(text.data(), text.data() + dash, label.port);
  if (error != std::errc() || end != text.data() + dash || label.port < 1 || label.port > 65535)
    return std::nullopt;
  label.runtime = {"r_" + std::string(text.substr(dash + 1))};
  return label;
}

std::string label_for(const RuntimeId& runtime, int port) {
  return std::to_string(port) + "-" + runtime.value.substr(2);
}

// Where on the port's own origin a form leads: a path, never another place.
bool is_path(std::string_view to) {
  return to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\") &&
         to.size() <= 4096 && std::ranges::all_of(to, [](char c) { return c > 0x20 && c < 0x7f; });
}

// In a language that its reader has; a program's page would stand here.
Response page_of(unsigned status, std::string_view english, std::string_view chinese) {
  Response response{.status = status};
  response.set("Content-Type", "text/html; charset=utf-8");
  response.body =
      "<!doctype html><meta charset=utf-8><meta name=color-scheme content='light dark'>"
      "<title>Colibri</title><style>body{font:15px/1.6 system-ui,sans-serif;"
      "max-width:34em;margin:12vh auto;padding:0 1.5em}</style><p>" +
      std::string(english) + "<p lang=zh-CN>" + std::string(chinese);
  return response;
}

Response not_let_in() {
  return page_of(401, "This is a program in somebody's runtime. Open it from its notebook.",
                 "这是某个运行时里的程序。请从它的笔记本打开。");
}

Response refused(const Error& error) {
  if (error.code == ErrorCode::not_found)
    return page_of(502, error.detail + " Start the program, then load this again.",
                   "运行时的这个端口上没有程序。请启动程序，然后重新加载。");
  const unsigned status = error.code == ErrorCode::too_many ? 503 : 502;
  return page_of(status, error.detail, "现在无法连接到运行时里的程序。");
}

// Other places may lead here, as a link does. What they can't do is speak for the person: no
// request of theirs is let through, and no socket.
bool is_from_elsewhere(const Request& request, bool https) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  const bool leads = request.header("Sec-Fetch-Mode") == "navigate" && net::is_safe(request.method);
  if (!site.empty() && site != "same-origin" && site != "none" && !leads) return true;
  const size_t origins = request.fields.count(net::http::field::origin);
  if (origins == 0) return request.fields.count(net::http::field::upgrade) > 0 && site.empty();
  const std::string own = (https ? "https://" : "http://") + request.host;
  return origins > 1 || request.header(net::http::field::origin) != own;
}

class PortPassage final : public net::Passage {
 public:
  explicit PortPassage(std::shared_ptr<runtimes::PortLine> line) : line_(std::move(line)) {}

  Task<std::pair<boost::system::error_code, size_t>> read_some(asio::mutable_buffer into) override {
    return line_->read_some(into);
  }
  Task<boost::system::error_code> write(asio::const_buffer bytes) override {
    return line_->write(bytes);
  }
  void close() override { line_->close(); }

 private:
  std::shared_ptr<runtimes::PortLine> line_;
};

}  // namespace

void PortGate::Grant::end() {
  ended = true;
  for (const auto& weak : open)
    if (const auto line = weak.lock()) line->close();
  open.clear();
}

PortGate::PortGate(auth::Sessions& sessions, notebooks::Notebooks& notebooks,
                   runtimes::Runtimes& runtimes, net::PortHosts hosts,
                   const std::string& public_url)
    : sessions_(sessions),
      notebooks_(notebooks),
      runtimes_(runtimes),
      hosts_(std::move(hosts)),
      page_origin_(net::origin_of_url(public_url).value_or("")) {}

PortGate::~PortGate() {
  for (const auto& [hash, grant] : grants_) sessions_.unwatch(grant->watcher);
}

void PortGate::add_routes(net::Router& router) {
  const auto add = [&](const char* pattern, net::Handler handler) {
    router.add({.method = net::http::verb::post,
                .pattern = pattern,
                .access = net::Access::signed_in,
                .handler = std::move(handler),
                .body = net::BodyKind::json});
  };
  add("/api/notebooks/{id}/ports", [this](Request& r) { return ask(r); });
  add("/api/ports", [this](Request& r) { return ask_named(r); });
}

bool PortGate::takes(std::string_view host) const {
  const auto label = hosts_.label_of(host);
  return label && parse_label(*label);
}

std::string PortGate::cookie() const {
  return hosts_.safe() ? "__Host-colibri-port" : "colibri-port";
}

std::string PortGate::framed_by(const Request& request) const {
  if (!page_origin_.empty()) return page_origin_;
  const size_t colon = request.host.rfind(':');
  const std::string port = colon == std::string::npos ? "" : request.host.substr(colon);
  return "http://localhost" + port + " http://127.0.0.1" + port;
}

Task<Result<PortGate::RuntimePtr>> PortGate::runtime_for(Place place) {
  const auto opened = co_await notebooks_.open(place.user, place.notebook);
  if (!opened) co_return std::unexpected(opened.error());
  if (opened->role < document::Role::editor)
    co_return failure(ErrorCode::denied, "Runtimes are for those who may edit the notebook.");
  auto runtime = opened->actor->runtime_of(place.user);
  if (!runtime) co_return failure(ErrorCode::conflict, "Connect to a runtime first.");
  if (!place.runtime.value.empty() && runtime->id() != place.runtime)
    co_return failure(ErrorCode::not_found, "That runtime has ended.");
  if (runtime->local())
    co_return failure(ErrorCode::unsupported,
                      "The ports of a local runtime are your own computer's: open them there.");
  co_return runtime;
}

Task<Response> PortGate::ask(Request& request) {
  const auto port = json::integer_at(request.json, "port");
  if (!port || *port < 1 || *port > 65535)
    co_return net::error_response(400, "invalid", "A port is a number from 1 to 65535.");
  Place place{.runtime = {},
              .port = static_cast<int>(*port),
              .notebook = notebook_of(request),
              .user = request.identity->user,
              .session = request.identity->session,
              .label = {}};
  auto issuing = issue(request, std::move(place));
  co_return co_await std::move(issuing);
}

Task<Response> PortGate::ask_named(Request& request) {
  const auto label = parse_label(json::string_at(request.json, "label").value_or(""));
  const auto living = runtimes_.living();
  const auto found = std::ranges::find_if(
      living, [&](const auto& runtime) { return label && runtime->id() == label->runtime; });
  // One answer for what is not there and for what is not theirs.
  const auto none = net::error_response(404, "not_found", "There is no such port of yours.");
  if (found == living.end()) co_return none;
  Place place{.runtime = label->runtime,
              .port = label->port,
              .notebook = (*found)->notebook(),
              .user = request.identity->user,
              .session = request.identity->session,
              .label = {}};
  auto issuing = issue(request, std::move(place));
  auto answer = co_await std::move(issuing);
  if (answer.status != 200 && answer.status != 429) co_return none;
  co_return answer;
}

Task<Response> PortGate::issue(const Request& request, Place place) {
  const auto runtime = co_await runtime_for(place);
  if (!runtime) co_return net::error_response(runtime.error());
  place.runtime = (*runtime)->id();
  place.label = label_for(place.runtime, place.port);
  const auto origin = hosts_.origin(place.label, request);
  if (!origin)
    co_return net::error_response(
        409, "unsupported",
        "Programs in runtimes are shown under host names of their own, and this server has none: "
        "its administrator sets ports_url.");
  const int64_t now = async::now_ms();
  std::erase_if(tickets_, [&](const auto& each) { return each.second.until_ms < now; });
  const auto is_own = [&](const auto& each) { return each.second.place.user == place.user; };
  if (std::ranges::count_if(tickets_, is_own) >= static_cast<std::ptrdiff_t>(kMostTickets))
    co_return net::error_response(429, "too_many", "Too many ports are being opened; try again.");
  const auto living = runtimes_.living();
  std::erase_if(asked_at_, [&](const auto& each) {
    return std::ranges::none_of(living, [&](const auto& one) { return one->id() == each.first; });
  });
  asked_at_[place.runtime] = "http://" + request.host;
  std::string ticket = random_id("pt_");
  tickets_[sha256_hex(ticket)] = {std::move(place), now + kTicketLifeMs};
  co_return net::json_response(200, {{"origin", *origin}, {"ticket", std::move(ticket)}});
}

std::optional<Response> PortGate::sent_to_page(const Request& request,
                                               const std::string& label) const {
  // A frame is for its notebook to fill; what a program asks for gets no page.
  if (request.method != net::http::verb::get || request.header("Sec-Fetch-Mode") != "navigate" ||
      request.header("Sec-Fetch-Dest") != "document")
    return std::nullopt;
  const auto parsed = parse_label(label);
  const auto known = parsed ? asked_at_.find(parsed->runtime) : asked_at_.end();
  const std::string& page =
      page_origin_.empty() && known != asked_at_.end() ? known->second : page_origin_;
  if (page.empty() || !is_path(request.path)) return std::nullopt;
  Response response{.status = 303};
  response.set("Location", page + "/ports/" + label + request.path);
  return response;
}

Task<Response> PortGate::enter(Request& request, std::string form) {
  constexpr std::string_view kField = "ticket=";
  const int64_t now = async::now_ms();
  const auto found = form.starts_with(kField)
                         ? tickets_.find(sha256_hex(form.substr(kField.size())))
                         : tickets_.end();
  if (found == tickets_.end()) co_return not_let_in();
  const Ticket ticket = std::move(found->second);
  tickets_.erase(found);
  const auto asked = request.query.find("to");
  const std::string to = asked == request.query.end() ? "/" : asked->second;
  if (ticket.until_ms < now || hosts_.label_of(request.host) != ticket.place.label || !is_path(to))
    co_return not_let_in();
  make_room(ticket.place.user);
  const auto grant = std::make_shared<Grant>();
  grant->place = ticket.place;
  grant->until_ms = now + kGrantLifeMs;
  if (const bool good = co_await still_good(grant); !good) co_return not_let_in();
  const std::string token = random_id("pc_");
  const std::string hash = sha256_hex(token);
  grants_[hash] = grant;
  grant->watcher =
      sessions_.watch(grant->place.session, [grant](const std::string&) { grant->end(); });
  Response response{.status = 303};
  response.set("Location", to);
  // In a frame of a page elsewhere it is a cookie of a third party: one for that page alone.
  response.set("Set-Cookie",
               cookie() + "=" + token + "; Path=/; HttpOnly" +
                   (hosts_.safe() ? "; Secure; SameSite=None; Partitioned" : "; SameSite=Lax"));
  co_return response;
}

Task<bool> PortGate::still_good(std::shared_ptr<Grant> grant) {
  const int64_t now = async::now_ms();
  if (grant->ended || grant->until_ms < now) co_return false;
  if (grant->runtime && grant->runtime->over()) co_return false;
  if (grant->checked_ms + kCheckedForMs > now) co_return true;
  const auto alive = co_await sessions_.alive(grant->place.session, now);
  if (!alive || !*alive) co_return false;
  const auto runtime = co_await runtime_for(grant->place);
  if (!runtime || grant->ended) co_return false;
  grant->runtime = *runtime;
  grant->checked_ms = now;
  co_return true;
}

// The oldest goes: what was opened once and is not in use asks for nothing more.
void PortGate::make_room(const UserId& user) {
  const std::string* oldest = nullptr;
  size_t own = 0;
  for (const auto& [hash, grant] : grants_) {
    if (grant->place.user != user) continue;
    ++own;
    if (!oldest || grant->until_ms < grants_.at(*oldest)->until_ms) oldest = &hash;
  }
  if (own >= kMostGrants) drop(std::string(*oldest));
}

void PortGate::drop(const std::string& hash) {
  const auto found = grants_.find(hash);
  if (found == grants_.end()) return;
  found->second->end();
  sessions_.unwatch(found->second->watcher);
  grants_.erase(found);
}

Task<std::variant<Response, std::shared_ptr<net::Passage>>> PortGate::admit(Request& request) {
  const auto label = hosts_.label_of(request.host);
  const std::string hash = sha256_hex(request.cookie(cookie()));
  const auto found = grants_.find(hash);
  if (!label || found == grants_.end() || found->second->place.label != *label) {
    if (auto sent = label ? sent_to_page(request, *label) : std::nullopt)
      co_return *std::move(sent);
    co_return not_let_in();
  }
  const auto grant = found->second;
  if (is_from_elsewhere(request, hosts_.https()))
    co_return net::error_response(403, "denied", "this request comes from another web site");
  if (const bool good = co_await still_good(grant); !good) {
    drop(hash);
    co_return not_let_in();
  }
  auto opening = runtimes::PortLines::open(grant->runtime, grant->place.port);
  auto line = co_await std::move(opening);
  if (!line) co_return refused(line.error());
  if (grant->ended) co_return not_let_in();
  std::erase_if(grant->open, [](const auto& each) { return each.expired(); });
  grant->open.push_back(*line);
  std::shared_ptr<net::Passage> passage = std::make_shared<PortPassage>(*std::move(line));
  co_return passage;
}

void PortGate::start(const asio::any_io_executor& reactor) {
  async::spawn(reactor, look_after(*this), "looking after ports that are open");
}

// Of what goes on without a new request: sockets, downloads. And what nobody uses goes.
Task<void> PortGate::look_after(PortGate& self) {
  for (;;) {
    if (const bool over = co_await self.stop_.wait_for(kLookEvery); over) co_return;
    const auto grants = self.grants_;
    for (const auto& [hash, grant] : grants) {
      std::erase_if(grant->open, [](const auto& each) { return each.expired(); });
      const bool idle = grant->open.empty() && !grant->ended;
      // Who comes again is asked again; nobody is asked for what is not in use.
      const bool gone =
          (grant->runtime && grant->runtime->over()) || grant->until_ms < async::now_ms();
      if (idle && !gone) continue;
      if (const bool good = co_await self.still_good(grant); !good) self.drop(hash);
    }
  }
}

}  // namespace colibri::api
