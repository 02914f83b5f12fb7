#pragma once
// The notebook as one deterministic value. No I/O, clock, randomness or locks: time and ids arrive
// inside commands, so replaying the records rebuilds the state.
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "document/command.hpp"
#include "document/record.hpp"
#include "document/threads.hpp"

namespace colibri::document {

struct Limits {
  size_t stream_head_units = 512 << 10;  // UTF-16 units, per stream output
  size_t stream_tail_units = 512 << 10;
  size_t outputs_per_cell = 1000;
  size_t cells = 10'000;
  size_t source_units = 16 << 20;  // per cell
  size_t history_updates = 2'000;  // kept per cell for rebasing
  size_t history_units = 1 << 20;
  size_t bin_cells = 100;
  size_t bin_bytes = 32 << 20;
  size_t threads = 1'000;
  size_t comments_per_thread = 200;
  size_t comment_bytes = 16 << 10;
  size_t all_comments_bytes = 8 << 20;
  size_t cleared_bytes = 16 << 20;  // Outputs that were cleared, for restore_outputs.
};

// What the actor must do once the record is committed.
struct Dispatch {
  CellId cell;
  ExecutionId execution;
  std::string source;
  Lane lane;
};  // send to the kernel
using Effect = std::variant<Dispatch>;

class Document {
 public:
  Document(std::string epoch, Limits limits) : epoch_(std::move(epoch)), limits_(limits) {}

  // From Document::snapshot(). `corrupt` when it does not fit.
  static Result<Document> from_snapshot(const json::Object& snapshot, Limits limits);

  // docs/protocol.md 1.1: all of it, for the store; and what a page gets, with the bin as a list.
  [[nodiscard]] json::Object snapshot() const;
  // There the outputs of cells that `outputs_later` names are left out.
  using OutputsLater = std::function<bool(const Cell&)>;
  [[nodiscard]] json::Object page_snapshot(const OutputsLater& outputs_later = {}) const;

  // Returns the record that would carry out `command`; changes nothing.
  //
  // invalid        malformed: a change that does not fit, an id that exists already, a bad position
  // stale_base     text base older than the kept history; the client must reload
  // no_such_cell   the cell was deleted meanwhile; report it, do not retry
  // not_found      the comment was deleted meanwhile
  // denied         another user's client gave commands under this id, or a comment is somebody
  //                else's
  // conflict       not in this state: nothing to run, not waiting for input, this run is over,
  //                or a command that was accepted before (nothing is to be done)
  // too_large      over a limit
  [[nodiscard]] Result<Record> decide(const Command& command) const;

  // Carries out a record made by decide() or read from the log. Requires record.seq == seq() + 1;
  // for a record that fits no cell it does nothing. The effects are what the outside must now do;
  // replay ignores them.
  std::vector<Effect> apply(const Record& record);

  [[nodiscard]] const std::string& epoch() const { return epoch_; }
  [[nodiscard]] uint64_t seq() const { return seq_; }
  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  [[nodiscard]] const Cell* find(const CellId& id) const;
  // Deleted cells, oldest first.
  [[nodiscard]] const std::deque<BinnedCell>& bin() const { return bin_; }
  [[nodiscard]] const BinnedCell* find_binned(const CellId& id) const;
  [[nodiscard]] const Threads& threads() const { return threads_; }
  [[nodiscard]] const json::Object& metadata() const { return metadata_; }
  [[nodiscard]] int nbformat_minor() const { return nbformat_minor_; }

  // Ids of the cells that wait or run, in the order in which they were queued.
  [[nodiscard]] const std::vector<CellId>& queue() const { return queue_; }
  // The cell that runs now in this lane, and the one that should be started now: the lane's first
  // of the queue when none runs.
  [[nodiscard]] const Cell* running(const Lane& lane) const;
  [[nodiscard]] const Cell* next_to_start(const Lane& lane) const;
  // The lane's cells of the queue that do not run yet.
  [[nodiscard]] std::vector<CellId> waiting(const Lane& lane) const;
  // Those that something of the queue belongs to.
  [[nodiscard]] std::set<Lane> lanes() const;

  // Whether this command of the client is in the log already: a repeat, to be answered by nothing.
  [[nodiscard]] bool has_accepted(const ClientId& client, uint64_t command) const;

  // Content from a file, before the first record (nbformat module).
  void load(std::vector<Cell> cells, json::Object metadata, int nbformat_minor,
            json::Object extra = {});
  // Members of the file that nbformat does not name.
  [[nodiscard]] const json::Object& extra() const { return extra_; }

 private:
  friend class Decider;
  friend class Applier;

  // What both kinds of snapshot have.
  [[nodiscard]] json::Object common_snapshot(const OutputsLater& outputs_later) const;
  // The bin and the cleared outputs of a stored snapshot.
  Result<> read_kept(const json::Object& snapshot);
  Cell* find_mutable(const CellId& id);
  // The cell whose current or last run this is, or null pointer.
  [[nodiscard]] const Cell* find_by_execution(const ExecutionId& execution) const;

  std::string epoch_;
  Limits limits_;
  uint64_t seq_ = 0;
  int nbformat_minor_ = 5;
  json::Object metadata_, extra_;
  std::vector<Cell> cells_;
  std::vector<CellId> queue_;
  std::deque<BinnedCell> bin_;
  std::deque<ClearedOutputs> cleared_;
  Threads threads_;
  size_t bin_bytes_ = 0, cleared_bytes_ = 0;
  // What is known of a client: who it is, its last accepted command, and when that was.
  struct Accepted {
    UserId user;
    uint64_t command = 0;
    uint64_t seq = 0;
  };
  std::map<std::string, Accepted> accepted_;
  std::map<ExecutionId, CellId> executions_;  // runs whose output still has a place
};

}  // namespace colibri::document
