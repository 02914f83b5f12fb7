#include "github/link_cell.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/random.hpp"
#include "base/utf.hpp"
#include "nbformat/notebook.hpp"

namespace colibri::github {
namespace {

constexpr std::string_view kCellId = "view-in-github";

bool is_link(const document::Cell& cell) {
  return cell.type == document::CellType::markdown &&
         (cell.id.value == kCellId || json::string_at(cell.metadata, "id") == kCellId);
}

Result<nbformat::Notebook> read_without_link(std::string_view bytes, bool& had_one) {
  auto read = nbformat::read(bytes, [] { return random_id(""); });
  if (!read) return std::unexpected(read.error());
  nbformat::Notebook notebook = std::move(read->notebook);
  had_one = std::erase_if(notebook.cells, is_link) > 0;
  return notebook;
}

Result<std::string> written(const nbformat::Notebook& notebook) {
  // What was read from a file has its payloads in itself.
  return nbformat::write(notebook, [](const std::string&) -> Result<std::string> {
    return failure(ErrorCode::corrupt, "there is no such output");
  });
}

// In the notebook's metadata, where Colab has it too.
void set_mark(nbformat::Notebook& notebook, bool link) {
  json::Value* colab = notebook.metadata.find("colab");
  if (colab == nullptr || colab->if_object() == nullptr) {
    if (!link) return;
    colab = &notebook.metadata.set("colab", json::Object());
  }
  if (link)
    colab->if_object()->set("include_colab_link", true);
  else
    colab->if_object()->erase("include_colab_link");
}

}  // namespace

Result<std::string> with_link(std::string_view bytes, const std::string& server,
                              const std::string& path) {
  bool had_one = false;
  auto notebook = read_without_link(bytes, had_one);
  if (!notebook) return std::unexpected(notebook.error());
  document::Cell cell;
  const bool taken = std::ranges::any_of(
      notebook->cells, [](const document::Cell& each) { return each.id.value == kCellId; });
  cell.id = {taken ? random_id("") : std::string(kCellId)};
  cell.type = document::CellType::markdown;
  cell.source = to_utf16("<a href=\"" + server + path + "\" target=\"_parent\"><img src=\"" +
                         server + "/open-in-colibri.svg\" alt=\"Open In Colibri\"/></a>");
  cell.metadata = {{"id", kCellId}, {"colab_type", "text"}};
  notebook->cells.insert(notebook->cells.begin(), std::move(cell));
  set_mark(*notebook, true);
  return written(*notebook);
}

Result<std::string> without_link(std::string_view bytes) {
  bool had_one = false;
  auto notebook = read_without_link(bytes, had_one);
  if (!notebook) return std::unexpected(notebook.error());
  if (!had_one) return std::string(bytes);
  set_mark(*notebook, false);
  return written(*notebook);
}

std::string git_sha(std::string_view bytes) {
  const std::string head = "blob " + std::to_string(bytes.size()) + '\0';
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha1(), nullptr);
  EVP_DigestUpdate(context, head.data(), head.size());
  EVP_DigestUpdate(context, bytes.data(), bytes.size());
  EVP_DigestFinal_ex(context, digest.data(), &length);
  EVP_MD_CTX_free(context);
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < length; ++i) out += {kHex[digest[i] >> 4], kHex[digest[i] & 15]};
  return out;
}

}  // namespace colibri::github
