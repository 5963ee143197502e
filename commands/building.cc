#include "commands/building.h"

namespace groupctl {

Result<BuiltCommand> build_command(std::string_view verb, const std::string& word,
                                   SyntaxValues values) {
  for (const SyntaxRow& row : syntax_table()) {
    if (row.verb != verb || row.positionals.empty()) continue;
    values.emplace(row.positionals.front().name, std::vector<std::string>{word});
    return row.build(values);
  }
  return fail(ErrorCode::kUnsupported, "this group has no command " + std::string(verb));
}

Result<BuiltCommand> build_deploy(std::string_view name, const Release& release,
                                  const std::optional<RolloutPolicy>& rolling) {
  SyntaxValues values{{"--digest", {release.digest.hex()}}, {"--deployer", {release.deployer}}};
  if (!release.config.empty()) values["--config"] = {std::string(as_text(release.config))};
  if (!release.after.empty()) values["--after"] = release.after;
  if (!release.health.command.empty()) {
    values.emplace(kHealthWords, release.health.command);
    values["--health-every"] = {std::to_string(release.health.every_ms) + "ms"};
    values["--health-within"] = {std::to_string(release.health.within_ms) + "ms"};
  }
  if (rolling) {
    values["--batch"] = {to_text(rolling->window)};
    values["--max-failures"] = {to_text(rolling->max_failures)};
    if (rolling->canary != 0) values["--canary"] = {std::to_string(rolling->canary)};
    if (rolling->pause_ms != 0) {
      values["--batch-pause"] = {std::to_string(rolling->pause_ms) + "ms"};
    }
  }
  return build_command("deploy", std::string(name) + "@" + release.version, std::move(values));
}

}  // namespace groupctl
