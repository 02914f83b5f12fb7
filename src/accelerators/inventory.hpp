#pragma once
// The accelerators of this host: found when the server starts, and looked at again later, for a GPU
// can vanish. Which of them are lent to whom is the leases' business.
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "accelerators/accelerator.hpp"

namespace colibri::accelerators {

struct Settings {
  std::string root = "/";  // Below which /sys, /dev and /proc are; tests lay out their own.
  std::vector<Declared> declared;
};

struct Found {
  Accelerator accelerator;
  std::string unusable;  // Why it can't be lent, for an administrator; empty when it can.

  friend bool operator==(const Found&, const Found&) = default;
};

// All that there is now. Blocks (files, drivers): not for the reactor. Finding nothing is normal.
[[nodiscard]] std::vector<Found> discover(const Settings& settings);

// Any thread.
class Inventory {
 public:
  explicit Inventory(Settings settings) : settings_(std::move(settings)) {}

  // Discovers anew; blocks. What was there before and is not found any more stays in the list, as
  // unusable, so that somebody can be told.
  void look();

  [[nodiscard]] std::vector<Found> all() const;
  // Those that can be lent, in a lasting order.
  [[nodiscard]] std::vector<Accelerator> usable() const;
  [[nodiscard]] std::optional<Accelerator> find(const std::string& id) const;

  // It failed while in use: not to be lent again until look() finds it well.
  void lose(const std::string& id, std::string why);

 private:
  const Settings settings_;
  mutable std::mutex mutex_;
  std::vector<Found> found_;
};

}  // namespace colibri::accelerators
