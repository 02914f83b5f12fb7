#include "api/mail_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace colibri::api {

namespace {

struct Words {
  const char* subject;
  const char* text;  // {0} is the link, {1} the inviter.
};

struct Mail {
  Words english;
  Words chinese;
};

constexpr Mail kInvitation = {
    {"You are invited to Colibri",
     "{1} invites you to Colibri, notebooks that run on a server of your own.\n\n"
     "Open this link to choose your name and password. It works once, within 14 days:\n\n{0}\n"},
    {"邀请您使用 Colibri",
     "{1} 邀请您使用 Colibri：在自己的服务器上运行的笔记本。\n\n"
     "请打开以下链接设置姓名和密码。链接只能使用一次，14 天内有效：\n\n{0}\n"}};

constexpr Mail kSignUp = {
    {"Your Colibri account",
     "Somebody, probably you, asked for a Colibri account with this address.\n\n"
     "Open this link to choose your name and password. It works once, within a day:\n\n{0}\n\n"
     "If that was not you, do nothing: there is no account without this link.\n"},
    {"您的 Colibri 账号",
     "有人（可能是您本人）用此邮箱申请了 Colibri 账号。\n\n"
     "请打开以下链接设置姓名和密码。链接只能使用一次，一天内有效：\n\n{0}\n\n"
     "如果不是您本人操作，请忽略本邮件：不打开链接就不会创建账号。\n"}};

constexpr Mail kReset = {
    {"Sign in to Colibri",
     "Somebody, probably you, asked for a link to sign in to Colibri with this address.\n\n"
     "It signs you in once, within an hour, and lets you set a new password:\n\n{0}\n\n"
     "If that was not you, do nothing: your password stays as it is.\n"},
    {"登录 Colibri",
     "有人（可能是您本人）用此邮箱申请了 Colibri 的登录链接。\n\n"
     "链接只能使用一次，一小时内有效，登录后可以设置新密码：\n\n{0}\n\n"
     "如果不是您本人操作，请忽略本邮件：您的密码不会改变。\n"}};

constexpr Mail kEmailChange = {
    {"Confirm your address for Colibri",
     "Open this link, while you are signed in, to make this the address of your Colibri account. "
     "It works once, within an hour:\n\n{0}\n\n"
     "If you did not ask for it, do nothing.\n"},
    {"确认您在 Colibri 的邮箱",
     "请在登录状态下打开以下链接，把此邮箱设为您的 Colibri 账号邮箱。"
     "链接只能使用一次，一小时内有效：\n\n{0}\n\n"
     "如果不是您本人操作，请忽略本邮件。\n"}};

// {0} is the link, {1} the flavor, {2} for how many minutes.
constexpr Mail kOffer = {
    {"Your turn: {1}",
     "A runtime of the kind \"{1}\" that you wait for is free. It is kept for you for {2} minutes:"
     "\n\n{0}\n\n"
     "After that the next in the queue gets it.\n"},
    {"轮到您了：{1}",
     "您排队等待的“{1}”运行环境已空闲，将为您保留 {2} 分钟：\n\n{0}\n\n"
     "超时后将分配给队列中的下一位。\n"}};

// By role. {0} is the sharer, {1} the title.
struct ShareWords {
  const char *may, *subject;
};
constexpr std::array<ShareWords, 4> kShareEnglish = {
    {{"{0} has invited you to view the notebook \"{1}\".", "Shared with you: \"{1}\""},
     {"{0} has invited you to comment on the notebook \"{1}\".", "Shared with you: \"{1}\""},
     {"{0} has invited you to edit the notebook \"{1}\".", "Shared with you: \"{1}\""},
     {"{0} has made you the owner of the notebook \"{1}\". It is in your Drive now.",
      "Yours now: \"{1}\""}}};
constexpr std::array<ShareWords, 4> kShareChinese = {
    {{"{0} 邀请您查看笔记本“{1}”。", "与您共享：“{1}”"},
     {"{0} 邀请您评论笔记本“{1}”。", "与您共享：“{1}”"},
     {"{0} 邀请您编辑笔记本“{1}”。", "与您共享：“{1}”"},
     {"{0} 已将笔记本“{1}”转让给您，它现在位于您的云端硬盘中。", "已归您所有：“{1}”"}}};

// {0} is who wrote it, {1} the title.
constexpr Words kMentionEnglish = {"{0} mentioned you in \"{1}\"",
                                   "{0} mentioned you in a comment on the notebook \"{1}\":\n\n"};
constexpr Words kMentionChinese = {"{0} 在“{1}”中提到了您",
                                   "{0} 在笔记本“{1}”的一条评论中提到了您：\n\n"};

// The lines of a text with a mark before each.
std::string as_quote(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out.append("> ").append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string both(const std::string& name, const std::string& email) {
  return name.empty() ? email : fmt::format("{} ({})", name, email);
}

mail::Message write(const Mail& mail, std::string to, std::string_view language,
                    std::string_view link, std::string_view inviter) {
  const Words& words = language.starts_with("zh") ? mail.chinese : mail.english;
  return {.to = std::move(to),
          .subject = words.subject,
          .text = fmt::format(fmt::runtime(words.text), link, inviter)};
}

}  // namespace

mail::Message invitation_mail(std::string to, std::string_view language, std::string_view inviter,
                              std::string_view link) {
  return write(kInvitation, std::move(to), language, link, inviter);
}

mail::Message sign_up_mail(std::string to, std::string_view language, std::string_view link) {
  return write(kSignUp, std::move(to), language, link, "");
}

mail::Message reset_mail(std::string to, std::string_view language, std::string_view link) {
  return write(kReset, std::move(to), language, link, "");
}

mail::Message email_change_mail(std::string to, std::string_view language, std::string_view link) {
  return write(kEmailChange, std::move(to), language, link, "");
}

mail::Message offer_mail(std::string to, std::string_view language, std::string_view flavor,
                         int64_t minutes, std::string_view link) {
  const Words& words = language.starts_with("zh") ? kOffer.chinese : kOffer.english;
  return {.to = std::move(to),
          .subject = fmt::format(fmt::runtime(words.subject), link, flavor, minutes),
          .text = fmt::format(fmt::runtime(words.text), link, flavor, minutes)};
}

mail::Message mention_mail(std::string to, std::string_view language,
                           const CommentMention& mention) {
  const Words& words = language.starts_with("zh") ? kMentionChinese : kMentionEnglish;
  const std::string& name = mention.by_name.empty() ? mention.by_email : mention.by_name;
  std::string text =
      fmt::format(fmt::runtime(words.text), both(mention.by_name, mention.by_email), mention.title);
  if (!mention.quote.empty()) text += as_quote(mention.quote) + "\n";
  text += mention.text + "\n\n" + mention.link + "\n";
  return {.to = std::move(to),
          .subject = fmt::format(fmt::runtime(words.subject), name, mention.title),
          .text = std::move(text)};
}

mail::Message share_mail(std::string to, std::string_view language, const Share& share) {
  const bool chinese = language.starts_with("zh");
  const ShareWords& words =
      (chinese ? kShareChinese : kShareEnglish)[static_cast<size_t>(share.role)];
  const std::string by = both(share.by_name, share.by_email);
  std::string text = fmt::format(fmt::runtime(words.may), by, share.title) + "\n\n";
  if (!share.message.empty()) text += share.message + "\n\n";
  text += share.link + "\n";
  return {.to = std::move(to),
          .subject = fmt::format(fmt::runtime(words.subject), by, share.title),
          .text = std::move(text)};
}

}  // namespace colibri::api
