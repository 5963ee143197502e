#include "bench/swarm_process.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kTimeoutMs = 150000;

}  // namespace

Result<SwarmProcess> SwarmProcess::open(const std::string& program,
                                        const CoordinatorProcess& coordinator,
                                        std::uint64_t members, const std::string& log) {
  auto child = Child::start(
      {program, std::string(kGroup), coordinator.member_endpoint(), std::to_string(members)}, log,
      Child::Output::kLines);
  if (!child) return tl::unexpected<Error>(child.error());
  return SwarmProcess(*std::move(child));
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
