#include "bench/acknowledged.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

#include "bench/submit.h"

namespace groupctl::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kLongestAcknowledging(120);
constexpr std::chrono::milliseconds kBetweenLooks(1);

}  // namespace

Result<Sequence> acknowledged_by_all(ZmqClient& client, std::uint64_t members) {
  std::uint64_t count = 0;
  Sequence lowest(std::numeric_limits<std::uint64_t>::max());
  MembersQuery query;
  while (true) {
    auto reply = ask(client, query);
    if (!reply) return tl::unexpected<Error>(reply.error());
    const auto* page = std::get_if<MembersReply>(&*reply);
    if (page == nullptr) return fail(ErrorCode::kInternal, "no answer about the members");
    for (const MemberInfo& member : page->rows) {
      ++count;
      lowest = std::min(lowest, member.marks.received);
      query.after = std::max(query.after, member.id);
    }
    if (!page->more) return count < members || count == 0 ? Sequence(0) : lowest;
  }
}

Status wait_acknowledged(ZmqClient& client, std::uint64_t members, Sequence at) {
  const Clock::time_point until = Clock::now() + kLongestAcknowledging;
  while (Clock::now() < until) {
    auto acknowledged = acknowledged_by_all(client, members);
    if (!acknowledged) return tl::unexpected<Error>(acknowledged.error());
    if (*acknowledged >= at) return {};
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return fail(ErrorCode::kTimeout, "not all members have acknowledged");
}

}  // namespace groupctl::bench
