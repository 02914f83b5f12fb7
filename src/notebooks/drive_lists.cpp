#include "notebooks/drive_lists.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

#include "base/random.hpp"
#include "notebooks/lower_case.hpp"

namespace colibri::notebooks {
namespace {

constexpr int64_t kKeptMs = 120'000;
constexpr size_t kMostOfOne = 4;
constexpr size_t kMostOfAll = 64;

// Compares as people read: "file 9" before "File 10".
std::string sort_key(const std::string& name) {
  const std::string lower = lower_case(name);
  std::string key;
  for (size_t i = 0; i < lower.size();) {
    size_t digits = 0;
    while (i + digits < lower.size() &&
           std::isdigit(static_cast<unsigned char>(lower[i + digits])) != 0)
      ++digits;
    if (digits == 0) {
      key += lower[i++];
      continue;
    }
    constexpr size_t kWidth = 20;
    if (digits < kWidth) key.append(kWidth - digits, '0');
    key.append(lower, i, digits);
    i += digits;
  }
  return key;
}

int64_t number_of(const DriveEntry& entry, SortBy by) {
  switch (by) {
    case SortBy::name:
      return 0;
    case SortBy::modified:
      return entry.modified_ms;
    case SortBy::size:
      return entry.size;
    case SortBy::opened:
      return std::max(entry.modified_ms, entry.notebook ? entry.notebook->opened_ms : 0);
    case SortBy::trashed:
      return entry.trashed_ms;
  }
  return 0;
}

}  // namespace

void sort_listing(Listing& listing, ListOrder order) {
  struct Key {
    bool is_file;
    int64_t number;
    std::string name;
    size_t index;
  };
  std::vector<Key> keys;
  keys.reserve(listing.size());
  const int64_t sign = order.descending ? -1 : 1;
  for (size_t i = 0; i < listing.size(); ++i)
    keys.push_back({listing[i].kind != DriveEntry::Kind::folder,
                    sign * number_of(listing[i], order.by), sort_key(listing[i].name), i});
  const bool turned = order.by == SortBy::name && order.descending;
  std::ranges::sort(keys, [&](const Key& a, const Key& b) {
    if (turned) return std::tie(a.is_file, b.name) < std::tie(b.is_file, a.name);
    return std::tie(a.is_file, a.number, a.name) < std::tie(b.is_file, b.number, b.name);
  });
  Listing sorted;
  sorted.reserve(listing.size());
  for (const Key& key : keys) sorted.push_back(std::move(listing[key.index]));
  listing = std::move(sorted);
}

DriveLists::Kept DriveLists::keep(const UserId& user, Listing listing, int64_t now_ms) {
  std::erase_if(kept_, [&](const auto& each) { return each.second.time_ms + kKeptMs < now_ms; });
  const auto drop_oldest = [&](auto counts, size_t most) {
    for (;;) {
      auto oldest = kept_.end();
      size_t count = 0;
      for (auto it = kept_.begin(); it != kept_.end(); ++it) {
        if (!counts(it->second)) continue;
        ++count;
        if (oldest == kept_.end() || it->second.time_ms < oldest->second.time_ms) oldest = it;
      }
      if (count < most) return;
      kept_.erase(oldest);
    }
  };
  drop_oldest([&](const Entry& entry) { return entry.user == user; }, kMostOfOne);
  drop_oldest([](const Entry&) { return true; }, kMostOfAll);
  Kept kept{random_id("l_"), std::make_shared<const Listing>(std::move(listing))};
  kept_[kept.token] = {user, now_ms, kept.listing};
  return kept;
}

std::shared_ptr<const Listing> DriveLists::find(const UserId& user, const std::string& token,
                                                int64_t now_ms) const {
  const auto found = kept_.find(token);
  if (found == kept_.end() || found->second.user != user ||
      found->second.time_ms + kKeptMs < now_ms)
    return nullptr;
  return found->second.listing;
}

}  // namespace colibri::notebooks
