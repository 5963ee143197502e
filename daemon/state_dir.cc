#include "daemon/state_dir.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <vector>

#include "daemon/durable_file.h"
#include "daemon/random.h"
#include "log/hash.h"

namespace groupctl {
namespace {

constexpr std::string_view kIdentityTitle = "groupctl identity 1";
constexpr std::string_view kIncarnationTitle = "groupctl incarnation 1";

std::string identity_path(const std::string& path) { return path + "/identity"; }
std::string incarnation_path(const std::string& path) { return path + "/incarnation"; }

// Both files are a title, lines of text, and the BLAKE2b-256 of all of that in a last line.
std::string sealed(std::string_view title, const std::vector<std::string>& lines) {
  std::string text = std::string(title) + "\n";
  for (const std::string& line : lines) text += line + "\n";
  return text + "checksum " + hash_of(as_bytes(text)).hex() + "\n";
}

Result<std::vector<std::string>> unsealed(const std::string& file, std::string_view title) {
  const auto text = read_small_file(file);
  if (!text) return tl::unexpected(text.error());
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text->size();) {
    const std::size_t end = text->find('\n', begin);
    if (end == std::string::npos) break;
    lines.push_back(text->substr(begin, end - begin));
    begin = end + 1;
  }
  const auto corrupt = fail(ErrorCode::kCorrupt, file + " does not verify");
  if (lines.size() < 2 || lines.front() != title) return corrupt;
  lines.erase(lines.begin());
  lines.pop_back();
  if (sealed(title, lines) != *text) return corrupt;
  return lines;
}

Status write_incarnation(const std::string& path, Incarnation incarnation) {
  return write_file_durably(incarnation_path(path),
                            sealed(kIncarnationTitle, {fmt::to_string(incarnation.value)}));
}

Result<Incarnation> read_incarnation(const std::string& path) {
  const std::string file = incarnation_path(path);
  const auto lines = unsealed(file, kIncarnationTitle);
  if (!lines) {
    // The identity is written last, so beside one it cannot be missing.
    if (lines.error().code != ErrorCode::kNotFound) return tl::unexpected(lines.error());
    return fail(ErrorCode::kCorrupt, file + " is missing");
  }
  Incarnation incarnation;
  const std::string text = lines->empty() ? "" : lines->front();
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), incarnation.value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::kCorrupt, file + " holds no number");
  }
  return incarnation;
}

Result<Identity> read_identity(const std::string& path) {
  const std::string file = identity_path(path);
  const auto lines = unsealed(file, kIdentityTitle);
  if (!lines) {
    if (lines.error().code != ErrorCode::kNotFound) return tl::unexpected(lines.error());
    return fail(ErrorCode::kNotFound, path + " is no state directory: it has no identity");
  }
  Identity identity;
  if (lines->size() != 2 || !identity.server_id.assign_hex(lines->front())) {
    return fail(ErrorCode::kCorrupt, file + " holds no identity");
  }
  identity.group = lines->back();
  return identity;
}

}  // namespace

Status StateDir::create(const std::string& path, std::string_view group) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(ErrorCode::kIo, "cannot make " + path + ": " + error.message());
  std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  if (error) return fail(ErrorCode::kIo, "cannot close " + path + ": " + error.message());
  const auto lock = DirLock::take(path);
  if (!lock) return tl::unexpected(lock.error());
  if (std::filesystem::exists(identity_path(path), error)) {
    return fail(ErrorCode::kConflict, path + " is a state directory already");
  }
  ServerId id;
  fill_random(id.bytes);
  if (const Status s = write_incarnation(path, Incarnation(0)); !s) return s;
  return write_file_durably(identity_path(path),
                            sealed(kIdentityTitle, {id.hex(), std::string(group)}));
}

Result<StateDir> StateDir::open(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    return fail(ErrorCode::kNotFound, path + " is no state directory: it does not exist");
  }
  auto lock = DirLock::take(path);
  if (!lock) return tl::unexpected(lock.error());
  auto identity = read_identity(path);
  if (!identity) return tl::unexpected(identity.error());
  const auto last = read_incarnation(path);
  if (!last) return tl::unexpected(last.error());
  const Status counted = write_incarnation(path, last->next());
  if (!counted) return tl::unexpected(counted.error());
  return StateDir(path, *std::move(lock), *std::move(identity), last->next());
}

Result<StateDir> StateDir::open_or_create(const std::string& path, std::string_view group) {
  std::error_code error;
  if (!std::filesystem::exists(identity_path(path), error)) {
    const Status created = create(path, group);
    // Another process may have made it in between; then open() says who holds it.
    if (!created && created.error().code != ErrorCode::kConflict) {
      return tl::unexpected(created.error());
    }
  }
  auto opened = open(path);
  if (opened && opened->identity().group != group) {
    return fail(ErrorCode::kWrongGroup, path + " belongs to group \"" + opened->identity().group +
                                            "\", not to \"" + std::string(group) + "\"");
  }
  return opened;
}

StateDir::StateDir(std::string path, DirLock lock, Identity identity, Incarnation incarnation)
    : path_(std::move(path)),
      lock_(std::move(lock)),
      identity_(std::move(identity)),
      incarnation_(incarnation) {}

}  // namespace groupctl
