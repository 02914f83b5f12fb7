#include "supervisor/runtime_log.hpp"

#include <algorithm>

#include "async/timer.hpp"
#include "base/utf.hpp"

namespace colibri::supervisor {
namespace {

// Without escape sequences and what else is no text.
std::string plain(std::string_view line) {
  std::string out;
  for (size_t at = 0; at < line.size(); ++at) {
    const auto c = static_cast<unsigned char>(line[at]);
    if (c == 0x1b && at + 1 < line.size() && line[at + 1] == '[') {
      at += 2;
      while (at < line.size() && (line[at] < 0x40 || line[at] > 0x7e)) ++at;
    } else if (c >= 0x20 ? c != 0x7f : c == '\t') {
      out += static_cast<char>(c);
    }
  }
  return out;
}

std::string level_of(std::string_view line) {
  const auto has = [line](std::string_view word) {
    return line.find(word) != std::string_view::npos;
  };
  if (has("ERROR") || has("CRITICAL") || has("Traceback (most") || has("Error:")) return "error";
  if (has("WARNING") || has("Warning:") || line.starts_with("[W ")) return "warning";
  return "info";
}

}  // namespace

void RuntimeLog::add(Line line) {
  const std::lock_guard lock(mutex_);
  keep(std::move(line));
}

void RuntimeLog::keep(Line line) {
  if (line.text.size() > kLongestLine) line.text.resize(kLongestLine);
  line.text = make_valid_utf8(line.text);
  bytes_ += line.text.size();
  lines_.push_back(std::move(line));
  while (lines_.size() > kMostLines || bytes_ > kMostBytes) {
    bytes_ -= lines_.front().text.size();
    lines_.pop_front();
  }
}

void RuntimeLog::add_text(const std::string& source, std::string_view text) {
  const std::lock_guard lock(mutex_);
  std::string& begun = begun_[source];
  for (;;) {
    const size_t end = text.find('\n');
    const std::string_view piece = text.substr(0, end);
    begun += piece.substr(0, kLongestLine - std::min(begun.size(), kLongestLine));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
    std::string line = plain(begun);
    begun.clear();
    if (line.empty()) continue;
    std::string level = level_of(line);
    keep({async::now_ms(), source, std::move(level), std::move(line)});
  }
}

json::Array RuntimeLog::to_json() const {
  const std::lock_guard lock(mutex_);
  json::Array out;
  for (const Line& line : lines_) {
    out.emplace_back(json::Object{{"time_ms", line.time_ms},
                                  {"source", line.source},
                                  {"level", line.level},
                                  {"text", line.text}});
  }
  return out;
}

}  // namespace colibri::supervisor
