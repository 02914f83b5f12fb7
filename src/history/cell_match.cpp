#include "history/cell_match.hpp"

#include <algorithm>
#include <map>

#include "document/common_sequence.hpp"
#include "document/text_diff.hpp"

namespace colibri::history {
namespace {

constexpr size_t kMaxEdits = 1'000;  // Of lists of cells.
constexpr size_t kMaxCompared = 64;  // Cells of a gap that are compared with each other.
constexpr double kAlike = 0.5;

class Matcher {
 public:
  Matcher(const std::vector<CellSummary>& base, const std::vector<CellSummary>& theirs)
      : base_(base), theirs_(theirs), taken_(base.size()), out_(theirs.size()) {}

  std::vector<std::optional<size_t>> run(bool only_ids) {
    by_id();
    if (only_ids) return std::move(out_);
    by_text_in_order();
    by_text_anywhere();
    by_likeness();
    return std::move(out_);
  }

 private:
  void take(size_t b, size_t t) {
    taken_[b] = true;
    out_[t] = b;
  }

  void by_id() {
    std::map<CellId, size_t> places;
    for (size_t b = 0; b < base_.size(); ++b) places.emplace(base_[b].id, b);
    for (size_t t = 0; t < theirs_.size(); ++t)
      if (const auto found = places.find(theirs_[t].id);
          found != places.end() && !taken_[found->second])
        take(found->second, t);
  }

  [[nodiscard]] std::vector<size_t> free_base() const {
    std::vector<size_t> out;
    for (size_t b = 0; b < base_.size(); ++b)
      if (!taken_[b]) out.push_back(b);
    return out;
  }
  [[nodiscard]] std::vector<size_t> free_theirs() const {
    std::vector<size_t> out;
    for (size_t t = 0; t < theirs_.size(); ++t)
      if (!out_[t]) out.push_back(t);
    return out;
  }

  using Text = std::pair<document::CellType, std::u16string_view>;
  static Text text_of(const CellSummary& cell) { return {cell.type, cell.source}; }

  void by_text_in_order() {
    const auto bases = free_base(), theirs = free_theirs();
    std::map<Text, uint32_t> numbers;
    const auto numbered = [&](const std::vector<CellSummary>& cells, const auto& places) {
      std::vector<uint32_t> out;
      for (const size_t place : places)
        out.push_back(numbers.emplace(text_of(cells[place]), static_cast<uint32_t>(numbers.size()))
                          .first->second);
      return out;
    };
    const auto a = numbered(base_, bases), b = numbered(theirs_, theirs);
    if (const auto common = document::common_sequence(a, b, kMaxEdits))
      for (const auto& [i, j] : *common) take(bases[i], theirs[j]);
  }

  // Cells that were moved: only those whose text says enough.
  void by_text_anywhere() {
    constexpr size_t kTelling = 8;
    std::multimap<Text, size_t> places;
    for (const size_t b : free_base())
      if (base_[b].source.size() >= kTelling) places.emplace(text_of(base_[b]), b);
    for (const size_t t : free_theirs())
      if (const auto found = places.find(text_of(theirs_[t])); found != places.end()) {
        take(found->second, t);
        places.erase(found);
      }
  }

  // Between the cells that are known, the likest of what is left, in order.
  void by_likeness() {
    std::vector<size_t> gap;
    size_t from = 0;
    const auto close_gap = [&](size_t to) {
      std::vector<size_t> bases;
      for (size_t b = from; b < to; ++b)
        if (!taken_[b]) bases.push_back(b);
      align(bases, gap);
      gap.clear();
    };
    for (size_t t = 0; t < theirs_.size(); ++t) {
      if (!out_[t]) {
        gap.push_back(t);
      } else if (*out_[t] >= from) {
        close_gap(*out_[t]);
        from = *out_[t] + 1;
      }
    }
    close_gap(base_.size());
  }

  // The pairing in order with the greatest likeness in all.
  void align(const std::vector<size_t>& bases, const std::vector<size_t>& theirs) {
    const size_t n = std::min(bases.size(), kMaxCompared);
    const size_t m = std::min(theirs.size(), kMaxCompared);
    if (n == 0 || m == 0) return;
    std::vector<std::vector<double>> alike(n, std::vector<double>(m));
    std::vector<std::vector<double>> best(n + 1, std::vector<double>(m + 1));
    for (size_t i = n; i-- > 0;)
      for (size_t j = m; j-- > 0;) {
        const CellSummary& b = base_[bases[i]];
        const CellSummary& t = theirs_[theirs[j]];
        alike[i][j] = b.type == t.type ? document::similarity(b.source, t.source) : 0;
        const double paired = alike[i][j] >= kAlike ? alike[i][j] + best[i + 1][j + 1] : 0;
        best[i][j] = std::max({paired, best[i + 1][j], best[i][j + 1]});
      }
    for (size_t i = 0, j = 0; i < n && j < m;) {
      if (alike[i][j] >= kAlike && best[i][j] == alike[i][j] + best[i + 1][j + 1])
        take(bases[i++], theirs[j++]);
      else if (best[i][j] == best[i + 1][j])
        ++i;
      else
        ++j;
    }
  }

  const std::vector<CellSummary>& base_;
  const std::vector<CellSummary>& theirs_;
  std::vector<bool> taken_;
  std::vector<std::optional<size_t>> out_;
};

}  // namespace

std::vector<std::optional<size_t>> match_cells(const std::vector<CellSummary>& base,
                                               const std::vector<CellSummary>& theirs,
                                               bool only_ids) {
  return Matcher(base, theirs).run(only_ids);
}

}  // namespace colibri::history
