#include "deployers/call.h"

#include "daemon/clock.h"

namespace groupctl::deployers {
namespace {

keeper::ProgramSpec spec_of(const Program& program, const Call& call) {
  keeper::ProgramSpec spec;
  spec.path = program.path;
  spec.argv = {program.path.substr(program.path.rfind('/') + 1), call.command};
  spec.environment = call.environment;
  spec.environment["GROUP_CONTRACT"] = std::to_string(kContract);
  spec.environment["GROUP_DEADLINE"] = std::to_string((wall_now_ms() + call.timeout_ms) / 1000);
  spec.folder = call.folder;
  spec.checked = program.checked;
  spec.limits.tasks = kTasks;
  spec.limits.files = kOpenFiles;
  spec.grace_ms = call.grace_ms;
  return spec;
}

}  // namespace

std::string ended_text(const keeper::Ended& ended, std::string_view otherwise) {
  std::string said = last_line_said(ended.err.text());
  if (said.empty()) said = last_line_said(otherwise);
  return ended.text + (said.empty() ? "" : ": " + said);
}

CallEnd call(const Program& program, const Call& call,
             const std::function<void(const Said&)>& on_said,
             const std::function<bool()>& cancelled) {
  CallEnd end;
  std::string last_said;
  const auto on_line = [&](std::string_view line) {
    Said said = parse_line(line);
    if (auto* result = std::get_if<ResultSaid>(&said)) {
      end.result = std::move(*result);
      return;
    }
    const auto* text = std::get_if<LogSaid>(&said);
    if (text != nullptr && !text->text.empty()) last_said = text->text;
    if (on_said) on_said(said);
  };
  const auto ended = keeper::run_once(program.keeper, spec_of(program, call), call.input,
                                      call.timeout_ms, on_line, cancelled);
  if (!ended) {
    end.why = ended.error().text;
    return end;
  }
  end.timed_out = ended->kind == keeper::EndKind::kTimedOut;
  end.unsafe = ended->kind == keeper::EndKind::kUnsafe;
  if (ended->kind == keeper::EndKind::kExited) end.verdict = verdict_of(ended->code);
  end.output = ended->err.text();
  if (!end.done()) end.why = ended_text(*ended, last_said);
  return end;
}

}  // namespace groupctl::deployers
