#pragma once
// A file of a Drive as an answer: whole, or the part that is asked for. Internal to this module.
#include <memory>
#include <string>

#include "async/blocking_pool.hpp"
#include "drive/drive.hpp"
#include "net/request.hpp"
#include "net/response.hpp"

namespace colibri::api {

// To be downloaded, never shown with our origin. Ranges and tags as HTTP has them. not_found as
// 404.
Task<net::Response> file_answer(async::BlockingPool& pool,
                                std::shared_ptr<const drive::Drive> drive, std::string path,
                                const net::Request& request);

// Which version of a file it is: the ETag, with its quotes.
[[nodiscard]] std::string tag_of(const drive::Stamp& stamp);

// A media type by the file's name; what a page could be is none.
[[nodiscard]] std::string media_type_of(std::string_view name);

// "Tue, 15 Nov 1994 12:45:26 GMT"
[[nodiscard]] std::string http_time(int64_t time_ms);

}  // namespace colibri::api
