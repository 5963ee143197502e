#include "member/host/exec_runner.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "daemon/durable_file.h"
#include "deployers/call.h"
#include "member/host/names.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExecStep = "exec";

bool ended_well(const keeper::Ended& ended) {
  return ended.kind == keeper::EndKind::kExited && ended.code == 0;
}

bool said_nothing(const keeper::Ended& ended) {
  return ended.out.text().empty() && ended.err.text().empty();
}

std::string names_of(const AllowedPrograms& allowed) {
  std::string names;
  for (const auto& [name, path] : allowed) names += (names.empty() ? "" : ", ") + name;
  return names;
}

std::string not_allowed(const std::string& name, const AllowedPrograms& allowed) {
  if (allowed.empty()) return "this member runs no programs: its allow-exec names none";
  return name + " is not allowed on this member; its allow-exec names " + names_of(allowed);
}

}  // namespace

Result<AllowedPrograms> allowed_programs(const std::vector<std::string>& paths) {
  AllowedPrograms allowed;
  for (const std::string& path : paths) {
    const auto [there, added] = allowed.emplace(fs::path(path).filename().string(), path);
    if (!added && there->second != path) {
      return fail(ErrorCode::kInvalid,
                  "allow-exec: " + there->second + " and " + path + " have one name");
    }
  }
  return allowed;
}

std::string output_text(const keeper::Ended& ended) {
  nlohmann::json object = {
      {"end", ended.text}, {"out", ended.out.text()}, {"err", ended.err.text()}};
  if (ended.kind == keeper::EndKind::kExited) object["exitCode"] = ended.code;
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

ExecRunner::ExecRunner(ExecConfig config, const Programs& programs)
    : config_(std::move(config)),
      programs_(&programs),
      files_(config_.folder, ".json", kMaxKeptOutputs) {}

StepResult<void> ExecRunner::may_run(const std::vector<std::string>& words) const {
  if (config_.allowed.contains(words.front())) return {};
  return step_failed(kExecStep, not_allowed(words.front(), config_.allowed));
}

StepResult<ProgramEnd> ExecRunner::run(Sequence at, const std::vector<std::string>& words) const {
  if (auto may = may_run(words); !may) return tl::unexpected<StepError>(may.error());
  if (Status made = files_.make_folder(); !made) return step_failed(kExecStep, made.error().text);
  const std::string work = config_.folder + "/.work";
  std::error_code error;
  fs::remove_all(work, error);
  if (!error) fs::create_directory(work, error);
  if (error) return step_failed(kExecStep, work + ": " + error.message());
  const auto ended = run_in(work, at, config_.allowed.find(words.front())->second, words);
  fs::remove_all(work, error);  // the next one tries again
  if (!ended) return step_failed(kExecStep, ended.error().text);
  ProgramEnd end;
  if (!ended_well(*ended)) {
    const bool late = ended->kind == keeper::EndKind::kTimedOut;
    end.outcome = late ? Outcome::kTimedOut : Outcome::kFailed;
    end.text = deployers::ended_text(*ended, ended->out.text());
  }
  if (said_nothing(*ended)) return end;
  auto kept = keep(at, *ended);
  if (kept) {
    end.output = *std::move(kept);
    return end;
  }
  // It has run, however little is known of what it said.
  end.text += (end.text.empty() ? "" : "; ") + ("its output is not kept: " + kept.error().text);
  return end;
}

Result<keeper::Ended> ExecRunner::run_in(const std::string& folder, Sequence at,
                                         const std::string& path,
                                         const std::vector<std::string>& words) const {
  keeper::ProgramSpec spec;
  spec.path = path;
  spec.argv = words;
  spec.folder = folder;
  spec.environment = programs_->environment(folder, {{"GROUP_SEQ", std::to_string(at.value)}});
  spec.checked = true;
  return programs_->run(std::move(spec), config_.timeout_ms);
}

Result<LeftFile> ExecRunner::keep(Sequence at, const keeper::Ended& ended) const {
  if (Status written = write_file_durably(files_.unfinished(), output_text(ended)); !written) {
    return tl::unexpected<Error>(written.error());
  }
  return files_.keep(at);
}

}  // namespace groupctl
