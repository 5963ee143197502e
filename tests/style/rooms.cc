#include "tests/style/rooms.h"

namespace groupctl::style {

const std::vector<Room>& rooms() {
  static const std::vector<Room> table = {
      {"log", {}},
      {"commands", {"log"}},
      {"wire", {"log"}},
      {"daemon", {"log"}},
      {"keeper", {"daemon", "log"}},
      {"deployers", {"keeper", "daemon", "log"}},
      {"plan", {"commands", "daemon", "log"}},
      {"coordinator", {"wire", "commands", "daemon", "log"}},
      {"member", {"wire", "commands", "deployers", "keeper", "daemon", "log"}},
      {"agent", {"wire", "keeper", "daemon", "log"}},
      {"cli", {"plan", "wire", "commands", "deployers", "daemon", "log"}},
      {"tests",
       {"log", "commands", "wire", "daemon", "keeper", "deployers", "plan", "coordinator", "member",
        "agent", "cli"}},
      {"bench",
       {"log", "commands", "wire", "daemon", "keeper", "deployers", "plan", "coordinator", "member",
        "agent", "cli", "tests"}},
  };
  return table;
}

const std::vector<std::string_view>& pure_files() {
  static const std::vector<std::string_view> table = {
      "log/**",
      "!log/lmdb_*",
      "!log/dir_lock*",
      "!log/head_file*",
      "!log/unique_fd*",
      "commands/*.h",
      "commands/state/**",
      "commands/system/**",
      "commands/deploy_bounds*",
      "commands/left_behind*",
      "commands/step_order*",
      "commands/*/apply.*",
      "commands/*/syntax.*",
      "wire/**",
      "!wire/zmq_*",
      "coordinator/**",
      "!coordinator/audit_log*",
      "!coordinator/shell*",
      "!coordinator/storage_thread*",
      "!coordinator/replay_thread*",
      "!coordinator/repo/**",
      "!coordinator/hosting/**",
      "!coordinator/setup*",
      "!coordinator/flags*",
      "!coordinator/init_group*",
      "!coordinator/program.cc",
      "!coordinator/main.cc",
      "agent/allowed*",
      "agent/core*",
      "agent/record*",
      "member/actuals*",
      "member/backoff*",
      "member/core*",
      "member/deviations*",
      "member/fence*",
      "member/follower*",
      "member/foretellings*",
      "member/host/bundle_log*",
      "member/host/bundle_text*",
      "member/host/http_answer*",
      "member/frame_run*",
      "member/group_clock*",
      "member/intentions*",
      "member/jobs*",
      "member/kept_log*",
      "member/local_plan*",
      "member/memory*",
      "member/outcomes*",
      "member/replay_asker*",
      "member/row_stage*",
      "member/session*",
      "member/settle*",
      "member/snapshot_fetch*",
      "member/work*",
      "deployers/said*",
      "keeper/captured*",
      "keeper/ended*",
      "keeper/json_fields*",
      "keeper/later*",
      "keeper/once_wire*",
      "keeper/policy*",
      "keeper/spec*",
      "plan/**",
      "cli/builtin_verbs*",
      "cli/explain_*",
      "cli/explanation*",
      "cli/json_ledger*",
      "cli/json_lines*",
      "cli/live_region*",
      "cli/plan_report*",
      "cli/render*",
      "cli/repository_report*",
      "cli/rollout_report*",
      "cli/screen*",
      "cli/watch_keys*",
      "cli/watch_view*",
      "cli/width*",
  };
  return table;
}

const std::vector<std::string_view>& impure_headers() {
  static const std::vector<std::string_view> table = {
      // libraries with a world behind them
      "zmq",
      "lmdb",
      "CLI/",
      "spdlog/",
      // threads
      "thread",
      "mutex",
      "shared_mutex",
      "condition_variable",
      "future",
      // clocks and chance
      "chrono",
      "ctime",
      "time.h",
      "random",
      // files and the rest of the system
      "fstream",
      "filesystem",
      "unistd.h",
      "fcntl.h",
      "poll.h",
      "sys/",
      "csignal",
      "signal.h",
      // an order of iteration that is not the same everywhere
      "unordered_map",
      "unordered_set",
  };
  return table;
}

const std::vector<Owner>& owners() {
  static const std::vector<Owner> table = {
      {"lmdb", {"log/lmdb_*"}},
      {"zmq", {"wire/zmq_*"}},
      {"CLI/", {"cli/**", "daemon/**"}, 1},
      {"toml++/", {"daemon/toml.cc"}},
      {"curl/", {"member/host/curl_get.cc"}},
  };
  return table;
}

const std::vector<std::string_view>& shared_command_folders() {
  static const std::vector<std::string_view> table = {"state", "system"};
  return table;
}

std::string_view top_folder(std::string_view path) {
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

bool matches(std::string_view pattern, std::string_view path) {
  if (pattern == "**") return true;
  if (pattern.empty() || path.empty()) return pattern == "*" || pattern.size() == path.size();
  if (pattern.front() != '*') {
    return pattern.front() == path.front() && matches(pattern.substr(1), path.substr(1));
  }
  if (matches(pattern.substr(1), path)) return true;
  return path.front() != '/' && matches(pattern, path.substr(1));
}

bool is_pure(std::string_view path) {
  bool pure = false;
  for (std::string_view pattern : pure_files()) {
    const bool out = pattern.front() == '!';
    if (out) pattern.remove_prefix(1);
    if (matches(pattern, path)) pure = !out;
  }
  return pure;
}

}  // namespace groupctl::style
