#include "tests/simulation/world/simulation.h"

#include "commands/state/rollout.h"
#include "tests/simulation/world/chaos.h"
#include "tests/simulation/world/deviations.h"
#include "tests/simulation/world/hostile.h"
#include "tests/simulation/world/ledger_check.h"
#include "tests/simulation/world/locksmith.h"
#include "tests/simulation/world/rollout_check.h"
#include "tests/simulation/world/visitors.h"
#include "tests/simulation/world/workload.h"
#include "tests/simulation/world/world_check.h"

namespace groupctl::sim {
namespace {

constexpr std::uint64_t kDeepCheckEachSteps = 100;
constexpr std::uint64_t kAuditEachSteps = 40;
constexpr std::uint64_t kSeedsOfAProcess = 10;
constexpr Millis kConvergeWithinMs = 60'000;
constexpr Millis kSafetyWithinMs = 120'000;

class Simulation {
 public:
  Simulation(std::uint64_t seed, const SimulationWish& wish)
      : seed_(seed),
        wish_(wish),
        world_(seed, command_table(), wish.group),
        workload_(world_),
        chaos_(world_),
        deviations_(world_),
        locksmith_(world_, seed),
        hostile_(world_, seed),
        visitors_(world_, seed) {
    world_.stage().trace.keep(wish.trace_lines);
  }
  World& world() { return world_; }
  /// Everybody is there. `beside`: the other groups of the process, null for one that is not there.
  void begin(ServerRegistry* registry = nullptr, std::vector<World*> beside = {});
  /// When something happens next; nullopt: what can go wrong has gone wrong.
  std::optional<Millis> next();
  void advance() { step(kSafetyWithinMs); }
  SimulationResult finish();

 private:
  bool broken() { return world_.stage().truth.violation().has_value(); }
  void populate(ServerRegistry* registry);
  bool step(Millis limit);
  void run_for(Millis time);
  void converge();
  void audit(Sequence sequence, std::map<Sequence, bool>* closed);
  bool all_closed();

