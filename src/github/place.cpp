#include "github/place.hpp"

#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <boost/algorithm/string/split.hpp>
#include <cctype>
#include <ranges>

#include "base/utf.hpp"
#include "net/http_client.hpp"

namespace colibri::github {
namespace {

constexpr size_t kLongestName = 100, kLongestPath = 1024, kMostRefs = 4;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name != "." && name != ".." &&
         std::ranges::all_of(name, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
         });
}

bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7f;
}

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  boost::split(parts, text, boost::is_any_of("/"));
  return parts;
}

bool is_part(const std::string& part) {
  return !part.empty() && part != "." && part != ".." && !std::ranges::any_of(part, is_control);
}

std::unexpected<Error> no_address() {
  return failure(ErrorCode::invalid, "This is no address of a notebook at GitHub.");
}

}  // namespace

bool is_owner(std::string_view name) {
  return is_name(name);
}

bool is_ref(std::string_view ref) {
  const auto forbidden = [](unsigned char c) {
    return is_control(c) || std::string_view(" ~^:?*[\\").contains(static_cast<char>(c));
  };
  if (ref.empty() || ref.size() > 255 || std::ranges::any_of(ref, forbidden)) return false;
  return std::ranges::all_of(parts_of(ref), is_part) && ref.find("..") == std::string_view::npos;
}

bool is_notebook_path(std::string_view path) {
  return path.size() <= kLongestPath && path.ends_with(".ipynb") && !path.ends_with("/.ipynb") &&
         path != ".ipynb" && !find_invalid_utf8(path) && !path.contains('\\') &&
         std::ranges::all_of(parts_of(path), is_part);
}

std::string encoded_path(const std::string& path) {
  return boost::algorithm::replace_all_copy(net::percent_encode(path), "%2F", "/");
}

Result<Repository> parse_repository(std::string_view text) {
  const auto parts = parts_of(text);
  if (parts.size() != 2 || !is_name(parts[0]) || !is_name(parts[1]))
    return failure(ErrorCode::invalid, "A repository is written like owner/name.");
  return Repository{parts[0], parts[1]};
}

Result<std::vector<Place>> parse_blob(std::string_view address) {
  const auto parts = parts_of(address);
  if (address.size() > kLongestPath || find_invalid_utf8(address)) return no_address();
  if (parts.size() < 5 || !is_name(parts[0]) || !is_name(parts[1]) || parts[2] != "blob")
    return no_address();
  if (!std::ranges::all_of(parts, is_part) || !parts.back().ends_with(".ipynb"))
    return no_address();
  std::vector<Place> places;
  const auto join = [&](size_t from, size_t to) {
    return boost::algorithm::join(
        std::vector<std::string>(parts.begin() + static_cast<std::ptrdiff_t>(from),
                                 parts.begin() + static_cast<std::ptrdiff_t>(to)),
        "/");
  };
  for (size_t end = 4; end < parts.size() && places.size() < kMostRefs; ++end) {
    std::string ref = join(3, end);
    if (!is_ref(ref)) return no_address();
    places.push_back({{parts[0], parts[1]}, std::move(ref), join(end, parts.size())});
  }
  return places;
}

Result<std::string> parse_gist(std::string_view address) {
  const auto parts = parts_of(address);
  const std::string& id = parts.back();
  const bool hex = std::ranges::all_of(id, [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (parts.size() > 2 || (parts.size() == 2 && !is_name(parts[0])) || id.empty() ||
      id.size() > 64 || !hex)
    return failure(ErrorCode::invalid, "This is no address of a gist.");
  return id;
}

}  // namespace colibri::github
