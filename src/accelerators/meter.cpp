#include "accelerators/meter.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "accelerators/host_files.hpp"
#include "accelerators/nvml.hpp"
#include "async/process.hpp"
#include "base/json.hpp"

namespace colibri::accelerators {
namespace {

namespace fs = std::filesystem;

constexpr size_t kDeclaredBytes = 16u << 10;
// What a driver itself keeps on a card that nobody uses.
constexpr uint64_t kIdleMemory = uint64_t{256} << 20;

// One library for all, loaded by the thread that reads. One that fails as a whole is loaded anew.
class NvmlOfMeters {
 public:
  explicit NvmlOfMeters(std::string library) : library_(std::move(library)) {}

  Nvml* get() {
    if (!nvml_) {
      auto loaded = Nvml::load(library_);
      if (!loaded) {
        why_ = loaded.error().detail;
        return nullptr;
      }
      nvml_ = *std::move(loaded);
    }
    return nvml_.get();
  }
  void forget() { nvml_.reset(); }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  std::string library_, why_;
  std::unique_ptr<Nvml> nvml_;
};

// Gone: not there, or in need of a reset. What a busy driver doesn't tell just now is not.
bool means_lost(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::not_found;
}

class NvidiaMeter : public Meter {
 public:
  NvidiaMeter(std::shared_ptr<NvmlOfMeters> nvml, std::string uuid, uint64_t memory_total)
      : nvml_(std::move(nvml)), uuid_(std::move(uuid)), memory_total_(memory_total) {}

  Reading read() override {
    Reading reading{.memory_total = memory_total_};
    Nvml* nvml = nvml_->get();
    if (nvml == nullptr) {
      // The driver was there when it was lent.
      reading.lost = nvml_->why();
      return reading;
    }
    const auto gpu = nvml->by_uuid(uuid_);
    if (!gpu) return failed(reading, gpu.error());
    const auto memory = nvml->memory(*gpu);
    if (!memory && means_lost(memory.error())) return failed(reading, memory.error());
    if (memory) {
      reading.memory_used = memory->used;
      reading.memory_total = memory->total;
    }
    const auto utilization = nvml->utilization(*gpu);
    if (!utilization && means_lost(utilization.error()))
      return failed(reading, utilization.error());
    if (utilization) reading.utilization = *utilization;
    const auto processes = nvml->processes(*gpu);
    reading.touched = processes.value_or(0) > 0 || reading.utilization.value_or(0) > 0 ||
                      (!processes && reading.memory_used.value_or(0) > kIdleMemory);
    return reading;
  }

 private:
  Reading failed(Reading reading, const Error& error) {
    if (means_lost(error)) {
      reading.lost = error.detail;
    }
    nvml_->forget();
    return reading;
  }

  std::shared_ptr<NvmlOfMeters> nvml_;
  std::string uuid_;
  uint64_t memory_total_;
};

std::optional<uint64_t> number_in(const fs::path& path) {
  const std::string text = read_trimmed(path, 64);
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  return std::strtoull(text.c_str(), nullptr, 10);
}

class AmdMeter : public Meter {
 public:
  AmdMeter(std::string folder, uint64_t memory_total)
      : folder_(std::move(folder)), memory_total_(memory_total) {}

  Reading read() override {
    Reading reading{.memory_used = number_in(folder_ / "mem_info_vram_used"),
                    .memory_total = memory_total_};
    if (const auto busy = number_in(folder_ / "gpu_busy_percent")) {
      reading.utilization = static_cast<double>(std::min<uint64_t>(*busy, 100));
    }
    if (!is_there(folder_ / "vendor")) reading.lost = "it is not in /sys any more";
    reading.touched =
        reading.memory_used.value_or(0) > kIdleMemory || reading.utilization.value_or(0) > 0;
    return reading;
  }

 private:
  fs::path folder_;
  uint64_t memory_total_;
};

class DeclaredMeter : public Meter {
 public:
  explicit DeclaredMeter(link::LentAccelerator lent) : lent_(std::move(lent)) {}

  Reading read() override {
    if (!lent_.meter_command.empty()) {
      async::ProcessSpec spec;
      spec.argv = lent_.meter_command;
      spec.deadline = std::chrono::seconds(1);
      spec.output_limit = kDeclaredBytes;
      const auto outcome = async::run_process_now(std::move(spec));
      const std::string text = outcome && outcome->ok() ? outcome->out : "";
      return read_declared(text, lent_.memory_bytes);
    }
    const std::string text =
        lent_.meter_path.empty() ? "" : read_trimmed(lent_.meter_path, kDeclaredBytes);
    return read_declared(text, lent_.memory_bytes);
  }

 private:
  link::LentAccelerator lent_;
};

}  // namespace

Reading read_declared(std::string_view text, uint64_t memory_total) {
  Reading reading{.memory_total = memory_total};
  const auto object = json::parse_object(text);
  if (!object) return reading;
  const auto bytes = [&object](const char* name) -> std::optional<uint64_t> {
    const auto value = json::integer_at(*object, name);
    if (!value || *value < 0) return std::nullopt;
    return static_cast<uint64_t>(*value);
  };
  reading.memory_used = bytes("memory_used");
  reading.memory_total = bytes("memory_total").value_or(memory_total);
  const json::Value* utilization = object->find("utilization");
  const auto percent = utilization ? utilization->if_double() : std::nullopt;
  if (percent && std::isfinite(*percent)) reading.utilization = std::clamp(*percent, 0.0, 100.0);
  constexpr size_t kWords = 200;
  reading.lost = json::string_at(*object, "lost").value_or("").substr(0, kWords);
  reading.touched = reading.memory_used.value_or(0) > 0 || reading.utilization.value_or(0) > 0;
  return reading;
}

std::vector<std::unique_ptr<Meter>> make_meters(
    const std::vector<link::LentAccelerator>& accelerators) {
  std::vector<std::unique_ptr<Meter>> meters;
  std::shared_ptr<NvmlOfMeters> nvml;
  for (const link::LentAccelerator& lent : accelerators) {
    if (lent.kind == "nvidia") {
      if (!nvml) nvml = std::make_shared<NvmlOfMeters>(lent.meter_path);
      meters.push_back(std::make_unique<NvidiaMeter>(nvml, lent.id, lent.memory_bytes));
    } else if (lent.kind == "amd") {
      meters.push_back(std::make_unique<AmdMeter>(lent.meter_path, lent.memory_bytes));
    } else {
      meters.push_back(std::make_unique<DeclaredMeter>(lent));
    }
  }
  return meters;
}

}  // namespace colibri::accelerators
