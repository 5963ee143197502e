#include "member/joined_file.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

#include "daemon/durable_file.h"
#include "daemon/file_io.h"
#include "daemon/toml_settings.h"
#include "member/flags.h"

namespace groupctl {
namespace {

constexpr std::string_view kStateDir = "state-dir";
constexpr std::string_view kSecret = "token";

/// nullopt: there is none.
Result<std::optional<Settings>> kept_before(const std::string& file) {
  std::error_code ignored;  // what is wrong with the folder is said when it is written to
  if (!std::filesystem::exists(file, ignored)) return std::optional<Settings>();
  const auto text = read_small_file(file);
  if (!text) return tl::unexpected<Error>(text.error());
  auto kept = settings_from_toml(*text, file, member_program_spec().settings(),
                                 surroundings(member_program_spec().config));
  if (!kept) return tl::unexpected<Error>(kept.error());
  return std::optional(*std::move(kept));
}

bool said_alike(const std::string& name, const Settings& before, const ParsedFlags& now) {
  const auto found = before.find(name);
  if (found == before.end()) return !now.given(name);
  return now.given(name) && now.texts(name) == found->second.values;
}

/// Whether it is about the same key at the same coordinator: if that waits, it let nobody in.
bool is_of_this_key(const Settings& before, const ParsedFlags& now) {
  constexpr const char* kWhichKey[] = {"group", "name", "key-dir", "server-key"};
  return std::all_of(std::begin(kWhichKey), std::end(kWhichKey),
                     [&](const char* name) { return said_alike(name, before, now); });
}

std::string as_flag(const FlagSpec& flag, const ParsedFlags& flags) {
  if (flag.kind == FlagKind::kSwitch) {
    return flags.on(flag.name) ? " --" + flag.name : " --set " + key_of(flag) + "=false";
  }
  std::string text;
  for (const std::string& value : flags.texts(flag.name)) text += " --" + flag.name + " " + value;
  return text;
}

}  // namespace

std::string joined_file(const ParsedFlags& flags) {
  return (std::filesystem::path(flags.text("state-dir")) / kJoinedFile).string();
}

Result<bool> keep_joined(const ParsedFlags& flags, std::optional<KeyState> state) {
  const std::string file = joined_file(flags);
  const auto before = kept_before(file);
  if (!before) return tl::unexpected<Error>(before.error());
  const bool let_in = state == KeyState::kAccepted;
  const bool waits = state == KeyState::kPending;
  const bool replaces = !*before || let_in || (waits && is_of_this_key(**before, flags));
  if (!replaces) return false;
  Settings kept;
  for (const auto& [name, setting] : flags.settings()) {
    const bool said = flags.given(name) && name != kStateDir;
    if (said && !(let_in && name == kSecret)) kept.emplace(name, setting);
  }
  if (auto made = make_folders_durably(flags.text("state-dir")); !made) {
    return tl::unexpected<Error>(made.error());
  }
  const std::string text = settings_text(member_program_spec().settings(), kept);
  if (auto written = write_file_durably(file, text); !written) {
    return tl::unexpected<Error>(written.error());
  }
  return true;
}

std::string run_line(const ParsedFlags& flags) {
  const std::string& state_dir = flags.text("state-dir");
  std::string line = "group-member run";
  std::vector<const char*> words = {"group-member", "run", "--state-dir", state_dir.c_str()};
  if (!flags.config_file().empty()) {
    line += " --config " + flags.config_file();
    words.insert(words.end(), {"--config", flags.config_file().c_str()});
  }
  line += " --state-dir " + state_dir;
  const ProgramSpec program = member_program_spec();
  const auto run = parse_flags(program, static_cast<int>(words.size()), words.data());
  for (const FlagSpec& flag : program.settings()) {
    const bool aside = flag.name == kStateDir || flag.name == kSecret || !flags.has(flag.name);
    if (aside || (run && run->texts(flag.name) == flags.texts(flag.name))) continue;
    if (run || flags.given(flag.name)) line += as_flag(flag, flags);
  }
  return line;
}

}  // namespace groupctl
