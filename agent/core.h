// What an agent does with the processes of its members: which of them are to run, which do not
// answer, when one that ended is started again. Pure: the shell carries out what it says, and tells
// it what came of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "log/note.h"
#include "log/result.h"
#include "log/types.h"
#include "wire/agent_messages.h"

namespace groupctl {

struct AgentConfig {
  std::uint64_t hung_after_ms = 60'000;  ///< without an answer a member is killed; 0: never
  std::uint64_t stop_after_ms = 30'000;  ///< one that was told to end is killed after so long
};

/// Time passes.
struct AgentTick {};
/// A member that is on this machine already, or was made just now.
struct MemberFound {
  MemberRef member;
  bool wanted = false;
  std::uint32_t pid = 0;  ///< its process of before; 0: it has none
};
/// Somebody asks; what it means for `wanted` is on disk.
struct MemberSteered {
  SteerMember::What what = SteerMember::What::kStart;
  MemberRef member;
};
/// As a start was carried out.
struct MemberStarted {
  MemberRef member;
  std::uint32_t pid = 0;
};
struct MemberNotStarted {
  MemberRef member;
  std::string why;
};
struct MemberEnded {
  MemberRef member;
  std::string how;         ///< "exit code 74", "signal 9"; empty: another process was its parent
  bool by_itself = false;  ///< and with exit code 0: it has left its group
};
/// It has answered on its own socket.
struct MemberAnswered {
  MemberRef member;
  std::string phase;
};
using AgentEvent = std::variant<AgentTick, MemberFound, MemberSteered, MemberStarted,
                                MemberNotStarted, MemberEnded, MemberAnswered>;

/// To be carried out in the order of the fields.
struct AgentOutput {
  std::vector<MemberRef> unwanted;   ///< to be kept on disk: it is not to run any more
  std::vector<MemberRef> terminate;  ///< SIGTERM to its process, and to no other
  std::vector<MemberRef> kill;       ///< SIGKILL
  std::vector<MemberRef> start;      ///< answered by MemberStarted or MemberNotStarted
  std::vector<MemberRef> look;       ///< ask its own socket
  std::vector<Note> notes;
};

class AgentCore {
 public:
  explicit AgentCore(AgentConfig config) : config_(config) {}

  AgentOutput step(LocalTime now, const AgentEvent& event);

  bool has(const MemberRef& member) const { return members_.contains(member); }
  /// One that there is.
  bool wants_to_run(const MemberRef& member) const { return members_.at(member).wanted; }
  std::size_t size() const { return members_.size(); }
  /// Whether it would have to be on disk that the member is to run, or is not to.
  static bool wants(SteerMember::What what) { return what != SteerMember::What::kStop; }
  /// One that there is.
  AgentMember row(LocalTime now, const MemberRef& member) const;
  /// By group and name.
  std::vector<AgentMember> rows(LocalTime now) const;

  /// Between two ticks at most; a longer one is no silence of the members': the agent, or the whole
  /// machine, was held up itself.
  static constexpr std::uint64_t kTickMs = 500;

 private:
  struct Kept {
    bool wanted = false;
    AgentMemberState state = AgentMemberState::kStopped;
    LocalTime since;
    std::uint32_t pid = 0;
    std::string phase;
    std::string text;
    std::uint64_t silent_ms = 0;
    std::uint64_t looked_ms = 0;  // ago
    unsigned failures = 0;        // in a row
    LocalTime start_at;           // of a failing one
    bool killed = false;          // of a stopping one
    bool hung = false;
  };
  using Member = std::pair<const MemberRef, Kept>;

  void on(const AgentTick&);
  void on(const MemberFound& found);
  void on(const MemberSteered& steered);
  void on(const MemberStarted& started);
  void on(const MemberNotStarted& failed);
  void on(const MemberEnded& ended);
  void on(const MemberAnswered& answered);

  void enter(Kept& kept, AgentMemberState state);
  void stop(Member& member);
  void begin(Member& member);
  void fail_member(Member& member, std::string why);
  void wait_for_answer(Member& member, std::uint64_t passed_ms);
  void note(NoteLevel level, std::string text, const Member& member);
  AgentMember row_of(const MemberRef& member, const Kept& kept, LocalTime now) const;

  AgentConfig config_;
  std::map<MemberRef, Kept> members_;
  LocalTime now_;
  std::optional<LocalTime> last_tick_;
  AgentOutput out_;
};

}  // namespace groupctl
