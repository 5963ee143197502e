#include "agent/folders.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "daemon/durable_file.h"
#include "daemon/file_io.h"
#include "daemon/logging.h"
#include "log/text.h"
#include "log/unique_fd.h"
#include "wire/endpoint.h"
#include "wire/member_socket.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

/// Names of folders that are names of ours; what else lies about is nobody's.
Result<std::vector<std::string>> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator each(folder, error);
  for (; !error && each != fs::directory_iterator(); each.increment(error)) {
    const std::string name = each->path().filename().string();
    if (is_name(name) && each->is_directory(error)) names.push_back(name);
  }
  if (error == std::errc::no_such_file_or_directory) return names;
  if (error) return fail(ErrorCode::kIo, folder.string() + ": " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::string AgentFolders::folder(const MemberRef& member) const {
  return dir_ + "/members/" + member.group + "/" + member.name;
}

std::string AgentFolders::socket(const MemberRef& member) const {
  return member_socket(folder(member) + "/state");
}

Result<std::vector<MemberRef>> AgentFolders::all() const {
  const auto groups = names_in(dir_ + "/members");
  if (!groups) return tl::unexpected<Error>(groups.error());
  std::vector<MemberRef> members;
  for (const std::string& group : *groups) {
    const auto names = names_in(dir_ + "/members/" + group);
    if (!names) return tl::unexpected<Error>(names.error());
    for (const std::string& name : *names) members.push_back({group, name});
  }
  return members;
}

Result<AgentFolders::Made> AgentFolders::make(const SpawnMember& spawn) const {
  const std::string place = folder(spawn.member);
  const std::string config = member_toml(spawn, place);
  if (const auto there = read_small_file(config_file(spawn.member)); there) {
    if (*there == config) return renew_token(spawn);
    return fail(ErrorCode::kConflict, "there is a member " + spawn.member.name + " of group " +
                                          spawn.member.group + " with other settings here");
  }
  Status made = check_bind_endpoint(socket(spawn.member));
  if (made) made = make_folders_durably(dir_ + "/members/" + spawn.member.group);
  if (!made) return tl::unexpected<Error>(made.error());
  made = make_folder_whole(place, [&](const fs::path& unfinished) -> Status {
    const std::string in = unfinished.string();
    for (const auto& [file, text] :
         {std::pair{"/token", spawn.token.hex()}, std::pair{"/agent.json", record_text({})},
          std::pair{"/member.toml", config}}) {
      if (auto written = write_file_durably(in + file, text); !written) return written;
    }
    return {};
  });
  return made.map([] { return Made::kNow; });
}

Result<AgentFolders::Made> AgentFolders::renew_token(const SpawnMember& spawn) const {
  const std::string before = token(spawn.member);
  if (before.empty() || before == spawn.token.hex()) return Made::kBefore;
  const auto written = write_file_durably(folder(spawn.member) + "/token", spawn.token.hex());
  return written.map([] { return Made::kNewToken; });
}

Result<MemberRecord> AgentFolders::record(const MemberRef& member) const {
  const std::string file = folder(member) + "/agent.json";
  const auto text = read_small_file(file);
  if (!text) return tl::unexpected<Error>(text.error());
  auto record = read_record(*text);
  if (!record) return fail(file, record.error());
  return record;
}

Status AgentFolders::keep(const MemberRef& member, const MemberRecord& record) const {
  return write_file_durably(folder(member) + "/agent.json", record_text(record));
}

std::string AgentFolders::token(const MemberRef& member) const {
  return read_small_file(folder(member) + "/token").value_or("");
}

void AgentFolders::drop_token(const MemberRef& member) const {
  std::error_code ignored;  // it is not there, or is dropped the next time
  fs::remove(folder(member) + "/token", ignored);
}

std::string AgentFolders::last_words(const MemberRef& member) const {
  constexpr std::size_t kMostRead = 1024;
  const std::string log = log_file(member);
  const UniqueFd file(::open(log.c_str(), O_RDONLY | O_CLOEXEC));
  std::error_code error;
  const auto size = fs::file_size(log, error);
  if (!file || error) return "";
  std::array<std::uint8_t, kMostRead> end{};
  const auto got = read_at(file.get(), size - std::min<std::uint64_t>(size, kMostRead), end, log);
  std::string text(end.begin(), end.begin() + static_cast<std::ptrdiff_t>(got.value_or(0)));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return escaped(std::string_view(text).substr(text.rfind('\n') + 1));
}

void AgentFolders::cut_log(const MemberRef& member) const {
  const std::string log = log_file(member);
  std::error_code error;
  const auto size = fs::file_size(log, error);
  if (error || size <= kMaxMemberLogBytes) return;
  fs::copy_file(log, log + ".old", fs::copy_options::overwrite_existing, error);
  // A full disk is no reason to let it grow.
  fs::resize_file(log, 0, error);
  if (error) {
    log_line(LogLevel::kWarn, "agent", "cannot cut a member's log",
             {{"file", log}, {"why", error.message()}});
  }
}

}  // namespace groupctl
