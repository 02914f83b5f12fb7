#pragma once
// COLIBRI_ASSERT: a broken invariant ends the process, in release too. Going on with a wrong
// state would write it to disk.

namespace colibri {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}

#define COLIBRI_ASSERT(expression) \
  ((expression) ? (void)0 : ::colibri::assertion_failed(#expression, __FILE__, __LINE__))
