#pragma once
// The page (web/dist), embedded in the program when it was built, and its routes.
#include <span>

#include "base/embedded_file.hpp"
#include "net/port_hosts.hpp"
#include "net/router.hpp"

namespace colibri::net {

using PageFile = EmbeddedFile;

// Empty when the page had not been built. From the library colibri_page.
[[nodiscard]] std::span<const PageFile> page_files();

// Adds an open route for each file, and "/" for index.html. Files under /assets/ have hashed names
// and are cached for ever; the others are asked for again. Without an index.html "/" says how to
// build the page. It may show programs of `ports` in frames. `files` must live as long as the
// process.
void add_page_routes(Router& router, std::span<const PageFile> files, PortHosts ports = {});

}  // namespace colibri::net
