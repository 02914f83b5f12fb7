#pragma once
// Connections from other machines that have not shown a token yet: few at a time, and fewer from
// one address, so that who only opens connections keeps no supervisor out for long. Internal to
// this module.
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace colibri::runtimes {

class Dialers {
 public:
  static constexpr size_t kMost = 256;
  static constexpr size_t kMostOfOneAddress = 32;

  // A place among them, until it goes.
  class Place {
   public:
    Place(std::shared_ptr<std::map<std::string, size_t>> counts, std::string address)
        : counts_(std::move(counts)), address_(std::move(address)) {
      ++(*counts_)[address_];
    }
    Place(Place&& other) noexcept
        : counts_(std::exchange(other.counts_, nullptr)), address_(std::move(other.address_)) {}
    Place& operator=(Place&&) = delete;
    ~Place() { leave(); }
    void leave() {
      if (!counts_) return;
      if (--counts_->at(address_) == 0) counts_->erase(address_);
      counts_.reset();
    }

   private:
    std::shared_ptr<std::map<std::string, size_t>> counts_;
    std::string address_;
  };

  // Nothing when there are too many.
  [[nodiscard]] std::optional<Place> take(const std::string& address) {
    size_t all = 0;
    for (const auto& [each, count] : *counts_) all += count;
    const auto own = counts_->find(address);
    if (all >= kMost || (own != counts_->end() && own->second >= kMostOfOneAddress))
      return std::nullopt;
    return Place(counts_, address);
  }

 private:
  std::shared_ptr<std::map<std::string, size_t>> counts_ =
      std::make_shared<std::map<std::string, size_t>>();
};

}  // namespace colibri::runtimes
