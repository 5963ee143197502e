#include "bench/acknowledged.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "bench/submit.h"

namespace groupctl::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kLongestAcknowledging(120);
constexpr std::chrono::milliseconds kBetweenLooks(1);

Result<std::uint64_t> count_acknowledged(ZmqClient& client, Sequence at) {
  std::uint64_t count = 0;
  MembersQuery query;
  while (true) {
    auto reply = ask(client, query);
    if (!reply) return tl::unexpected<Error>(reply.error());
    const auto* page = std::get_if<MembersReply>(&*reply);
    if (page == nullptr) return fail(ErrorCode::kInternal, "no answer about the members");
    for (const MemberInfo& member : page->rows) {
      if (member.marks.received >= at) ++count;
      query.after = std::max(query.after, member.id);
    }
    if (!page->more) return count;
  }
}

}  // namespace

Status wait_acknowledged(ZmqClient& client, std::uint64_t members, Sequence at) {
  const Clock::time_point until = Clock::now() + kLongestAcknowledging;
  while (Clock::now() < until) {
    auto count = count_acknowledged(client, at);
    if (!count) return tl::unexpected<Error>(count.error());
    if (*count >= members) return {};
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return fail(ErrorCode::kTimeout, "not all members have acknowledged");
}

}  // namespace groupctl::bench
