#include "daemon/reread.h"

#include <fmt/format.h>

#include "daemon/logging.h"

namespace groupctl {
namespace {

std::string words_of(const std::vector<std::string>& keys) {
  return keys.empty() ? "none" : fmt::format("{}", fmt::join(keys, ","));
}

}  // namespace

SettingChanges changes_between(const std::vector<FlagSpec>& flags, const ParsedFlags& running,
                               const ParsedFlags& read) {
  SettingChanges changes;
  for (const FlagSpec& flag : flags) {
    const bool same = running.has(flag.name) == read.has(flag.name) &&
                      running.texts(flag.name) == read.texts(flag.name);
    if (!same) (flag.live ? changes.taken : changes.restart).push_back(key_of(flag));
  }
  return changes;
}

void Rereader::reread(std::string_view component) {
  const auto read = parse_flags(program_, argc_, argv_);
  if (!read) {
    const std::string why = read.error().text.substr(0, read.error().text.find('\n'));
    return log_line(LogLevel::kError, component,
                    "the configuration cannot be read; nothing changes", {{"why", why}});
  }
  const SettingChanges changes = changes_between(program_.settings(), running_, *read);
  for (const FlagSpec& flag : program_.settings()) {
    if (flag.live) running_.take(flag.name, *read);
  }
  set_log_level(parse_log_level(running_.text("log-level")).value());
  log_line(LogLevel::kInfo, component, "configuration read again",
           {{"taken", words_of(changes.taken)}, {"needs_restart", words_of(changes.restart)}});
}

}  // namespace groupctl
