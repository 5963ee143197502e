#include "member/host/process_config.h"

#include <array>
#include <csignal>
#include <nlohmann/json.hpp>

#include "log/duration.h"
#include "log/nearest.h"

namespace groupctl {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> wrong(std::string_view key, std::string_view what) {
  return fail(ErrorCode::kInvalid, std::string(key) + " is not " + std::string(what));
}

Status read_command(const Json& value, ProcessConfig& into) {
  if (!value.is_array() || value.empty()) return wrong("command", "a list of words");
  into.command.clear();
  for (const Json& word : value) {
    if (!word.is_string()) return wrong("command", "a list of words");
    into.command.push_back(word.get<std::string>());
  }
  return {};
}

Status read_environment(const Json& value, ProcessConfig& into) {
  if (!value.is_object()) return wrong("environment", "a table of texts");
  for (const auto& [name, text] : value.items()) {
    if (!text.is_string()) return wrong("environment", "a table of texts");
    into.environment[name] = text.get<std::string>();
  }
  return {};
}

Status read_user(const Json& value, ProcessConfig& into) {
  if (!value.is_string()) return wrong("user", "a user's name");
  into.user = value.get<std::string>();
  return {};
}

Status read_restart(const Json& value, ProcessConfig& into) {
  for (auto when :
       {keeper::Restart::kAlways, keeper::Restart::kOnFailure, keeper::Restart::kNever}) {
    if (!value.is_string() || value.get<std::string>() != keeper::to_word(when)) continue;
    into.restart.when = when;
    return {};
  }
  return wrong("restart", "always, on_failure or never");
}

Status read_number(std::string_view key, const Json& value, std::uint64_t unit,
                   std::uint64_t& into) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMost) {
    return wrong(key, "a whole number");
  }
  into = value.get<std::uint64_t>() * unit;
  return {};
}

Status read_duration(std::string_view key, const Json& value, std::uint64_t& into) {
  const auto ms = value.is_string() ? parse_duration_ms(value.get<std::string>())
                                    : Result<std::uint64_t>(wrong(key, "a duration"));
  if (!ms) return wrong(key, "a duration like \"10s\"");
  into = *ms;
  return {};
}

Status read_signal(const Json& value, ProcessConfig& into) {
  struct Named {
    std::string_view name;
    int number;
  };
  static constexpr Named kSignals[] = {
      {"HUP", SIGHUP}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"INT", SIGINT}, {"TERM", SIGTERM}};
  for (const Named& signal : kSignals) {
    if (!value.is_string() || value.get<std::string>() != signal.name) continue;
    into.refresh_signal = static_cast<std::uint64_t>(signal.number);
    return {};
  }
  return wrong("refreshSignal", "HUP, USR1, USR2, INT or TERM");
}

struct Member {
  std::string_view key;
  Status (*read)(const Json& value, ProcessConfig& into);
};
constexpr std::uint64_t kMiB = 1 << 20;
const std::array<Member, 11> kMembers = {{
    {"command", read_command},
    {"environment", read_environment},
    {"user", read_user},
    {"restart", read_restart},
    {"maxRestarts",
     [](const Json& value, ProcessConfig& into) {
       return read_number("maxRestarts", value, 1, into.restart.most_in_row);
     }},
    {"grace", [](const Json& value,
                 ProcessConfig& into) { return read_duration("grace", value, into.grace_ms); }},
    {"steady", [](const Json& value,
                  ProcessConfig& into) { return read_duration("steady", value, into.steady_ms); }},
    {"refreshSignal", read_signal},
    {"memoryMiB",
     [](const Json& value, ProcessConfig& into) {
       return read_number("memoryMiB", value, kMiB, into.limits.memory_bytes);
     }},
    {"openFiles",
     [](const Json& value, ProcessConfig& into) {
       return read_number("openFiles", value, 1, into.limits.files);
     }},
    {"tasks",
     [](const Json& value, ProcessConfig& into) {
       return read_number("tasks", value, 1, into.limits.tasks);
     }},
}};

tl::unexpected<Error> unknown(const std::string& key) {
  std::vector<std::string> known;
  for (const Member& member : kMembers) known.emplace_back(member.key);
  return fail(ErrorCode::kInvalid,
              "\"" + key + "\" is nothing that a process has." + did_you_mean(key, known));
}

}  // namespace

Result<ProcessConfig> parse_process_config(ByteView bytes) {
  ProcessConfig config;
  if (bytes.empty()) return config;
  const Json object = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!object.is_object()) return fail(ErrorCode::kInvalid, "it is no JSON object");
  for (const auto& [key, value] : object.items()) {
    const auto found = std::find_if(kMembers.begin(), kMembers.end(),
                                    [&](const Member& member) { return member.key == key; });
    if (found == kMembers.end()) return unknown(key);
    if (auto read = found->read(value, config); !read) return tl::unexpected<Error>(read.error());
  }
  return config;
}

}  // namespace groupctl
