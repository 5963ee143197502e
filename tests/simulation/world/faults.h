// What goes wrong in a world, and how often.
#pragma once

#include <cstdint>
#include <string>

#include "log/pcg.h"
#include "log/types.h"
#include "tests/simulation/world/event_queue.h"

namespace groupctl::sim {

/// Rates are per mille of the occasions. The defaults are a world without faults in which every
/// message, commit and step takes one millisecond.
struct Faults {
  Millis delay_min_ms = 1;
  Millis delay_max_ms = 1;
  std::uint32_t loss = 0;              ///< of messages on the member and admin planes
  std::uint32_t publication_loss = 0;  ///< of publications, a subscriber
  std::uint32_t duplicate = 0;         ///< of any message
  std::uint32_t reorder = 0;           ///< of any message: it may be overtaken
  /// Of what a coordinator says: it arrives again, seconds later, if another one speaks by then.
  std::uint32_t echo = 0;

  Millis commit_max_ms = 1;
  std::uint32_t commit_refused = 0;
  std::uint32_t commit_unknown = 0;

  Millis step_max_ms = 1;
  std::uint32_t step_failure = 0;  ///< of fetches and of deployments

  // Of the occasions of Chaos, which come each `chaos_interval_ms` on average; 0 interval: never.
  Millis chaos_interval_ms = 0;
  std::uint32_t crash_coordinator = 0;
  std::uint32_t put_back = 0;  ///< its disk: copied, and later put back, once
  std::uint32_t crash_member = 0;
  std::uint32_t wipe = 0;
  std::uint32_t leave = 0;
  std::uint32_t cut = 0;
  std::uint32_t lose_session = 0;
  std::uint32_t clock_jump = 0;  ///< of starts of the coordinator: its wall clock is wrong

  // Of the occasions of Deviations, which come each `deviation_interval_ms`; 0: never.
  Millis deviation_interval_ms = 0;
  std::uint32_t by_hand = 0;    ///< something in place is changed by hand; else a local command
  std::uint32_t dry_runs = 0;   ///< of what admins do
  std::uint32_t questions = 0;  ///< of those occasions: an operator has one reconcile as well
  std::uint32_t reverting = 0;  ///< of members: they put back what was changed by hand
  std::uint32_t own_build = 0;  ///< a private repository gets or loses a build; before the others

  // Retention of the coordinator; no entries: its own defaults, under which nothing ever goes.
  std::uint64_t keep_entries = 0;
  Millis keep_age_ms = 0;
  std::uint64_t log_cap_bytes = 0;
  Millis log_cap_age_ms = 0;
  /// Of a chunk of a snapshot: in small ones the small images of a world are long.
  std::uint64_t chunk_bytes = kChunkBytes;

  /// The coordinator's bounds on what its peers may do are such that honest ones meet them.
  bool little_room = false;

  /// Whoever speaks to the coordinator has a key, which is given, taken away and changed on the
  /// occasions of Locksmith, which come each `key_interval_ms`; 0: never.
  bool keys = false;
  Millis key_interval_ms = 0;
  /// Of the occasions of Hostile; 0: nobody is hostile.
  Millis hostile_interval_ms = 0;

  void without_keys() {
    keys = false;
    key_interval_ms = hostile_interval_ms = 0;
  }

  /// A swarm: each class is off or on with its own rate, by the seed.
  static Faults draw(Pcg& random);
};

/// One line, for reports.
std::string to_text(const Faults& faults);

}  // namespace groupctl::sim
