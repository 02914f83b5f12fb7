#include "supervisor/stream_coalescer.hpp"

#include <algorithm>

namespace colibri::supervisor {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The largest place at or before `at` that splits no character.
size_t character_start(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && is_continuation(text[at])) --at;
  return at;
}

bool same_stream(const link::StreamText& a, const link::StreamText& b) {
  return a.name == b.name && a.execution == b.execution;
}

}  // namespace

std::pair<uint64_t, uint64_t> keep_tail(std::string& text, size_t bytes) {
  if (text.size() <= bytes) return {0, 0};
  constexpr size_t kNear = 4096;
  size_t cut = text.size() - bytes;
  while (cut < text.size() && is_continuation(text[cut])) ++cut;
  const size_t line = text.find('\n', cut);
  if (line != std::string::npos && line - cut < kNear) cut = line + 1;
  const auto lines = std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(cut), '\n');
  text.erase(0, cut);
  return {static_cast<uint64_t>(lines), cut};
}

StreamCoalescer::Flow& StreamCoalescer::flow(const ExecutionId& execution) {
  const auto found = flows_.find(execution.value);
  if (found != flows_.end()) return found->second;
  if (order_.size() >= kRememberedExecutions) {
    flows_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(execution.value);
  return flows_[execution.value];
}

void StreamCoalescer::add(link::StreamText text, Time now, std::vector<link::StreamText>& out) {
  Flow& flow = this->flow(text.execution);
  // Something was left out already: that is a flood, whatever we have counted.
  if (text.dropped_bytes > 0) flow.bytes = std::max(flow.bytes, kFloodBytes);
  std::string_view rest = text.text;
  while (!rest.empty() && flow.bytes < kFloodBytes) {
    if (held_.empty() || held_.back().flood || !same_stream(held_.back().text, text)) {
      flush(now, false, out);
      held_.push_back({{text.execution, text.name, ""}, now + kDelay});
    }
    std::string& joined = held_.back().text.text;
    size_t take = rest.size();
    if (take > kFrameBytes - joined.size()) {
      take = character_start(rest, kFrameBytes - joined.size());
      if (take == 0 && joined.empty()) take = kFrameBytes;
    }
    joined += rest.substr(0, take);
    rest.remove_prefix(take);
    flow.bytes += take;
    if (!rest.empty() || joined.size() >= kFrameBytes) {
      out.push_back(std::move(held_.back().text));
      held_.pop_back();
    }
  }
  if (rest.empty()) return;
  if (!held_.empty() && !held_.back().flood) flush(now, false, out);
  text.text.erase(0, text.text.size() - rest.size());
  hold_flood(std::move(text), flow, now);
}

void StreamCoalescer::hold_flood(link::StreamText text, Flow& flow, Time now) {
  flow.bytes += text.text.size();
  auto held = std::ranges::find_if(
      held_, [&text](const Held& h) { return h.flood && same_stream(h.text, text); });
  if (held == held_.end()) {
    const Time due = std::max(now + kDelay, flow.interval_start + kFloodInterval);
    held_.push_back({{text.execution, text.name, ""}, due, true});
    held = held_.end() - 1;
  }
  std::string& joined = held->text.text;
  if (text.dropped_bytes > 0) {
    const auto [lines, bytes] = keep_tail(joined, 0);
    held->text.dropped_lines += lines + text.dropped_lines;
    held->text.dropped_bytes += bytes + text.dropped_bytes;
  }
  joined += text.text;
  // Cut in strides, not at each piece: erasing from the front costs its length.
  if (joined.size() > 2 * kFrameBytes) {
    const auto [lines, bytes] = keep_tail(joined, kFrameBytes);
    held->text.dropped_lines += lines;
    held->text.dropped_bytes += bytes;
  }
}

bool StreamCoalescer::give_flood(Held& held, Time now, bool last,
                                 std::vector<link::StreamText>& out) {
  Flow& flow = this->flow(held.text.execution);
  if (now >= flow.interval_start + kFloodInterval) {
    flow.interval_start = now;
    flow.interval_bytes = 0;
  }
  const size_t share =
      last ? kFrameBytes : kFrameBytes - std::min(flow.interval_bytes, kFrameBytes);
  if (share == 0) {
    held.due = flow.interval_start + kFloodInterval;
    return false;
  }
  const auto [lines, bytes] = keep_tail(held.text.text, share);
  held.text.dropped_lines += lines;
  held.text.dropped_bytes += bytes;
  flow.interval_bytes += held.text.text.size();
  out.push_back(std::move(held.text));
  return true;
}

void StreamCoalescer::flush(Time now, bool last, std::vector<link::StreamText>& out) {
  std::vector<Held> stay;
  for (Held& held : held_) {
    if (!held.flood) {
      out.push_back(std::move(held.text));
    } else if (!give_flood(held, now, last, out)) {
      stay.push_back(std::move(held));
    }
  }
  held_ = std::move(stay);
}

std::optional<StreamCoalescer::Time> StreamCoalescer::due() const {
  std::optional<Time> first;
  for (const Held& held : held_) {
    if (!first || held.due < *first) first = held.due;
  }
  return first;
}

void StreamCoalescer::on_time(Time now, std::vector<link::StreamText>& out) {
  const std::optional<Time> first = due();
  if (first && *first <= now) flush(now, false, out);
}

}  // namespace colibri::supervisor
