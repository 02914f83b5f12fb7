#include "drive/folder_zip.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <thread>

#include "base/log.hpp"
#include "drive/descriptor.hpp"
#include "drive/paths.hpp"
#include "drive/zip.hpp"

namespace colibri::drive {
namespace {

constexpr size_t kZipPiece = 256u << 10;

std::unexpected<Error> stopped() {
  return failure(ErrorCode::unavailable, "nobody wants the archive any more");
}

// What the two sides share; each has its end of a socket.
struct Making {
  std::shared_ptr<const Drive> drive;
  std::vector<std::string> paths;
  int socket;
  std::atomic<bool> stop = false;
  std::atomic<bool> whole = false;
};

Result<> send_all(Making& making, std::string_view bytes) {
  while (!bytes.empty()) {
    if (making.stop) return stopped();
    const ssize_t sent = send(making.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return stopped();
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return {};
}

Result<> add_item(ZipWriter& zip, const Drive& drive, const std::string& path,
                  const std::string& name, const Item& item) {
  const int64_t time_ms = item.stamp.mtime_ns / 1'000'000;
  if (item.is_folder) return zip.add_folder(name, time_ms);
  const auto opened = drive.open_file(path);
  if (!opened) return {};
  const Descriptor file(*opened);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return {};
  return zip.add_file(name, file.get(), status.st_size, time_ms);
}

Result<> make_zip(Making& making) {
  ZipWriter zip([&](std::string_view bytes) { return send_all(making, bytes); },
                ZipWriter::Effort::little);
  for (const std::string& top : making.paths) {
    const auto item = making.drive->look(top);
    if (!item || !*item) continue;
    const size_t above = top.size() - split(top).name.size();
    auto added = add_item(zip, *making.drive, top, top.substr(above), **item);
    if (added && (*item)->is_folder)
      added = making.drive->walk(top, [&](const std::string& path, const Item& each) -> Result<> {
        if (making.stop) return stopped();
        if (path.find("/.", top.size()) != std::string::npos) return {};
        return add_item(zip, *making.drive, path, path.substr(above), each);
      });
    if (!added) return added;
  }
  return zip.finish();
}

class ZipSource final : public async::ByteSource {
 public:
  ZipSource(asio::any_io_executor reactor, int socket, std::shared_ptr<Making> making)
      : socket_(std::move(reactor), socket), making_(std::move(making)) {
    maker_ = std::thread([m = making_] {
      const auto made = make_zip(*m);
      if (!made && !m->stop) log::error("an archive ended early: {}", made.error().detail);
      m->whole = made.has_value();
      close(m->socket);
    });
  }
  ~ZipSource() override {
    making_->stop = true;
    socket_.close();  // Wakes the maker, which looks whether it is still wanted.
    maker_.join();
  }
  ZipSource(const ZipSource&) = delete;
  ZipSource& operator=(const ZipSource&) = delete;

  Task<Result<std::string>> next() override {
    std::string piece(kZipPiece, '\0');
    boost::system::error_code error;
    const size_t got = co_await socket_.async_read_some(
        asio::buffer(piece), asio::redirect_error(asio::use_awaitable, error));
    piece.resize(got);
    if (error && error != asio::error::eof)
      co_return failure(ErrorCode::io, "the archive: " + error.message());
    if (got == 0 && !making_->whole) co_return failure(ErrorCode::io, "the archive ended early");
    co_return piece;
  }

 private:
  asio::posix::stream_descriptor socket_;
  std::shared_ptr<Making> making_;
  std::thread maker_;
};

}  // namespace

Result<std::shared_ptr<async::ByteSource>> zip_source(asio::any_io_executor reactor,
                                                      std::shared_ptr<const Drive> drive,
                                                      std::vector<std::string> paths) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return errno_failure("making an archive", errno);
  auto making = std::make_shared<Making>();
  making->drive = std::move(drive);
  making->paths = std::move(paths);
  making->socket = ends[1];
  return std::make_shared<ZipSource>(std::move(reactor), ends[0], std::move(making));
}

}  // namespace colibri::drive
