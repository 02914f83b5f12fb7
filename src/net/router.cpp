#include "net/router.hpp"

#include <algorithm>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/split.hpp>
#include <ranges>

#include "base/assert.hpp"

namespace colibri::net {

namespace {

bool is_placeholder(std::string_view segment) {
  return segment.starts_with('{');
}

// "{name...}", which takes all that is left of the path.
bool is_rest(std::string_view segment) {
  return is_placeholder(segment) && segment.ends_with("...}");
}

std::string_view name_of(std::string_view segment) {
  const size_t end = is_rest(segment) ? 4 : 1;
  return segment.substr(1, segment.size() - 1 - end);
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  const auto fits = [](const std::string& p, const std::string& s) {
    return is_placeholder(p) ? !s.empty() : p == s;
  };
  if (!is_rest(pattern.back())) return std::ranges::equal(pattern, path, fits);
  return path.size() >= pattern.size() &&
         std::ranges::equal(pattern, path | std::views::take(pattern.size()), fits);
}

http::verb effective(http::verb method) {
  return method == http::verb::head ? http::verb::get : method;
}

}  // namespace

bool is_safe(http::verb method) {
  return method == http::verb::get || method == http::verb::head;
}

void Router::add(Route route) {
  COLIBRI_ASSERT(route.pattern.starts_with('/'));
  COLIBRI_ASSERT(static_cast<bool>(route.handler) != static_cast<bool>(route.socket));
  COLIBRI_ASSERT(route.scope.empty() || route.access == Access::signed_in);
  for (const Route& other : routes_) {
    COLIBRI_ASSERT(other.method != route.method || other.pattern != route.pattern);
  }
  Entry entry;
  boost::split(entry.segments, route.pattern.substr(1), [](char c) { return c == '/'; });
  entry.names = static_cast<size_t>(std::ranges::count_if(entry.segments, is_placeholder));
  entries_.push_back(std::move(entry));
  routes_.push_back(std::move(route));
}

Router::Match Router::find(Request& request) const {
  std::optional<size_t> best;
  std::vector<std::string> allowed;
  for (size_t i = 0; i < routes_.size(); ++i) {
    if (!matches(entries_[i].segments, request.segments)) continue;
    allowed.emplace_back(http::to_string(routes_[i].method));
    if (routes_[i].method != effective(request.method)) continue;
    if (!best || entries_[i].names < entries_[*best].names) best = i;
  }
  if (!best) {
    return {.path_known = !allowed.empty(), .allow = boost::algorithm::join(allowed, ", ")};
  }
  const auto& segments = entries_[*best].segments;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (!is_placeholder(segments[i])) continue;
    std::string value = request.segments[i];
    if (is_rest(segments[i])) {
      for (size_t more = i + 1; more < request.segments.size(); ++more)
        value += "/" + request.segments[more];
    }
    request.parameters.insert_or_assign(std::string(name_of(segments[i])), std::move(value));
  }
  return {.route = &routes_[*best], .path_known = true};
}

}  // namespace colibri::net
