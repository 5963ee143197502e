#include "tests/simulation/world/simulation.h"

#include "tests/simulation/world/chaos.h"
#include "tests/simulation/world/deviations.h"
#include "tests/simulation/world/ledger_check.h"
#include "tests/simulation/world/workload.h"
#include "tests/simulation/world/world_check.h"

namespace groupctl::sim {
namespace {

constexpr std::uint64_t kDeepCheckEachSteps = 100;
constexpr std::uint64_t kAuditEachSteps = 40;
constexpr Millis kConvergeWithinMs = 60'000;
constexpr Millis kSafetyWithinMs = 120'000;

class Simulation {
 public:
  Simulation(std::uint64_t seed, std::size_t trace_lines)
      : world_(seed, command_table()), workload_(world_), chaos_(world_), deviations_(world_) {
    world_.stage().trace.keep(trace_lines);
  }
  SimulationResult run(std::uint64_t seed);

 private:
  bool broken() { return world_.stage().truth.violation().has_value(); }
  void populate();
  bool step(Millis limit);
  void run_steps(std::uint64_t steps);
  void run_for(Millis time);
  void converge();
  void audit(Sequence sequence, std::map<Sequence, bool>* closed);
  bool all_closed();

  World world_;
  Workload workload_;
  Chaos chaos_;
  Deviations deviations_;
  std::uint64_t steps_ = 0;
};

void Simulation::populate() {
  Stage& stage = world_.stage();
  Pcg& random = stage.random;
  stage.faults = Faults::draw(random);
  Pcg apart = random;  // what the seeds drew before there was this stays
  const std::uint64_t members = 1 + random.below(9);
  for (std::uint64_t i = 1; i <= members; ++i) {
    MemberNode& member = world_.add_member("m" + std::to_string(i),
                                           {{"role", i % 2 == 1 ? "web" : "db"}}, command_table());
    member.set_restart_ms(50);
    if (apart.chance(stage.faults.reverting)) member.revert_drift();
    stage.queue.after(random.below(3000), [&member] { member.start(); });
  }
  for (const char* name : {"a1", "a2"}) world_.add_admin(name);
  world_.coordinator().set_restart_ms(50);
  world_.coordinator().set_retention(stage.faults);
  world_.coordinator().set_chunk_bytes(stage.faults.chunk_bytes);
  world_.coordinator().start();
  workload_.start();
  chaos_.start();
  deviations_.start();
}

bool Simulation::step(Millis limit) {
  Stage& stage = world_.stage();
  if (broken() || !stage.queue.run_one(limit)) return false;
  ++steps_;
  check_watermarks(world_);
  if (steps_ % kDeepCheckEachSteps == 0) check_disks(world_);
  if (steps_ % kAuditEachSteps == 0 && stage.truth.last()) {
    const std::uint64_t back =
        stage.random.below(std::min<std::uint64_t>(stage.truth.last().value, 20));
    audit(Sequence(stage.truth.last().value - back), nullptr);
  }
  return !broken();
}

void Simulation::run_steps(std::uint64_t steps) {
  for (std::uint64_t i = 0; i < steps && step(kSafetyWithinMs); ++i) {
  }
}

void Simulation::run_for(Millis time) {
  const Millis end = world_.stage().queue.now() + time;
  while (step(end)) {
  }
  if (!broken()) world_.stage().queue.run_until(end);
}

/// Asks for a ledger; when it comes it is judged, and whether it is closed is noted.
void Simulation::audit(Sequence sequence, std::map<Sequence, bool>* closed) {
  if (sequence < world_.stage().truth.head().floor) return;
  world_.coordinator().ask(Watch{sequence, 0}, [this, sequence, closed](const AdminReply& reply) {
    const auto* update = std::get_if<Update>(&reply);
    if (update == nullptr) return;
    judge_ledger(world_.stage().truth, *update);
    if (closed != nullptr) (*closed)[sequence] = update->closed;
  });
}

bool Simulation::all_closed() {
  Truth& truth = world_.stage().truth;
  std::map<Sequence, bool> closed;
  const Sequence floor = truth.head().floor;
  for (Sequence at = floor; at <= truth.last(); at = at.next()) closed[at] = false;
  for (auto& [sequence, unused] : closed) audit(sequence, &closed);
  run_for(2000);
  for (const auto& [sequence, is_closed] : closed) {
    if (!is_closed && sequence >= truth.head().floor) return false;
  }
  return true;
}

void Simulation::converge() {
  Stage& stage = world_.stage();
  workload_.stop();
  deviations_.stop();
  chaos_.end();
  const Millis until = stage.queue.now() + kConvergeWithinMs;
  std::string missing = "nothing has run";
  while (!broken() && stage.queue.now() < until) {
    run_for(500);
    missing = not_in_step(world_);
    if (!missing.empty()) continue;
    if (all_closed()) break;
    missing = "a ledger is open";
  }
  if (!missing.empty()) stage.truth.broken("L1", "not in step in time: " + missing);
  if (broken()) return;
  check_outcome(world_);
  check_disks(world_);
}

SimulationResult Simulation::run(std::uint64_t seed) {
  populate();
  Stage& stage = world_.stage();
  SimulationResult result;
  result.seed = seed;
  result.faults = to_text(stage.faults);
  run_steps(2000 + stage.random.below(3000));
  if (!broken()) converge();
  result.violation = stage.truth.violation();
  result.trace_hash = stage.trace.hash();
  result.events = steps_;
  result.entries = stage.truth.last().value;
  result.sometimes = stage.trace.counts();
  result.trace = stage.trace.lines();
  return result;
}

}  // namespace

SimulationResult simulate(std::uint64_t seed, std::size_t trace_lines) {
  return Simulation(seed, trace_lines).run(seed);
}

std::string report(const SimulationResult& result) {
  std::string text = "seed " + std::to_string(result.seed) + ": ";
  if (!result.violation) return text + "holds";
  return text + result.violation->invariant + " broken: " + result.violation->text + " [" +
         result.faults + "] (sim --seed " + std::to_string(result.seed) + " --trace)";
}

}  // namespace groupctl::sim
