#pragma once
// What WebDAV says, as XML. Internal to this module.
#include <string>
#include <vector>

#include "drive/drive.hpp"
#include "net/request.hpp"
#include "net/response.hpp"

namespace colibri::api {

// "/dav/a%20b" of "My Drive/a b"; of a folder with a slash at the end.
[[nodiscard]] std::string dav_address(const std::string& path, bool is_folder);

// A thing and its properties, for a multistatus.
struct DavEntry {
  std::string path;
  drive::Item item;
};
[[nodiscard]] net::Response dav_multistatus(const std::vector<DavEntry>& entries,
                                            const std::string& space);
// The answer to a wish to change properties: none of them can be.
[[nodiscard]] net::Response dav_no_property(const std::string& path, bool is_folder);
[[nodiscard]] net::Response dav_lock(const std::string& path, const std::string& token,
                                     int64_t seconds, bool is_new);
[[nodiscard]] net::Response dav_status(unsigned status);

// How a Destination header names a place: the segments after "/dav". `invalid` for another server's
// address or none of ours.
[[nodiscard]] Result<std::vector<std::string>> dav_destination(const net::Request& request);

}  // namespace colibri::api
