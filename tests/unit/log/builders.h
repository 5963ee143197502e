// Entries and frames for the tests of the log: short histories whose hashes are right.
#pragma once

#include <string>

#include "log/entry.h"
#include "log/frame.h"
#include "log/store.h"

namespace groupctl::fixtures {

inline Entry some_entry(Sequence sequence) {
  Entry entry;
  entry.sequence = sequence;
  entry.epoch = Epoch(7);
  entry.issued = GroupTime(1'700'000'000'000);
  entry.kind = KindId(0xfeed'0000'0000'0001);
  entry.keys = {"artefact/shop"};
  entry.target = Target::all();
  entry.issuer_name = "ana@bastion";
  entry.request = {{11, 12}, sequence.value};
  entry.payload = copy_bytes(as_bytes("payload of " + std::to_string(sequence.value)));
  return entry;
}

/// One history: makes frames that continue each other.
class History {
 public:
  FramePtr frame(std::size_t entries) {
    FrameBuilder builder;
    FrameHeader header;
    header.log_id = log_id();
    header.epoch = Epoch(7);
    header.batch = BatchNumber(++batch_);
    header.first = last_.next();
    header.chain_before = chain_;
    for (std::size_t i = 0; i < entries; ++i) {
      last_ = last_.next();
      Bytes bytes = encode_entry(some_entry(last_));
      chain_ = chain_next(chain_, bytes);
      builder.add(bytes);
    }
    header.last = last_;
    header.group_time = GroupTime(1'700'000'000'000 + last_.value);
    header.chain_after = chain_;
    header.state_digest_after = hash_of(as_bytes("state"));
    header.tag = make_tag(TagSecret{}, header.log_id, header.epoch, last_, chain_);
    return builder.seal(header);
  }

  /// A batch on this head whose frames hold as many entries as named.
  Batch batch_on(const LogHead& head, std::vector<std::size_t> frames) {
    Batch batch;
    batch.head = head;
    batch.head.batch = head.batch.next();
    batch.head.log_id = log_id();
    batch.head.epoch = Epoch(7);
    for (std::size_t entries : frames) batch.frames.push_back(frame(entries));
    batch.head.last = last_;
    batch.head.chain = chain_;
    batch.head.state_digest = hash_of(as_bytes("state"));
    return batch;
  }

  Sequence last() const { return last_; }
  const Hash& chain() const { return chain_; }
  static LogId log_id() {
    LogId id;
    for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(i);
    return id;
  }

 private:
  std::uint64_t batch_ = 0;
  Sequence last_;
  Hash chain_ = chain_start(log_id(), "shop");
};

}  // namespace groupctl::fixtures
