#include "tests/simulation/world/workload.h"

#include "commands/state/target.h"
#include "tests/simulation/world/commands.h"

namespace groupctl::sim {
namespace {

constexpr const char* kArtefacts[] = {"shop", "blog", "api"};
constexpr const char* kProperties[] = {"mode", "limit"};

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
    if (admin.all_answered()) admin.submit(draw_request());
    if (!admin.requests().empty() && random.chance(150)) {
      const std::size_t index = random.below(admin.requests().size());
      if (admin.was_accepted(index)) admin.ask_again(index);
    }
    next(admin);
  });
}

std::vector<SubmittedCommand> Workload::draw_request() {
  Pcg& random = world_.stage().random;
  std::vector<SubmittedCommand> commands;
  const std::uint64_t count = random.chance(150) ? 2 + random.below(3) : 1;
  for (std::uint64_t i = 0; i < count; ++i) commands.push_back(draw_command());
  return commands;
}

SubmittedCommand Workload::draw_command() {
  Pcg& random = world_.stage().random;
  const std::uint64_t kind = random.below(100);
  Result<SubmittedCommand> made = fail(ErrorCode::kInternal, "");
  if (kind < 55) {
    const std::string version = std::to_string(1 + random.below(6));
    made = make_command("DEPLOY " + drawn(random, kArtefacts) + "@" + version, draw_target());
  } else if (kind < 75) {
    const std::string value = std::to_string(random.below(9));
    made = make_command("SET " + drawn(random, kProperties) + "=" + value, draw_target());
  } else if (kind < 85) {
    made = make_command("UNSET " + drawn(random, kProperties), draw_target());
  } else {
    made = make_command("PING", draw_target(), 200 + random.below(5000));
  }
  GROUPCTL_INVARIANT(made.has_value(), "a drawn command is a command");
  return *std::move(made);
}

Target Workload::draw_target() {
  Pcg& random = world_.stage().random;
  const std::uint64_t kind = random.below(100);
  std::string text;
  if (kind < 50) return Target::all();
  if (kind < 75) {
    text = random.chance(500) ? "role=web" : "role=db";
  } else {
    text = "m" + std::to_string(1 + random.below(world_.members().size()));
  }
  return *parse_target({text});
}

}  // namespace groupctl::sim
