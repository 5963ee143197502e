#include "commands/payload.h"
#include "commands/state/row_codec.h"
#include "commands/system/system.capnp.h"
#include "commands/system/system.h"

namespace groupctl {

Bytes joined_payload(const MemberRow& row) {
  return make_payload<payload::Joined>([&](auto out) {
    write_member(row, out.initRow());
    out.getRow().setId(0);
  });
}

Bytes labelled_payload(MemberId id, const Labels& labels) {
  return make_payload<payload::Labelled>([&](auto out) {
    out.setId(id.value);
    write_labels(labels, out.initLabels(static_cast<unsigned>(labels.size())));
  });
}

Bytes operator_labels_payload(const Labels& labels) {
  return make_payload<payload::Labelled>([&](auto out) {
    out.setOwner(payload::Labelled::Owner::OPERATOR);
    write_labels(labels, out.initLabels(static_cast<unsigned>(labels.size())));
  });
}

Bytes left_payload(MemberId id, LeftCause cause) {
  return make_payload<payload::Left>([&](auto out) {
    out.setId(id.value);
    out.setCause(static_cast<payload::Left::Cause>(cause));  // the same order
  });
}

Bytes evicted_payload(const std::string& name) {
  return make_payload<payload::Left>([&](auto out) {
    out.setCause(payload::Left::Cause::EVICTED);
    out.setName(text_reader(name));
  });
}

}  // namespace groupctl
