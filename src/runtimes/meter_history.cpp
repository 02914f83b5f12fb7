#include "runtimes/meter_history.hpp"

#include <algorithm>
#include <cmath>

namespace colibri::runtimes {
namespace {

constexpr size_t kLongestId = 100;

std::optional<double> number(const json::Object& object, std::string_view key) {
  const json::Value* value = object.find(key);
  const auto found = value ? value->if_double() : std::nullopt;
  return found && std::isfinite(*found) && *found >= 0 ? found : std::nullopt;
}

std::optional<double> larger(std::optional<double> a, std::optional<double> b) {
  return a && b ? std::max(*a, *b) : b ? b : a;
}

json::Value told(const std::optional<double>& value) {
  return value ? json::Value(*value) : json::Value(nullptr);
}

}  // namespace

MeterHistory::Point MeterHistory::point(const json::Object& meters, int64_t now_ms) {
  const auto known = [&](std::string_view key) { return number(meters, key).value_or(0); };
  Point point{.time_ms = now_ms,
              .memory_used = known("memory_used"),
              .memory_limit = known("memory_limit"),
              .disk_used = known("disk_used"),
              .disk_total = known("disk_total"),
              .cpu = known("cpu"),
              .accelerators = {}};
  const json::Array* accelerators = json::array_at(meters, "accelerators");
  for (const json::Value& value : accelerators ? *accelerators : json::Array{}) {
    const json::Object* object = value.if_object();
    const std::string id = object ? json::string_at(*object, "id").value_or("") : "";
    if (id.empty() || id.size() > kLongestId || point.accelerators.size() >= kMostAccelerators)
      continue;
    point.accelerators[id] = {number(*object, "memory_used"), number(*object, "memory_total"),
                              number(*object, "utilization")};
  }
  return point;
}

MeterHistory::Point MeterHistory::joined(const Point& first, Point second) {
  second.memory_used = std::max(first.memory_used, second.memory_used);
  second.disk_used = std::max(first.disk_used, second.disk_used);
  second.cpu = (first.cpu + second.cpu) / 2;
  for (const auto& [id, before] : first.accelerators) {
    Accelerator& now = second.accelerators[id];
    now.memory_used = larger(before.memory_used, now.memory_used);
    now.memory_total = larger(before.memory_total, now.memory_total);
    now.utilization = larger(before.utilization, now.utilization);
  }
  return second;
}

void MeterHistory::thin() {
  size_t kept = 0;
  for (size_t at = 0; at + 1 < points_.size(); at += 2)
    points_[kept++] = joined(points_[at], std::move(points_[at + 1]));
  points_.resize(kept);
  every_ms_ *= 2;
}

void MeterHistory::add(const json::Object& meters, int64_t now_ms) {
  latest_ = meters;
  Point now = point(meters, now_ms);
  // A little early is on time: the meters come by the clock of another process.
  const int64_t due = points_.empty() ? 0 : points_.back().time_ms + every_ms_ - kEveryMs / 2;
  if (!points_.empty() && now_ms < due && now_ms >= points_.back().time_ms) {
    const int64_t began = points_.back().time_ms;
    points_.back() = joined(points_.back(), std::move(now));
    points_.back().time_ms = began;
    return;
  }
  points_.push_back(std::move(now));
  if (points_.size() >= kMostPoints) thin();
}

json::Object MeterHistory::to_json() const {
  json::Object out;
  const auto column = [&](const char* name, auto Point::*member) {
    json::Array values;
    for (const Point& point : points_) values.emplace_back(point.*member);
    out.set(name, std::move(values));
  };
  column("time_ms", &Point::time_ms);
  column("memory_used", &Point::memory_used);
  column("memory_limit", &Point::memory_limit);
  column("disk_used", &Point::disk_used);
  column("disk_total", &Point::disk_total);
  column("cpu", &Point::cpu);
  json::Object accelerators;
  for (const Point& any : points_)
    for (const auto& [id, unused] : any.accelerators) {
      if (accelerators.contains(id)) continue;
      json::Array used, total, utilization;
      for (const Point& point : points_) {
        const auto found = point.accelerators.find(id);
        const Accelerator then = found == point.accelerators.end() ? Accelerator{} : found->second;
        used.push_back(told(then.memory_used));
        total.push_back(told(then.memory_total));
        utilization.push_back(told(then.utilization));
      }
      accelerators.set(id, json::Object{{"memory_used", std::move(used)},
                                        {"memory_total", std::move(total)},
                                        {"utilization", std::move(utilization)}});
    }
  out.set("accelerators", std::move(accelerators));
  return out;
}

}  // namespace colibri::runtimes
