// The routes about notebooks as files; the open ones go over notebook_socket.hpp.
#include <algorithm>
#include <cctype>
#include <fstream>

#include "api/api.hpp"
#include "api/notebook_answers.hpp"

namespace colibri::api {

using net::Request;
using net::Response;

namespace {

constexpr size_t kLargestBlob = 256u << 20;

// A kernel chose it: only what is surely a media type goes into a header.
std::string safe_media_type(const std::string& type) {
  const bool plain = type.size() <= 100 && std::ranges::count(type, '/') == 1 &&
                     std::ranges::all_of(type, [](unsigned char c) {
                       return std::isalnum(c) != 0 || std::string_view("/+-._").contains(c);
                     });
  if (!plain) return "application/octet-stream";
  return type.starts_with("text/") ? type + "; charset=utf-8" : type;
}

Result<std::string> read_blob(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return failure(ErrorCode::not_found, "this output is no longer there");
  const auto size = static_cast<size_t>(in.tellg());
  if (size > kLargestBlob) return failure(ErrorCode::too_large, "this output is too large");
  std::string bytes(size, '\0');
  in.seekg(0);
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!in) return failure(ErrorCode::io, "this output could not be read");
  return bytes;
}

}  // namespace

Task<Response> Api::list_notebooks(Request& request) {
  auto entries = co_await parts_.notebooks.list(request.identity->user);
  if (!entries) co_return net::error_response(entries.error());
  json::Array notebooks;
  for (const notebooks::NotebookEntry& entry : *entries)
    notebooks.emplace_back(notebook_json(entry));
  co_return net::json_response(200, {{"notebooks", std::move(notebooks)}});
}

Task<Response> Api::create_notebook(Request& request) {
  auto id = co_await parts_.notebooks.create(request.identity->user,
                                             json::string_at(request.json, "folder").value_or(""));
  if (!id) co_return net::error_response(id.error());
  co_return made(*id);
}

Task<Response> Api::import_notebook(Request& request) {
  const auto name = request.query.find("name");
  if (name == request.query.end()) {
    co_return net::error_response(400, "invalid", "the name of the file must be given");
  }
  auto work = [&upload = *request.upload] { return upload.read_all(); };
  auto bytes = co_await parts_.pool.run(std::move(work));
  request.upload.reset();
  if (!bytes) co_return net::error_response(bytes.error());
  auto imported =
      co_await parts_.notebooks.import(request.identity->user, name->second, *std::move(bytes));
  if (!imported) co_return net::error_response(imported.error());
  json::Array notes(imported->notes.begin(), imported->notes.end());
  co_return net::json_response(
      201, {{"id", imported->id.value}, {"title", imported->title}, {"notes", std::move(notes)}});
}

Task<Response> Api::notebook_about(Request& request) {
  const auto entry = co_await parts_.notebooks.about(request.identity->user, notebook_of(request));
  if (!entry) co_return net::error_response(entry.error());
  co_return net::json_response(200, notebook_json(*entry));
}

Task<Response> Api::rename_notebook(Request& request) {
  const auto title = json::string_at(request.json, "title");
  if (!title) co_return net::error_response(400, "invalid", "title must be given as text");
  const auto renamed =
      co_await parts_.notebooks.rename(request.identity->user, notebook_of(request), *title);
  if (!renamed) co_return net::error_response(renamed.error());
  co_return net::no_content();
}

Task<Response> Api::remove_notebook(Request& request) {
  const auto removed =
      co_await parts_.notebooks.remove(request.identity->user, notebook_of(request));
  if (!removed) co_return net::error_response(removed.error());
  co_return net::no_content();
}

Task<Response> Api::copy_notebook(Request& request) {
  const auto copied =
      co_await parts_.notebooks.copy(request.identity->user, notebook_of(request),
                                     json::string_at(request.json, "title").value_or(""));
  if (!copied) co_return net::error_response(copied.error());
  co_return made(*copied);
}

Task<Response> Api::make_playground(Request& request) {
  const auto playground =
      co_await parts_.notebooks.make_playground(request.identity->user, notebook_of(request));
  if (!playground) co_return net::error_response(playground.error());
  co_return made(*playground);
}

Task<Response> Api::star_notebook(Request& request) {
  const auto starred = json::bool_at(request.json, "starred");
  if (!starred) co_return net::error_response(400, "invalid", "starred must be true or false");
  const auto done =
      co_await parts_.notebooks.star(request.identity->user, notebook_of(request), *starred);
  if (!done) co_return net::error_response(done.error());
  co_return net::no_content();
}

Task<Response> Api::trust_notebook(Request& request) {
  const auto done = co_await parts_.notebooks.trust(request.identity->user, notebook_of(request));
  if (!done) co_return net::error_response(done.error());
  co_return net::no_content();
}

Task<Response> Api::notebook_file(Request& request) {
  auto file = co_await parts_.notebooks.file_bytes(request.identity->user, notebook_of(request));
  if (!file) co_return net::error_response(file.error());
  co_return file_response(*std::move(file));
}

Task<Response> Api::notebook_blob(Request& request) {
  const std::string& sha256 = request.parameter("sha256");
  auto blob =
      co_await parts_.notebooks.find_blob(request.identity->user, notebook_of(request), sha256);
  if (!blob) co_return net::error_response(blob.error());
  Response response;
  const std::string tag = "\"" + sha256 + "\"";
  response.set("ETag", tag);
  response.set("Cache-Control", "private, max-age=31536000, immutable");
  // What a kernel made is never shown with our origin, even when its address is opened by itself.
  response.set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  if (request.header(net::http::field::if_none_match) == tag) {
    response.status = 304;
    co_return response;
  }
  auto work = [&blob] { return read_blob(blob->file); };
  auto bytes = co_await parts_.pool.run(std::move(work));
  if (!bytes) co_return net::error_response(bytes.error());
  response.set("Content-Type", safe_media_type(blob->media_type));
  response.body = *std::move(bytes);
  co_return response;
}

}  // namespace colibri::api
