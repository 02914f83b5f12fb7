#pragma once
// Answers what the server asks on one files line (docs/protocol.md 3.5), until that closes. Blocks;
// a process of its own does nothing else, in the namespaces of the runtime's container.
#include <optional>

#include "channel/stream.hpp"
#include "link/file_request.hpp"
#include "link/messages.hpp"
#include "supervisor/file_root.hpp"
#include "supervisor/file_upload.hpp"
#include "supervisor/file_watch.hpp"

namespace colibri::supervisor {

class FileService {
 public:
  FileService(channel::Stream stream, FileRoot root)
      : stream_(std::move(stream)), root_(std::move(root)) {}

  // Serves the line to its end. SIGALRM ends the process when a step takes too long, or when the
  // server is silent.
  void serve();
  // Says who we are, before anything else.
  bool greet(link::LineHello hello);

 private:
  using Answer = Result<json::Object>;

  // False: the line is of no use any more.
  bool serve_one();
  bool send(const std::string& bytes);
  bool answer(Answer answer);
  bool read_all(char* into, size_t bytes);
  std::optional<link::FileRequest> take_request();
  bool send_piece(std::string_view bytes);
  // The next piece of the server's, into piece_.
  bool take_piece();
  // What still comes is for nobody.
  bool drain();

  bool read_file(const link::FileRequest& request);
  bool archive(const link::FileRequest& request);
  bool take_range(const link::FileRequest& request);
  bool write_file(const link::FileRequest& request);
  // Takes pieces to their end into the upload. False: the line broke.
  bool take_into(Upload& upload, Result<>& outcome);
  Answer check_version(const std::string& path, const std::string& version,
                       std::optional<mode_t>& mode) const;

  Answer at_once(const link::FileRequest& request);
  Answer finish(const link::FileRequest& request);
  Answer rename(const link::FileRequest& request);
  Answer remove(const link::FileRequest& request);
  Answer make(const link::FileRequest& request);
  Answer watch(const link::FileRequest& request);

  channel::Stream stream_;
  FileRoot root_;
  std::optional<FileWatch> watch_;
  std::string piece_;
};

}  // namespace colibri::supervisor
