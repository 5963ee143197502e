#include "tests/simulation/world/workload.h"

#include "commands/state/rollout.h"
#include "commands/state/target.h"
#include "tests/simulation/world/commands.h"

namespace groupctl::sim {
namespace {

constexpr const char* kDeployed[] = {"shop", "blog", "api"};
constexpr const char* kLabels[] = {"role=web", "role=db", "role-", "tier=gold", "tier- role=web"};
constexpr const char* kSetKeys[] = {"mode", "limit"};

template <std::size_t Size>
std::string drawn(Pcg& random, const char* const (&from)[Size]) {
  return from[random.below(Size)];
}

}  // namespace

void Workload::start() {
  for (auto& admin : world_.admins()) {
    admin->set_retry_ms(300);
    next(*admin);
  }
}

void Workload::next(AdminNode& admin) {
  Stage& stage = world_.stage();
  stage.queue.after(5 + stage.random.below(250), [this, &admin] {
    if (stopped_) return;
    Pcg& random = world_.stage().random;
    const std::uint32_t dry_runs = world_.stage().faults.dry_runs;
    if (dry_runs > 0 && random.chance(dry_runs)) {
      dry_run(admin);
    } else if (admin.all_answered()) {
      admin.submit(draw_request(), random.chance(500));
    }
    if (!admin.requests().empty() && random.chance(150)) {
      const std::size_t index = random.below(admin.requests().size());
      if (admin.was_accepted(index)) admin.ask_again(index);
    }
    next(admin);
  });
}

/// Nothing comes of it: members and the coordinator are judged as if nobody had asked.
void Workload::dry_run(AdminNode& admin) {
  if (!world_.coordinator().up()) return;
  Submit submit;
  submit.first = {{1, world_.stage().random.below(UINT64_MAX)}, 1};
  submit.commands = draw_request();
  world_.coordinator().ask(Foresee{submit, 0}, [this, &admin, submit](const AdminReply& reply) {
    if (const auto* told = std::get_if<ForeseenReply>(&reply)) foreseen(admin, submit, *told);
  });
}

/// Some targets foretell, the coordinator is told of it, and sometimes the command comes.
void Workload::foreseen(AdminNode& admin, const Submit& submit, const ForeseenReply& reply) {
  Stage& stage = world_.stage();
  stage.trace.sometimes("a dry run");
  Predict predict{reply.head, reply.content, 0, {}};
  ForetellQuestion question{0, reply.head, {}, false};
  for (const ForeseenCommand& command : reply.commands) question.entries.push_back(command.entry);
  if (!world_.coordinator().up() || !reply.commands.front().targets) return;
  for (const MemberId id : *reply.commands.front().targets) {
    predict.rows.push_back({Outcome::kDone, "", "as wanted", {id}});
    world_.coordinator().ask(MemberAsk{id, encode(Question(question))},
                             [this](const AdminReply& said) {
                               const auto* answered = std::get_if<MemberAnswered>(&said);
                               if (answered == nullptr) return;
                               const auto answer = decode_answer(answered->answer);
                               if (!answer || std::holds_alternative<Refused>(*answer)) return;
                               world_.stage().trace.sometimes("a member foretells");
                             });
  }
  world_.coordinator().ask(std::move(predict), [](const AdminReply&) {});
  if (stage.random.chance(500) && admin.all_answered()) admin.submit(submit.commands);
}

std::vector<SubmittedCommand> Workload::draw_request() {
  Pcg& random = world_.stage().random;
  std::vector<SubmittedCommand> commands;
  if (random.chance(30)) {
    commands.push_back(*make_command("EVICT " + drawn_member(), Target::none()));
    return commands;
  }
  const std::uint64_t count = random.chance(150) ? 2 + random.below(3) : 1;
  for (std::uint64_t i = 0; i < count; ++i) commands.push_back(draw_command());
  return commands;
}

SubmittedCommand Workload::draw_command() {
  Pcg& random = world_.stage().random;
  const std::uint64_t kind = random.below(100);
  Result<SubmittedCommand> made = fail(ErrorCode::kInternal, "");
  if (kind < 8) {
    made = make_command("LABEL " + drawn(random, kLabels), draw_target());
    world_.stage().trace.sometimes("operator labels");
  } else if (kind < 14) {
    made = make_command("UNDEPLOY " + drawn(random, kDeployed), draw_target());
  } else if (kind < 24) {
    constexpr const char* kRunVerbs[] = {"START ", "STOP ", "RESTART ", "REFRESH "};
    made = make_command(drawn(random, kRunVerbs) + drawn(random, kDeployed), draw_target());
  } else if (kind < 60) {
    const std::string version = std::to_string(1 + random.below(6));
    const std::string rolling = random.chance(300) ? draw_policy() : "";
    made =
        make_command("DEPLOY " + drawn(random, kDeployed) + "@" + version + rolling, draw_target());
  } else if (kind < 63) {
    made = draw_steering();
  } else if (kind < 75) {
    const std::string value = std::to_string(random.below(9));
    made = make_command("SET " + drawn(random, kSetKeys) + "=" + value, draw_target());
  } else if (kind < 85) {
    made = make_command("UNSET " + drawn(random, kSetKeys), draw_target());
  } else if (kind < 88) {
    constexpr const char* kPrograms[] = {"true", "false", "uptime"};
    const std::string line = "EXEC " + drawn(random, kPrograms);
    made = make_command(line, draw_target(), 200 + random.below(5000));
  } else if (kind < 91) {
    made = make_command("DUMP", draw_target(), 200 + random.below(5000));
  } else {
    made = make_command("PING", draw_target(), 200 + random.below(5000));
  }
  GROUPCTL_INVARIANT(made.has_value(), "a drawn command is a command");
  return *std::move(made);
}

std::string Workload::draw_policy() {
  Pcg& random = world_.stage().random;
  world_.stage().trace.sometimes("a rollout");
  std::string policy = " batch=" + std::to_string(random.below(4));
  if (random.chance(200)) policy += "0%";
  policy += " max-failures=" + std::to_string(random.below(3));
  if (random.chance(300)) policy += " canary=1";
  if (random.chance(200)) policy += " batch-pause=200ms";
  return policy;
}

/// An operator's word on one of the rollouts that there are.
Result<SubmittedCommand> Workload::draw_steering() {
  Pcg& random = world_.stage().random;
  const auto rows = rollouts(world_.stage().truth.state());
  if (rows.empty()) return make_command("PING", draw_target(), 200 + random.below(5000));
  const RolloutRow& row = rows[random.below(rows.size())];
  constexpr const char* kWords[] = {"PAUSE ", "RESUME ", "RESUME ", "ABORT ", "UNDO "};
  world_.stage().trace.sometimes("a rollout is steered");
  return make_command(
      drawn(random, kWords) + std::to_string(row.assignment.sequence.value) + " " + row.artefact,
      row.assignment.target);
}

std::string Workload::drawn_member() {
  return "m" + std::to_string(1 + world_.stage().random.below(world_.members().size()));
}

Target Workload::draw_target() {
  Pcg& random = world_.stage().random;
  const std::uint64_t kind = random.below(100);
  std::string text;
  if (kind < 50) return Target::all();
  if (kind < 75) {
    constexpr const char* kSelectors[] = {
        "role=web", "role=db", "role!=db", "has(tier)", "role in (web,db),!tier", "name=m*"};
    text = drawn(random, kSelectors);
  } else {
    text = drawn_member();
  }
  return *parse_target({text});
}

}  // namespace groupctl::sim
