#include "deployers/call.h"

#include "daemon/clock.h"

namespace groupctl::deployers {
namespace {

/// The last line that is none of blanks alone, so that it can be shown.
std::string last_line(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos) return {};
  text = text.substr(0, last + 1);
  const std::size_t end = text.rfind('\n');
  if (end != std::string_view::npos) text.remove_prefix(end + 1);
  return said_text(text);
}

/// What it said last of its own accord is the best reason that there is.
std::string why_not(const keeper::Ended& ended, const std::string& last_said) {
  std::string said = last_line(ended.err.text());
  if (said.empty()) said = last_said;
  return ended.text + (said.empty() ? "" : ": " + said);
}

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
  if (!end.done()) end.why = why_not(*ended, last_said);
  return end;
}

}  // namespace groupctl::deployers
