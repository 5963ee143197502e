# A member's own socket (ROUTER on ipc, mode 0600): group-member status, local and leave ask the running member. One part a message.
#
#   group-member status|local|leave (DEALER) group-member (ROUTER)
#     status {} --------------------------->
#     <----------------------------------- status {...}                  or refused
#     command {who, why ...} -------------->   carried out here, with or without a coordinator
#     <----------------------------------- answered {job: a result a key}    or refused
#     question {...} ---------------------->   as question.capnp
#     <----------------------------------- answered {...}
#     leave {} ---------------------------->   it says so to its coordinator
#     <----------------------------------- left {}  when the coordinator has answered, or refused
@0x93a515a9a707108e;
using Cxx = import "/capnp/c++.capnp";
using Common = import "/wire/common.capnp";
$Cxx.namespace("groupctl::wire_schema");

struct LocalRelease {
  name @0 :Text;
  version @1 :Text;
  digest @2 :Data;
  deployer @3 :Text;                      # empty: "dir"
  config @4 :Data;
}

struct LocalCommand {
  # Changes this member alone. Is answered when it has been carried out; it goes on when the asker goes.
  union {
    deploy @0 :LocalRelease;
    undeploy @1 :Text;
    set @2 :List(LocalProperty);
    unset @3 :List(Text);
    hold @4 :Text;                        # an artefact: left as it is
    release @5 :Text;                     # an artefact or a property: as the group wants it again
    reconcile @6 :List(Text);             # the same for these; none: for all that deviates
    scan @7 :Void;                        # look now at what is in place
    start @11 :Text;                      # an artefact
    stop @12 :Text;
  }
  who @8 :Text;
  whenMs @9 :UInt64;                      # since 1970, for people
  why @10 :Text;
}

struct LocalRequest {
  union {
    status @0 :Void;
    leave @1 :Void;
    command @2 :LocalCommand;
    question @3 :Data;                    # of question.capnp, at most 64 KiB
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
  run @3 :Text;                           # running, stopped, or how else it is; empty: it runs nothing
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
    answered @3 :Data;                    # an Answer of question.capnp
  }
}
