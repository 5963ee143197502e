#include "bench/swarm_process.h"

#include "bench/acknowledged.h"
#include "bench/swarm_keys.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kTimeoutMs = 150000;

}  // namespace

Result<SwarmProcess> SwarmProcess::open(const std::string& program,
                                        const CoordinatorProcess& coordinator,
                                        std::uint64_t members, const std::string& log) {
  CoordinatorProcess::MemberKeys keys;
  for (std::uint64_t i = 1; i <= members; ++i) {
    keys.emplace_back(swarm_name(i), swarm_keys(i).public_key);
  }
  if (auto there = coordinator.let_in(keys); !there) return tl::unexpected<Error>(there.error());
  std::vector<std::string> words = {program, std::string(kGroup), coordinator.member_endpoint(),
                                    std::to_string(members)};
  if (const auto server = coordinator.server_key()) words.push_back(server->hex());
  auto child = Child::start(std::move(words), log, Child::Output::kLines);
  if (!child) return tl::unexpected<Error>(child.error());
  return SwarmProcess(*std::move(child));
}

Result<SwarmProcess> SwarmProcess::joined(const Bench& bench, const CoordinatorProcess& coordinator,
                                          ZmqClient& client, const std::string& log) {
  auto swarm = open(bench.swarm(), coordinator, bench.latency_members, log);
  if (!swarm) return swarm;
  if (auto started = swarm->start_members(); !started) {
    return tl::unexpected<Error>(started.error());
  }
  // Each join is an entry.
  if (auto in = wait_acknowledged(client, bench.latency_members, Sequence(bench.latency_members));
      !in) {
    return tl::unexpected<Error>(in.error());
  }
  return swarm;
}

Result<double> SwarmProcess::wait(Sequence at) {
  auto said = ask("wait " + std::to_string(at.value));
  if (!said) return tl::unexpected<Error>(said.error());
  return std::stod(*said);
}

Result<std::string> SwarmProcess::ask(const std::string& line) {
  if (auto said = child_.say(line); !said) return tl::unexpected<Error>(said.error());
  auto answer = child_.hear(kTimeoutMs);
  if (!answer || !answer->starts_with("error")) return answer;
  return fail(ErrorCode::kInternal, "bench_swarm: " + *answer);
}

Status SwarmProcess::tell(const std::string& line) {
  auto answer = ask(line);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return {};
}

}  // namespace groupctl::bench
