// What the server does about comments beside the log: who has seen which, and who is mentioned.
#include <soci/soci.h>

#include <algorithm>

#include "async/spawn.hpp"
#include "base/log.hpp"
#include "notebooks/document_state.hpp"

namespace colibri::notebooks {

void DocumentActor::State::read_comments(const UserId& user, uint64_t seq) {
  seq = std::min(seq, committed_);
  uint64_t& known = comments_read_[user];
  if (seq <= known) return;
  known = seq;
  tell_comments_read(user);
  async::spawn(world_.reactor, keep_comments_read(shared_from_this(), user, seq),
               "keeping a mark in the comments");
}

void DocumentActor::State::tell_comments_read(const UserId& user) {
  for (const Reader& reader : std::vector<Reader>(readers_))
    if (reader.visitor.user == user && is_attached(reader.client))
      reader.client->on_comments_read(comments_read_[user]);
}

Task<void> DocumentActor::State::find_comments_read(std::shared_ptr<State> self, UserId user) {
  auto work = [user, id = self->id_](soci::session& sql) -> Result<uint64_t> {
    long long seq = 0;
    sql << "SELECT comments_read_seq FROM notebook_user_state"
           " WHERE user_id = :user AND notebook_id = :id",
        soci::use(user.value), soci::use(id.value), soci::into(seq);
    return static_cast<uint64_t>(seq);
  };
  const auto seq = co_await self->world_.store.read<uint64_t>(std::move(work));
  if (!seq) co_return;
  // A page may have said more meanwhile.
  uint64_t& known = self->comments_read_[user];
  known = std::max(known, *seq);
  self->tell_comments_read(user);
}

std::vector<Mention> DocumentActor::State::mentions_in(const document::Record& record) const {
  const Reader* reader = reader_of(record.client);
  if (!reader || !world_.tell_mention) return {};
  const Visitor& by = reader->visitor;
  Mention mention{.notebook = id_,
                  .title = title_,
                  .by = {by.user, by.email, by.name},
                  .language = by.language,
                  .thread = {},
                  .quote = {},
                  .text = {},
                  .email = {}};
  std::vector<std::string> known = {by.email};
  if (const auto* added = std::get_if<document::CommentAdded>(&record.fact)) {
    mention.thread = added->thread;
    mention.text = added->text;
    if (added->begins) mention.quote = added->begins->quote;
  } else if (const auto* edited = std::get_if<document::CommentEdited>(&record.fact)) {
    mention.thread = edited->thread;
    mention.text = edited->text;
  } else {
    return {};
  }
  if (const document::Thread* thread = tip_.threads().find(mention.thread)) {
    mention.quote = thread->quote;
    if (const auto* edited = std::get_if<document::CommentEdited>(&record.fact))
      for (const document::Comment& comment : thread->comments)
        if (comment.id == edited->comment)
          for (std::string& email : document::mentions_of(comment.text))
            known.push_back(std::move(email));
  }
  std::vector<Mention> out;
  for (std::string& email : document::mentions_of(mention.text)) {
    if (std::ranges::find(known, email) != known.end()) continue;
    out.push_back(mention);
    out.back().email = std::move(email);
  }
  return out;
}

Task<void> DocumentActor::State::keep_comments_read(std::shared_ptr<State> self, UserId user,
                                                    uint64_t seq) {
  auto work = [user, id = self->id_,
               seq = static_cast<long long>(seq)](soci::session& sql) -> Result<> {
    sql << "INSERT INTO notebook_user_state (user_id, notebook_id, comments_read_seq)"
           " VALUES (:user, :id, :seq) ON CONFLICT (user_id, notebook_id)"
           " DO UPDATE SET comments_read_seq = excluded.comments_read_seq"
           " WHERE excluded.comments_read_seq > notebook_user_state.comments_read_seq",
        soci::use(user.value), soci::use(id.value), soci::use(seq);
    return {};
  };
  const auto kept = co_await self->world_.store.write(std::move(work));
  if (!kept)
    log::warn("notebook {}: which comments were seen was not kept: {}", self->id_.value,
              kept.error().detail);
}

}  // namespace colibri::notebooks
