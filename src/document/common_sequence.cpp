#include "document/common_sequence.hpp"

#include <algorithm>

namespace colibri::document {
namespace {

using Pairs = std::vector<std::pair<size_t, size_t>>;

// How far one gets with some number d of edits: the furthest x on each diagonal x - y from -d to d,
// -1 where none is reached.
struct Reach {
  int32_t d = 0;
  std::vector<int32_t> xs;

  explicit Reach(int32_t edits) : d(edits), xs(static_cast<size_t>(2 * edits + 1), -1) {}
  [[nodiscard]] int32_t at(int32_t k) const {
    return k < -d || k > d ? -1 : xs[static_cast<size_t>(k + d)];
  }
  void set(int32_t k, int32_t x) { xs[static_cast<size_t>(k + d)] = x; }
  // Whether diagonal k is best entered from above (y grows), after one edit more.
  [[nodiscard]] bool enters_down(int32_t k) const { return at(k - 1) < at(k + 1); }
};

Pairs walk_back(const std::vector<Reach>& reached, int32_t x, int32_t y) {
  Pairs pairs;
  const auto back_to = [&](int32_t start) {
    for (; x > start; --x, --y) pairs.emplace_back(x - 1, y - 1);
  };
  for (auto before = reached.rbegin(); before != reached.rend(); ++before) {
    const int32_t k = x - y;
    const bool down = before->enters_down(k);
    const int32_t from = before->at(down ? k + 1 : k - 1);
    back_to(down ? from : from + 1);
    (down ? y : x) -= 1;
  }
  back_to(0);
  std::ranges::reverse(pairs);
  return pairs;
}

}  // namespace

std::optional<Pairs> common_sequence(std::span<const uint32_t> a, std::span<const uint32_t> b,
                                     size_t max_edits) {
  const auto n = static_cast<int32_t>(a.size()), m = static_cast<int32_t>(b.size());
  std::vector<Reach> reached;
  for (int32_t d = 0; static_cast<size_t>(d) <= max_edits; ++d) {
    Reach reach(d);
    for (int32_t k = -d; k <= d; k += 2) {
      int32_t x = 0;
      if (d > 0) {
        const Reach& before = reached.back();
        const bool down = before.enters_down(k);
        const int32_t from = before.at(down ? k + 1 : k - 1);
        if (from < 0) continue;
        x = down ? from : from + 1;
      }
      int32_t y = x - k;
      if (x > n || y > m) continue;
      while (x < n && y < m && a[static_cast<size_t>(x)] == b[static_cast<size_t>(y)]) ++x, ++y;
      if (x == n && y == m) return walk_back(reached, n, m);
      reach.set(k, x);
    }
    reached.push_back(std::move(reach));
  }
  return std::nullopt;
}

}  // namespace colibri::document
