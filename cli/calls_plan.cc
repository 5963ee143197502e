// plan check, diff, export; apply.
#include "cli/calls.h"

namespace groupctl {
namespace {

Result<Call> plan_noun(const Words&) {
  return fail(ErrorCode::kInvalid, "plan check, diff or export is needed");
}

Result<PlanFile> plan_file(const Words& words) {
  const auto word = words.one("FILE");
  const auto flag = words.one("--file");
  if (word && flag) return fail(ErrorCode::kInvalid, "FILE and --file: one plan at a time");
  if (!word && !flag) return fail(ErrorCode::kInvalid, "a plan's FILE is needed; -: stdin");
  PlanFile file{word ? *word : *flag};
  for (const std::string& given : words.all("--var")) {
    const std::size_t equals = given.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail(ErrorCode::kInvalid, "--var: \"" + given + "\" is not NAME=VALUE");
    }
    file.variables[given.substr(0, equals)] = given.substr(equals + 1);
  }
  return file;
}

Result<Call> plan_check(const Words& words) {
  auto file = plan_file(words);
  if (!file) return tl::unexpected(file.error());
  return PlanCheckCall{*std::move(file)};
}

Result<Call> plan_diff(const Words& words) {
  auto file = plan_file(words);
  if (!file) return tl::unexpected(file.error());
  return PlanDiffCall{*std::move(file), words.on("--prune"), words.on("--exit-code")};
}

Result<Call> plan_apply(const Words& words) {
  auto file = plan_file(words);
  if (!file) return tl::unexpected(file.error());
  ApplyCall call{*std::move(file)};
  call.prune = words.on("--prune");
  call.allow_empty = words.on("--allow-empty");
  call.wait = !words.on("--no-wait");
  call.message = words.one_or_none("--message");
  Status taken = words.duration("--wait-timeout", call.wait_timeout_ms);
  if (taken) taken = at_sequence(words, call.at_sequence);
  if (!taken) return tl::unexpected(taken.error());
  return call;
}

constexpr CallRow kPlanRows[] = {{"plan", plan_noun},
                                 {"plan check", plan_check},
                                 {"plan diff", plan_diff},
                                 {"plan export", plain<PlanExportCall>},
                                 {"apply", plan_apply}};

}  // namespace

std::span<const CallRow> plan_calls() { return kPlanRows; }

}  // namespace groupctl
