// One group of real processes in a folder of its own: a coordinator, members, groupctl.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/client.h"
#include "log/keys.h"
#include "tests/process/harness_process.h"

namespace groupctl::process_test {

std::string coordinator_program();
std::string failpoint_coordinator_program();
std::string member_program();
std::string keeper_program();
std::string groupctl_program();
/// The project itself: its docs and examples.
std::filesystem::path source_dir();

/// Where all processes of this test have their keys; GROUPCTL_KEY_DIR says so to them.
std::filesystem::path key_dir();
/// With which the first admin connects to a coordinator of this test.
ClientKeys admin_keys();
/// Of what `init` says, so that members of that group which start in this folder are let in.
void keep_token(const std::filesystem::path& dir, const std::string& group,
                const std::string& said_by_init);

/// What groupctl, or group-member status, said and how it ended.
struct Answer {
  int exit_code = -1;
  std::string out;
  std::string err;
  /// What it said on stdout; a test has failed when that is no JSON.
  nlohmann::json json() const;
};

/// The admin plane asked from within the test.
class Admin {
 public:
  explicit Admin(const std::string& endpoint, std::optional<ClientKeys> keys = admin_keys());
  /// Lets in a member that has no token. Of a group that is open: nothing.
  Status let_in(const std::string& group, const std::string& member);
  ~Admin();
  Client& client() { return *client_; }
  Result<StatusReply> status();
  Result<MembersReply> members();
  /// Every entry of the log, in order.
  Result<std::vector<LogRow>> log();

 private:
  struct Channel;
  std::unique_ptr<Channel> channel_;
  std::unique_ptr<Client> client_;
};

struct CoordinatorOptions {
  std::vector<std::string> flags{};   ///< in place of the harness's own of the same name
  std::vector<std::string> before{};  ///< words before the program: strace ...
  std::string program = coordinator_program();
  std::vector<std::pair<std::string, std::string>> env{};
};

/// A member's process and its folders.
class Member {
 public:
  Member(std::filesystem::path group_dir, std::string name);

  const std::string& name() const { return name_; }
  std::filesystem::path state_dir() const { return dir_ / (name_ + "-state"); }
  std::filesystem::path files() const { return dir_ / (name_ + "-files"); }
  std::filesystem::path log_file() const { return dir_ / (name_ + ".log"); }
  Process& process() { return process_; }

  void start(const std::string& coordinator, const std::vector<std::string>& flags = {});
  /// Words before the program at each start: nsenter ...
  void run_behind(std::vector<std::string> words) { before_ = std::move(words); }
  /// group-member status -o json; nullopt while it does not answer.
  std::optional<nlohmann::json> status() const;
  Answer leave() const;
  /// group-member local ..., and diff.
  Answer local(const std::vector<std::string>& words) const;
  Answer diff(const std::vector<std::string>& words) const;

 private:
  std::filesystem::path dir_;
  std::string name_;
  std::vector<std::string> before_;
  Process process_;
};

class Group {
 public:
  enum class Keys : std::uint8_t { kOn, kOpen };
  /// A new group: `group-coordinator init` has run.
  explicit Group(std::string name = "shop", Keys keys = Keys::kOn);
  /// Shows the logs of all its processes when the test has failed.
  ~Group();

  const std::filesystem::path& dir() const { return temp_.path(); }
  const std::string& name() const { return name_; }
  std::filesystem::path state_dir() const { return dir() / "coordinator"; }
  /// Of its log's store.
  std::filesystem::path data_file() const {
    return state_dir() / "groups" / name_ / "log" / "data.mdb";
  }
  std::filesystem::path repository() const { return dir() / "archives"; }
  std::filesystem::path log_file() const { return dir() / "coordinator.log"; }
  /// Where the harness has a plane bound: at an address of the group's own, the same at every
  /// start. told_endpoint() is what the coordinator says.
  const std::string& endpoint(const std::string& plane) const { return endpoints_.at(plane); }
  /// Elsewhere, from the next start on.
  void place(const std::string& plane, const std::string& endpoint) {
    endpoints_[plane] = endpoint;
  }
  std::string told_endpoint(const std::string& plane) const;

  Answer init() const;
  Process& coordinator() { return coordinator_; }
  /// Starts it and waits until it can be reached; false when it ended or did not come up.
  bool start_coordinator(const CoordinatorOptions& options = {});

  /// The member of this name, made at the first call and not started.
  Member& member(const std::string& name);
  /// Starts members and waits until they and all others that run are in step.
  void start_members(const std::vector<std::string>& names);
  void start_member(const std::string& name, const std::vector<std::string>& flags = {});

  Answer ctl(const std::vector<std::string>& words) const;
  Answer ctl_at(const std::string& endpoint, const std::vector<std::string>& words) const;
  Admin admin() const { return Admin(endpoint("admin"), open_ ? std::nullopt : keys_of_admin()); }
  /// Those of a member that is let in, for a peer of the test's own.
  ClientKeys keys_of(const std::string& member) const;

  /// Packs a version of examples/site into the repository and gives the archive.
  std::string pack_site(const std::string& version) const;
  /// Packs files, all of them executable, into the repository and gives the archive.
  std::string pack(const std::string& name, const std::string& version,
                   const std::map<std::string, std::string>& files) const;
  bool serves(const std::string& member, const std::string& version);
  /// How often the coordinator has logged such a line: "joined member=m1", "plan=replay".
  std::size_t logged(const std::string& first, const std::string& second = "") const;

  /// Whether these members have received and executed everything, with the coordinator's digest,
  /// by their own word and the coordinator's; `why` says what is not so.
  bool converged(const std::vector<std::string>& names, std::string* why);
  /// The same, within a time.
  void expect_converged(const std::vector<std::string>& names);

 private:
  static std::optional<ClientKeys> keys_of_admin() { return admin_keys(); }

  TempDir temp_;
  std::string name_;
  bool open_;
  std::map<std::string, std::string> endpoints_;  ///< by plane
  Process coordinator_;
  std::map<std::string, std::unique_ptr<Member>> members_;
};

}  // namespace groupctl::process_test
