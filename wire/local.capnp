# A member's own socket (ROUTER on ipc, mode 0600): group-member status and leave ask the running member. One part a message.
#
#   group-member status|leave (DEALER)       group-member (ROUTER)
#     status {} --------------------------->
#     <----------------------------------- status {...}                  or refused
#     leave {} ---------------------------->   it says so to its coordinator
#     <----------------------------------- left {}  when the coordinator has answered, or refused
@0x93a515a9a707108e;
using Cxx = import "/capnp/c++.capnp";
using Common = import "/wire/common.capnp";
$Cxx.namespace("groupctl::wire_schema");

struct LocalRequest {
  union {
    status @0 :Void;
    leave @1 :Void;
    # reserved, later: local deviations, reconcile, diff
  }
}

struct LocalDeltaRow {
  key @0 :Text;
  kind @1 :Text;
  sequence @2 :UInt64;
  text @3 :Text;
}

struct LocalArtefact {
  name @0 :Text;
  version @1 :Text;
  digest @2 :Data;
}

struct LocalProperty { key @0 :Text; value @1 :Text; }

struct LocalStatus {
  group @0 :Text;
  name @1 :Text;
  id @2 :UInt64;                          # roster id; 0: never joined
  serverId @3 :Data;
  logId @4 :Data;
  epoch @5 :UInt64;
  phase @6 :Text;                         # of the session, a word
  marks @7 :Common.Watermarks;
  knownHead @8 :UInt64;                   # the highest heard of
  chain @9 :Data;
  stateDigest @10 :Data;
  coordinatorUp @11 :Bool;
  note @12 :Text;                         # why, when it is not in step
  delta @13 :List(LocalDeltaRow);
  artefacts @14 :List(LocalArtefact);     # what is in place
  properties @15 :List(LocalProperty);
}

struct LocalReply {
  union {
    status @0 :LocalStatus;
    left @1 :Void;
    refused @2 :Common.Complaint;
  }
}
