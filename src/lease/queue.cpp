#include "lease/queue.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "lease/usage.hpp"

namespace colibri::lease {

namespace {

// For less than this nobody is given an accelerator.
constexpr int64_t kShortestMs = 15LL * 60 * 1000;
constexpr int64_t kShortestQuotaMs = 60'000;
// Of a life that has no end of its own: until when reservations are looked at.
constexpr int64_t kFarMs = 4LL * kWeekMs;

bool contains(const std::vector<std::string>& list, const std::string& what) {
  return std::ranges::find(list, what) != list.end();
}

// What somebody would have come at, had they used nothing: less is earlier.
std::tuple<double, int64_t, std::string_view> rank(const Waiting& waiting) {
  const double used_ms = waiting.need.count > 0 ? waiting.person.used_ms : 0;
  return {static_cast<double>(waiting.since_ms) + used_ms, waiting.since_ms, waiting.id.value};
}

bool is_before(const Waiting& a, const Waiting& b) {
  return rank(a) < rank(b);
}

std::vector<const Waiting*> ordered(const Scene& scene) {
  std::vector<const Waiting*> out;
  for (const Waiting& each : scene.waiting) out.push_back(&each);
  std::ranges::sort(out, [](const Waiting* a, const Waiting* b) { return is_before(*a, *b); });
  return out;
}

int devices_of(const Scene& scene, const std::string& model) {
  return static_cast<int>(std::ranges::count(scene.devices, model, &Device::model));
}

std::string model_of(const Scene& scene, const Holding& holding) {
  for (const Device& device : scene.devices)
    if (contains(holding.devices, device.id)) return device.model;
  return {};
}

// Of this model, held by those that `counts` is true for.
template <class F>
int held(const Scene& scene, const std::string& model, F counts) {
  int count = 0;
  for (const Holding& holding : scene.holdings)
    if (counts(holding))
      for (const Device& device : scene.devices)
        if (device.model == model && contains(holding.devices, device.id)) ++count;
  return count;
}

std::vector<std::string> free_ids(const Scene& scene, const std::string& model) {
  std::set<std::string> taken;
  for (const Holding& holding : scene.holdings)
    taken.insert(holding.devices.begin(), holding.devices.end());
  std::vector<std::string> out;
  for (const Device& device : scene.devices)
    if (device.model == model && !taken.contains(device.id)) out.push_back(device.id);
  return out;
}

// By the scene's clock.
std::optional<Reservation::Window> window_of(const Scene& scene, const Reservation& each) {
  const auto window = each.window(scene.now_ms + scene.wall_shift_ms);
  if (!window) return std::nullopt;
  return Reservation::Window{window->from_ms - scene.wall_shift_ms,
                             window->to_ms - scene.wall_shift_ms};
}

int64_t renewal(const Scene& scene) {
  return week_start(scene.now_ms + scene.wall_shift_ms) + kWeekMs - scene.wall_shift_ms;
}

// What reservations of groups without this person keep back now.
int kept_back(const Scene& scene, const std::vector<std::string>& groups,
              const std::string& model) {
  int count = 0;
  for (const Reservation& each : scene.rules->reservations) {
    if (each.model != model || contains(groups, each.group)) continue;
    const auto window = window_of(scene, each);
    if (!window || scene.now_ms < window->from_ms) continue;
    const int theirs =
        held(scene, model, [&](const Holding& h) { return contains(h.groups, each.group); });
    count += std::max(0, each.count - theirs);
  }
  return count;
}

// The beginning of the first window in which somebody of these groups who holds `count` more until
// then would be in the way of another group.
std::optional<int64_t> next_conflict(const Scene& scene, const std::vector<std::string>& groups,
                                     const std::string& model, int count, int64_t until_ms,
                                     const RuntimeId& apart_from) {
  std::optional<int64_t> first;
  for (const Reservation& each : scene.rules->reservations) {
    if (each.model != model || contains(groups, each.group)) continue;
    const auto window = window_of(scene, each);
    if (!window || window->from_ms >= until_ms) continue;
    const int others = held(scene, model, [&](const Holding& h) {
      return h.id != apart_from && !contains(h.groups, each.group) &&
             (h.ends_ms == 0 || h.ends_ms > window->from_ms);
    });
    if (others + count <= devices_of(scene, model) - each.count) continue;
    const int64_t at_ms = std::max(window->from_ms, scene.now_ms);
    first = std::min(first.value_or(at_ms), at_ms);
  }
  return first;
}

struct Verdict {
  std::optional<Why> why;  // Nothing: it can have what it waits for.
  std::optional<int64_t> latest_end_ms;
};

int held_by(const Scene& scene, const UserId& user) {
  int count = 0;
  for (const Holding& each : scene.holdings)
    if (each.user == user) count += static_cast<int>(each.devices.size());
  return count;
}

double cost(const Scene& scene, const Need& need) {
  return need.count * scene.rules->weight(need.model);
}

// Of all that the person uses now.
double cost_of(const Scene& scene, const UserId& user) {
  double sum = 0;
  for (const Holding& each : scene.holdings)
    if (each.user == user && !each.offered)
      sum += cost(scene, {model_of(scene, each), static_cast<int>(each.devices.size())});
  return sum;
}

// What the person's own limits say.
std::optional<Why> own_limits(const Scene& scene, const Waiting& w) {
  if (w.need.count == 0) return std::nullopt;
  if (held_by(scene, w.person.user) + w.need.count > scene.rules->per_user_of(w.person.groups))
    return Why::limit;
  if (w.person.left_ms &&
      static_cast<double>(*w.person.left_ms) <
          (cost(scene, w.need) + cost_of(scene, w.person.user)) * kShortestQuotaMs)
    return Why::quota;
  for (const std::string& name : w.person.groups) {
    const Group* group = scene.rules->group(name);
    if (!group || !group->at_once) continue;
    int all = 0;
    for (const Holding& each : scene.holdings)
      if (contains(each.groups, name)) all += static_cast<int>(each.devices.size());
    if (all + w.need.count > *group->at_once) return Why::quota;
  }
  return std::nullopt;
}

bool has_place(const Scene& scene, const Waiting& w) {
  const auto taken = std::ranges::count_if(scene.holdings, &Holding::takes_place);
  return w.follows || static_cast<size_t>(taken) < scene.places;
}

Verdict judge(const Scene& scene, const Waiting& w) {
  Verdict verdict;
  if (w.need.count > 0) {
    if (const auto own = own_limits(scene, w)) return {own, {}};
    const auto free = static_cast<int>(free_ids(scene, w.need.model).size());
    if (free < w.need.count) return {Why::no_free_accelerator, {}};
    if (free - kept_back(scene, w.person.groups, w.need.model) < w.need.count)
      return {Why::reserved, {}};
    const int64_t life_ms = w.life_ms > 0 ? w.life_ms : kFarMs;
    const int64_t end_ms = scene.now_ms + life_ms;
    verdict.latest_end_ms =
        next_conflict(scene, w.person.groups, w.need.model, w.need.count, end_ms, w.id);
    if (verdict.latest_end_ms &&
        *verdict.latest_end_ms - scene.now_ms < std::min(kShortestMs, life_ms))
      return {Why::reserved, {}};
  }
  if (!has_place(scene, w)) return {Why::no_place, {}};
  return verdict;
}

bool competes(const Waiting& a, const Waiting& b) {
  if (a.need.count == 0 || b.need.count == 0) return a.need.count == b.need.count;
  return a.need.model == b.need.model;
}

// When what this one waits for may be theirs by their own limits.
int64_t own_start(const Scene& scene, const Waiting& w) {
  const auto why = own_limits(scene, w);
  if (why == Why::quota && w.person.left_ms) return renewal(scene);
  if (why != Why::limit) return scene.now_ms;
  std::vector<std::pair<int64_t, int>> ends;
  for (const Holding& each : scene.holdings)
    if (each.user == w.person.user && !each.devices.empty())
      ends.emplace_back(each.ends_ms, static_cast<int>(each.devices.size()));
  std::ranges::sort(ends);
  int mine = held_by(scene, w.person.user);
  for (const auto& [end_ms, count] : ends) {
    mine -= count;
    if (mine + w.need.count <= scene.rules->per_user_of(w.person.groups)) return end_ms;
  }
  return scene.now_ms;
}

// When each of what they compete for is free again; empty when that cannot be told.
std::vector<int64_t> slots(const Scene& scene, const Waiting& w, bool places) {
  std::vector<int64_t> out;
  for (const Holding& each : scene.holdings) {
    if (places ? !each.takes_place : model_of(scene, each) != w.need.model) continue;
    if (each.ends_ms == 0) return {};
    out.insert(out.end(), places ? 1 : each.devices.size(), std::max(each.ends_ms, scene.now_ms));
  }
  const size_t all = places ? scene.places : static_cast<size_t>(devices_of(scene, w.need.model));
  if (out.size() < all) out.insert(out.end(), all - out.size(), scene.now_ms);
  return out;
}

std::optional<int64_t> expected(const Scene& scene, const Waiting& w,
                                const std::vector<const Waiting*>& before) {
  const bool places = w.need.count == 0 || judge(scene, w).why == Why::no_place;
  std::vector<int64_t> free = slots(scene, w, places);
  const auto take = [&](const Waiting& each) -> std::optional<int64_t> {
    const auto count = places ? 1 : static_cast<size_t>(std::max(each.need.count, 1));
    if (free.size() < count) return std::nullopt;
    std::ranges::sort(free);
    const int64_t at_ms = std::max(own_start(scene, each), free[count - 1]);
    if (each.life_ms == 0) free.erase(free.begin(), free.begin() + static_cast<ptrdiff_t>(count));
    for (size_t i = 0; each.life_ms > 0 && i < count; ++i) free[i] = at_ms + each.life_ms;
    return at_ms;
  };
  for (const Waiting* each : before) (void)take(*each);
  auto at_ms = take(w);
  if (!at_ms) return std::nullopt;
  if (judge(scene, w).why == Why::reserved)
    for (const Reservation& each : scene.rules->reservations)
      if (const auto window = window_of(scene, each);
          window && each.model == w.need.model && !contains(w.person.groups, each.group))
        at_ms = std::max(*at_ms, window->to_ms);
  return at_ms;
}

}  // namespace

std::vector<RuntimeId> order(const Scene& scene) {
  std::vector<RuntimeId> out;
  for (const Waiting* each : ordered(scene)) out.push_back(each->id);
  return out;
}

std::optional<Grant> next(const Scene& scene) {
  std::set<std::string> saved_up;  // Models whose free ones somebody before waits to be enough.
  for (const Waiting* each : ordered(scene)) {
    if (each->need.count > 0 && saved_up.contains(each->need.model)) continue;
    const Verdict verdict = judge(scene, *each);
    if (!verdict.why) {
      auto devices = free_ids(scene, each->need.model);
      devices.resize(static_cast<size_t>(each->need.count));
      return Grant{each->id, std::move(devices), verdict.latest_end_ms};
    }
    if (verdict.why == Why::no_free_accelerator &&
        devices_of(scene, each->need.model) >= each->need.count)
      saved_up.insert(each->need.model);
  }
  return std::nullopt;
}

Place place(const Scene& scene, const Waiting& w) {
  const Verdict verdict = judge(scene, w);
  const auto same = [&](const Waiting& each) {
    return each.id != w.id && (verdict.why == Why::no_place || competes(each, w));
  };
  std::set<UserId> people;
  std::vector<const Waiting*> before;
  for (const Waiting* each : ordered(scene)) {
    if (!same(*each) || !is_before(*each, w)) continue;
    before.push_back(each);
    if (each->person.user != w.person.user) people.insert(each->person.user);
  }
  Place out;
  out.flavor = w.flavor;
  out.position = static_cast<int64_t>(before.size()) + 1;
  out.ahead = static_cast<int64_t>(people.size());
  out.expected_ms = expected(scene, w, before);
  out.why = verdict.why.value_or(w.need.count > 0 ? Why::no_free_accelerator : Why::no_place);
  return out;
}

bool is_free(const Scene& scene, const Waiting& newcomer) {
  Scene with = scene;
  with.waiting.push_back(newcomer);
  const auto granted = next(with);
  if (!granted) return false;
  if (granted->id == newcomer.id) return true;
  // Somebody else is about to get theirs: then what is left counts.
  const Verdict verdict = judge(scene, newcomer);
  return !verdict.why && std::ranges::none_of(scene.waiting, [&](const Waiting& each) {
    return competes(each, newcomer);
  });
}

int free_devices(const Scene& scene, const Person& person, const std::string& model) {
  const auto free = static_cast<int>(free_ids(scene, model).size());
  return std::max(0, free - kept_back(scene, person.groups, model));
}

std::optional<int64_t> latest_end(const Scene& scene, const Holding& holding) {
  if (holding.devices.empty()) return std::nullopt;
  return next_conflict(scene, holding.groups, model_of(scene, holding),
                       static_cast<int>(holding.devices.size()), scene.now_ms + kFarMs, holding.id);
}

std::optional<int64_t> hours_end(const Scene& scene, const Holding& holding) {
  if (!holding.left_ms || holding.devices.empty()) return std::nullopt;
  const double all = std::max(cost_of(scene, holding.user), 1e-9);
  return scene.now_ms + static_cast<int64_t>(static_cast<double>(*holding.left_ms) / all);
}

bool is_wanted(const Scene& scene, const Holding& holding) {
  const std::string model = model_of(scene, holding);
  return std::ranges::any_of(scene.waiting, [&](const Waiting& each) {
    if (each.person.user == holding.user && each.follows) return false;
    if (holding.devices.empty()) return judge(scene, each).why == Why::no_place;
    return each.need.count > 0 && each.need.model == model && !own_limits(scene, each);
  });
}

}  // namespace colibri::lease
