#include "bench/append_client.h"

#include <algorithm>
#include <chrono>

#include "bench/submit.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kCommandsAtOnce = 50000;

}  // namespace

Result<std::vector<Bytes>> make_submits(ZmqClient& client, std::uint64_t commands,
                                        std::uint64_t seed) {
  auto now = group_time(client);
  if (!now) return tl::unexpected<Error>(now.error());
  Pcg pcg(seed);
  std::vector<Bytes> submits;
  for (std::uint64_t number = 1; number <= commands; ++number) {
    auto submit = make_submit({{now->value, seed}, number}, pcg);
    if (!submit) return tl::unexpected<Error>(submit.error());
    submits.push_back(*std::move(submit));
  }
  return submits;
}

Result<AppendRun> run_appends(const PlaneDoor& admin, std::uint64_t commands, std::uint64_t window,
                              std::uint64_t seed) {
  auto opened = admin.open();
  if (!opened) return tl::unexpected<Error>(opened.error());
  ZmqClient& client = **opened;
  auto submits = make_submits(client, commands, seed);
  if (!submits) return tl::unexpected<Error>(submits.error());
  AppendRun run;
  run.commands = commands;
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t sent = 0;
  for (std::uint64_t answered = 0; answered < commands; ++answered) {
    for (; sent < commands && sent - answered < window; ++sent) {
      if (auto gone = client.send((*submits)[sent], kAnswerTimeoutMs); !gone) {
        return tl::unexpected<Error>(gone.error());
      }
    }
    auto accepted = take_accepted(client);
    if (!accepted) return tl::unexpected<Error>(accepted.error());
    run.last = std::max(run.last, accepted->sequence);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  run.seconds = took.count();
  return run;
}

Result<Sequence> fill_log(const PlaneDoor& admin, std::uint64_t commands, std::uint64_t window,
                          std::uint64_t first_seed) {
  Sequence last;
  for (std::uint64_t seed = first_seed; commands > 0; ++seed) {
    const std::uint64_t now = std::min(commands, kCommandsAtOnce);
    auto run = run_appends(admin, now, window, seed);
    if (!run) return tl::unexpected<Error>(run.error());
    last = run->last;
    commands -= now;
  }
  return last;
}

}  // namespace groupctl::bench
