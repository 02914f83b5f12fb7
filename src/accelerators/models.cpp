#include "accelerators/models.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace colibri::accelerators {
namespace {

struct Speed {
  std::string_view words;  // All of these, in this order, in the name.
  double tflops;
};

// The first that fits counts, so the special ones come before the plain ones. From the makers' data
// sheets: tensor cores, dense, accumulating in fp32 where that is slower.
constexpr Speed kSpeeds[] = {
    {"B300", 2250},
    {"B200", 2250},
    {"B100", 1750},
    {"GH200", 990},
    {"H200 NVL", 835},
    {"H200", 989},
    {"H100 NVL", 835},
    {"H100 PCIe", 756},
    {"H100", 989},
    {"H800", 989},
    {"H20", 148},
    {"A100", 312},
    {"A800", 312},
    {"A30", 165},
    {"A40", 149.7},
    {"A10G", 70},
    {"A10", 125},
    {"A16", 18},
    {"A2", 18},
    {"L40S", 362},
    {"L40", 181},
    {"L4", 121},
    {"V100S", 130},
    {"V100", 125},
    {"T4", 65},
    {"P100", 21.2},
    {"TITAN V", 110},
    {"RTX PRO 6000", 503.8},
    {"RTX 6000 Ada", 364},
    {"RTX A6000", 154.8},
    {"RTX A5000", 111.1},
    {"RTX A4000", 76.7},
    {"RTX 5090", 209.5},
    {"RTX 5080", 112.6},
    {"RTX 4090", 165.2},
    {"RTX 4080", 97.5},
    {"RTX 3090", 71},
    {"RTX 3080", 59.5},
    {"RTX 2080 Ti", 53.8},
    {"MI355X", 2500},
    {"MI350X", 2300},
    {"MI325X", 1307.4},
    {"MI300X", 1307.4},
    {"MI300A", 980.6},
    {"MI250X", 383},
    {"MI250", 362.1},
    {"MI210", 181},
    {"MI100", 184.6},
    {"RX 7900 XTX", 122.8},
};

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (c == ' ' || c == '-' || c == '_' || c == '/') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// The words of `wanted` stand side by side in `words`.
bool has_words(const std::vector<std::string>& words, std::string_view wanted) {
  const auto parts = words_of(wanted);
  return !std::ranges::search(words, parts).empty();
}

// The profile of a slice, "1g.5gb"; empty for a whole GPU.
std::string profile_of(const std::vector<std::string>& words) {
  const auto mig = std::ranges::find(words, "MIG");
  return mig == words.end() || mig + 1 == words.end() ? "" : *(mig + 1);
}

bool is_noise(const std::string& word) {
  constexpr std::string_view kNoise[] = {"NVIDIA", "Tesla", "Quadro", "GeForce", "Graphics",
                                         "AMD",    "ATI",   "Radeon", "Instinct"};
  return std::ranges::find(kNoise, word) != std::end(kNoise);
}

bool is_letter_and_digit(const std::string& word) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::ranges::any_of(word, digit) && !std::ranges::all_of(word, digit);
}

}  // namespace

std::string model_of(std::string_view name) {
  const auto words = words_of(name);
  const std::string profile = profile_of(words);
  std::string model;
  for (const std::string& word : words) {
    if (is_noise(word) || word == "MIG" || word == profile) continue;
    // Up to the word with a number in it: what follows are sizes and sockets. "RTX 4090 Ti" and
    // "RTX 6000 Ada" go one on.
    const bool more = word == "Ti" || word == "Ada" || word == "XTX" || word == "SUPER";
    const bool done = !model.empty() && model.find_first_of("0123456789") != model.npos;
    if (done && !more) break;
    model += (model.empty() ? "" : "-") + word;
    if (is_letter_and_digit(word) && word != "A6000") {
      // "H100", "T4": the whole of it.
      if (words_of(model).size() == 1) break;
    }
  }
  if (model.empty()) model = "GPU";
  return profile.empty() ? model : model + "-" + profile;
}

double tflops_of(std::string_view name) {
  const auto words = words_of(name);
  const auto speed = std::ranges::find_if(
      kSpeeds, [&](const Speed& each) { return has_words(words, each.words); });
  if (speed == std::end(kSpeeds)) return 0;
  // "3g.20gb" has three of the seven parts that a GPU is cut into (four in an A30).
  const std::string profile = profile_of(words);
  if (profile.empty()) return speed->tflops;
  int parts = 0;
  (void)std::from_chars(profile.data(), profile.data() + profile.size(), parts);
  const int whole = speed->words == "A30" ? 4 : 7;
  return parts > 0 && parts <= whole ? speed->tflops * parts / whole : 0;
}

const TpuModel* tpu_model(std::string_view device, std::string_view subsystem) {
  static constexpr TpuModel kOldest = {"0x0027", "v2", "v2", 2, 16, 46};
  if (device == kOldest.device && subsystem == "0x004e") return &kOldest;
  static constexpr TpuModel kTpus[] = {
      {"0x0027", "v3", "v3", 2, 32, 123},   {"0x005e", "v4", "v4", 2, 32, 275},
      {"0x0062", "v5p", "v5p", 2, 95, 459}, {"0x0063", "v5e", "v5litepod", 1, 16, 197},
      {"0x006f", "v6e", "v6e", 1, 32, 918}, {"0x0076", "tpu7x", "tpu7x", 2, 192, 2307},
  };
  const auto found = std::ranges::find(kTpus, device, &TpuModel::device);
  return found == std::end(kTpus) ? nullptr : &*found;
}

}  // namespace colibri::accelerators
