#pragma once
// libcurl as we use it: no signals, no surprises, deadlines, and an end as soon as the server
// stops. For the modules that speak to other servers.
#include <curl/curl.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>

namespace colibri::net {

class CurlHandle {
 public:
  struct Deadlines {
    long connect_seconds = 10;
    long total_seconds = 30;
  };
  // `stopping` must outlive this: perform() ends within about a second after it is set.
  CurlHandle(const std::atomic<bool>& stopping, Deadlines deadlines);
  ~CurlHandle();
  CurlHandle(const CurlHandle&) = delete;

  // Null when there is no memory for it.
  [[nodiscard]] CURL* get() const { return curl_; }
  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(curl_, option, value);
  }
  // Adds to the list that `option` takes (headers, receivers).
  void add(CURLoption option, const std::string& item);

  // Blocks.
  [[nodiscard]] CURLcode perform();
  // Of the last reply; 0 when there was none.
  [[nodiscard]] long reply() const;
  // What went wrong, in curl's words.
  [[nodiscard]] std::string words(CURLcode code) const;

 private:
  CURL* curl_;
  curl_slist* list_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> words_{};
};

// "localhost", 127.0.0.0/8 or ::1 (with or without brackets), as it stands in an URL.
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace colibri::net
