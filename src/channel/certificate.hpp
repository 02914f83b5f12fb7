#pragma once
// The certificate that the server shows to supervisors on other machines. It is self-made: a
// supervisor is told its fingerprint in supervisor.json and takes no other, so that no authority
// has to vouch for it.
#include <string>

#include "base/result.hpp"

namespace colibri::channel {

struct Certificate {
  std::string file;         // PEM: the key, and the certificate behind it.
  std::string fingerprint;  // sha-256 of the certificate (DER), 64 hex digits.
};

// Reads the file, or makes it (mode 0600) with a new key when there is none. Blocks.
//
// denied   others may read the file
// invalid  it holds no key with its certificate
// io       it cannot be read or written
[[nodiscard]] Result<Certificate> own_certificate(const std::string& file);

}  // namespace colibri::channel
