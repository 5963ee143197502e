#include "member/host/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "daemon/file_io.h"
#include "log/types.h"
#include "log/unique_fd.h"
#include "member/host/archive_names.h"

namespace groupctl {
namespace {

/// What is at least as large is written to the disk while the next one is unpacked.
constexpr std::uint64_t kLargeBytes = 1 << 20;

using ArchiveReader = std::unique_ptr<archive, decltype(&archive_read_free)>;

tl::unexpected<Error> failed_at(std::string_view name) { return errno_error(shown_name(name)); }

tl::unexpected<Error> archive_error(archive* reader) {
  const char* text = archive_error_string(reader);
  return fail(ErrorCode::kInvalid,
              "no whole tar archive: " + shown_name(text == nullptr ? "damaged" : text));
}

/// Only the formats that artefacts have: the readers of all others stay out of reach.
ArchiveReader open_reader(int archive_fd) {
  ArchiveReader reader(archive_read_new(), &archive_read_free);
  if (!reader || archive_read_support_format_tar(reader.get()) != ARCHIVE_OK ||
      archive_read_support_filter_gzip(reader.get()) != ARCHIVE_OK ||
      archive_read_support_filter_zstd(reader.get()) != ARCHIVE_OK ||
      archive_read_open_fd(reader.get(), archive_fd, kChunkBytes) != ARCHIVE_OK) {
    return {nullptr, &archive_read_free};
  }
  return reader;
}

class Unpacker {
 public:
  Unpacker(archive* reader, int root, const UnpackLimits& limits)
      : reader_(reader), root_(root), limits_(limits) {}

  Status run() {
    archive_entry* entry = nullptr;
    while (true) {
      const int answer = archive_read_next_header(reader_, &entry);
      if (answer == ARCHIVE_EOF) break;
      // A warning is about what is not taken over: owners' names, attributes, character sets.
      if (answer != ARCHIVE_OK && answer != ARCHIVE_WARN) return archive_error(reader_);
      if (Status made = make(entry); !made) return made;
    }
    if (entries_ == 0) return fail(ErrorCode::kInvalid, "the archive holds nothing");
    return {};
  }

 private:
  Status make(archive_entry* entry);
  Status make_folder(const std::string& path);
  Status make_file(archive_entry* entry, const std::string& path);
  Status make_link(archive_entry* entry, const std::vector<std::string>& path);
  Status write_content(int file, std::uint64_t size, const std::string& path);
  Status grow_to(std::uint64_t& size, std::uint64_t wanted, const std::string& path);
  Result<UniqueFd> folder_of(const std::string& path);

