#pragma once
// The mails that people get about their accounts, in the language of the page that asked for them.
#include <string>
#include <string_view>

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

}  // namespace colibri::api
