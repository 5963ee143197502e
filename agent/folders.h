// The folders of an agent.
//
//   DIR/identity ...              as of every daemon (daemon/state_dir.h)
//   DIR/allowed                   who may ask it: lines "NAME KEY"
//   DIR/endpoint                  where a running agent answers
//   DIR/members/GROUP/NAME/       one member, made whole or not at all
//     member.toml                 its configuration
//     token                       lets it in; gone once it has been (0600)
//     agent.json                  whether it is to run, and its process
//     log, log.old                what it says on stderr
//     state/ keys/ files/         its own
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/record.h"
#include "log/result.h"
#include "wire/agent_messages.h"

namespace groupctl {

class AgentFolders {
 public:
  /// `dir` is absolute.
  explicit AgentFolders(std::string dir) : dir_(std::move(dir)) {}

  std::string folder(const MemberRef& member) const;
  std::string config_file(const MemberRef& member) const { return folder(member) + "/member.toml"; }
  std::string log_file(const MemberRef& member) const { return folder(member) + "/log"; }
  /// The member's own socket.
  std::string socket(const MemberRef& member) const;

  /// Every member that is on disk, by group and name. Errors: kIo.
  Result<std::vector<MemberRef>> all() const;

  enum class Made : std::uint8_t {
    kNow,
    kBefore,    ///< it is there with the same settings, and is left as it is
    kNewToken,  ///< but for its token, which had not let it in yet, and is this one now
  };
  /// Errors: kConflict for other settings; kInvalid when its folder's name is too long for a
  /// socket; kIo, kStorageFull.
  Result<Made> make(const SpawnMember& spawn) const;

  /// Errors: kNotFound, kCorrupt, kIo.
  Result<MemberRecord> record(const MemberRef& member) const;
  /// Whole and synced. Errors: kIo, kStorageFull.
  Status keep(const MemberRef& member, const MemberRecord& record) const;

  /// Empty: there is none any more.
  std::string token(const MemberRef& member) const;
  void drop_token(const MemberRef& member) const;

  /// What stands last in its log, for people; empty: nothing does.
  std::string last_words(const MemberRef& member) const;
  /// Keeps the log within two files of kMaxMemberLogBytes: what is in it becomes log.old. The
  /// process goes on writing to the same file.
  void cut_log(const MemberRef& member) const;
  static constexpr std::uint64_t kMaxMemberLogBytes = 8 << 20;

 private:
  Result<Made> renew_token(const SpawnMember& spawn) const;

  std::string dir_;
};

}  // namespace groupctl
