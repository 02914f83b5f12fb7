#include "link/file_request.hpp"

#include "link/fields.hpp"

namespace colibri::link {

Frame to_frame(FileRequest request) {
  Frame frame{{{"op", request.op},
               {"upload", request.upload},
               {"collision", request.collision},
               {"version", request.version},
               {"sha256", request.sha256},
               {"offset", request.offset},
               {"size", request.size},
               {"modified_ms", request.modified_ms},
               {"whole", request.whole}},
              {}};
  frame.buffers = std::move(request.folders);
  frame.buffers.insert(frame.buffers.begin(), {std::move(request.path), std::move(request.to)});
  return frame;
}

Result<FileRequest> parse_file_request(Frame frame) {
  if (frame.buffers.size() < 2 || frame.buffers.size() > kMostWatchedFolders + 2)
    return failure(ErrorCode::invalid, "a request about files without its paths");
  Fields fields(frame.message, "a request about files");
  FileRequest request{.op = fields.text("op"),
                      .path = std::move(frame.buffers[0]),
                      .to = std::move(frame.buffers[1]),
                      .upload = fields.text_or("upload", ""),
                      .collision = fields.text_or("collision", ""),
                      .version = fields.text_or("version", ""),
                      .sha256 = fields.text_or("sha256", ""),
                      .offset = fields.count_or("offset", 0),
                      .size = fields.count_or("size", 0),
                      .modified_ms = fields.integer_or("modified_ms", 0),
                      .whole = fields.flag_or("whole", false),
                      .folders = {}};
  if (!fields.ok()) return fields.error();
  for (size_t i = 2; i < frame.buffers.size(); ++i)
    request.folders.push_back(std::move(frame.buffers[i]));
  return request;
}

}  // namespace colibri::link
