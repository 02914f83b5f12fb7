// The sections of colibri.yaml about people and mail.
#include "server/config_section.hpp"

namespace colibri::server {

void read_smtp(const YAML::Node& node, Config& config) {
  using Node = const YAML::Node&;
  mail::Settings& smtp = config.smtp;
  read_map(node, "smtp",
           {{"url", [&](Node n) { smtp.url = scalar(n, "url"); }},
            {"starttls", [&](Node n) { smtp.starttls = boolean(n, "starttls"); }},
            {"user", [&](Node n) { smtp.user = scalar(n, "user"); }},
            {"password_file", [&](Node n) { smtp.password_file = scalar(n, "password_file"); }},
            {"from", [&](Node n) { smtp.from = scalar(n, "from"); }},
            {"ca_file", [&](Node n) { smtp.ca_file = scalar(n, "ca_file"); }}});
  if (smtp.url.empty()) wrong(node, "smtp needs a url");
}

}  // namespace colibri::server
