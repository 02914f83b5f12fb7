#include "cli/restore_command.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>

#include "async/timer.hpp"
#include "backup/restore.hpp"
#include "cli/backup_progress.hpp"
#include "cli/scratch_folder.hpp"
#include "cli/server_place.hpp"
#include "server/data_folder.hpp"

namespace colibri::cli {

namespace fs = std::filesystem;

namespace {

struct RestoreFlags {
  PlaceFlags place;
  std::string archive;
  bool replace = false;
};

// Takes back what opening the data folder has made, when that was not there before.
void remove_made(const std::string& path) {
  std::error_code ignored;
  for (const char* name : {"tmp/restore.lock", "tmp", "lock", ""}) {
    fs::remove(path + "/" + name, ignored);
  }
  fs::remove(path, ignored);
}

Result<backup::Outcome> restore_into(const server::DataFolder& folder, const Place& place,
                                     int archive, bool replace, const BackupProgress& progress) {
  const auto address = server::store_address(place.config, folder);
  if (!address) return std::unexpected(address.error());
  const auto scratch = ScratchFolder::make(folder.uploads() + "/restore");
  if (!scratch) return std::unexpected(scratch.error());
  const backup::Target target{folder.path(), *address, scratch->path(), replace};
  return backup::restore(archive, target, async::now_ms(), progress.progress());
}

Result<> restore(const RestoreFlags& flags, BackupProgress& progress) {
  const auto place = find_place(flags.place);
  if (!place) return std::unexpected(place.error());
  const bool piped = flags.archive == "-";
  const int archive = piped ? STDIN_FILENO : open(flags.archive.c_str(), O_RDONLY | O_CLOEXEC);
  if (archive < 0) return errno_failure(flags.archive, errno);
  const bool existed = fs::exists(place->data);
  // Before the folder is made ready: it may be somebody's home.
  if (!flags.replace && backup::has_content(place->data) &&
      !fs::exists(backup::unfinished_mark(place->data))) {
    return failure(ErrorCode::conflict,
                   place->data +
                       " is not empty; choose a new folder, or say --replace to put "
                       "what is there aside");
  }
  std::string path;
  Result<backup::Outcome> done = failure(ErrorCode::io, "");
  {
    const auto folder = server::DataFolder::open_to_restore(place->data);
    if (!folder) return std::unexpected(folder.error());
    path = folder->path();
    done = restore_into(*folder, *place, archive, flags.replace, progress);
  }
  if (!piped) close(archive);
  if (!done && !existed) remove_made(path);
  if (!done) return std::unexpected(done.error());
  for (const std::string& note : done->notes) progress.say("note: " + note);
  progress.say(counted(done->accounts, "account") + ", " + counted(done->notebooks, "notebook") +
               ", " + counted(done->files, "file") + " (" + megabytes(done->bytes) + ") as of " +
               point_in_time(done->head.created_ms));
  const std::string store = flags.place.store.empty() ? "" : " --store " + flags.place.store;
  progress.say("all is restored; everybody signs in again. Start it: colibri serve --data " + path +
               store);
  return {};
}

int run(const RestoreFlags& flags) {
  BackupProgress progress("colibri restore");
  const auto done = restore(flags, progress);
  if (done) return 0;
  progress.say(done.error().detail);
  return 1;
}

}  // namespace

void add_restore_command(CLI::App& app, Outcome& outcome) {
  auto flags = std::make_shared<RestoreFlags>();
  CLI::App* command = app.add_subcommand("restore", "Make a server's data out of a backup");
  command->add_option("file", flags->archive, "What colibri backup wrote; - for stdin")->required();
  add_place_options(*command, flags->place);
  command->add_flag("--replace", flags->replace, "Put aside what is in the data folder");
  command->callback([flags, &outcome] { outcome.exit_code = run(*flags); });
}

}  // namespace colibri::cli
