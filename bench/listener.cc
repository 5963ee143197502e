#include "bench/listener.h"

namespace groupctl::bench {
namespace {

constexpr std::size_t kMaxHeldBytes = std::size_t{16} << 20;
constexpr std::uint32_t kPages = 4;
constexpr std::uint64_t kAskAgainMs = 200;
constexpr std::uint64_t kAskAgainMaxMs = 2000;
constexpr std::uint64_t kSignOfLifeMs = 300;

}  // namespace

Listener::Listener(SessionNumber session, Sequence received, const Hash& state_digest,
                   std::uint64_t seed)
    : session_(session),
      tracker_(received, kMaxHeldBytes),
      state_digest_(state_digest),
      pcg_(seed),
      replay_(kPages, {kAskAgainMs, kAskAgainMaxMs}) {}

void Listener::take(const Publication& publication) {
  if (const auto* frame = std::get_if<FramePtr>(&publication)) return take(*frame);
  tracker_.heard_head(std::get<Heartbeat>(publication).head);
}

void Listener::take(const ReplayPage& page, LocalTime now) {
  tracker_.heard_head(page.head);
  for (const FramePtr& frame : page.frames) take(frame);
  replay_.page(page, now, pcg_);
}

void Listener::take(const FramePtr& frame) {
  if (tracker_.offer(frame) == GapTracker::Verdict::kNext) advance(frame);
  while (const FramePtr next = tracker_.take_next()) advance(next);
}

void Listener::advance(const FramePtr& frame) {
  tracker_.advance(frame->header().last);
  state_digest_ = frame->header().state_digest_after;
}

std::vector<MemberMessage> Listener::say(LocalTime now) {
  std::vector<MemberMessage> messages;
  if (auto request = replay_.ask(session_, tracker_.missing(), now, pcg_)) {
    messages.emplace_back(*request);
  }
  if (received() > said_ || now.value - said_at_.value >= kSignOfLifeMs) {
    Ack ack;
    ack.session = session_;
    ack.marks = {received(), received()};
    ack.state_digest = state_digest_;
    messages.emplace_back(std::move(ack));
    said_ = received();
    said_at_ = now;
  }
  return messages;
}

}  // namespace groupctl::bench
