#include "base/random.hpp"

#include <sys/random.h>

#include "base/assert.hpp"

namespace colibri {

std::string random_bytes(size_t bytes) {
  std::string out(bytes, '\0');
  size_t done = 0;
  while (done < bytes) {
    const ssize_t got = getrandom(out.data() + done, bytes - done, 0);
    if (got < 0) continue;  // EINTR
    done += static_cast<size_t>(got);
  }
  return out;
}

std::string random_id(std::string_view prefix) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out(prefix);
  for (const char c : random_bytes(26)) out += kAlphabet[static_cast<unsigned char>(c) & 31];
  return out;
}

}  // namespace colibri
