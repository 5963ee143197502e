// A coordinator's log for the tests of a member: real entries, frames, state and snapshot images.
#pragma once

#include <string>
#include <vector>

#include "commands/command.h"
#include "commands/state/rows.h"
#include "log/frame.h"
#include "wire/member_messages.h"
#include "wire/snapshot_image.h"

namespace groupctl::testing {

inline constexpr KindId kUnknownKind{0x8f3a6d5c2b1effff};

class GroupLog {
 public:
  explicit GroupLog(std::uint8_t id = 7);

  // Each appends one entry in a frame of its own, which is also in frames().
  FramePtr joined(const MemberRow& row);
  FramePtr left(MemberId id);
  FramePtr labelled(MemberId id, const Labels& labels);
  FramePtr set(const std::string& key, const std::string& value, Target target = Target::all());
  FramePtr deploy(const std::string& artefact, const std::string& version,
                  Target target = Target::all());
  /// Its rollout, one member at a time, is named by last().
  FramePtr deploy_rolling(const std::string& artefact, const std::string& version, Target target);
  /// Of that rollout to that member.
  FramePtr release(Sequence rollout, const std::string& artefact, MemberId member);
  FramePtr start(const std::string& artefact);
  FramePtr ping(std::uint64_t ttl_ms = 60000);
  FramePtr dump(std::uint64_t ttl_ms = 60000);
  FramePtr unknown(EntryClass entry_class);
  /// A DEPLOY and an unknown state kind in one frame.
  FramePtr deploy_and_unknown(const std::string& artefact, const std::string& version);
  /// Several SETs in one frame.
  FramePtr sets(int count);

  /// The frame after it has the wrong state digest; the log itself goes on rightly.
  void lie_about_digest() { lies_ = true; }

  Envelope envelope() const { return {log_id, epoch, now}; }
  Heartbeat heartbeat() const;
  ReplayPage page(Sequence from) const;
  Bytes image() const;
  std::vector<SnapshotChunk> chunks() const;
  const std::vector<FramePtr>& frames() const { return frames_; }
  Sequence last() const { return last_; }
  const Hash& chain() const { return chain_; }
  const GroupState& state() const { return state_; }

  LogId log_id;
  Epoch epoch{1};
  GroupTime now{1'000'000};
  TagSecret secret;

 private:
  Entry deploy_entry(const std::string& artefact, const std::string& version, Target target);
  Entry next_entry(KindId kind, EntryClass entry_class, Target target, Bytes payload);
  FramePtr append(std::vector<Entry> entries);
  void apply(const Entry& entry);

  std::vector<FramePtr> frames_;
  std::vector<KindId> state_kinds_;
  GroupState state_;
  Sequence last_;
  Hash chain_;
  std::uint64_t batch_ = 0;
  bool lies_ = false;
};

/// The digest that deploy() gives a version.
ArtefactDigest digest_of(const std::string& version);

}  // namespace groupctl::testing