  std::uint64_t seed_;
  SimulationWish wish_;
  World world_;
  RolloutJudge rollout_judge_;
  Workload workload_;
  Chaos chaos_;
  Deviations deviations_;
  Locksmith locksmith_;
  Hostile hostile_;
  Visitors visitors_;
  std::uint64_t steps_ = 0;
  std::uint64_t safety_steps_ = 0;
  std::string faults_;  // as drawn
};

void Simulation::populate(ServerRegistry* registry) {
  Stage& stage = world_.stage();
  Pcg& random = stage.random;
  stage.faults = Faults::draw(random);
  if (wish_.open) stage.faults.without_keys();
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
  world_.coordinator().set_bounds(stage.faults);
  world_.coordinator().set_chunk_bytes(stage.faults.chunk_bytes);
  world_.coordinator().set_registry(registry);
  if (wish_.mute_the_barred) world_.coordinator().mute_the_barred();
  locksmith_.furnish(hostile_.appear());
  world_.coordinator().start();
  workload_.start();
  chaos_.start();
  deviations_.start();
  locksmith_.start();
  hostile_.start();
}

bool Simulation::step(Millis limit) {
  Stage& stage = world_.stage();
  if (broken() || !stage.queue.run_one(limit)) return false;
  ++steps_;
  check_watermarks(world_);
  rollout_judge_.look(world_);
  check_sizes(world_);
  if (steps_ % kDeepCheckEachSteps == 0) check_disks(world_);
  if (steps_ % kAuditEachSteps == 0 && stage.truth.last()) {
    const std::uint64_t back =
        stage.random.below(std::min<std::uint64_t>(stage.truth.last().value, 20));
    audit(Sequence(stage.truth.last().value - back), nullptr);
  }
  return !broken();
}

void Simulation::run_for(Millis time) {
  const Millis end = world_.stage().queue.now() + time;
  while (step(end)) {
  }
  if (!broken()) world_.stage().queue.run_until(end);
}

/// Asks for a ledger; when it comes it is judged, and whether it is closed is noted.
void Simulation::audit(Sequence sequence, std::map<Sequence, bool>* closed) {
  const Truth& truth = world_.stage().truth;
  // Below the floor there is the recap of a rollout that is kept. A coordinator that was put back
  // has lost what it was told of it, and is not told again.
  const bool recap = truth.generation() == 0 && rollout_row(truth.state(), sequence).has_value();
  if (sequence < truth.head().floor && !recap) return;
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
  for (const RolloutRow& row : rollouts(truth.state())) {
    if (row.assignment.sequence < floor) audit(row.assignment.sequence, nullptr);
  }
  run_for(2000);
  for (const auto& [sequence, is_closed] : closed) {
    if (waits_for_somebody(truth, sequence)) continue;
    if (!is_closed && sequence >= truth.head().floor) return false;
  }
  return true;
}

void Simulation::converge() {
  Stage& stage = world_.stage();
  workload_.stop();
  deviations_.stop();
  hostile_.stop();
  visitors_.stop();
  locksmith_.end();
  chaos_.end();
  const Millis until = stage.queue.now() + kConvergeWithinMs;
  std::string missing = "nothing has run";
  while (!broken() && stage.queue.now() < until) {
    run_for(500);
    missing = not_in_step(world_);
    if (!missing.empty()) continue;
    missing = all_closed() ? not_in_step(world_) : "a ledger is open";
    if (missing.empty()) break;
  }
  if (!missing.empty()) stage.truth.broken("L1", "not in step in time: " + missing);
  if (broken()) return;
  check_outcome(world_);
  check_disks(world_);
}

void Simulation::begin(ServerRegistry* registry, std::vector<World*> beside) {
  populate(registry);
  visitors_.start(std::move(beside));
  Stage& stage = world_.stage();
  faults_ = to_text(stage.faults);
  safety_steps_ = 2000 + stage.random.below(3000);
}

std::optional<Millis> Simulation::next() {
  if (broken() || steps_ >= safety_steps_) return std::nullopt;
  const auto at = world_.stage().queue.next();
  return at && *at <= kSafetyWithinMs ? at : std::nullopt;
}

SimulationResult Simulation::finish() {
  if (!broken()) converge();
  Stage& stage = world_.stage();
  SimulationResult result;
  result.seed = seed_;
  result.faults = faults_;
  result.violation = stage.truth.violation();
  result.trace_hash = stage.trace.hash();
  result.events = steps_;
  result.entries = stage.truth.last().value;
  result.sometimes = stage.trace.counts();
  result.trace = stage.trace.lines();
  return result;
}

/// The one in which something happens next; nullptr: in none.
Simulation* first_of(const std::vector<std::unique_ptr<Simulation>>& all) {
  Simulation* first = nullptr;
  for (const auto& one : all) {
    const auto at = one->next();
    if (at && (first == nullptr || *at < *first->next())) first = one.get();
  }
  return first;
}

}  // namespace

SimulationResult simulate(std::uint64_t seed, const SimulationWish& wish) {
  Simulation one(seed, wish);
  one.begin();
  while (one.next()) one.advance();
  return one.finish();
}

std::vector<SimulationResult> simulate_process(std::uint64_t seed, const ProcessWish& process) {
  const std::size_t groups = process.groups;
  ServerRegistry registry;
  std::vector<std::unique_ptr<Simulation>> all(groups);
  std::vector<World*> worlds(groups, nullptr);
  for (std::size_t i = 0; i < groups; ++i) {
    if (process.alone && i != *process.alone) continue;
    SimulationWish wish;
    wish.trace_lines = process.trace_lines;
    wish.group = "g" + std::to_string(i + 1);
    all[i] = std::make_unique<Simulation>(kSeedsOfAProcess * seed + i, wish);
    worlds[i] = &all[i]->world();
  }
  for (std::size_t i = 0; i < groups; ++i) {
    std::vector<World*> beside = worlds;
    beside.erase(beside.begin() + static_cast<std::ptrdiff_t>(i));
    if (all[i]) all[i]->begin(&registry, std::move(beside));
  }
  std::erase(all, nullptr);
  while (Simulation* first = first_of(all)) first->advance();
  std::vector<SimulationResult> results;
  for (auto& one : all) results.push_back(one->finish());
  return results;
}

std::string report(const SimulationResult& result) {
  std::string text = "seed " + std::to_string(result.seed) + ": ";
  if (!result.violation) return text + "holds";
  return text + result.violation->invariant + " broken: " + result.violation->text + " [" +
         result.faults + "] (sim --seed " + std::to_string(result.seed) + " --trace)";
}

}  // namespace groupctl::sim
