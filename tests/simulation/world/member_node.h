// A member in a simulated world: its core, its disk, its machine.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "member/core.h"
#include "tests/simulation/world/sim_disk.h"
#include "tests/simulation/world/sim_exec.h"
#include "tests/simulation/world/stage.h"
#include "tests/simulation/world/ticker.h"

namespace groupctl::sim {

struct MemberSpec {
  NodeId node = 1;
  std::string group = "shop";
  std::string name;    ///< in this world
  std::string called;  ///< in the group; empty: the same
  Labels labels;
  ServerId server_id;
  std::vector<std::string> shared_tail = {};
  PublicKey key = {};    ///< zero: it has none
  PublicKey token = {};  ///< that lets it in; zero: none
  PublicKey guest = {};  ///< of everybody who knows the coordinator's key
};

class MemberNode {
 public:
  MemberNode(Stage& stage, MemberSpec spec, const CommandTable& table, MemberConfig defaults);

  /// Starts the process. What cannot be loaded stays down; the error is in last_error().
  void start();
  /// The process ends here and now.
  void crash();
  void wipe(const ServerId& new_server_id);
  void leave();
  /// On its own socket; the reply is there when it is.
  std::uint64_t ask_local(std::variant<LocalCommand, Question> what);
  const LocalReply* local_reply(std::uint64_t token) const;
  /// Another table (a newer program), from the next start on.
  void set_table(const CommandTable& table) { table_ = &table; }
  void set_group(std::string group) { spec_.group = std::move(group); }
  void set_called(std::string called) { spec_.called = std::move(called); }
  void set_server_id(const ServerId& id) { spec_.server_id = id; }
  void revert_drift() { defaults_.reverts_drift = true; }
  void set_shared_tail(std::vector<std::string> urls) { spec_.shared_tail = std::move(urls); }
  /// Another key of its own, from the next start on. `token`: one that lets it in, or zero.
  void set_key(const PublicKey& key, const PublicKey& token) {
    spec_.key = key;
    spec_.token = token;
  }
  void set_guest(const PublicKey& key) { spec_.guest = key; }
  void set_labels(Labels labels) { spec_.labels = std::move(labels); }
  /// After it has ended by itself it is started again when so much time has passed, and after it
  /// has left up to forty times as much later; 0: never.
  void set_restart_ms(Millis ms) { restart_ms_ = ms; }

  /// Something arrives that no node of this world has said.
  void hear(MemberEvent event) { take(std::move(event)); }

  bool up() const { return core_ != nullptr; }
  /// It ended by itself after LEAVE.
  bool has_left() const { return left_; }
  /// The code with which it ended by itself, if it did.
  std::optional<int> exit_code() const { return exit_code_; }
  const std::string& last_error() const { return last_error_; }
  /// No commit and no work under way or waiting to be repeated.
  bool idle() const {
    return !disk_.busy() && !disk_.refused_last() && exec_.idle() && inbox_.empty();
  }

  const MemberSpec& spec() const { return spec_; }
  const MemberCore* core() const { return core_.get(); }
  SimDisk& disk() { return disk_; }
  const SimDisk& disk() const { return disk_; }
  SimExec& exec() { return exec_; }
  const SimExec& exec() const { return exec_; }
  /// A second core from a copy of the disk, as a restart would load it.
  Result<std::unique_ptr<MemberCore>> reload() const;

 private:
  void note_work(const WorkItem& item, const WorkResult& result);
  MemberConfig config() const;
  void connect(const PublicKey& as);
  const PublicKey& key_for(LinkAs as) const;
  void take(MemberEvent event);
  void step(MemberEvent event);
  MemberEvent take_next();
  std::vector<Epoch> fenced_epochs(const MemberEvent& event) const;
  bool is_stale(const MemberEvent& event) const;
  void judge_stale(const MemberOutput& output);
  void carry_out(MemberOutput output);
  void carry_out_rest(MemberOutput output);
  void answer_from_bundles(const BundleAsked& asked);
  void pump();
  void end(int code);
  void look(const LookRequest& request);
  void note_intentions();

  Stage& stage_;
  MemberSpec spec_;
  const CommandTable* table_;
  MemberConfig defaults_;
  Incarnation incarnation_;
  Epoch heard_;  // the latest of which it has listened to something
  SimDisk disk_;
  SimExec exec_;
  Ticker ticker_;
  LogHead stored_ = empty_head();
  std::unique_ptr<MemberCore> core_;
  std::deque<MemberEvent> inbox_;  // while a commit is under way: its loop waits for the disk
  std::map<std::uint64_t, LocalReply> local_replies_;
  std::uint64_t last_token_ = 0;
  std::uint64_t life_ = 0;  // of the process: a look of a former one is forgotten
  Millis restart_ms_ = 0;
  bool left_ = false;
  std::optional<int> exit_code_;
  std::string last_error_;
};

}  // namespace groupctl::sim
