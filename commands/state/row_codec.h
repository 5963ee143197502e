// Reading and writing the values of the state as Cap'n Proto. Only rows.cc and those that must read
// a part of a row fast include this.
#pragma once

#include "commands/state/rollout.h"
#include "commands/state/rows.h"
#include "commands/state/state.capnp.h"
#include "log/capnp_bytes.h"
#include "log/target_codec.h"

namespace groupctl {

/// The canonical bytes of the struct that `fill` writes.
template <class Schema, class Fill>
Bytes canonical_bytes(Fill&& fill) {
  ScratchMessage message;
  auto root = message.initRoot<Schema>();
  fill(root);
  return to_canonical_bytes(root.asReader());
}

/// With its target, which has been read. Who reads a part of a row reads nothing twice: what
/// decodes whole, within the reader's limits, must decode in part. May throw kj::Exception, so
/// inside with_capnp().
Result<ArtefactAssignment> read_assignment(Target target,
                                           state_schema::ArtefactAssignment::Reader in);
Result<RunAssignment> read_assignment(Target target, state_schema::RunAssignment::Reader in);
Result<PropertyAssignment> read_assignment(Target target,
                                           state_schema::PropertyAssignment::Reader in);

/// With its target. May throw, as above.
Result<ArtefactAssignment> read_whole_assignment(state_schema::ArtefactAssignment::Reader in);
void write_assignment(const ArtefactAssignment& assignment,
                      state_schema::ArtefactAssignment::Builder out);

HealthCheck read_health(state_schema::Health::Reader in);
void write_health(const HealthCheck& health, state_schema::Health::Builder out);

Result<Release> read_release(state_schema::Release::Reader in);
void write_release(const Release& release, state_schema::Release::Builder out);

RolloutPolicy read_policy(state_schema::RolloutPolicy::Reader in);
void write_policy(const RolloutPolicy& policy, state_schema::RolloutPolicy::Builder out);

Result<MemberRow> read_member(state_schema::MemberRow::Reader in);
void write_member(const MemberRow& row, state_schema::MemberRow::Builder out);

Labels read_labels(capnp::List<state_schema::Label>::Reader in);
void write_labels(const Labels& labels, capnp::List<state_schema::Label>::Builder out);

}  // namespace groupctl
