#pragma once
// The mails that people get about their accounts, about what is shared with them and about comments
// that mention them, in the language of the page that caused them.
#include <string>
#include <string_view>

#include "document/role.hpp"
#include "mail/message.hpp"

namespace colibri::api {

// `language` is a tag as pages send it: "zh-CN" is Chinese, anything else English.
[[nodiscard]] mail::Message invitation_mail(std::string to, std::string_view language,
                                            std::string_view inviter, std::string_view link);
[[nodiscard]] mail::Message sign_up_mail(std::string to, std::string_view language,
                                         std::string_view link);
[[nodiscard]] mail::Message reset_mail(std::string to, std::string_view language,
                                       std::string_view link);
[[nodiscard]] mail::Message email_change_mail(std::string to, std::string_view language,
                                              std::string_view link);

// It is somebody's turn, and they are not there: a runtime of this flavor is theirs to take.
[[nodiscard]] mail::Message offer_mail(std::string to, std::string_view language,
                                       std::string_view flavor, int64_t minutes,
                                       std::string_view link);

// What somebody is told who is mentioned in a comment.
struct CommentMention {
  std::string by_name, by_email;
  std::string title;
  std::string quote, text;  // What the comment is on, maybe nothing; and the comment.
  std::string link;
};
[[nodiscard]] mail::Message mention_mail(std::string to, std::string_view language,
                                         const CommentMention& mention);

// What somebody is told who is given access to a notebook, or the notebook itself (Role::owner).
struct Share {
  std::string by_name, by_email;
  std::string title;
  document::Role role = document::Role::viewer;
  std::string message;  // Of the person who shares; may be empty.
  std::string link;
};
[[nodiscard]] mail::Message share_mail(std::string to, std::string_view language,
                                       const Share& share);

}  // namespace colibri::api
