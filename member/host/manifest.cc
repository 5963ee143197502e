#include "member/host/manifest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "log/text.h"
#include "log/unique_fd.h"
#include "member/host/content_hash.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNamedFiles = 3;  ///< of those that differ

struct Line {
  char kind = 'f';
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  ContentHash hash;
  std::string path;
};

Error failure_of(const std::string& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return {full ? ErrorCode::kStorageFull : ErrorCode::kIo, path + ": " + std::strerror(errno)};
}

std::string escaped_path(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c == '\\' || c == '\n') text += '\\';
    text += c == '\n' ? 'n' : c;
  }
  return text;
}

std::string plain_path(std::string_view text) {
  std::string path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape) ++i;
    path += escape && text[i] == 'n' ? '\n' : text[i];
  }
  return path;
}

std::int64_t mtime_ns(const struct stat& info) {
  return std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

char kind_of(const struct stat& info) {
  if (S_ISDIR(info.st_mode)) return 'd';
  if (S_ISREG(info.st_mode)) return 'f';
  return S_ISLNK(info.st_mode) ? 'l' : '?';
}

Result<ContentHash> hash_of_link(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0) return tl::unexpected<Error>(failure_of(path));
  return content_hash(as_bytes({target.data(), static_cast<std::size_t>(length)}));
}

/// Of what stands there now, without following a link.
Result<ContentHash> hash_now(const std::string& path, char kind) {
  if (kind == 'd') return ContentHash{};
  if (kind == 'l') return hash_of_link(path);
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return tl::unexpected<Error>(failure_of(path));
  return content_hash_of(file.get());
}

Result<std::string> line_for(const std::string& folder, const std::string& path) {
  struct stat info {};
  const std::string whole = folder + "/" + path;
  if (::lstat(whole.c_str(), &info) != 0) return tl::unexpected<Error>(failure_of(whole));
  const char kind = kind_of(info);
  const auto hash = hash_now(whole, kind);
  if (!hash) return tl::unexpected<Error>(hash.error());
  return fmt::format("{} {} {} {} {}\n", kind, kind == 'f' ? info.st_size : 0, mtime_ns(info),
                     hash->hex(), escaped_path(path));
}

Status write_lines(const std::string& folder, std::ofstream& out) {
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    auto line = line_for(folder, at->path().lexically_relative(folder).string());
    if (!line) return tl::unexpected<Error>(line.error());
    out << *line;
  }
  if (error) return fail(ErrorCode::kIo, folder + ": " + error.message());
  return {};
}

std::optional<Line> parse(const std::string& text) {
  std::istringstream words(text);
  Line line;
  std::string hash;
  words >> line.kind >> line.size >> line.mtime_ns >> hash;
  if (!words || words.get() != ' ' || !line.hash.assign_hex(hash)) return std::nullopt;
  std::string path;
  std::getline(words, path);
  if (path.empty()) return std::nullopt;
  line.path = plain_path(path);
  return line;
}

/// How one thing differs; empty: it does not.
Result<std::string> difference(const std::string& folder, const Line& line, const Pace& pace) {
  struct stat info {};
  const std::string whole = folder + "/" + line.path;
  if (::lstat(whole.c_str(), &info) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return line.path + " is gone";
    return tl::unexpected<Error>(failure_of(whole));
  }
  if (kind_of(info) != line.kind) return line.path + " is something else";
  const std::string other = line.path + " has another content";
  if (line.kind == 'd') return std::string();
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (line.kind == 'f' && size != line.size) return other;
  if (line.kind == 'f' && mtime_ns(info) == line.mtime_ns) return std::string();
  if (!pace(size >> 20)) return fail(ErrorCode::kTimeout, "the look was ended");
  const auto hash = hash_now(whole, line.kind);
  if (!hash) return tl::unexpected<Error>(hash.error());
  return *hash == line.hash ? std::string() : other;
}

}  // namespace

Status write_manifest(const std::string& folder, const std::string& path) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (auto written = write_lines(folder, out); !written) return written;
  out.close();
  if (!out) return tl::unexpected<Error>(failure_of(path));
  return {};
}

Result<std::string> differences(const std::string& folder, const std::string& manifest,
                                const Pace& pace) {
  std::ifstream in(manifest, std::ios::binary);
  std::string text;
  std::size_t found = 0;
  for (std::string raw; std::getline(in, raw);) {
    if (!pace(1)) return fail(ErrorCode::kTimeout, "the look was ended");
    const auto line = parse(raw);
    if (!line) return fail(ErrorCode::kIo, manifest + " cannot be read");
    auto one = difference(folder, *line, pace);
    if (!one) return one;
    if (one->empty()) continue;
    if (++found <= kNamedFiles) text += (found > 1 ? ", " : "") + *one;
  }
  if (found > kNamedFiles) text += fmt::format(", and {} more", found - kNamedFiles);
  return std::string(cut_text(text, kMaxOutcomeText));
}

}  // namespace groupctl
