// Who uses a runtime of an open notebook beside its document.
#include <algorithm>

#include "notebooks/document_state.hpp"

namespace colibri::notebooks {
namespace {

constexpr uint16_t kComeBack = 1013, kRuntimeGone = 4410;

}  // namespace

std::shared_ptr<runtimes::Runtime> DocumentActor::State::runtime_of(const UserId& user) const {
  const Lane* lane = find_lane(in_use(user));
  return lane && lane->alive() ? lane->runtime : nullptr;
}

void DocumentActor::State::join_runtime(RuntimeGuest& guest, const UserId& user,
                                        const RuntimeId& runtime) {
  if (failed_ || closed_) return guest.on_sent_away(kComeBack, "the notebook is being loaded anew");
  guests_.push_back({&guest, user, runtime});
}

void DocumentActor::State::leave_runtime(const RuntimeGuest& guest) {
  std::erase_if(guests_, [&](const Guest& known) { return known.guest == &guest; });
}

void DocumentActor::State::send_guests_away(uint16_t code, const std::string& reason,
                                            const std::function<bool(const Guest&)>& which) {
  std::vector<RuntimeGuest*> away;
  std::erase_if(guests_, [&](const Guest& known) {
    if (!which(known)) return false;
    away.push_back(known.guest);
    return true;
  });
  for (RuntimeGuest* guest : away) guest->on_sent_away(code, reason);
}

void DocumentActor::State::end_visits(const Lane& lane, bool also_owner) {
  if (!lane.runtime) return;
  send_guests_away(
      kRuntimeGone, "the runtime is not yours to use any more", [&](const Guest& guest) {
        return guest.runtime == lane.runtime->id() && (also_owner || guest.user != lane.owner);
      });
}

}  // namespace colibri::notebooks
