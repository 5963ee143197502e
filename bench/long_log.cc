#include "bench/long_log.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <thread>

#include "bench/append_client.h"
#include "bench/submit.h"

namespace groupctl::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kAppendWindow = 1024;
constexpr std::chrono::microseconds kBetweenAppends(100);
constexpr std::chrono::seconds kLongestWait(60);
const std::vector<std::string> kFlags = {"--map-mib", "4096"};

/// Whether somebody listens there. A ZeroMQ socket would look again only after 100 ms.
bool listens(const std::string& endpoint) {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto port = std::stoul(endpoint.substr(endpoint.rfind(':') + 1));
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

Status wait_until_listens(const std::string& endpoint) {
  for (const auto until = Clock::now() + kLongestWait; !listens(endpoint);) {
    if (Clock::now() > until) return fail(ErrorCode::kTimeout, "nobody listens at " + endpoint);
    std::this_thread::sleep_for(kBetweenAppends);
  }
  return {};
}

}  // namespace

Result<LongLog> LongLog::make(const std::string& program, const std::string& dir,
                              std::uint64_t entries, std::uint64_t first_seed) {
  auto coordinator = CoordinatorProcess::start(program, dir, Security::kKeys, kFlags);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  auto filled = fill_log(coordinator->admin(), entries, kAppendWindow, first_seed);
  if (!filled) return tl::unexpected<Error>(filled.error());
  return LongLog(*std::move(coordinator), entries);
}

Result<double> LongLog::start_again() {
  Pcg pcg(++starts_);
  // A keyed id needs no hello before it.
  auto submit = make_submit({{ClientId::kKeyedBit, starts_}, 1}, pcg);
  if (!submit) return tl::unexpected<Error>(submit.error());
  const PlaneDoor& admin = coordinator_.admin();
  const Clock::time_point begin = Clock::now();
  if (auto run = coordinator_.start_again(); !run) return tl::unexpected<Error>(run.error());
  if (auto there = wait_until_listens(admin.endpoint); !there)
    return tl::unexpected<Error>(there.error());
  auto client = admin.open();
  if (!client) return tl::unexpected<Error>(client.error());
  auto sent = (*client)->send(*submit, kAnswerTimeoutMs);
  if (!sent) return tl::unexpected<Error>(sent.error());
  auto accepted = take_accepted(**client);
  if (!accepted) return tl::unexpected<Error>(accepted.error());
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace groupctl::bench
