#include "notebooks/page_snapshot.hpp"

#include <set>

namespace colibri::notebooks {
namespace {

// What comes with the cells: enough for the first screen, and all of most notebooks.
constexpr size_t kFirstBytes = 128 << 10;
constexpr size_t kPieceBytes = 256 << 10;

std::string outputs_text(const document::Cell& cell) {
  std::string text = R"({"cell":)";
  json::append_string(text, cell.id.value);
  text += R"(,"outputs":[)";
  for (const document::Output& output : cell.outputs) {
    if (&output != &cell.outputs.front()) text += ',';
    if (const auto* rich = std::get_if<document::RichOutput>(&output))
      json::append(text, rich->object);
    else
      json::append(text, document::to_json(output));
  }
  text += "]}";
  return text;
}

}  // namespace

PageSnapshot page_snapshot(const document::Document& document) {
  PageSnapshot out;
  std::set<CellId> later;
  std::string piece;
  const auto end_piece = [&] {
    if (piece.empty()) return;
    out.outputs.push_back(std::make_shared<const std::string>(piece + "]"));
    piece.clear();
  };
  size_t first_bytes = 0;
  for (const document::Cell& cell : document.cells()) {
    if (cell.outputs.empty()) continue;
    const std::string text = outputs_text(cell);
    if (first_bytes + text.size() <= kFirstBytes) {
      first_bytes += text.size();
      continue;
    }
    later.insert(cell.id);
    piece += piece.empty() ? "[" : ",";
    piece += text;
    if (piece.size() >= kPieceBytes) end_piece();
  }
  end_piece();
  out.first = std::make_shared<const std::string>(json::serialize(
      document.page_snapshot([&](const document::Cell& cell) { return later.contains(cell.id); })));
  return out;
}

}  // namespace colibri::notebooks
