// Session: a member whose key is not let in yet, or not any more.
#include <fmt/format.h>

#include "member/session.h"

namespace groupctl {
namespace {

/// A connection takes a moment, and nothing is queued before it is there.
constexpr std::uint64_t kToConnectMs = 100;
/// How often it asks whether it has been accepted: half to whole of that.
constexpr std::uint64_t kAskAgainMs = 2000;
/// The same when the answer was no: an admin may think again.
constexpr std::uint64_t kAskRarelyMs = 8000;

}  // namespace

void Session::troubled(LinkTrouble trouble, LocalTime now, MemberOutput& out) {
  if (phase_ == MemberPhase::kLeft) return;
  switch (trouble) {
    case LinkTrouble::kKeyRefused:
      return key_refused("the coordinator refused the key", now, out);
    case LinkTrouble::kWrongServer:
      enter(phase_,
            "who answers breaks off: it does not have the pinned server key, or takes no more "
            "connections now",
            out);
      return;
    case LinkTrouble::kKeysWanted:
    case LinkTrouble::kNoKeys:
      enter(phase_,
            trouble == LinkTrouble::kNoKeys ? "who answers has no keys, and this member wants them"
                                            : "the coordinator wants a key, and none is given",
            out);
      relink_ = true;
      due_ = after(backoff_.next(pcg_), now);
      return;
  }
}

/// The connection does not try again by itself. A token that was refused is not tried again; a
/// guest may be unwelcome while the own key has been let in by hand.
void Session::key_refused(const std::string& why, LocalTime now, MemberOutput& out) {
  if (linked_ == LinkAs::kToken) token_void_ = true;
  number_ = {};
  if (phase_ != MemberPhase::kPending) {
    backoff_.reset();
    enter(MemberPhase::kPending, fmt::format("{}, {}", why, fingerprint(config_.key)), out);
  }
  relink_ = false;
  const bool own_was_refused = linked_ == LinkAs::kMember;
  const LinkAs asks_as = config_.has_token && !token_void_ ? LinkAs::kToken : LinkAs::kGuest;
  const bool guest_was_refused = linked_ == LinkAs::kGuest;
  linked_ = own_was_refused || !guest_was_refused ? asks_as : LinkAs::kMember;
  wants_link_ = true;
  due_ = after(backoff_.next(pcg_), now);
}

void Session::ask_to_be_let_in(LocalTime now, MemberOutput& out) {
  if (wants_link_) return link(linked_, now, out);
  if (linked_ == LinkAs::kMember) {
    out.send.push_back(Hello{kProtocolVersion, config_.product, config_.group, config_.name});
    due_ = after(backoff_.next(pcg_), now);
    return;
  }
  out.send.push_back(
      Enrol{kProtocolVersion, config_.product, config_.group, config_.name, config_.key});
  due_ = after(kAskAgainMs / 2 + pcg_.below(kAskAgainMs / 2), now);
}

void Session::enrolled(const Enrolled& enrolled, LocalTime now, MemberOutput& out) {
  if (phase_ != MemberPhase::kPending) return;
  if (enrolled.state == KeyState::kAccepted) {
    seek("its key is let in", false, now, out);
    return link(LinkAs::kMember, now, out);
  }
  std::string why =
      fmt::format("its key {} is {}", fingerprint(config_.key), to_word(enrolled.state));
  if (enrolled.state == KeyState::kPending) {
    why += fmt::format("; groupctl key accept {} lets it in", config_.name);
  }
  if (!enrolled.text.empty()) why += ": " + enrolled.text;
  enter(MemberPhase::kPending, std::move(why), out);
  const bool final = enrolled.state != KeyState::kPending;
  if (final) due_ = after(kAskRarelyMs / 2 + pcg_.below(kAskRarelyMs / 2), now);
}

void Session::link(LinkAs as, LocalTime now, MemberOutput& out) {
  linked_ = as;
  relink_ = false;
  wants_link_ = false;
  out.link = as;
  due_ = after(kToConnectMs, now);
}

}  // namespace groupctl
