#include "member/host/external_program.h"

#include <filesystem>

#include "daemon/clock.h"
#include "daemon/durable_file.h"
#include "daemon/logging.h"
#include "deployers/call_about.h"
#include "member/host/names.h"

namespace groupctl {
namespace {

using deployers::CallEnd;
using deployers::Verdict;

/// Warnings of one call that get into the member's log; all are in its output.
constexpr int kLoggedLines = 20;

CallEnd not_called(const Error& why) {
  CallEnd ended;
  ended.why = why.text;
  return ended;
}

}  // namespace

ExternalProgram::ExternalProgram(ExternalConfig config, const Programs& programs,
                                 OnProgress on_progress)
    : config_(std::move(config)),
      programs_(&programs),
      on_progress_(std::move(on_progress)),
      notes_(config_.folder) {}

deployers::Call ExternalProgram::call_of(const std::string& command,
                                         const ExternalSubject& subject) const {
  const ReleaseRecord& record = subject.record;
  deployers::Call call = deployers::call_about(
      command, {record.name, record.version, "sha256:" + record.digest.hex(), subject.folder,
                subject.link, notes_.config_file(record.name), std::string(as_text(record.config)),
                notes_.own_folder(record.name), notes_.read(record.name).handle});
  call.environment = programs_->environment(call.folder, std::move(call.environment));
  return call;
}

CallEnd ExternalProgram::call(const deployers::Call& call,
                              const std::function<void(const deployers::Said&)>& on_said) const {
  return deployers::call({programs_->keeper(), config_.path}, call, on_said,
                         [this] { return programs_->stopping(); });
}

CallEnd ExternalProgram::ask(const std::string& command, const ExternalSubject& subject) const {
  if (Status made = notes_.make_folder(subject.record.name); !made) {
    return not_called(made.error());
  }
  return call(call_of(command, subject));
}

CallEnd ExternalProgram::plan(const ExternalSubject& subject) const {
  const std::string& name = subject.record.name;
  const std::string config = notes_.planned_config_file(name);
  Status made = notes_.make_folder(name);
  if (made) made = write_file_durably(config, as_text(subject.record.config));
  if (!made) return not_called(made.error());
  deployers::Call planned = call_of("plan", subject);
  planned.environment["GROUP_CONFIG"] = config;
  CallEnd ended = call(planned);
  std::error_code ignored;
  std::filesystem::remove(config, ignored);
  return ended;
}

CallEnd ExternalProgram::try_once(deployers::Call call, int attempt, std::uint64_t left_ms) const {
  call.environment["GROUP_ATTEMPT"] = std::to_string(attempt);
  call.timeout_ms = left_ms;
  call.grace_ms = deployers::kGraceMs;
  int logged = 0;
  const auto on_said = [&](const deployers::Said& said) {
    if (const auto* progress = std::get_if<deployers::ProgressSaid>(&said)) {
      on_progress_(progress->step.empty() ? call.command : progress->step, progress->percent);
    }
    const auto* text = std::get_if<deployers::LogSaid>(&said);
    if (text == nullptr || text->weight < deployers::LogWeight::kWarn) return;
    if (++logged > kLoggedLines) return;
    log_line(LogLevel::kWarn, "member", "a deployer warns",
             {{"deployer", config_.name}, {"command", call.command}, {"text", text->text}});
  };
  return this->call(call, on_said);
}

StepResult<bool> ExternalProgram::tell(const std::string& command,
                                       const ExternalSubject& subject) const {
  const std::string& name = subject.record.name;
  if (Status made = notes_.make_folder(name); !made) {
    return step_failed(command, made.error().text);
  }
  const deployers::Call call = call_of(command, subject);
  const std::uint64_t until = local_now().value + config_.timeout_ms;
  std::uint64_t pause = kPauseMs;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    const std::uint64_t now = local_now().value;
    const CallEnd ended = try_once(call, attempt, until > now ? until - now : 1);
    notes_.keep_output(name, ended.output);
    if (ended.done()) {
      return keep_handle(command, name, ended.result.handle).map([] { return true; });
    }
    if (ended.verdict == Verdict::kNotSupported) return false;
    const bool again = ended.verdict == Verdict::kTemporary && attempt < kTries &&
                       local_now().value + pause < until && !programs_->stopping();
    if (!again) return tl::unexpected<StepError>(failed(command, ended));
    programs_->rest(pause);
  }
}

StepResult<void> ExternalProgram::keep_handle(const std::string& command, const std::string& name,
                                              const std::string& handle) const {
  if (handle.empty()) return {};
  ExternalNote note = notes_.read(name);
  note.handle = handle;
  return as_step(command, notes_.write(name, note));
}

StepResult<void> ExternalProgram::must(const std::string& command,
                                       const ExternalSubject& subject) const {
  const auto told = tell(command, subject);
  if (!told) return tl::unexpected<StepError>(told.error());
  if (*told) return {};
  return step_failed(command, "deployer " + config_.name + " has no " + command);
}

void ExternalProgram::dump(const ExternalSubject& subject, const std::string& into) const {
  if (!notes_.make_folder(subject.record.name)) return;
  deployers::Call call = call_of("dump", subject);
  call.environment["GROUP_DUMP_DIR"] = into;
  try_once(std::move(call), 1, config_.timeout_ms);
}

StepError ExternalProgram::failed(std::string_view step, const CallEnd& ended) const {
  const std::string refused =
      ended.verdict == Verdict::kRefused ? "this machine does not allow it: " : "";
  return {ended.timed_out ? Outcome::kTimedOut : Outcome::kFailed, std::string(step),
          "deployer " + config_.name + ": " + refused + ended.why};
}

}  // namespace groupctl
