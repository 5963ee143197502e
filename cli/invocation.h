// What the operator asked for, checked and typed.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "cli/contexts.h"
#include "cli/screen.h"
#include "commands/state/catalogue.h"
#include "commands/state/rollout.h"
#include "commands/syntax.h"
#include "commands/system/system.h"
#include "wire/agent_messages.h"
#include "wire/group_messages.h"
#include "wire/key_messages.h"

namespace groupctl {

enum class Format : std::uint8_t {
  kTable,
  kJson,
  kName,  ///< only the sequence, for verbs that change something
};

/// Where the keys are that are connected with.
struct KeySettings {
  std::string server = {};       ///< the coordinator's, 64 digits; empty: DIR/coordinator.public
  std::string server_from = {};  ///< for messages: "--server-key"; empty as `server` is
  std::string file = {};         ///< the own secret one; empty: DIR/groupctl.secret
  std::string dir = {};
  bool operator==(const KeySettings&) const = default;
};

/// Whether the verb only says what it would do, and who is asked for that.
enum class DryRun : std::uint8_t {
  kNo,
  kCoordinator,  ///< whether it would be refused, and whom it would count
  kMembers,      ///< its targets as well
};

struct GlobalOptions {
  std::string endpoint = kBuiltInEndpoint;
  std::string endpoint_source = "the built-in default";  ///< for messages
  std::string group = {};  ///< the group that is meant; empty: whichever is there
  KeySettings keys = {};
  std::string context = {};                         ///< that is in use; empty: none
  std::map<std::string, AgentAddress> agents = {};  ///< of the context, by name
  Format format = Format::kTable;
  std::uint64_t timeout_ms = 30'000;  ///< talking to the coordinator
  bool quiet = false;
  bool verbose = false;
  bool yes = false;                             ///< every question is answered with yes
  std::uint32_t confirm_above = kConfirmAbove;  ///< commands to more members are asked about
  bool lines = false;  ///< -o jsonl: JSON, and every element of a list is a line of its own
  ColorWhen color = ColorWhen::kAuto;
  DryRun dry_run = DryRun::kNo;
  std::vector<std::string> typed = {};  ///< the whole line, behind the program's name
  std::string same_coordinator;  ///< the flags that reach it again: " -E tcp://127.0.0.1:7401"
};

/// A verb of the syntax table.
struct SubmitCall {
  const SyntaxRow* row = nullptr;
  SyntaxValues values;
  std::vector<std::string> targets;   ///< as typed (cli/targeting.h)
  std::optional<Amount> limit;        ///< --limit: not more of them than this
  std::optional<std::uint64_t> seed;  ///< --seed: by which those are drawn
  bool allow_empty = false;
  std::uint64_t ttl_ms = 0;  ///< of a never-late command, else 0
  std::string message;
  std::optional<std::string> id;  ///< --id KEY
  bool wait = true;
  std::uint64_t wait_timeout_ms = 600'000;
  std::string collect;        ///< the folder that bundles are brought home to; empty: they stay
  Sequence at_sequence = {};  ///< only if no command came after this; 0: in any case
};
/// A plan, and what its variables are.
struct PlanFile {
  std::string path;  ///< "-": stdin
  std::map<std::string, std::string, std::less<>> variables = {};
};
struct PlanCheckCall {
  PlanFile file;
};
struct PlanDiffCall {
  PlanFile file;
  bool prune = false;
  bool exit_code = false;  ///< 1 if there is anything to do
};
struct PlanExportCall {};
struct ApplyCall {
  PlanFile file;
  bool prune = false;
  bool allow_empty = false;
  Sequence at_sequence = {};  ///< 0: where the log ended when it was looked at
  std::string message = {};   ///< empty: the plan's
  bool wait = true;
  std::uint64_t wait_timeout_ms = 600'000;
};
/// What targets of an entry have kept of it.
struct ResultCall {
  Sequence sequence;
  std::vector<std::string> members;  ///< names; none: all its targets
  std::string collect;               ///< the folder; empty: what there is is shown
  bool per_line = false;
};
struct StatusCall {
  bool exit_code = false;  ///< 1 unless all are in step
};
struct MemberListCall {};
struct MemberShowCall {
  std::string name;
};
/// Of a member, or of an entry.
struct ExplainCall {
  std::string member;
  Sequence sequence;  ///< 0: of the member
};
struct EvictCall {
  std::vector<std::string> names;
  bool force = false;  ///< members that are not lost, too
  std::string message;
  std::optional<std::string> id;  ///< --id KEY
  Sequence at_sequence = {};      ///< as in SubmitCall
};
struct RolloutListCall {};
struct RolloutStatusCall {
  Sequence sequence;  ///< of the rolling deploy
};
struct RolloutSteerCall {
  Sequence sequence;
  SteerWhat what = SteerWhat::kPause;
  std::string message;
  std::optional<std::string> id;  ///< --id KEY
  bool wait = true;               ///< of undo
  std::uint64_t wait_timeout_ms = 600'000;
  Sequence at_sequence = {};  ///< as in SubmitCall
};
struct LogListCall {
  Sequence from;  ///< 0: the last `limit`
  std::uint32_t limit = 20;
};
struct LogShowCall {
  Sequence sequence;
};
struct DiffCall {
  std::vector<std::string> members;  ///< names; none: all
  bool exit_code = false;            ///< 1 if any differs
};
struct ReconcileCall {
  std::vector<std::string> members;
  std::string message;
  std::uint64_t wait_timeout_ms = 600'000;
};
struct AdoptCall {
  std::vector<std::string> members;
  std::vector<std::string> targets;  ///< none: each member's deviations for that member
  std::string message;
  std::uint64_t wait_timeout_ms = 600'000;
  Sequence at_sequence = {};  ///< as in SubmitCall
};
struct LogTailCall {
  std::uint32_t limit = 10;
  bool follow = false;
};
/// Waits for entries, or until something is so.
struct WaitCall {
  enum class For : std::uint8_t { kEntries, kInStep, kMember };
  For what = For::kEntries;
  std::vector<Sequence> sequences;  ///< of kEntries; of kInStep at most one: in step up to there
  std::string member;               ///< of kMember: it is there and in step
  std::uint64_t count = 0;          ///< of kInStep: as many members at least; 0: all there are
  std::uint64_t wait_timeout_ms = 600'000;
};
struct WatchCall {};
struct RepoPutCall {
  CatalogueName artefact;
  std::string file;
  std::string message;
};
struct RepoListCall {};
struct RepoVerifyCall {};
struct RepoGcCall {
  bool dry_run = false;
};
struct ArtefactListCall {};
struct ArtefactCall {
  enum class What : std::uint8_t { kShow, kWhere };
  What what = What::kShow;
  std::string name;
};
/// The groups of the coordinator's process.
struct GroupListCall {};
struct GroupShowCall {
  std::string name;  ///< empty: the one that is asked
};
struct GroupCreateCall {
  std::string name;
  PlaneEndpoints endpoints = {};  ///< what is empty is chosen by the coordinator
  std::optional<std::string> id = {};
};
struct GroupDeleteCall {
  std::string name;
  std::optional<std::string> id = {};
};
/// Who is let in.
struct KeyListCall {};
struct KeyChangeCall {
  ChangeKey::What what = ChangeKey::What::kAccept;
  std::string who;          ///< a name or a fingerprint
  std::string fingerprint;  ///< --fingerprint: that, and no other
  PublicKey key;            ///< accept --public-key: one that nobody asked for; zero: none
  std::optional<KeyRole> role;
  bool replace = false;
  bool all = false;  ///< accept --all that wait
  std::string message;
};
struct KeyTokenCall {
  std::uint64_t ttl_ms = 3'600'000;
  std::uint32_t uses = 1;
};
/// The own key.
struct KeyNewCall {
  std::string name;  ///< under which it asks to be let in; empty: the login's
};
struct KeyRotateCall {};
struct KeyFingerprintCall {};
/// Gives up what a coordinator has lost.
struct RecoverCall {
  std::string message;
};
/// Whether a program is a deployer.
struct DeployerTestCall {
  std::string path;
  std::string keeper;  ///< empty: where it is installed
};
struct PingCall {};
struct VersionCall {};
struct ContextCall {
  enum class Action : std::uint8_t { kList, kUse, kAdd, kRemove };
  Action action = Action::kList;
  std::string name;                             ///< but for kList
  std::string endpoint;                         ///< for kAdd
  std::string group = {};                       ///< for kAdd; empty: whichever is there
  std::string server_key = {};                  ///< for kAdd
  std::string key = {};                         ///< for kAdd
  std::uint32_t confirm_above = kConfirmAbove;  ///< for kAdd
};

/// The agents of a context.
struct AgentCall {
  enum class Action : std::uint8_t { kList, kShow, kAdd, kRemove };
  Action action = Action::kList;
  std::string name = {};      ///< of kShow empty: all
  AgentAddress address = {};  ///< for kAdd
};
/// Members, or all of a group, from outside.
struct SteerCall {
  SteerMember::What what = SteerMember::What::kStart;
  std::set<std::string> members;  ///< names; none: all of the group
  std::string group = {};         ///< empty: that of the context, or the only one there is
  bool wait = true;
  std::uint64_t wait_timeout_ms = 120'000;
};
/// A member from nothing.
struct SpawnCall {
  std::string name;
  std::string agent;  ///< empty: the only one there is
  std::string coordinator;
  SecretKey token;
  Labels labels;
  bool wait = true;
  std::uint64_t wait_timeout_ms = 120'000;
};

using Call = std::variant<
    SubmitCall, StatusCall, MemberListCall, LogListCall, LogShowCall, DiffCall, ReconcileCall,
    AdoptCall, PingCall, VersionCall, ContextCall, MemberShowCall, EvictCall, LogTailCall, WaitCall,
    WatchCall, RepoPutCall, RolloutListCall, RolloutStatusCall, RolloutSteerCall, RepoListCall,
    RepoVerifyCall, RepoGcCall, ArtefactListCall, ArtefactCall, ResultCall, GroupListCall,
    GroupShowCall, GroupCreateCall, GroupDeleteCall, RecoverCall, KeyListCall, KeyChangeCall,
    KeyTokenCall, KeyNewCall, KeyRotateCall, KeyFingerprintCall, DeployerTestCall, PlanCheckCall,
    PlanDiffCall, PlanExportCall, ApplyCall, AgentCall, SteerCall, SpawnCall, ExplainCall>;

struct Invocation {
  GlobalOptions global;
  Call call;
};

/// A command line cut into words.
struct RawWords {
  std::string verb;  ///< "log list"
  /// "--limit", or the name of a positional -> what was given, in order. A switch has any value.
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  std::vector<std::string> typed = {};  ///< the whole line, behind the program's name
};

/// The key of a positional of the syntax table in RawWords: CLI11 allows no '=' in it.
std::string positional_name(std::string_view name);

/// The line that does what a --dry-run told of, if nothing came after `head`; as a shell takes it.
std::string command_after(const std::vector<std::string>& typed, Sequence head);

/// Whether a coordinator is meant at all.
bool names_coordinator(const Call& call);
/// Whether one is greeted with the own key before anything else: verbs about that key see to it
/// themselves.
bool asks_coordinator(const Call& call);

/// Where the coordinator is may come from the environment or a context (cli/contexts.h). Errors:
/// kInvalid, kNotFound, kIo; one line for people.
Result<Invocation> invocation_of(const RawWords& raw, const std::vector<SyntaxRow>& table);

}  // namespace groupctl
