#include "supervisor/scrollback.hpp"

#include <algorithm>

namespace colibri::supervisor {
namespace {

constexpr size_t kLongestLine = 4096;

}  // namespace

void Scrollback::append(std::string_view bytes) {
  bytes_ += bytes;
  if (bytes_.size() <= kept_ + kept_ / 2) return;
  const size_t gone = bytes_.size() - kept_;
  bytes_.erase(0, gone);
  begin_ += gone;
}

Scrollback::Piece Scrollback::read(uint64_t from, size_t most) const {
  if (from < begin_) {
    const size_t line = bytes_.find('\n');
    from = begin_ + (line < kLongestLine ? line + 1 : 0);
  }
  from = std::min(from, end());
  return {from, bytes_.substr(static_cast<size_t>(from - begin_), most)};
}

}  // namespace colibri::supervisor
