#pragma once
// How often somebody may fail to sign in. Counts failures per address, per account, and per both
// together, so that one guesser is stopped soon and cannot lock others out cheaply. Pure: time
// comes in.
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "base/result.hpp"

namespace colibri::auth {

class SignInLimit {
 public:
  // `unavailable` with how long to wait when there were too many failures.
  [[nodiscard]] Result<> check(const boost::asio::ip::address& from, const std::string& account,
                               int64_t now_ms);
  void failed(const boost::asio::ip::address& from, const std::string& account, int64_t now_ms);
  // Forgets the failures of this account from this address.
  void succeeded(const boost::asio::ip::address& from, const std::string& account);

  static constexpr int64_t kWindowMs = 10LL * 60 * 1000;
  static constexpr int kFailuresOfBoth = 8;
  static constexpr int kFailuresOfAddress = 40;
  static constexpr int kFailuresOfAccount = 200;
  static constexpr size_t kMostEntries = 20'000;

 private:
  struct Count {
    int failures = 0;
    int64_t until_ms = 0;
  };
  void add(const std::string& key, int64_t now_ms);
  void sweep(int64_t now_ms);

  std::map<std::string, Count> counts_;
};

}  // namespace colibri::auth
