#include "auth/sign_in_limit.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace colibri::auth {

namespace {

// Whoever has one IPv6 address has a /64 of them.
std::string place(const boost::asio::ip::address& from) {
  if (from.is_v4()) return from.to_string();
  if (from.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, from.to_v6()).to_string();
  }
  const auto bytes = from.to_v6().to_bytes();
  return std::string(bytes.begin(), bytes.begin() + 8);
}

// A name over the limit of addresses is nobody's; it must not cost memory.
std::string shorten(const std::string& account) {
  return account.substr(0, 254);
}

struct Keys {
  std::string both, address, account;
};

Keys keys_of(const boost::asio::ip::address& from, const std::string& account) {
  const std::string where = place(from);
  const std::string who = shorten(account);
  return {"b" + where + "\n" + who, "p" + where, "a" + who};
}

}  // namespace

Result<> SignInLimit::check(const boost::asio::ip::address& from, const std::string& account,
                            int64_t now_ms) {
  const Keys keys = keys_of(from, account);
  const std::array<std::pair<const std::string*, int>, 3> limits = {
      {{&keys.both, limits_.of_both},
       {&keys.address, limits_.of_address},
       {&keys.account, limits_.of_account}}};
  for (const auto& [key, most] : limits) {
    const auto it = counts_.find(*key);
    if (it == counts_.end() || it->second.until_ms <= now_ms) continue;
    if (it->second.failures < most) continue;
    const int64_t minutes = (it->second.until_ms - now_ms + 59'999) / 60'000;
    return failure(ErrorCode::too_many,
                   "too many attempts; try again in " + std::to_string(minutes) + " minutes");
  }
  return {};
}

void SignInLimit::failed(const boost::asio::ip::address& from, const std::string& account,
                         int64_t now_ms) {
  const Keys keys = keys_of(from, account);
  for (const std::string* key : {&keys.both, &keys.address, &keys.account}) add(*key, now_ms);
}

void SignInLimit::succeeded(const boost::asio::ip::address& from, const std::string& account) {
  counts_.erase(keys_of(from, account).both);
}

void SignInLimit::add(const std::string& key, int64_t now_ms) {
  if (counts_.size() >= kMostEntries) sweep(now_ms);
  Count& count = counts_[key];
  if (count.until_ms <= now_ms) count = {.failures = 0, .until_ms = now_ms + limits_.window_ms};
  ++count.failures;
}

// Drops what is over; when all of it is fresh (an attack from very many addresses), the oldest
// half.
void SignInLimit::sweep(int64_t now_ms) {
  std::erase_if(counts_, [&](const auto& entry) { return entry.second.until_ms <= now_ms; });
  if (counts_.size() < kMostEntries) return;
  std::vector<int64_t> ends;
  for (const auto& [key, count] : counts_) ends.push_back(count.until_ms);
  const auto middle = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
  std::ranges::nth_element(ends, middle);
  std::erase_if(counts_, [&](const auto& entry) { return entry.second.until_ms <= *middle; });
}

}  // namespace colibri::auth
