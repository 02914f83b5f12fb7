#pragma once
// Between a document and its .ipynb in a Drive. All calls block.
#include <optional>
#include <string>
#include <vector>

#include "document/document.hpp"
#include "drive/drive.hpp"
#include "nbformat/notebook.hpp"
#include "notebooks/document_log.hpp"

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

// The document as a notebook: a copy, for another thread to write.
[[nodiscard]] nbformat::Notebook to_notebook(const document::Document& document);
[[nodiscard]] Result<std::string> to_bytes(const nbformat::Notebook& notebook,
                                           const std::string& blob_folder);

struct Written {
  FileMark file;
  std::string kept_beside;  // Where the version of somebody else was kept; empty: there was none.
};

// Writes the file. When it is not as `last` says, somebody else changed it: their version is first
// kept beside it, as "NAME (changed outside, DATE).ipynb".
[[nodiscard]] Result<Written> write_notebook(const drive::Drive& drive, const std::string& path,
                                             const nbformat::Notebook& notebook,
                                             const FileMark& last, const std::string& blob_folder);

// Whether the file is not what `last` says; `not_found` counts as changed.
[[nodiscard]] Result<bool> changed_outside(const drive::Drive& drive, const std::string& path,
                                           const FileMark& last);

// Keeps the file's present version beside it and returns that path.
[[nodiscard]] Result<std::string> keep_beside(const drive::Drive& drive, const std::string& path);

// "My Drive/a/b.ipynb": folder "My Drive/a", title "b".
[[nodiscard]] std::string folder_of(const std::string& path);
[[nodiscard]] std::string title_of(const std::string& path);

}  // namespace colibri::notebooks
