#include "tests/unit/member/group_log.h"

#include "commands/deploy/deploy.capnp.h"
#include "commands/dump/dump.capnp.h"
#include "commands/payload.h"
#include "commands/ping/ping.capnp.h"
#include "commands/set/set.capnp.h"
#include "commands/start/start.capnp.h"
#include "commands/system/system.h"

namespace groupctl::testing {

ArtefactDigest digest_of(const std::string& version) {
  ArtefactDigest digest;
  digest.bytes = hash_of(as_bytes(version)).bytes;
  return digest;
}

GroupLog::GroupLog(std::uint8_t id) {
  log_id.bytes.fill(id);
  secret.bytes.fill(3);
  chain_ = chain_start(log_id, "shop");
}

Entry GroupLog::next_entry(KindId kind, EntryClass entry_class, Target target, Bytes payload) {
  Entry entry;
  entry.sequence = last_.next();
  entry.epoch = epoch;
  entry.issued = now;
  entry.kind = kind;
  entry.entry_class = entry_class;
  entry.target = std::move(target);
  entry.payload = std::move(payload);
  entry.issuer_name = "ana";
  if (const ApplyRow* row = command_table().find(kind)) {
    auto keys = row->keys(entry.payload);
    GROUPCTL_INVARIANT(keys.has_value(), keys ? "" : keys.error().text);
    entry.keys = std::move(*keys);
  }
  return entry;
}

void GroupLog::apply(const Entry& entry) {
  const ApplyRow* row = command_table().find(entry.kind);
  if (entry.entry_class == EntryClass::kState) state_kinds_.push_back(entry.kind);
  if (row == nullptr) return;
  auto changes = row->apply(entry, state_);
  GROUPCTL_INVARIANT(changes.has_value(), changes ? "" : changes.error().text);
  state_.apply(*changes);
}

FramePtr GroupLog::append(std::vector<Entry> entries) {
  FrameBuilder builder;
  FrameHeader header;
  header.log_id = log_id;
  header.epoch = epoch;
  header.batch = BatchNumber(++batch_);
  header.first = last_.next();
  header.group_time = now;
  header.chain_before = chain_;
  for (Entry& entry : entries) {
    entry.sequence = last_ = last_.next();
    apply(entry);
    const Bytes bytes = encode_entry(entry);
    chain_ = chain_next(chain_, bytes);
    builder.add(bytes);
  }
  header.last = last_;
  header.chain_after = chain_;
  header.state_digest_after = state_.digest();
  if (lies_) header.state_digest_after = hash_of(as_bytes("another state"));
  lies_ = false;
  header.tag = make_tag(secret, log_id, epoch, last_, chain_);
  frames_.push_back(builder.seal(header));
  return frames_.back();
}

FramePtr GroupLog::joined(const MemberRow& row) {
  return append({next_entry(kJoinedKind, EntryClass::kState, Target::none(), joined_payload(row))});
}
FramePtr GroupLog::left(MemberId id) {
  return append({next_entry(kLeftKind, EntryClass::kState, Target::none(),
                            left_payload(id, LeftCause::kAsked))});
}
FramePtr GroupLog::labelled(MemberId id, const Labels& labels) {
  return append({next_entry(kLabelledKind, EntryClass::kState, Target::one(id),
                            operator_labels_payload(labels))});
}

namespace {
Bytes set_payload(const std::string& key, const std::string& value) {
  return make_payload<payload::Set>([&](auto out) {
    auto pairs = out.initPairs(1);
    pairs[0].setKey(key.c_str());
    pairs[0].setValue(value.c_str());
  });
}
}  // namespace

FramePtr GroupLog::set(const std::string& key, const std::string& value, Target target) {
  return append({next_entry(kind_of<payload::Set>(), EntryClass::kState, std::move(target),
                            set_payload(key, value))});
}
FramePtr GroupLog::sets(int count) {
  std::vector<Entry> entries;
  for (int i = 0; i < count; ++i) {
    entries.push_back(next_entry(kind_of<payload::Set>(), EntryClass::kState, Target::all(),
                                 set_payload("k" + std::to_string(i), "v")));
  }
  return append(std::move(entries));
}
Entry GroupLog::deploy_entry(const std::string& artefact, const std::string& version,
                             Target target) {
  Bytes payload = make_payload<payload::Deploy>([&](auto out) {
    out.setName(artefact.c_str());
    out.setVersion(version.c_str());
    out.setDigest(data_of(digest_of(version).view()));
  });
  return next_entry(kind_of<payload::Deploy>(), EntryClass::kState, std::move(target),
                    std::move(payload));
}
FramePtr GroupLog::deploy(const std::string& artefact, const std::string& version, Target target) {
  return append({deploy_entry(artefact, version, std::move(target))});
}
FramePtr GroupLog::deploy_rolling(const std::string& artefact, const std::string& version,
                                  Target target) {
  Bytes payload = make_payload<payload::Deploy>([&](auto out) {
    out.setName(artefact.c_str());
    out.setVersion(version.c_str());
    out.setDigest(data_of(digest_of(version).view()));
    out.initRolling().initWindow().setValue(1);
  });
  return append({next_entry(kind_of<payload::Deploy>(), EntryClass::kState, std::move(target),
                            std::move(payload))});
}
FramePtr GroupLog::release(Sequence rollout, const std::string& artefact, MemberId member) {
  return append({next_entry(kReleaseKind, EntryClass::kState, Target::one(member),
                            release_payload({rollout, artefact}))});
}
FramePtr GroupLog::deploy_and_unknown(const std::string& artefact, const std::string& version) {
  return append({deploy_entry(artefact, version, Target::all()),
                 next_entry(kUnknownKind, EntryClass::kState, Target::all(), Bytes(8))});
}
FramePtr GroupLog::start(const std::string& artefact) {
  return append({next_entry(
      kind_of<payload::Start>(), EntryClass::kState, Target::all(),
      make_payload<payload::Start>([&](auto out) { out.initNames(1).set(0, artefact.c_str()); }))});
}
FramePtr GroupLog::ping(std::uint64_t ttl_ms) {
  Entry entry = next_entry(kind_of<payload::Ping>(), EntryClass::kNeverLate, Target::all(),
                           make_payload<payload::Ping>([](auto) {}));
  entry.ttl_ms = ttl_ms;
  return append({std::move(entry)});
}
FramePtr GroupLog::dump(std::uint64_t ttl_ms) {
  Entry entry = next_entry(kind_of<payload::Dump>(), EntryClass::kNeverLate, Target::all(),
                           make_payload<payload::Dump>([](auto) {}));
  entry.ttl_ms = ttl_ms;
  return append({std::move(entry)});
}
FramePtr GroupLog::unknown(EntryClass entry_class) {
  return append({next_entry(kUnknownKind, entry_class, Target::all(), Bytes(8))});
}

Heartbeat GroupLog::heartbeat() const {
  return {last_, chain_, state_.digest(), make_tag(secret, log_id, epoch, last_, chain_)};
}

ReplayPage GroupLog::page(Sequence from) const {
  ReplayPage page{from, last_, {}, true};
  for (const FramePtr& frame : frames_) {
    if (frame->header().last >= from) page.frames.push_back(frame);
  }
  return page;
}

Bytes GroupLog::image() const {
  SnapshotHeader header{log_id,          "shop", epoch,           last_,       chain_,
                        state_.digest(), now,    heartbeat().tag, state_kinds_};
  SnapshotRows rows;
  for (auto row = state_.lower_bound(""); row != state_.end(); ++row) rows.push_back(*row);
  return encode_image(header, rows);
}

std::vector<SnapshotChunk> GroupLog::chunks() const {
  const Bytes image = this->image();
  std::vector<SnapshotChunk> chunks;
  for (std::size_t at = 0; at < image.size(); at += kChunkBytes) {
    const auto from = image.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t size = std::min(kChunkBytes, image.size() - at);
    chunks.push_back({{log_id, last_, hash_of(image)},
                      image.size(),
                      at,
                      Bytes(from, from + static_cast<std::ptrdiff_t>(size))});
  }
  return chunks;
}

}  // namespace groupctl::testing
