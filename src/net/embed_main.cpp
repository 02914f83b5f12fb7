// Build tool: turns a folder of files into a C++ source that has them in its read-only section,
// each also brotli-compressed. `colibri_embed FOLDER OUT MODULE FUNCTION`: writes OUT/FUNCTION.cpp,
// which has them as colibri::MODULE::FUNCTION(), and, named by content, OUT/<sha256> and
// OUT/<sha256>.br, which a later run uses again. A missing folder gives no files.
#include <brotli/encode.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct File {
  std::string path, hash;
  bool has_brotli = false;
};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, const std::string& bytes) {
  const fs::path temporary = path.string() + ".new";
  std::ofstream out(temporary, std::ios::binary);
  out << bytes;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path.string());
  fs::rename(temporary, path);
}

std::string sha256_hex(const std::string& bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  std::string out;
  for (const unsigned char byte : digest) {
    constexpr char kHex[] = "0123456789abcdef";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string brotli(const std::string& bytes) {
  size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  const auto* input = reinterpret_cast<const uint8_t*>(bytes.data());
  if (BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_GENERIC,
                            bytes.size(), input, &size,
                            reinterpret_cast<uint8_t*>(out.data())) == BROTLI_FALSE) {
    throw std::runtime_error("brotli failed");
  }
  out.resize(size);
  return out;
}

bool is_source_map(const fs::path& path) {
  return path.extension() == ".map";
}

std::vector<File> take_in(const fs::path& folder, const fs::path& out) {
  std::vector<File> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || is_source_map(entry.path())) continue;
    const std::string bytes = read_file(entry.path());
    File file{.path = "/" + entry.path().lexically_relative(folder).generic_string(),
              .hash = sha256_hex(bytes)};
    if (file.path.find_first_of("\"\\{}\n") != std::string::npos) {
      throw std::runtime_error("cannot embed a file named " + file.path);
    }
    const fs::path packed = out / (file.hash + ".br");
    if (!fs::exists(out / file.hash)) write_file(out / file.hash, bytes);
    if (!fs::exists(packed)) write_file(packed, brotli(bytes));
    file.has_brotli = fs::file_size(packed) < bytes.size() * 95 / 100;
    files.push_back(std::move(file));
  }
  std::ranges::sort(files, {}, &File::path);
  return files;
}

// Symbols around the bytes; the assembler reads the file.
std::string incbin(const std::string& symbol, const fs::path& file) {
  return "asm(\".section .rodata\\n.balign 16\\n" + symbol + ":\\n.incbin \\\"" + file.string() +
         "\\\"\\n" + symbol + "_end:\\n.byte 0\\n.previous\\n\");\n" + "extern const char " +
         symbol + "[], " + symbol + "_end[];\n";
}

std::string view(const std::string& symbol) {
  return "{" + symbol + ", static_cast<size_t>(" + symbol + "_end - " + symbol + ")}";
}

struct Target {
  fs::path out;
  std::string module, function;
};

std::string source(const std::vector<File>& files, const Target& target) {
  std::string text =
      "// Made by colibri_embed.\n#include <span>\n\n#include \"base/embedded_file.hpp\"\n\n"
      "extern \"C\" {\n";
  std::string table;
  for (size_t i = 0; i < files.size(); ++i) {
    const File& file = files[i];
    const std::string plain = "colibri_" + target.function + "_" + std::to_string(i);
    text += incbin(plain, target.out / file.hash);
    if (file.has_brotli) text += incbin(plain + "_br", target.out / (file.hash + ".br"));
    table += "      {\"" + file.path + "\", \"" + file.hash + "\",\n       " + view(plain) +
             ",\n       " + (file.has_brotli ? view(plain + "_br") : "{}") + "},\n";
  }
  const std::string name = "namespace colibri::" + target.module;
  text += "}\n\n" + name + " {\n\nstd::span<const EmbeddedFile> " + target.function + "() {\n";
  text += files.empty()
              ? "  return {};\n"
              : "  static const EmbeddedFile files[] = {\n" + table + "  };\n  return files;\n";
  return text + "}\n\n}  // " + name + "\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: colibri_embed FOLDER OUT MODULE FUNCTION\n";
    return 2;
  }
  try {
    const Target target{.out = fs::absolute(argv[2]), .module = argv[3], .function = argv[4]};
    fs::create_directories(target.out);
    write_file(target.out / (target.function + ".cpp"),
               source(take_in(argv[1], target.out), target));
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "colibri_embed: " << e.what() << "\n";
    return 1;
  }
}
