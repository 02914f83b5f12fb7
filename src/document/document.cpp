#include "document/document.hpp"

#include <algorithm>

namespace colibri::document {

json::Object Document::common_snapshot(const OutputsLater& outputs_later) const {
  json::Array cells, queue;
  for (const Cell& cell : cells_) {
    const bool later = outputs_later && outputs_later(cell);
    json::Object object = to_json(cell, !later);
    if (later) object.set("outputs_later", true);
    cells.push_back(std::move(object));
  }
  for (const CellId& id : queue_) queue.emplace_back(id.value);
  json::Object accepted;
  for (const auto& [client, last] : accepted_) accepted.set(client, last.command);
  json::Object snapshot{{"epoch", epoch_},
                        {"seq", seq_},
                        {"nbformat_minor", nbformat_minor_},
                        {"metadata", metadata_},
                        {"cells", std::move(cells)},
                        {"queue", std::move(queue)},
                        {"accepted", std::move(accepted)}};
  if (!extra_.empty()) snapshot.set("extra", extra_);
  json::Array threads;
  for (const Thread& thread : threads_.all()) threads.push_back(to_json(thread));
  if (!threads.empty()) snapshot.set("threads", std::move(threads));
  return snapshot;
}

json::Object Document::snapshot() const {
  json::Object snapshot = common_snapshot({});
  json::Object clients;
  for (const auto& [client, last] : accepted_)
    clients.set(client, json::Object{{"user", last.user.value}, {"seq", last.seq}});
  snapshot.set("clients", std::move(clients));
  json::Array bin, cleared;
  for (const BinnedCell& binned : bin_) bin.push_back(to_json(binned));
  for (const ClearedOutputs& outputs : cleared_) cleared.push_back(to_json(outputs.of));
  if (!bin.empty()) snapshot.set("bin", std::move(bin));
  if (!cleared.empty()) snapshot.set("cleared", std::move(cleared));
  return snapshot;
}

json::Object Document::page_snapshot(const OutputsLater& outputs_later) const {
  json::Object snapshot = common_snapshot(outputs_later);
  json::Array bin;
  for (const BinnedCell& binned : bin_) bin.push_back(to_list_json(binned));
  if (!bin.empty()) snapshot.set("bin", std::move(bin));
  return snapshot;
}

Result<Document> Document::from_snapshot(const json::Object& snapshot, Limits limits) {
  const auto bad = [] { return failure(ErrorCode::corrupt, "stored snapshot does not fit"); };
  const auto epoch = json::string_at(snapshot, "epoch");
  const auto seq = json::integer_at(snapshot, "seq");
  const auto* cells = json::array_at(snapshot, "cells");
  const auto* metadata = json::object_at(snapshot, "metadata");
  if (!epoch || !seq || !cells || !metadata) return bad();

  Document document(*epoch, limits);
  document.seq_ = static_cast<uint64_t>(*seq);
  document.metadata_ = *metadata;
  document.nbformat_minor_ =
      static_cast<int>(json::integer_at(snapshot, "nbformat_minor").value_or(5));
  for (const json::Value& value : *cells) {
    if (!value.if_object()) return bad();
    auto cell = cell_from_json(*value.if_object());
    if (!cell) return std::unexpected(cell.error());
    if (cell->run) document.executions_[cell->run->execution] = cell->id;
    if (cell->last_run) document.executions_[cell->last_run->execution] = cell->id;
    document.cells_.push_back(std::move(*cell));
  }
  if (const auto* queue = json::array_at(snapshot, "queue"))
    for (const json::Value& id : *queue)
      if (id.if_string()) document.queue_.push_back({*id.if_string()});
  if (const auto* extra = json::object_at(snapshot, "extra")) document.extra_ = *extra;
  if (const auto read = document.read_kept(snapshot); !read) return std::unexpected(read.error());
  if (const auto* accepted = json::object_at(snapshot, "accepted"))
    for (const auto& [client, command] : *accepted)
      document.accepted_[client].command = static_cast<uint64_t>(command.if_integer().value_or(0));
  if (const auto* clients = json::object_at(snapshot, "clients"))
    for (const auto& [client, known] : *clients)
      if (const json::Object* object = known.if_object()) {
        Accepted& last = document.accepted_[client];
        last.user = {json::string_at(*object, "user").value_or("")};
        last.seq = static_cast<uint64_t>(json::integer_at(*object, "seq").value_or(0));
      }
  return document;
}

Result<> Document::read_kept(const json::Object& snapshot) {
  const auto bad = [] { return failure(ErrorCode::corrupt, "stored snapshot does not fit"); };
  if (const auto* bin = json::array_at(snapshot, "bin"))
    for (const json::Value& value : *bin) {
      if (!value.if_object()) return bad();
      auto binned = binned_cell_from_json(*value.if_object());
      if (!binned) return std::unexpected(binned.error());
      bin_bytes_ += binned->bytes;
      bin_.push_back(std::move(*binned));
    }
  if (const auto* threads = json::array_at(snapshot, "threads"))
    for (const json::Value& value : *threads) {
      if (!value.if_object()) return bad();
      auto thread = thread_from_json(*value.if_object());
      if (!thread) return std::unexpected(thread.error());
      const Cell* cell = find(thread->cell);
      if (cell && thread->anchor && thread->anchor->to > cell->source.size()) return bad();
      threads_.restore(std::move(*thread));
    }
  if (const auto* cleared = json::array_at(snapshot, "cleared"))
    for (const json::Value& value : *cleared) {
      if (!value.if_object()) return bad();
      auto outputs = outputs_of_cell_from_json(*value.if_object());
      if (!outputs) return std::unexpected(outputs.error());
      const size_t bytes = weight(outputs->outputs);
      cleared_bytes_ += bytes;
      cleared_.push_back({std::move(*outputs), bytes});
    }
  return {};
}

const BinnedCell* Document::find_binned(const CellId& id) const {
  const auto found =
      std::ranges::find(bin_, id, [](const BinnedCell& binned) { return binned.cell.id; });
  return found == bin_.end() ? nullptr : &*found;
}

const Cell* Document::find(const CellId& id) const {
  const auto found = std::ranges::find(cells_, id, &Cell::id);
  return found == cells_.end() ? nullptr : &*found;
}

Cell* Document::find_mutable(const CellId& id) {
  return const_cast<Cell*>(std::as_const(*this).find(id));
}

const Cell* Document::find_by_execution(const ExecutionId& execution) const {
  const auto found = executions_.find(execution);
  return found == executions_.end() ? nullptr : find(found->second);
}

const Cell* Document::running(const Lane& lane) const {
  for (const CellId& id : queue_)
    if (const Cell* cell = find(id);
        cell && cell->run && cell->run->lane == lane && cell->run->state == RunState::running)
      return cell;
  return nullptr;
}

std::vector<CellId> Document::waiting(const Lane& lane) const {
  std::vector<CellId> out;
  for (const CellId& id : queue_)
    if (const Cell* cell = find(id);
        cell && cell->run && cell->run->lane == lane && cell->run->state == RunState::queued)
      out.push_back(id);
  return out;
}

const Cell* Document::next_to_start(const Lane& lane) const {
  if (running(lane)) return nullptr;
  const auto left = waiting(lane);
  return left.empty() ? nullptr : find(left.front());
}

std::set<Lane> Document::lanes() const {
  std::set<Lane> out;
  for (const CellId& id : queue_)
    if (const Cell* cell = find(id); cell && cell->run) out.insert(cell->run->lane);
  return out;
}

bool Document::has_accepted(const ClientId& client, uint64_t command) const {
  const auto found = accepted_.find(client.value);
  return command != 0 && found != accepted_.end() && command <= found->second.command;
}

void Document::load(std::vector<Cell> cells, json::Object metadata, int nbformat_minor,
                    json::Object extra) {
  extra_ = std::move(extra);
  cells_ = std::move(cells);
  metadata_ = std::move(metadata);
  nbformat_minor_ = nbformat_minor;
}

}  // namespace colibri::document
