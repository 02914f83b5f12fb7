#pragma once
// `secret.get` and `secret.list` of programs in runtimes (docs/protocol.md 3.4). A secret is one of
// the person whose runtime it is; a notebook that may not have it yet asks that person's pages.
#include "runtimes/runtimes.hpp"
#include "secrets/secrets.hpp"

namespace colibri::secrets {

// From now on `secrets` answers what programs in `runtimes` ask. Both outlive all runtimes.
void answer_asks(runtimes::Runtimes& runtimes, Secrets& secrets);

}  // namespace colibri::secrets
