#pragma once
// Bytes that are made while they are taken: a large answer costs neither memory nor disk.
#include <string>

#include "async/task.hpp"
#include "base/result.hpp"

namespace colibri::async {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // The next piece; empty: that was all. One call at a time. After an error there is no more, and
  // what was taken until then is not whole. Whoever wants no more lets go of the source.
  virtual Task<Result<std::string>> next() = 0;
};

}  // namespace colibri::async
