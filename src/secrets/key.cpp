#include "secrets/key.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/assert.hpp"

namespace colibri::secrets {

namespace {

constexpr size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int kBase64 = sodium_base64_VARIANT_ORIGINAL;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

struct File {
  explicit File(int opened) : fd(opened) {}
  ~File() {
    if (fd >= 0) close(fd);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd;
};

// Under another name first, so that a server killed in between leaves no half of it.
Result<> make_key_file(const std::string& path) {
  unsigned char key[32];
  char text[2 * sizeof key + 1];
  randombytes_buf(key, sizeof key);
  sodium_bin2hex(text, sizeof text, key, sizeof key);
  text[2 * sizeof key] = '\n';
  const std::string unfinished = path + ".new";
  unlink(unfinished.c_str());
  const File file(open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const bool wrote = file.fd >= 0 &&
                     write(file.fd, text, sizeof text) == static_cast<ssize_t>(sizeof text) &&
                     fsync(file.fd) == 0 && rename(unfinished.c_str(), path.c_str()) == 0;
  const int error = errno;
  sodium_memzero(key, sizeof key);
  sodium_memzero(text, sizeof text);
  if (!wrote) return errno_failure("writing " + path, error);
  return {};
}

}  // namespace

Key::~Key() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

Result<Key> Key::open(const std::string& path) {
  COLIBRI_ASSERT(sodium_init() >= 0);
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && errno == ENOENT) {
    if (auto made = make_key_file(path); !made) return std::unexpected(made.error());
    fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  }
  const File file(fd);
  struct stat status {};
  if (file.fd < 0 || fstat(file.fd, &status) != 0) return errno_failure("reading " + path, errno);
  if ((status.st_mode & 0077) != 0)
    return failure(ErrorCode::denied, path + " must be readable by its owner only (chmod 600).");
  char text[65] = {};
  Key key;
  size_t size = 0;
  const ssize_t got = read(file.fd, text, sizeof text);
  const bool good = got >= 64 &&
                    sodium_hex2bin(key.bytes_.data(), key.bytes_.size(), text, 64, nullptr, &size,
                                   nullptr) == 0 &&
                    size == key.bytes_.size();
  sodium_memzero(text, sizeof text);
  if (!good) return failure(ErrorCode::corrupt, path + " holds no key for secrets.");
  return key;
}

std::string Key::seal(std::string_view text, std::string_view owner) const {
  std::vector<unsigned char> sealed(kNonce + text.size() + kTag);
  randombytes_buf(sealed.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonce, nullptr, bytes_of(text),
                                             text.size(), bytes_of(owner), owner.size(), nullptr,
                                             sealed.data(), bytes_.data());
  std::string out(sodium_base64_encoded_len(sealed.size(), kBase64), '\0');
  sodium_bin2base64(out.data(), out.size(), sealed.data(), sealed.size(), kBase64);
  out.pop_back();  // Its end.
  return out;
}

Result<std::string> Key::open_sealed(std::string_view sealed, std::string_view owner) const {
  std::vector<unsigned char> bytes(sealed.size());
  size_t size = 0;
  const bool readable = sodium_base642bin(bytes.data(), bytes.size(), sealed.data(), sealed.size(),
                                          nullptr, &size, nullptr, kBase64) == 0;
  std::string text(size >= kNonce + kTag ? size - kNonce - kTag : 0, '\0');
  if (!readable || size < kNonce + kTag ||
      crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, bytes.data() + kNonce,
          size - kNonce, bytes_of(owner), owner.size(), bytes.data(), bytes_.data()) != 0)
    return failure(ErrorCode::corrupt,
                   "The server has another key than the one that this was locked with. Enter it "
                   "again.");
  return text;
}

}  // namespace colibri::secrets
