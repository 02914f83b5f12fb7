#pragma once
// Host names whose requests are for programs elsewhere: connections check them, let a Forward say
// where they go, and carry them on. No route of ours sees such a request, and no program sees a
// cookie of ours.
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "net/request.hpp"
#include "net/response.hpp"

namespace colibri::net {

// The way to a program, for one request. One read and one write may be under way at a time.
class Passage {
 public:
  virtual ~Passage() = default;
  // Some bytes; an error also for the program's end.
  virtual Task<std::pair<boost::system::error_code, size_t>> read_some(
      asio::mutable_buffer into) = 0;
  virtual Task<boost::system::error_code> write(asio::const_buffer bytes) = 0;
  // What is under way ends with an error.
  virtual void close() = 0;
};

class Forward {
 public:
  // Where a form with `ticket` is posted to, on each of these hosts: the one path that is ours.
  static constexpr std::string_view kEntrance = "/.colibri/enter";

  virtual ~Forward() = default;
  // Whether this Host (in lower case, with its port if it has one) is one of those.
  [[nodiscard]] virtual bool takes(std::string_view host) const = 0;
  [[nodiscard]] virtual bool https() const = 0;
  // The name of our cookie there, which is kept from the programs.
  [[nodiscard]] virtual std::string cookie() const = 0;
  // The origins whose pages may show what is there in a frame, for a content policy.
  [[nodiscard]] virtual std::string framed_by(const Request& request) const = 0;

  // What was posted to kEntrance.
  virtual Task<Response> enter(Request& request, std::string form) = 0;
  // The way for a request, or the answer that refuses it.
  virtual Task<std::variant<Response, std::shared_ptr<Passage>>> admit(Request& request) = 0;
};

}  // namespace colibri::net
