#include "channel/certificate.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "channel/fingerprint.hpp"

namespace colibri::channel {

namespace {

constexpr long kLifeSeconds = 100L * 365 * 24 * 3600;  // It is pinned: nobody looks at its age.

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using X509Pointer = std::unique_ptr<X509, Free>;
using File = std::unique_ptr<std::FILE, Free>;

X509Pointer make_certificate(EVP_PKEY* key) {
  X509Pointer made(X509_new());
  uint64_t serial = 0;
  if (!made || RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1)
    return nullptr;
  X509_NAME* name = X509_get_subject_name(made.get());
  const auto* title = reinterpret_cast<const unsigned char*>("Colibri link");
  const bool good =
      X509_set_version(made.get(), X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial >> 1 | 1) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(made.get()), -24L * 3600) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(made.get()), kLifeSeconds) != nullptr &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, title, -1, -1, 0) == 1 &&
      X509_set_issuer_name(made.get(), name) == 1 && X509_set_pubkey(made.get(), key) == 1 &&
      X509_sign(made.get(), key, EVP_sha256()) != 0;
  return good ? std::move(made) : nullptr;
}

// Under another name first, so that a server killed in between leaves no half of it.
Result<> make_file(const std::string& path) {
  const Key key(EVP_EC_gen("P-256"));
  const X509Pointer certificate = key ? make_certificate(key.get()) : nullptr;
  if (!certificate) return failure(ErrorCode::io, "No certificate could be made for the link.");
  const std::string unfinished = path + ".new";
  unlink(unfinished.c_str());
  const int fd = open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return errno_failure("writing " + unfinished, errno);
  const File file(fdopen(fd, "w"));
  const bool wrote = file &&
                     PEM_write_PKCS8PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                               nullptr) == 1 &&
                     PEM_write_X509(file.get(), certificate.get()) == 1 &&
                     std::fflush(file.get()) == 0 && fsync(fd) == 0;
  if (!wrote) return errno_failure("writing " + unfinished, errno);
  if (rename(unfinished.c_str(), path.c_str()) != 0) return errno_failure("writing " + path, errno);
  return {};
}

Result<Certificate> read_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && errno == ENOENT) return failure(ErrorCode::not_found, path);
  if (fd < 0) return errno_failure("reading " + path, errno);
  const File file(fdopen(fd, "r"));
  struct stat status {};
  if (!file || fstat(fd, &status) != 0) return errno_failure("reading " + path, errno);
  if ((status.st_mode & 0077) != 0)
    return failure(ErrorCode::denied, path + " must be readable by its owner only (chmod 600).");
  const Key key(PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  const X509Pointer certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  if (!key || !certificate || X509_check_private_key(certificate.get(), key.get()) != 1)
    return failure(ErrorCode::invalid, path + " holds no key with its certificate.");
  return Certificate{path, fingerprint_of(certificate.get())};
}

}  // namespace

std::string fingerprint_of(const x509_st* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int bytes = 0;
  if (!certificate || X509_digest(certificate, EVP_sha256(), digest, &bytes) != 1) return {};
  std::string out;
  for (unsigned int i = 0; i < bytes; ++i) {
    constexpr char kHex[] = "0123456789abcdef";
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
  return out;
}

Result<Certificate> own_certificate(const std::string& file) {
  auto certificate = read_file(file);
  if (certificate || certificate.error().code != ErrorCode::not_found) return certificate;
  if (auto made = make_file(file); !made) return std::unexpected(made.error());
  return read_file(file);
}

}  // namespace colibri::channel
