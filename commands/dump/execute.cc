#include "commands/dump/dump.capnp.h"
#include "commands/host.h"
#include "commands/left_behind.h"
#include "commands/payload.h"
#include "log/text.h"

namespace groupctl::dump {
namespace {

ExecuteResult failed(const StepError& error) {
  return {error.outcome, error.step, std::string(cut_text(error.text, kMaxOutcomeText)), {}};
}

/// How it ended says where the bundle is and what it has to be.
ExecuteResult execute(const ExecuteRequest& request, Host& host) {
  if (!request.view) return failed({Outcome::kFailed, "dump", "nothing is known to dump"});
  host.progress("dump", 0);
  const auto written = host.write_bundle(request.entry.sequence, *request.view);
  if (!written) return failed(written.error());
  ExecuteResult result;
  result.text = with_content(written->path, {written->digest, written->bytes});
  return result;
}

}  // namespace

ExecuteRow execute_row() { return {kind_of<payload::Dump>(), execute}; }

}  // namespace groupctl::dump
