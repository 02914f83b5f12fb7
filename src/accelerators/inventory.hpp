#pragma once
// The accelerators of this host: found when the server starts, and looked at again later, for a GPU
// can vanish. Which of them are lent to whom is the leases' business.
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "accelerators/accelerator.hpp"
#include "base/result.hpp"
#include "link/supervisor_config.hpp"
#include "oci/edits.hpp"

namespace colibri::accelerators {

struct Settings {
  std::string root = "/";  // Below which /sys, /dev, /proc and /etc are; tests lay out their own.
  std::string nvml;        // Path of libnvidia-ml.so.1; empty: where systems have it.
  std::vector<Declared> declared;
};

// How a runtime gets at an accelerator, and how it is metered.
struct Access {
  oci::Edits edits;              // Its own nodes and variables.
  std::vector<std::string> cdi;  // Its names in CDI, the first that is known counts.
  bool needs_cdi = false;        // All of `cdi`, besides `edits`; else one of them in their place.
  std::string number;            // In the variable that lists what is visible: its UUID or number.
  std::string type;              // Of a TPU, as TPU_ACCELERATOR_TYPE has it.
  int units = 1;                 // What it counts for there.
  std::string meter_path;        // As link::LentAccelerator has them.
  std::vector<std::string> meter_command;

  friend bool operator==(const Access&, const Access&) = default;
};

struct Found {
  Accelerator accelerator;
  std::string unusable;  // Why it can't be lent, for an administrator; empty when it can.
  Access access;

  friend bool operator==(const Found&, const Found&) = default;
};

// What a runtime gets of the accelerators lent to it.
struct Lent {
  std::vector<link::LentAccelerator> accelerators;
  oci::Edits edits;
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

  // What a runtime needs to use these. Blocks: reads the CDI specifications as they are now.
  //
  // not_found    no such accelerator, CDI device or device node
  // unavailable  it became unusable
  // conflict, unsupported  as cdi::Registry::edits()
  [[nodiscard]] Result<Lent> lend(const std::vector<std::string>& ids) const;

  // It failed while in use: not to be lent again until look() finds it well.
  void lose(const std::string& id, std::string why);

 private:
  [[nodiscard]] std::optional<Found> entry(const std::string& id) const;

  const Settings settings_;
  mutable std::mutex mutex_;
  std::vector<Found> found_;
};

}  // namespace colibri::accelerators
