#include "tests/simulation/world/faults.h"

#include <vector>

namespace groupctl::sim {
namespace {

/// Off in two of five worlds; else some rate up to `most`.
std::uint32_t drawn_rate(Pcg& random, std::uint32_t most) {
  if (random.below(5) < 2) return 0;
  return static_cast<std::uint32_t>(1 + random.below(most));
}

}  // namespace

Faults Faults::draw(Pcg& random) {
  Faults faults;
  faults.delay_max_ms = 1 + random.below(random.chance(300) ? 120 : 15);
  faults.loss = drawn_rate(random, 150);
  faults.publication_loss = drawn_rate(random, 300);
  faults.duplicate = drawn_rate(random, 150);
  faults.reorder = drawn_rate(random, 200);
  faults.commit_max_ms = 1 + random.below(20);
  faults.commit_refused = drawn_rate(random, 60);
  faults.commit_unknown = drawn_rate(random, 15);
  faults.step_max_ms = 1 + random.below(random.chance(300) ? 400 : 40);
  faults.step_failure = drawn_rate(random, 250);
  faults.chaos_interval_ms = 100 + random.below(600);
  faults.crash_coordinator = drawn_rate(random, 150);
  faults.crash_member = drawn_rate(random, 400);
  faults.wipe = drawn_rate(random, 100);
  faults.leave = drawn_rate(random, 100);
  faults.cut = drawn_rate(random, 300);
  faults.lose_session = drawn_rate(random, 200);
  faults.clock_jump = drawn_rate(random, 500);
  faults.deviation_interval_ms = random.chance(600) ? 50 + random.below(1000) : 0;
  faults.by_hand = drawn_rate(random, 500);
  faults.keep_entries = random.chance(400) ? 5 + random.below(40) : 0;
  Pcg apart = random;  // later than the others, which keep what their seeds drew
  if (apart.chance(600)) faults.chunk_bytes = 64 + apart.below(300);
  faults.questions = drawn_rate(apart, 300);
  faults.reverting = drawn_rate(apart, 700);
  if (apart.chance(500)) faults.keep_entries = 5 + apart.below(40);
  faults.echo = drawn_rate(apart, 100);
  if (apart.chance(300)) faults.put_back = static_cast<std::uint32_t>(100 + apart.below(200));
  if (faults.keep_entries != 0) {
    faults.keep_age_ms = apart.chance(500) ? apart.below(3000) : 0;
    faults.log_cap_bytes = apart.chance(300) ? 4000 + apart.below(20000) : 0;
    faults.log_cap_age_ms = apart.chance(200) ? 2000 + apart.below(5000) : 0;
  }
  faults.own_build = drawn_rate(apart, 500);
  faults.little_room = apart.chance(400);
  if (apart.chance(750)) {
    faults.keys = true;
    faults.key_interval_ms = apart.chance(700) ? 200 + apart.below(2000) : 0;
    faults.hostile_interval_ms = apart.chance(700) ? 30 + apart.below(400) : 0;
  }
  faults.dry_runs = drawn_rate(apart, 400);
  return faults;
}

std::string to_text(const Faults& faults) {
  const std::vector<std::pair<const char*, std::uint64_t>> parts = {
      {"delay", faults.delay_max_ms},
      {"loss", faults.loss},
      {"publication_loss", faults.publication_loss},
      {"duplicate", faults.duplicate},
      {"reorder", faults.reorder},
      {"echo", faults.echo},
      {"commit", faults.commit_max_ms},
      {"refused", faults.commit_refused},
      {"unknown", faults.commit_unknown},
      {"step", faults.step_max_ms},
      {"step_failure", faults.step_failure},
      {"chaos", faults.chaos_interval_ms},
      {"crash_coordinator", faults.crash_coordinator},
      {"put_back", faults.put_back},
      {"crash_member", faults.crash_member},
      {"wipe", faults.wipe},
      {"leave", faults.leave},
      {"cut", faults.cut},
      {"lose_session", faults.lose_session},
      {"clock_jump", faults.clock_jump},
      {"deviations", faults.deviation_interval_ms},
      {"by_hand", faults.by_hand},
      {"questions", faults.questions},
      {"dry_runs", faults.dry_runs},
      {"reverting", faults.reverting},
      {"own_build", faults.own_build},
      {"keep", faults.keep_entries},
      {"keep_age", faults.keep_age_ms},
      {"log_cap", faults.log_cap_bytes},
      {"little_room", faults.little_room ? 1 : 0},
      {"log_cap_age", faults.log_cap_age_ms},
      {"keys", faults.keys ? 1 : 0},
      {"key_changes", faults.key_interval_ms},
      {"hostile", faults.hostile_interval_ms},
      {"chunk", faults.chunk_bytes == kChunkBytes ? 0 : faults.chunk_bytes},
  };
  std::string text;
  for (const auto& [name, value] : parts) {
    if (value > 0) text += std::string(name) + "=" + std::to_string(value) + " ";
  }
  return text;
}

}  // namespace groupctl::sim
