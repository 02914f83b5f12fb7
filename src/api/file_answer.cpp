#include "api/file_answer.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/algorithm/string/case_conv.hpp>
#include <charconv>
#include <ctime>
#include <optional>

#include "api/notebook_answers.hpp"
#include "net/file_source.hpp"

namespace colibri::api {

using net::Response;
using net::http::field;

namespace {

struct Opened {
  int file = -1;
  drive::Stamp stamp;
};

Result<Opened> open_file(const drive::Drive& drive, const std::string& path) {
  const auto file = drive.open_file(path);
  if (!file) return std::unexpected(file.error());
  struct stat status {};
  if (fstat(*file, &status) != 0) {
    const int error = errno;
    close(*file);
    return errno_failure("reading a file", error);
  }
  return Opened{*file,
                {status.st_size, status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec,
                 static_cast<int64_t>(status.st_ino)}};
}

struct Range {
  int64_t from = 0;
  int64_t bytes = 0;
};

std::optional<int64_t> digits(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0)
    return std::nullopt;
  return value;
}

// The one range of the header. Nothing: the whole file, as for what is none. `ok` false: there are
// no such bytes.
std::optional<Range> parse_range(std::string_view header, int64_t size, bool& ok) {
  ok = true;
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return std::nullopt;
  header.remove_prefix(kUnit.size());
  const size_t dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = digits(header.substr(0, dash));
  const auto last = digits(header.substr(dash + 1));
  if (dash == 0) {
    if (!last) return std::nullopt;
    const int64_t bytes = std::min(*last, size);
    ok = bytes > 0;
    return Range{size - bytes, bytes};
  }
  if (!first || (dash + 1 < header.size() && !last) || (last && *last < *first))
    return std::nullopt;
  ok = *first < size;
  return Range{*first, std::min(last.value_or(size - 1), size - 1) - *first + 1};
}

}  // namespace

std::string tag_of(const drive::Stamp& stamp) {
  return fmt::format("\"{:x}-{:x}-{:x}\"", stamp.size, stamp.mtime_ns, stamp.inode);
}

std::string http_time(int64_t time_ms) {
  const std::time_t seconds = time_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text.data();
}

std::string media_type_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kTypes = {{
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".gif", "image/gif"},
      {".webp", "image/webp"},
      {".avif", "image/avif"},
      {".bmp", "image/bmp"},
      {".svg", "image/svg+xml"},
      {".pdf", "application/pdf"},
      {".ipynb", "application/x-ipynb+json"},
      {".zip", "application/zip"},
      {".txt", "text/plain; charset=utf-8"},
      {".csv", "text/csv; charset=utf-8"},
      {".mp4", "video/mp4"},
      {".webm", "video/webm"},
      {".mp3", "audio/mpeg"},
      {".wav", "audio/wav"},
      {".ogg", "audio/ogg"},
  }};
  const std::string lower = boost::algorithm::to_lower_copy(std::string(name));
  for (const auto& [ending, type] : kTypes)
    if (lower.ends_with(ending)) return std::string(type);
  return "application/octet-stream";
}

Task<Response> file_answer(async::BlockingPool& pool, std::shared_ptr<const drive::Drive> drive,
                           std::string path, const net::Request& request) {
  auto work = [&drive, &path] { return open_file(*drive, path); };
  const auto opened = co_await pool.run(std::move(work));
  if (!opened) co_return net::error_response(opened.error());
  const drive::Stamp& stamp = opened->stamp;
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::string tag = tag_of(stamp);
  Response response;
  response.set("ETag", tag);
  response.set("Last-Modified", http_time(stamp.mtime_ns / 1'000'000));
  response.set("Cache-Control", "private, no-cache");
  response.set("Accept-Ranges", "bytes");
  response.set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  if (request.header(field::if_none_match) == tag) {
    close(opened->file);
    response.status = 304;
    co_return response;
  }
  response.set("Content-Type", media_type_of(name));
  response.set("Content-Disposition", attachment(name));
  bool there = true;
  const std::string_view if_range = request.header(field::if_range);
  auto range = parse_range(request.header(field::range), stamp.size, there);
  if (!if_range.empty() && if_range != tag) range.reset();
  if (range && !there) {
    close(opened->file);
    response.status = 416;
    response.set("Content-Range", fmt::format("bytes */{}", stamp.size));
    co_return response;
  }
  if (range) {
    response.status = 206;
    response.set("Content-Range", fmt::format("bytes {}-{}/{}", range->from,
                                              range->from + range->bytes - 1, stamp.size));
  }
  const Range part = range.value_or(Range{0, stamp.size});
  response.source_bytes = static_cast<uint64_t>(part.bytes);
  response.source = net::file_source(pool, opened->file, static_cast<uint64_t>(part.from),
                                     *response.source_bytes);
  co_return response;
}

}  // namespace colibri::api
