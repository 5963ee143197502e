// Verbs about rollouts.
#include "cli/calls.h"

namespace groupctl {
namespace {

Result<Call> noun(const Words&) {
  return fail(ErrorCode::kInvalid, "rollout list, status, pause, resume, abort or undo is needed");
}

Result<Sequence> sequence_in(const Words& words) {
  const auto text = words.needed("SEQ");
  if (!text) return tl::unexpected<Error>(text.error());
  return parse_number("SEQ", *text, UINT64_MAX).map([](std::uint64_t n) { return Sequence(n); });
}

Result<Call> status(const Words& words) {
  return sequence_in(words).map(
      [](Sequence sequence) -> Call { return RolloutStatusCall{sequence}; });
}

template <SteerWhat kWhat>
Result<Call> steer(const Words& words) {
  const auto sequence = sequence_in(words);
  if (!sequence) return tl::unexpected<Error>(sequence.error());
  auto id = request_key(words);
  if (!id) return tl::unexpected<Error>(id.error());
  RolloutSteerCall call{*sequence, kWhat, words.one_or_none("--message"), *std::move(id)};
  call.wait = !words.on("--no-wait");
  Status s = words.duration("--wait-timeout", call.wait_timeout_ms);
  if (s) s = at_sequence(words, call.at_sequence);
  if (!s) return tl::unexpected<Error>(s.error());
  return call;
}

constexpr CallRow kRows[] = {{"rollout", noun},
                             {"rollout list", plain<RolloutListCall>},
                             {"rollout status", status},
                             {"rollout pause", steer<SteerWhat::kPause>},
                             {"rollout resume", steer<SteerWhat::kResume>},
                             {"rollout abort", steer<SteerWhat::kAbort>},
                             {"rollout undo", steer<SteerWhat::kUndo>}};

}  // namespace

std::span<const CallRow> rollout_calls() { return kRows; }

}  // namespace groupctl
