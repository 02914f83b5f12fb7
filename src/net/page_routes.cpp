#include <boost/algorithm/string/predicate.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "net/page_files.hpp"

namespace colibri::net {

namespace {

constexpr std::string_view kIndex = "/index.html";
constexpr std::string_view kFrame = "/frame.html";

std::string_view media_type(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".json", "application/json"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".ttf", "font/ttf"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
      {".webmanifest", "application/manifest+json"}};
  for (const auto& [suffix, type] : kTypes) {
    if (path.ends_with(suffix)) return type;
  }
  return "application/octet-stream";
}

// The page itself. CodeMirror and KaTeX write style attributes; scripts come from files only.
std::string page_policy(const Request& request, const PortHosts& ports) {
  // Not every browser takes 'self' to mean the WebSocket of the same place.
  const std::string sockets = "ws://" + request.host + " wss://" + request.host;
  return "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
         "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; "
         "worker-src 'self' blob:; frame-src 'self' blob: " +
         ports.sources(request) + "; connect-src 'self' " + sockets +
         "; object-src 'none'; base-uri 'none'; form-action 'self' " + ports.sources(request) +
         "; frame-ancestors 'none'";
}

// The frame of outputs: an opaque origin that may do what a notebook's HTML wants to do, with
// nothing of ours in reach. `origin` spells out what 'self' may not cover in a sandbox.
std::string frame_policy(const Request& request) {
  const std::string origin = (request.https ? "https://" : "http://") + request.host;
  const std::string sources = " 'self' " + origin + " data: blob: https:";
  return "sandbox allow-scripts; default-src 'none'; script-src" + sources +
         " 'unsafe-inline' 'unsafe-eval'; style-src" + sources + " 'unsafe-inline'; img-src" +
         sources + "; font-src" + sources + "; media-src" + sources + "; connect-src" + sources +
         "; worker-src" + sources +
         "; frame-src data: blob: https:; base-uri 'none'; "
         "form-action 'none'; frame-ancestors 'self'";
}

// Workers have policies of their own. The one that plays the supervisor of a local runtime reaches
// the Jupyter server that its person names, and nothing else may; the Python language server needs
// nothing but itself; the formatter is WebAssembly from this place, which runs nowhere else.
constexpr std::pair<std::string_view, const char*> kWorkerPolicies[] = {
    {"/assets/local_worker-",
     "default-src 'none'; connect-src http: https: ws: wss:; frame-ancestors 'none'"},
    {"/assets/language-server-", "default-src 'none'; frame-ancestors 'none'"},
    {"/assets/format_worker-",
     "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
     "frame-ancestors 'none'"}};

const char* worker_policy(std::string_view path) {
  for (const auto& [prefix, policy] : kWorkerPolicies) {
    if (path.starts_with(prefix)) return policy;
  }
  return nullptr;
}

bool accepts_brotli(const Request& request) {
  const auto field = request.header(http::field::accept_encoding);
  for (const auto& item : http::ext_list(boost::beast::string_view(field.data(), field.size()))) {
    if (!boost::algorithm::iequals(std::string_view(item.first), "br")) continue;
    for (const auto& parameter : item.second) {
      if (parameter.first == "q" && parameter.second.starts_with("0") &&
          parameter.second.find_first_of("123456789") == boost::beast::string_view::npos) {
        return false;
      }
    }
    return true;
  }
  return false;
}

Task<Response> serve_file(const PageFile& file, const PortHosts& ports, Request& request) {
  Response response;
  const bool brotli = !file.brotli.empty() && accepts_brotli(request);
  const std::string tag = "\"" + std::string(file.sha256.substr(0, 32)) + (brotli ? "-br\"" : "\"");
  const bool hashed = file.path.starts_with("/assets/");
  response.set("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  response.set("ETag", tag);
  response.set("Vary", "Accept-Encoding");
  if (file.path == kIndex) {
    response.set("Content-Security-Policy", page_policy(request, ports));
  } else if (file.path == kFrame) {
    response.set("Content-Security-Policy", frame_policy(request));
  } else if (const char* policy = worker_policy(file.path)) {
    response.set("Content-Security-Policy", policy);
  }
  // The output frame has an opaque origin; these are public files that no cookie changes.
  if (file.path != kIndex) {
    response.set("Access-Control-Allow-Origin", "*");
    response.set("Cross-Origin-Resource-Policy", "cross-origin");
  }
  if (request.header(http::field::if_none_match).find(tag) != std::string_view::npos) {
    response.status = 304;
    co_return response;
  }
  response.set("Content-Type", std::string(media_type(file.path)));
  if (brotli) response.set("Content-Encoding", "br");
  response.body = brotli ? file.brotli : file.bytes;
  co_return response;
}

Task<Response> serve_missing_page() {
  Response response{.status = 503,
                    .body = std::string_view("The page has not been built into this server. Run "
                                             "./run, or: cd web && npm ci && npm run build, and "
                                             "then build the server again.\n")};
  response.set("Content-Type", "text/plain; charset=utf-8");
  co_return response;
}

void add_open(Router& router, std::string pattern, Handler handler) {
  router.add({.method = http::verb::get,
              .pattern = std::move(pattern),
              .access = Access::open,
              .handler = std::move(handler)});
}

}  // namespace

void add_page_routes(Router& router, std::span<const PageFile> files, PortHosts ports) {
  const auto shared = std::make_shared<const PortHosts>(std::move(ports));
  bool has_index = false;
  for (const PageFile& file : files) {
    const Handler handler = [&file, shared](Request& request) {
      return serve_file(file, *shared, request);
    };
    add_open(router, std::string(file.path), handler);
    if (file.path != kIndex) continue;
    has_index = true;
    // The page reads the rest of these addresses itself.
    for (const char* address :
         {"/", "/notebooks/{id}", "/examples/{name}", "/github", "/github/{rest...}",
          "/gist/{rest...}", "/ports/{rest...}", "/diff"})
      add_open(router, address, handler);
  }
  if (!has_index) add_open(router, "/", [](Request&) { return serve_missing_page(); });
}

}  // namespace colibri::net
