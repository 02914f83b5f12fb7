#pragma once
// Files and folders of a Drive as a ZIP archive that is made while it is sent: of any size, it
// costs neither memory nor disk.
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <vector>

#include "async/byte_source.hpp"
#include "drive/drive.hpp"

namespace colibri::drive {

namespace asio = boost::asio;

// `paths` stand in the archive by their names, with all that is in them but for hidden files. What
// cannot be read any more when its turn comes is left out. A thread of its own makes it.
[[nodiscard]] Result<std::shared_ptr<async::ByteSource>> zip_source(
    asio::any_io_executor reactor, std::shared_ptr<const Drive> drive,
    std::vector<std::string> paths);

}  // namespace colibri::drive
