#include "api/webdav_answers.hpp"

#include <fmt/format.h>

#include "api/file_answer.hpp"

namespace colibri::api {
namespace {

constexpr std::string_view kHead = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';  // XML 1.0 has no way to say it.
    } else {
      out += c;
    }
  }
  return out;
}

std::string percent_encoded(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").contains(c);
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

std::string iso_time(int64_t time_ms) {
  const std::time_t seconds = time_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

net::Response xml(unsigned status, std::string body) {
  net::Response response{.status = status, .body = std::move(body)};
  response.set("Content-Type", "application/xml; charset=utf-8");
  return response;
}

void append_entry(std::string& out, const DavEntry& entry, const std::string& space) {
  const drive::Item& item = entry.item;
  const int64_t changed_ms = item.stamp.mtime_ns / 1'000'000;
  const int64_t made_ms = item.born_ns == 0 ? changed_ms : item.born_ns / 1'000'000;
  out += "<D:response><D:href>" + dav_address(entry.path, item.is_folder) +
         "</D:href><D:propstat><D:prop><D:displayname>" + escaped(item.name) +
         "</D:displayname><D:getlastmodified>" + http_time(changed_ms) +
         "</D:getlastmodified><D:creationdate>" + iso_time(made_ms) + "</D:creationdate>";
  if (item.is_folder) {
    out += "<D:resourcetype><D:collection/></D:resourcetype>" + space;
  } else {
    out += fmt::format(
        "<D:resourcetype/><D:getcontentlength>{}</D:getcontentlength>"
        "<D:getcontenttype>{}</D:getcontenttype><D:getetag>{}</D:getetag>",
        item.stamp.size, media_type_of(item.name), tag_of(item.stamp));
  }
  out +=
      "<D:supportedlock><D:lockentry><D:lockscope><D:exclusive/></D:lockscope><D:locktype>"
      "<D:write/></D:locktype></D:lockentry></D:supportedlock></D:prop>"
      "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n";
}

}  // namespace

std::string dav_address(const std::string& path, bool is_folder) {
  const std::string below = path.substr(std::min(path.size(), drive::kHome.size()));
  std::string out = "/dav" + percent_encoded(below);
  if (is_folder && !out.ends_with('/')) out += '/';
  return out;
}

net::Response dav_multistatus(const std::vector<DavEntry>& entries, const std::string& space) {
  std::string out(kHead);
  out += "<D:multistatus xmlns:D=\"DAV:\">\n";
  for (const DavEntry& entry : entries) append_entry(out, entry, space);
  out += "</D:multistatus>\n";
  return xml(207, std::move(out));
}

net::Response dav_no_property(const std::string& path, bool is_folder) {
  return xml(207, std::string(kHead) + "<D:multistatus xmlns:D=\"DAV:\"><D:response><D:href>" +
                      dav_address(path, is_folder) +
                      "</D:href><D:status>HTTP/1.1 403 Forbidden</D:status></D:response>"
                      "</D:multistatus>\n");
}

net::Response dav_lock(const std::string& path, const std::string& token, int64_t seconds,
                       bool is_new) {
  auto response =
      xml(is_new ? 201 : 200,
          fmt::format("{}<D:prop xmlns:D=\"DAV:\"><D:lockdiscovery><D:activelock><D:locktype>"
                      "<D:write/></D:locktype><D:lockscope><D:exclusive/></D:lockscope>"
                      "<D:depth>infinity</D:depth><D:timeout>Second-{}</D:timeout><D:locktoken>"
                      "<D:href>{}</D:href></D:locktoken><D:lockroot><D:href>{}</D:href>"
                      "</D:lockroot></D:activelock></D:lockdiscovery></D:prop>\n",
                      kHead, seconds, token, dav_address(path, false)));
  response.set("Lock-Token", "<" + token + ">");
  return response;
}

net::Response dav_status(unsigned status) {
  return net::Response{.status = status};
}

Result<std::vector<std::string>> dav_destination(const net::Request& request) {
  const auto wrong = [] {
    return failure(ErrorCode::invalid, "the destination is no address of this folder");
  };
  std::string_view value = request.header("Destination");
  if (const size_t scheme = value.find("://"); scheme != std::string_view::npos) {
    value.remove_prefix(scheme + 3);
    const size_t slash = value.find('/');
    if (slash == std::string_view::npos) return wrong();
    const std::string host(value.substr(0, slash));
    if (net::host_name(host) != net::host_name(request.host)) return wrong();
    value.remove_prefix(slash);
  }
  net::Request there;
  if (value.find('?') != std::string_view::npos || !net::parse_target(value, there)) return wrong();
  if (there.segments.empty() || there.segments.front() != "dav") return wrong();
  there.segments.erase(there.segments.begin());
  return there.segments;
}

}  // namespace colibri::api
