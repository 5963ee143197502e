#include "keeper/output_files.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

namespace groupctl::keeper {
namespace {

constexpr std::size_t kCountBytes = 8;
using Count = std::array<char, kCountBytes>;

Result<UniqueFd> create_file(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return errno_error(path);
  return file;
}

void write_there(const UniqueFd& file, std::string_view bytes, std::uint64_t at) {
  if (::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at)) < 0) return;
}

Count encoded(std::uint64_t count) {
  Count bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(count >> (8 * i));
  return bytes;
}

std::uint64_t decoded(std::string_view bytes) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kCountBytes; ++i) {
    count |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[i])) << (8 * i);
  }
  return count;
}

Result<std::string> read_whole(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return errno_error(path);
  std::string text(kMaxCapturedPart + kCountBytes, '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  if (got < 0) return errno_error(path);
  text.resize(static_cast<std::size_t>(got));
  return text;
}

}  // namespace

Result<OutputFiles> OutputFiles::create(const std::string& folder) {
  auto head = create_file(folder + "/output.head");
  if (!head) return tl::unexpected(head.error());
  auto tail = create_file(folder + "/output.tail");
  if (!tail) return tl::unexpected(tail.error());
  return OutputFiles(std::move(*head), std::move(*tail));
}

void OutputFiles::add(std::string_view bytes) {
  const std::string_view first = bytes.substr(0, kMaxCapturedPart - in_head_);
  if (!first.empty()) write_there(head_, first, in_head_);
  in_head_ += first.size();
  bytes.remove_prefix(first.size());
  if (!bytes.empty()) add_to_tail(bytes);
}

void OutputFiles::add_to_tail(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t at = in_tail_ % kMaxCapturedPart;
    const std::string_view piece = bytes.substr(0, kMaxCapturedPart - at);
    write_there(tail_, piece, kCountBytes + at);
    in_tail_ += piece.size();
    bytes.remove_prefix(piece.size());
  }
  const Count count = encoded(in_tail_);
  write_there(tail_, {count.data(), count.size()}, 0);
}

Result<Captured> read_output(const std::string& folder) {
  const auto head = read_whole(folder + "/output.head");
  if (!head) return tl::unexpected(head.error());
  const auto tail = read_whole(folder + "/output.tail");
  if (!tail) return tl::unexpected(tail.error());
  if (tail->size() <= kCountBytes) return Captured{*head, "", 0};
  const std::uint64_t count = decoded(*tail);
  const std::string ring = tail->substr(kCountBytes);
  const std::size_t oldest = count <= ring.size() ? 0 : count % ring.size();
  return Captured{*head, ring.substr(oldest) + ring.substr(0, oldest),
                  count - std::min<std::uint64_t>(count, ring.size())};
}

}  // namespace groupctl::keeper
