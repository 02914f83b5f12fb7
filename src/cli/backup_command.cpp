#include "cli/backup_command.hpp"

#include <filesystem>
#include <memory>

#include "api/api.hpp"
#include "async/timer.hpp"
#include "backup/backup.hpp"
#include "cli/backup_file.hpp"
#include "cli/backup_progress.hpp"
#include "cli/scratch_folder.hpp"
#include "cli/server_place.hpp"
#include "server/data_folder.hpp"

namespace colibri::cli {

namespace {

struct BackupFlags {
  PlaceFlags place;
  std::string output;
  bool overwrite = false;
};

Result<> write(const BackupFlags& flags, BackupProgress& progress) {
  auto place = find_place(flags.place);
  if (!place) return std::unexpected(place.error());
  if (!std::filesystem::is_directory(place->data)) {
    return failure(ErrorCode::not_found,
                   "there is no folder " + place->data + "; name the server's with --data");
  }
  auto folder = server::DataFolder::open_shared(place->data);
  if (!folder) return std::unexpected(folder.error());
  const auto address = server::store_address(place->config, *folder);
  if (!address) return std::unexpected(address.error());
  const auto scratch = ScratchFolder::make(folder->uploads() + "/backup");
  if (!scratch) return std::unexpected(scratch.error());
  const int64_t now = async::now_ms();
  auto file = BackupFile::open(flags.output, flags.overwrite, now);
  if (!file) return std::unexpected(file.error());

  int64_t written = 0;
  const auto sink = [&](std::string_view bytes) -> Result<> {
    if (BackupProgress::stopped()) return failure(ErrorCode::unavailable, "stopped");
    written += static_cast<int64_t>(bytes.size());
    return file->write(bytes);
  };
  const backup::Source source{folder->path(), *address, scratch->path(),
                              std::string(api::version())};
  const auto done = backup::write_backup(source, sink, file->packing(), now, progress.progress());
  if (!done) return std::unexpected(done.error());
  if (auto finished = file->finish(); !finished) return finished;
  for (const std::string& note : done->notes) progress.say("note: " + note);
  progress.say(counted(done->accounts, "account") + ", " + counted(done->notebooks, "notebook") +
               ", " + counted(done->files, "file") + " as of " + point_in_time(now));
  const bool piped = file->path() == "-";
  progress.say((piped ? "written: " : file->path() + " is whole: ") + megabytes(written) +
               ". To try it: colibri restore " + (piped ? "FILE" : file->path()) +
               " --data NEW_FOLDER");
  return {};
}

int run(const BackupFlags& flags) {
  BackupProgress progress("colibri backup");
  const auto done = write(flags, progress);
  if (done) return 0;
  progress.say(done.error().detail);
  return 1;
}

}  // namespace

void add_backup_command(CLI::App& app, Outcome& outcome) {
  auto flags = std::make_shared<BackupFlags>();
  CLI::App* command =
      app.add_subcommand("backup", "Write all that a server keeps into one file; it may run");
  add_place_options(*command, flags->place);
  command
      ->add_option("-o,--output", flags->output,
                   "The file (.tar, .tar.gz or .tar.zst), a folder to make one in, or - for stdout")
      ->required();
  command->add_flag("--overwrite", flags->overwrite, "Replace the file when it is there");
  command->callback([flags, &outcome] { outcome.exit_code = run(*flags); });
}

}  // namespace colibri::cli