  archive* reader_;
  int root_;
  const UnpackLimits& limits_;
  NameRegister names_;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
};

std::string joined(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& part : path) text += (text.empty() ? "" : "/") + part;
  return text;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// The raw name; a tar that declares UTF-8 gives it only so when the process's locale is "C".
std::string_view raw_name(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name == nullptr ? std::string_view{} : name;
}

std::string_view raw_link(archive_entry* entry) {
  const char* target = archive_entry_symlink_utf8(entry);
  if (target == nullptr) target = archive_entry_symlink(entry);
  return target == nullptr ? std::string_view{} : target;
}

bool is_hard_link(archive_entry* entry) {
  return archive_entry_hardlink(entry) != nullptr || archive_entry_hardlink_utf8(entry) != nullptr;
}

Status Unpacker::make(archive_entry* entry) {
  const std::string_view name = raw_name(entry);
  if (++entries_ > limits_.entries) return unsafe_archive(name, "too many entries");
  const auto path = parse_entry_name(name, limits_);
  if (!path) return tl::unexpected<Error>(path.error());
  if (is_hard_link(entry))
    return unsafe_archive(name, "a hard link (pack with --hard-dereference)");
  const auto type = archive_entry_filetype(entry);
  if (type == AE_IFDIR && path->empty()) return {};
  if (path->empty()) return unsafe_archive(name, "the archive's root is no folder");
  if (Status added = names_.add(*path, type == AE_IFDIR); !added) return added;
  if (type == AE_IFDIR) return make_folder(joined(*path));
  if (type == AE_IFREG) return make_file(entry, joined(*path));
  if (type == AE_IFLNK) return make_link(entry, *path);
  return unsafe_archive(name, "neither file, folder nor symbolic link");
}

/// Makes the folders of a path that are not there yet, each relative to its parent's descriptor and
/// never through a link, and opens the last one.
Result<UniqueFd> open_folder(int root, const std::string& whole) {
  std::string_view path = whole;
  UniqueFd folder(::openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  while (folder && !path.empty()) {
    const auto slash = path.find('/');
    const std::string part(path.substr(0, slash));
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    const bool fresh = ::mkdirat(folder.get(), part.c_str(), 0755) == 0;
    if (!fresh && errno != EEXIST) return failed_at(whole);
    folder = UniqueFd(
        ::openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (folder && fresh && ::fchmod(folder.get(), 0755) != 0) return failed_at(whole);
  }
  if (!folder) return failed_at(whole);
  return folder;
}

Status Unpacker::make_folder(const std::string& path) {
  const auto folder = open_folder(root_, path);
  return folder ? Status{} : tl::unexpected<Error>(folder.error());
}

Result<UniqueFd> Unpacker::folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return open_folder(root_, slash == std::string::npos ? "" : path.substr(0, slash));
}

Status Unpacker::make_file(archive_entry* entry, const std::string& path) {
  if ((archive_entry_mode(entry) & (S_ISUID | S_ISGID)) != 0) {
    return unsafe_archive(path, "a file with a set-user-id or set-group-id bit");
  }
  const std::int64_t said = archive_entry_size_is_set(entry) != 0 ? archive_entry_size(entry) : 0;
  if (said < 0) return unsafe_archive(path, "a negative size");
  const auto folder = folder_of(path);
  if (!folder) return tl::unexpected<Error>(folder.error());
  const UniqueFd file(::openat(folder->get(), base_name(path).c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return failed_at(path);
  if (Status written = write_content(file.get(), static_cast<std::uint64_t>(said), path);
      !written) {
    return written;
  }
  const mode_t mode = (archive_entry_mode(entry) & S_IXUSR) != 0 ? 0755 : 0644;
  return ::fchmod(file.get(), mode) == 0 ? Status{} : failed_at(path);
}

/// Counts a file's growth against the limits before it happens.
Status Unpacker::grow_to(std::uint64_t& size, std::uint64_t wanted, const std::string& path) {
  if (wanted <= size) return {};
  const std::uint64_t growth = wanted - size;
  if (growth > limits_.bytes - bytes_) return unsafe_archive(path, "too many bytes");
  bytes_ += growth;
  size = wanted;
  const std::int64_t read = archive_filter_bytes(reader_, -1);  // of the file as it lies on disk
  const auto packed = static_cast<std::uint64_t>(std::max<std::int64_t>(read, 0));
  if (bytes_ > limits_.ratio_free_bytes &&
      (bytes_ - limits_.ratio_free_bytes) / limits_.ratio > packed) {
    return unsafe_archive(path, "unpacks to much more than it is packed");
  }
  return {};
}

Status Unpacker::write_content(int file, std::uint64_t said, const std::string& path) {
  std::uint64_t size = 0;
  while (true) {
    const void* data = nullptr;
    std::size_t length = 0;
    la_int64_t offset = 0;
    const int answer = archive_read_data_block(reader_, &data, &length, &offset);
    if (answer == ARCHIVE_EOF) break;
    if (answer != ARCHIVE_OK) return archive_error(reader_);
    if (offset < 0) return unsafe_archive(path, "data before the beginning of a file");
    const std::uint64_t begin = static_cast<std::uint64_t>(offset);
    if (length > limits_.bytes || begin > limits_.bytes)
      return unsafe_archive(path, "too many bytes");
    if (Status grown = grow_to(size, begin + length, path); !grown) return grown;
    const ByteView bytes(static_cast<const std::uint8_t*>(data), length);
    if (Status wrote = write_at(file, begin, bytes, shown_name(path)); !wrote) return wrote;
  }
  // A hole at the end has no data.
  if (Status grown = grow_to(size, said, path); !grown) return grown;
  if (::ftruncate(file, static_cast<off_t>(size)) != 0) return failed_at(path);
  if (size >= kLargeBytes) begin_writing_back(file);
  return {};
}

Status Unpacker::make_link(archive_entry* entry, const std::vector<std::string>& path) {
  const std::string target(raw_link(entry));
  if (Status stays = check_link_target(target, path.size() - 1); !stays) return stays;
  const std::string whole = joined(path);
  const auto folder = folder_of(whole);
  if (!folder) return tl::unexpected<Error>(folder.error());
  const bool made = ::symlinkat(target.c_str(), folder->get(), path.back().c_str()) == 0;
  return made ? Status{} : failed_at(whole);
}

Status unpack_into(int archive_fd, const std::string& into, const UnpackLimits& limits) {
  const UniqueFd root(::open(into.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root || ::fchmod(root.get(), 0755) != 0) return failed_at(into);
  const ArchiveReader reader = open_reader(archive_fd);
  if (!reader) return fail(ErrorCode::kInvalid, "no tar archive");
  return Unpacker(reader.get(), root.get(), limits).run();
}

}  // namespace

Status unpack(int archive_fd, const std::string& into, const UnpackLimits& limits) {
  if (::mkdir(into.c_str(), 0700) != 0) {
    if (errno == EEXIST) return fail(ErrorCode::kConflict, into + " is there already");
    return failed_at(into);
  }
  Status unpacked = unpack_into(archive_fd, into, limits);
  if (!unpacked) {
    std::error_code ignored;  // the first error is the one to tell
    std::filesystem::remove_all(into, ignored);
  }
  return unpacked;
}

}  // namespace groupctl
