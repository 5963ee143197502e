// exec: EXEC of one program on many members, from the submit until the last has answered, one after
// the other. The members are cores whose work is done at once: the program's own time is not in it.
#include "bench/closing.h"
#include "bench/latency.h"
#include "bench/swarm_process.h"
#include "bench/works.h"
#include "commands/syntax.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kExecs = 500;

Result<SubmittedCommand> exec_true() {
  for (const SyntaxRow& row : syntax_table()) {
    if (row.verb != "exec") continue;
    auto built = row.build({{std::string(row.positionals.front().name), {"true"}}});
    if (!built) return tl::unexpected<Error>(built.error());
    return SubmittedCommand{built->kind, Target::all(), row.default_ttl_ms, "",
                            std::move(built->payload)};
  }
  return fail(ErrorCode::kInternal, "no verb \"exec\"");
}

Result<std::vector<double>> measure(Bench& bench, const SubmittedCommand& command) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  auto client = coordinator->admin().open();
  if (!client) return tl::unexpected<Error>(client.error());
  auto swarm = SwarmProcess::joined(bench, *coordinator, **client, dir + ".swarm.log");
  if (!swarm) return tl::unexpected<Error>(swarm.error());
  return time_commands(**client, [&](const RequestId& id) { return encode_submit(id, command); },
                       {bench.scaled(kExecs), {}, bench.fresh_seeds(1)});
}

}  // namespace

Result<Cases> run_exec(Bench& bench) {
  const auto command = exec_true();
  if (!command) return tl::unexpected<Error>(command.error());
  const std::string members = "true, N = " + std::to_string(bench.latency_members);
  Cases rows = {{"exec", members + ", p50", "us", true}, {"exec", members + ", p99", "us", true}};
  for (int i = 0; i < bench.repetitions; ++i) {
    const auto took = measure(bench, *command);
    if (!took) return tl::unexpected<Error>(took.error());
    rows[0].add(percentile_us(*took, 50));
    rows[1].add(percentile_us(*took, 99));
  }
  return rows;
}

}  // namespace groupctl::bench
