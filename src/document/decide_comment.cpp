#include <algorithm>

#include "base/utf.hpp"
#include "document/decide.hpp"

namespace colibri::document {
namespace {

constexpr size_t kQuoteUnits = 300;

bool is_blank(const std::string& text) {
  return std::ranges::all_of(
      text, [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; });
}

bool splits_character(std::u16string_view text, size_t at) {
  return at > 0 && at < text.size() && is_high_surrogate(text[at - 1]) &&
         is_low_surrogate(text[at]);
}

std::string quote_of(std::u16string_view text, const Anchor& anchor) {
  size_t to = std::min(anchor.to, anchor.from + kQuoteUnits);
  if (splits_character(text, to)) --to;
  return to_utf8(text.substr(anchor.from, to - anchor.from));
}

}  // namespace

Result<> Decider::need_comment(const std::string& text, size_t before) const {
  const Limits& limits = document_.limits_;
  if (is_blank(text)) return failure(ErrorCode::invalid, "A comment without text.");
  if (text.size() > limits.comment_bytes)
    return failure(ErrorCode::too_large, "The comment is too long.");
  if (document_.threads().text_bytes() - before + text.size() > limits.all_comments_bytes)
    return failure(ErrorCode::too_large, "The notebook has too many comments.");
  return {};
}

Result<const Thread*> Decider::need_thread(const ThreadId& id) const {
  if (const Thread* thread = document_.threads().find(id)) return thread;
  return failure(ErrorCode::not_found, "The comment was deleted.");
}

Result<const Comment*> Decider::need_comment_of(const Thread& thread, const CommentId& id) {
  const auto found = std::ranges::find(thread.comments, id, &Comment::id);
  if (found != thread.comments.end()) return &*found;
  return failure(ErrorCode::not_found, "The comment was deleted.");
}

std::optional<Anchor> Decider::anchor_now(const Cell& cell, Anchor anchor, uint64_t version) {
  if (version > cell.version() || version < cell.first_version) return std::nullopt;
  auto over = cell.updates.begin() + static_cast<std::ptrdiff_t>(version - cell.first_version);
  const size_t length = over == cell.updates.end() ? cell.source.size() : over->changes.length();
  if (anchor.from > anchor.to || anchor.to > length) return std::nullopt;
  for (; over != cell.updates.end(); ++over) anchor = moved(anchor, over->changes);
  if (splits_character(cell.source, anchor.from)) --anchor.from;
  if (splits_character(cell.source, anchor.to)) ++anchor.to;
  return anchor;
}

Result<Fact> Decider::operator()(const StartThread& op) const {
  if (!is_page_id(op.thread.value) || !is_page_id(op.comment.value))
    return failure(ErrorCode::invalid, "A malformed id of a comment.");
  if (document_.threads().find(op.thread))
    return failure(ErrorCode::conflict, "A thread of this id exists already.");
  if (document_.threads().all().size() >= document_.limits_.threads)
    return failure(ErrorCode::too_large, "The notebook has too many comments.");
  if (const auto good = need_comment(op.text); !good) return std::unexpected(good.error());
  const Cell* cell = document_.find(op.cell);
  const BinnedCell* binned = cell ? nullptr : document_.find_binned(op.cell);
  if (!cell && !binned) return failure(ErrorCode::no_such_cell, "The cell was deleted.");

  CommentAdded fact{op.thread, op.comment, command_.user_name, op.text,
                    CommentAdded::Beginning{op.cell, std::nullopt, ""}};
  // Better on the cell as a whole than refused, when the text has moved on too far.
  if (cell && op.anchor) fact.begins->anchor = anchor_now(*cell, *op.anchor, op.version);
  if (fact.begins->anchor) fact.begins->quote = quote_of(cell->source, *fact.begins->anchor);
  return fact;
}

Result<Fact> Decider::operator()(const Reply& op) const {
  if (!is_page_id(op.comment.value))
    return failure(ErrorCode::invalid, "A malformed id of a comment.");
  const auto thread = need_thread(op.thread);
  if (!thread) return std::unexpected(thread.error());
  if (need_comment_of(**thread, op.comment))
    return failure(ErrorCode::conflict, "A comment of this id exists already.");
  if ((*thread)->comments.size() >= document_.limits_.comments_per_thread)
    return failure(ErrorCode::too_large, "The thread has too many comments.");
  if (const auto good = need_comment(op.text); !good) return std::unexpected(good.error());
  return CommentAdded{op.thread, op.comment, command_.user_name, op.text, std::nullopt};
}

Result<Fact> Decider::operator()(const EditComment& op) const {
  const auto thread = need_thread(op.thread);
  if (!thread) return std::unexpected(thread.error());
  const auto comment = need_comment_of(**thread, op.comment);
  if (!comment) return std::unexpected(comment.error());
  if ((*comment)->user != command_.user)
    return failure(ErrorCode::denied, "Only its author may edit a comment.");
  if ((*comment)->text == op.text)
    return failure(ErrorCode::conflict, "The comment has this text already.");
  if (const auto good = need_comment(op.text, (*comment)->text.size()); !good)
    return std::unexpected(good.error());
  return CommentEdited{op.thread, op.comment, op.text};
}

Result<Fact> Decider::operator()(const DeleteComment& op) const {
  const auto thread = need_thread(op.thread);
  if (!thread) return std::unexpected(thread.error());
  const auto comment = need_comment_of(**thread, op.comment);
  if (!comment) return std::unexpected(comment.error());
  if ((*comment)->user != command_.user && command_.role < Role::owner)
    return failure(ErrorCode::denied,
                   "Only its author or the notebook's owner may delete a comment.");
  return CommentDeleted{op.thread, op.comment};
}

Result<Fact> Decider::operator()(const ResolveThread& op) const {
  const auto thread = need_thread(op.thread);
  if (!thread) return std::unexpected(thread.error());
  if ((*thread)->comments.front().user != command_.user && command_.role < Role::editor)
    return failure(ErrorCode::denied, "Only its author or an editor may resolve a comment.");
  if ((*thread)->resolved.has_value() == op.resolved)
    return failure(ErrorCode::conflict, "The comment stands like this already.");
  return ThreadResolved{op.thread, op.resolved, command_.user_name};
}

}  // namespace colibri::document
