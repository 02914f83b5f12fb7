#include "net/curl_handle.hpp"

#include <boost/asio/ip/address.hpp>
#include <mutex>

namespace colibri::net {

namespace {

int look_whether_to_stop(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stopping)->load() ? 1 : 0;
}

CURL* make_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return curl_easy_init();
}

}  // namespace

CurlHandle::CurlHandle(const std::atomic<bool>& stopping, Deadlines deadlines)
    : curl_(make_curl()) {
  if (curl_ == nullptr) return;
  set(CURLOPT_ERRORBUFFER, words_.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, deadlines.connect_seconds);
  set(CURLOPT_TIMEOUT, deadlines.total_seconds);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &look_whether_to_stop);
  set(CURLOPT_XFERINFODATA, &stopping);
}

CurlHandle::~CurlHandle() {
  if (curl_ != nullptr) curl_easy_cleanup(curl_);
  curl_slist_free_all(list_);
}

void CurlHandle::add(CURLoption option, const std::string& item) {
  if (curl_slist* longer = curl_slist_append(list_, item.c_str())) list_ = longer;
  set(option, list_);
}

CURLcode CurlHandle::perform() {
  return curl_easy_perform(curl_);
}

long CurlHandle::reply() const {
  long reply = 0;
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &reply);
  return reply;
}

std::string CurlHandle::words(CURLcode code) const {
  return words_[0] != '\0' ? words_.data() : curl_easy_strerror(code);
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost") return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(host), error);
  return !error && address.is_loopback();
}

}  // namespace colibri::net
