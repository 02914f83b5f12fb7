#pragma once
// How often somebody may fail to sign in, or ask for a mail. Counts attempts per address, per
// account, and per both together, so that one guesser is stopped soon and cannot lock others out
// cheaply. Pure: time comes in.
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "base/result.hpp"

namespace colibri::auth {

class SignInLimit {
 public:
  // Attempts within the window that count for the limits: failures to sign in, by default.
  struct Limits {
    int of_both = 8;
    int of_address = 40;
    int of_account = 200;
    int64_t window_ms = 10LL * 60 * 1000;
  };
  SignInLimit() = default;
  explicit SignInLimit(Limits limits) : limits_(limits) {}

  // too_many with how long to wait when there were too many failures.
  [[nodiscard]] Result<> check(const boost::asio::ip::address& from, const std::string& account,
                               int64_t now_ms);
  void failed(const boost::asio::ip::address& from, const std::string& account, int64_t now_ms);
  // Forgets the failures of this account from this address.
  void succeeded(const boost::asio::ip::address& from, const std::string& account);

  static constexpr size_t kMostEntries = 20'000;

 private:
  struct Count {
    int failures = 0;
    int64_t until_ms = 0;
  };
  void add(const std::string& key, int64_t now_ms);
  void sweep(int64_t now_ms);

  Limits limits_;
  std::map<std::string, Count> counts_;
};

}  // namespace colibri::auth
