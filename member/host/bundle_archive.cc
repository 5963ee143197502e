#include "member/host/bundle_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace groupctl {

void BundleArchive::Free::operator()(archive* writer) const { archive_write_free(writer); }

BundleArchive::BundleArchive(std::string path, std::uint64_t wall_ms, UniqueFd file)
    : path_(std::move(path)),
      wall_ms_(wall_ms),
      file_(std::move(file)),
      writer_(archive_write_new()) {}

BundleArchive::~BundleArchive() {
  // Freeing one that was not finished writes its end: to a file that nobody will use.
  writer_.reset();
}

Result<std::unique_ptr<BundleArchive>> BundleArchive::create(const std::string& path,
                                                             std::uint64_t wall_ms) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return errno_error(path);
  std::unique_ptr<BundleArchive> made(new BundleArchive(path, wall_ms, std::move(file)));
  archive* writer = made->writer_.get();
  if (writer == nullptr || archive_write_set_format_pax_restricted(writer) != ARCHIVE_OK ||
      archive_write_add_filter_zstd(writer) != ARCHIVE_OK ||
      archive_write_open_fd(writer, made->file_.get()) != ARCHIVE_OK) {
    return fail(ErrorCode::kIo, path + ": cannot begin an archive");
  }
  return made;
}

Status BundleArchive::broken() {
  errno = archive_errno(writer_.get());
  return errno_error(path_);
}

Status BundleArchive::add(const std::string& name, std::string_view content) {
  if (content.size() > kMaxBytes - bytes_ || files_.size() >= kMaxFiles) {
    return fail(ErrorCode::kRefused, name + " does not fit into the bundle any more");
  }
  return add_last(name, content);
}

Status BundleArchive::add_last(const std::string& name, std::string_view content) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            &archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  archive_entry_set_mtime(entry.get(), static_cast<time_t>(wall_ms_ / 1000), 0);
  // A warning is of a name that is not UTF-8: it is written as it is.
  if (archive_write_header(writer_.get(), entry.get()) < ARCHIVE_WARN) return broken();
  if (archive_write_data(writer_.get(), content.data(), content.size()) !=
      static_cast<la_ssize_t>(content.size())) {
    return broken();
  }
  bytes_ += content.size();
  files_.push_back({name, content.size()});
  return {};
}

Status BundleArchive::finish() {
  if (archive_write_close(writer_.get()) != ARCHIVE_OK) return broken();
  return ::fsync(file_.get()) == 0 ? Status{} : errno_error(path_);
}

}  // namespace groupctl
