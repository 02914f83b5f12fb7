#pragma once
// Between a document and its .ipynb in a Drive. All calls block.
#include <optional>
#include <string>
#include <vector>

#include "document/document.hpp"
#include "drive/drive.hpp"
#include "nbformat/notebook.hpp"
#include "notebooks/document_log.hpp"
#include "notebooks/notebooks.hpp"

namespace colibri::notebooks {

struct FromFile {
  nbformat::Notebook notebook;
  std::vector<std::string> notes;
  std::vector<BlobRow> blobs;
  FileMark file;
};

// Moves the payloads of one output over the limit into blobs; tells which.
[[nodiscard]] Result<std::vector<BlobRow>> move_to_blobs(json::Object& output,
                                                         const std::string& blob_folder);

// Reads a notebook; large outputs become blobs. nbformat's error when it is none.
[[nodiscard]] Result<FromFile> read_notebook(const drive::Drive& drive, const std::string& path,
                                             const std::string& blob_folder);

// Whether the notebook's settings say that no outputs are to be saved.
[[nodiscard]] bool omits_outputs(const json::Object& metadata);

// The document as a notebook: a copy, for another thread to write. Without outputs and counts when
// its settings say so, unless all are asked for.
[[nodiscard]] nbformat::Notebook to_notebook(const document::Document& document,
                                             Outputs outputs = Outputs::as_set);
[[nodiscard]] Result<std::string> to_bytes(const nbformat::Notebook& notebook,
                                           const std::string& blob_folder);

// What has become of the file since it was as we know it.
enum class FileIs { known, next, changed, unreadable, gone };

struct FileNow {
  FileIs is = FileIs::known;
  FileMark mark;                   // sha256 and stamp of what is there.
  std::optional<FromFile> theirs;  // changed
  std::string bytes;               // unreadable
};

// `next` is what we were about to write when we knew last.
[[nodiscard]] Result<FileNow> look_at_file(const drive::Drive& drive, const std::string& path,
                                           const FileMark& known, const FileMark& next,
                                           const std::string& blob_folder);

// Keeps bytes that are no notebook beside the file, as "NAME (unreadable, DATE).txt". Returns that
// name.
[[nodiscard]] Result<std::string> keep_unreadable(const drive::Drive& drive,
                                                  const std::string& path,
                                                  const std::string& bytes);

// As read_notebook, from what was read.
[[nodiscard]] Result<FromFile> parse_notebook(const drive::Content& content,
                                              const std::string& blob_folder);

// A revision's name, as one line of text that the store takes: without blanks around it. `invalid`
// when it is too long or has control characters.
[[nodiscard]] Result<std::string> revision_name(std::string name);

// "My Drive/a/b.ipynb": folder "My Drive/a", title "b".
[[nodiscard]] std::string folder_of(const std::string& path);
[[nodiscard]] std::string title_of(const std::string& path);
// What a notebook was called elsewhere, made into a title that it can have here.
[[nodiscard]] std::string usable_title(std::string title);

}  // namespace colibri::notebooks
