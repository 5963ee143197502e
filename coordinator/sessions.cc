#include "coordinator/sessions.h"

#include <algorithm>

namespace groupctl {

MemberSession& Sessions::open(MemberSession session) {
  if (auto old = by_member_.find(session.member); old != by_member_.end()) close(old->second);
  session.number = SessionNumber(++next_);
  last_heard_.erase(session.member);
  lacking_.clear();
  by_member_[session.member] = session.number;
  return by_number_[session.number] = std::move(session);
}

void Sessions::close(SessionNumber number) {
  auto found = by_number_.find(number);
  if (found == by_number_.end()) return;
  last_heard_[found->second.member] = found->second.heard;
  by_member_.erase(found->second.member);
  by_number_.erase(found);
  lacking_.clear();
}

void Sessions::forget(MemberId member) {
  if (auto open = by_member_.find(member); open != by_member_.end()) close(open->second);
  last_heard_.erase(member);
}

std::size_t Sessions::lacking(KindId kind) const {
  auto [counted, added] = lacking_.try_emplace(kind, 0);
  if (!added) return counted->second;
  for (const auto& [number, session] : by_number_) {
    const auto& known = session.known_kinds;
    if (std::find(known.begin(), known.end(), kind) == known.end()) ++counted->second;
  }
  return counted->second;
}

MemberSession* Sessions::find(SessionNumber number) {
  auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : &found->second;
}

MemberSession* Sessions::find(SessionNumber number, const Peer& peer) {
  MemberSession* session = find(number);
  return session != nullptr && session->peer == peer ? session : nullptr;
}

const MemberSession* Sessions::of(MemberId member) const {
  auto found = by_member_.find(member);
  return found == by_member_.end() ? nullptr : &by_number_.at(found->second);
}

MemberSession* Sessions::of_server(const ServerId& server_id) {
  auto found = std::find_if(by_number_.begin(), by_number_.end(), [&](const auto& session) {
    return session.second.server_id == server_id;
  });
  return found == by_number_.end() ? nullptr : &found->second;
}

bool Sessions::live(MemberId member, LocalTime now) const {
  return silent_ms(member, now) < lost_after_ms_;
}

std::uint64_t Sessions::silent_ms(MemberId member, LocalTime now) const {
  LocalTime heard = started_;
  if (const MemberSession* session = of(member)) {
    heard = session->heard;
  } else if (auto ended = last_heard_.find(member); ended != last_heard_.end()) {
    heard = ended->second;
  }
  return now.value - std::min(now.value, heard.value);
}

}  // namespace groupctl
