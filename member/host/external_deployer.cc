#include "member/host/external_deployer.h"

#include <filesystem>

#include "daemon/durable_file.h"
#include "daemon/logging.h"
#include "member/host/names.h"

namespace groupctl {
namespace {

/// A running one may be of another release than the one in place.
Run running(const deployers::ResultSaid& said, const ReleaseRecord& record) {
  const bool other = (!said.version.empty() && said.version != record.version) ||
                     (!said.digest.empty() && said.digest != "sha256:" + record.digest.hex());
  return other ? Run::kOther : Run::kRunning;
}

std::optional<Run> run_of(const deployers::ResultSaid& said, const ReleaseRecord& record) {
  if (said.state == "running") return running(said, record);
  if (said.state == "stopped") return Run::kStopped;
  if (said.state == "failed") return Run::kFailed;
  if (said.state == "nothing") return Run::kNothing;
  return std::nullopt;
}

std::string run_text(const deployers::ResultSaid& said, Run run) {
  if (!said.text.empty() || run != Run::kOther) return said.text;
  return "what runs is " + (said.version.empty() ? "another build" : said.version);
}

}  // namespace

ExternalSubject ExternalDeployer::subject(const ReleaseRecord& record) const {
  return {record, releases().folder(record), releases().link(record.name)};
}

StepResult<ExternalSubject> ExternalDeployer::subject_in_place(const std::string& name,
                                                               std::string_view step) const {
  return current(name, step).map([this](const ReleaseRecord& record) { return subject(record); });
}

// ---- what is in place

StepResult<void> ExternalDeployer::take_run(const deployers::CallEnd& said,
                                            const ReleaseRecord& record, Placed& placed) const {
  if (said.verdict == deployers::Verdict::kNotSupported) return {};
  if (!said.done()) return tl::unexpected<StepError>(program_.failed("status", said));
  const auto run = run_of(said.result, record);
  if (!run) {
    return step_failed("status", "deployer " + program_.name() + " says no state that there is");
  }
  placed.run = program_.notes().read(record.name).runs_nothing ? Run::kNothing : *run;
  placed.run_text = run_text(said.result, placed.run);
  const std::lock_guard lock(mutex_);
  if (const auto foreign = foreign_.find(record.name); foreign != foreign_.end()) {
    placed.run = Run::kOther;
    placed.run_text = foreign->second;
  }
  return {};
}

StepResult<void> ExternalDeployer::add_run(const ReleaseRecord& record, Placed& placed) const {
  return take_run(program_.ask("status", subject(record)), record, placed);
}

/// Beside what inspect() asks it keeps the handle: notes are written on one thread alone.
StepResult<std::optional<Placed>> ExternalDeployer::status(const std::string& name) {
  const auto record = releases().current(name);
  if (!record) return tl::unexpected<StepError>(record.error());
  if (!*record) return std::nullopt;
  Placed placed = placed_of(**record);
  const deployers::CallEnd said = program_.ask("status", subject(**record));
  if (auto taken = take_run(said, **record, placed); !taken) {
    return tl::unexpected<StepError>(taken.error());
  }
  return program_.keep_handle("status", name, said.result.handle).map([&] {
    return std::optional(placed);
  });
}

StepResult<Inspection> ExternalDeployer::inspect(const std::string& name, const Pace& pace) {
  auto found = ReleasesDeployer::inspect(name, pace);
  if (!found || !found->placed || !found->altered.empty()) return found;
  if (const std::string begun = program_.notes().read(name).begun; !begun.empty()) {
    found->altered = "the deploy of " + begun + " by " + program_.name() + " did not end well";
  }
  return found;
}

StepResult<std::string> ExternalDeployer::foretell(const std::string& name,
                                                   const Release& release) {
  const auto there = releases().current(name);
  if (!there) return tl::unexpected<StepError>(there.error());
  ReleaseRecord record;
  record.name = name;
  record.version = release.version;
  record.digest = release.digest;
  record.config = release.config;
  const deployers::CallEnd ended = program_.plan({record, "", releases().link(name)});
  // The folder that it was called in, if it is as new: nothing is to be left of a dry run.
  std::error_code in_use;
  if (!*there) std::filesystem::remove(program_.notes().own_folder(name), in_use);
  if (ended.verdict == deployers::Verdict::kNotSupported) return std::string();
  if (!ended.done()) return tl::unexpected<StepError>(program_.failed("plan", ended));
  return ended.result.text;
}

void ExternalDeployer::attach() {
  for (const std::string& name : program_.notes().names()) {
    const auto record = releases().current(name);
    if (record && *record) find_again(**record);
  }
}

void ExternalDeployer::find_again(const ReleaseRecord& record) {
  const deployers::CallEnd ended = program_.ask("attach", subject(record));
  if (ended.verdict == deployers::Verdict::kNotSupported) return;
  const std::string& state = ended.result.state;
  log_line(ended.done() ? LogLevel::kInfo : LogLevel::kWarn, "member",
           "a deployer looked for what it had started",
           {{"deployer", program_.name()},
            {"artefact", record.name},
            {"found", ended.done() ? state : ended.why}});
  if (!ended.done() || state != "foreign") return;
  const std::string& text = ended.result.text;
  const std::lock_guard lock(mutex_);
  foreign_[record.name] = text.empty() ? "what runs is nothing that was started here" : text;
}

void ExternalDeployer::not_foreign(const std::string& name) {
  const std::lock_guard lock(mutex_);
  foreign_.erase(name);
}

// ---- what changes something

/// The program reads the configuration from a file. A note is made before it does anything: it is
/// asked at the next start of the member, and as long as it has not done what it was told, what it
/// has in place is not known.
StepResult<void> ExternalDeployer::hand_over(const ReleaseRecord& record) {
  const ExternalNotes& notes = program_.notes();
  Status kept = notes.make_folder(record.name);
  if (kept) kept = write_file_durably(notes.config_file(record.name), as_text(record.config));
  if (kept) kept = note_begun(record.name, record.version);
  if (!kept) return as_step("deploy", kept);
  return program_.must("deploy", subject(record));
}

Status ExternalDeployer::note_begun(const std::string& name, const std::string& version) {
  ExternalNote note = program_.notes().read(name);
  note.begun = version;
  return program_.notes().write(name, note);
}

/// What a deploy that failed has left may be anything: it is called with the release that is
/// current, as if that were new.
StepError ExternalDeployer::handed_back(const std::string& name, const ReleaseRecord& failed,
                                        StepError why) {
  const auto former = releases().current(name);
  if (!former || !*former || placed_of(**former) == placed_of(failed)) return why;
  const std::string& version = (*former)->version;
  auto back = hand_over(**former);
  if (back) back = as_step("deploy", note_begun(name, ""));
  why.text += back ? "; " + version + " is in place again"
                   : "; " + version + " could not be put back: " + back.error().text;
  return why;
}

StepResult<void> ExternalDeployer::deploy(const std::string& name, const Release& release,
                                          const ArtefactSource& source) {
  const auto record = releases().unpack(name, release, source);
  if (!record) return tl::unexpected<StepError>(record.error());
  if (auto handed = hand_over(*record); !handed) {
    return tl::unexpected(handed_back(name, *record, handed.error()));
  }
  if (auto made = releases().make_current(*record); !made) return made;
  return as_step("deploy", note_begun(name, ""));
}

StepResult<void> ExternalDeployer::go_back(const std::string& name, const Placed& former) {
  const auto record = releases().find_again(name, former);
  if (!record) return tl::unexpected<StepError>(record.error());
  if (auto handed = hand_over(*record); !handed) return handed;
  if (auto back = releases().go_back(name, former); !back) return back;
  return as_step("go back", note_begun(name, ""));
}

StepResult<void> ExternalDeployer::withdraw(const std::string& name) {
  const auto record = releases().current(name);
  if (!record) return tl::unexpected<StepError>(record.error());
  if (*record) {
    for (const char* command : {"stop", "undeploy"}) {
      if (auto told = program_.tell(command, subject(**record)); !told) {
        return tl::unexpected<StepError>(told.error());
      }
    }
  }
  not_foreign(name);
  return as_step("undeploy", program_.notes().forget(name));
}

StepResult<void> ExternalDeployer::start(const std::string& name) {
  const auto here = subject_in_place(name, "start");
  if (!here) return tl::unexpected<StepError>(here.error());
  const auto told = program_.tell("start", *here);
  if (!told) return tl::unexpected<StepError>(told.error());
  not_foreign(name);
  ExternalNote note = program_.notes().read(name);
  note.runs_nothing = !*told;
  return as_step("start", program_.notes().write(name, note));
}

StepResult<void> ExternalDeployer::stop(const std::string& name) {
  const auto here = subject_in_place(name, "stop");
  if (!here) return tl::unexpected<StepError>(here.error());
  return program_.must("stop", *here).map([&] { not_foreign(name); });
}

StepResult<void> ExternalDeployer::restart(const std::string& name) {
  const auto here = subject_in_place(name, "restart");
  if (!here) return tl::unexpected<StepError>(here.error());
  const auto told = program_.tell("restart", *here);
  if (!told) return tl::unexpected<StepError>(told.error());
  if (*told) return {};
  if (auto stopped = stop(name); !stopped) return stopped;
  return start(name);
}

StepResult<void> ExternalDeployer::refresh(const std::string& name) {
  const auto here = subject_in_place(name, "refresh");
  if (!here) return tl::unexpected<StepError>(here.error());
  return program_.must("refresh", *here);
}

StepResult<void> ExternalDeployer::await_health(const std::string& name) {
  const auto here = subject_in_place(name, "health");
  if (!here) return tl::unexpected<StepError>(here.error());
  return health_.await(here->record, here->folder);
}

/// What one of them cannot tell costs the dump nothing else.
StepResult<void> ExternalDeployer::dump(const std::string& folder) {
  if (auto written = releases().dump(folder); !written) return written;
  const ExternalNotes& notes = program_.notes();
  for (const std::string& name : notes.names()) {
    const auto record = releases().current(name);
    if (!record || !*record) continue;
    std::error_code ignored;
    std::filesystem::copy_file(notes.output_file(name), folder + "/" + name + ".output", ignored);
    const std::string into = folder + "/" + name + ".d";
    std::filesystem::create_directories(into, ignored);
    program_.dump(subject(**record), into);
  }
  return {};
}

}  // namespace groupctl
