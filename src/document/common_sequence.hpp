#pragma once
// The longest common subsequence of two sequences of numbers, by Myers' greedy algorithm: what
// differences of texts, of lists of cells and of orders rest on. Internal to this module.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace colibri::document {

// Pairs (i, j) with a[i] == b[j], both rising, as many as there can be. Nothing when the sequences
// differ in more than `max_edits` places: the cost grows with their square.
[[nodiscard]] std::optional<std::vector<std::pair<size_t, size_t>>> common_sequence(
    std::span<const uint32_t> a, std::span<const uint32_t> b, size_t max_edits);

}  // namespace colibri::document
