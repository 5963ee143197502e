#include "commands/exec/words.h"
#include "commands/host.h"
#include "commands/left_behind.h"
#include "log/text.h"

namespace groupctl::exec {
namespace {

constexpr std::string_view kStep = "exec";

ExecuteResult failed(const StepError& error) {
  return {error.outcome, error.step, std::string(cut_text(error.text, kMaxOutcomeText)), {}};
}

/// A program that ended well and said nothing is plain done: nothing of it needs to be kept.
ExecuteResult execute(const ExecuteRequest& request, Host& host) {
  const auto words = read(request.entry.payload);
  if (!words) return failed({Outcome::kFailed, std::string(kStep), words.error().text});
  host.progress(kStep, 0);
  const auto end = host.run_program(request.entry.sequence, *words);
  if (!end) return failed(end.error());
  ExecuteResult result;
  result.outcome = end->outcome;
  if (end->outcome != Outcome::kDone) result.step = kStep;
  result.text = end->output ? with_content(end->text, {end->output->digest, end->output->bytes})
                            : std::string(cut_text(end->text, kMaxOutcomeText));
  return result;
}

}  // namespace

ExecuteRow execute_row() { return {kind_of<payload::Exec>(), execute}; }

}  // namespace groupctl::exec
