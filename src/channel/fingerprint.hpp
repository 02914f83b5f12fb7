#pragma once
// Internal to this module.
#include <string>

struct x509_st;

namespace colibri::channel {

// sha-256 of the certificate, in hex digits; empty when there is none.
[[nodiscard]] std::string fingerprint_of(const x509_st* certificate);

}  // namespace colibri::channel
