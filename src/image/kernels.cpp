#include "image/kernels.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <optional>

#include "base/json.hpp"

namespace colibri::image {

namespace {

constexpr size_t kMostBytes = 64u << 10;

std::optional<std::string> read_inside(int root, const std::string& path) {
  open_how how = {};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const auto fd = static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
  if (fd < 0) return std::nullopt;
  std::string text(kMostBytes, '\0');
  const ssize_t got = read(fd, text.data(), text.size());
  close(fd);
  if (got < 0) return std::nullopt;
  text.resize(static_cast<size_t>(got));
  return text;
}

KernelTitle title_of(int root, const std::string& name) {
  KernelTitle title{name, name, ""};
  for (const char* folder : {"/opt/colibri/python/share/jupyter/kernels/",
                             "/usr/local/share/jupyter/kernels/", "/usr/share/jupyter/kernels/"}) {
    const auto text = read_inside(root, folder + name + "/kernel.json");
    const auto spec = json::parse_object(text.value_or(""));
    if (!spec) continue;
    title.display_name = json::string_at(*spec, "display_name").value_or(name);
    title.language = json::string_at(*spec, "language").value_or("");
    break;
  }
  // ipykernel's own words name its version: "Python 3 (ipykernel)".
  if (const size_t at = title.display_name.find(" (ipykernel)"); at != std::string::npos)
    title.display_name.resize(at);
  return title;
}

}  // namespace

std::vector<KernelTitle> kernel_titles(const Image& image) {
  std::vector<KernelTitle> out;
  const int root = open(image.rootfs.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (const std::string& name : image.manifest.kernels)
    out.push_back(root < 0 ? KernelTitle{name, name, ""} : title_of(root, name));
  if (root >= 0) close(root);
  return out;
}

}  // namespace colibri::image
