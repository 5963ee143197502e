# Payloads of the kinds that change the roster. The coordinator itself writes them, but for the operators' LABELLED and LEFT.
@0xb3c5a0f1d2e49100;
using Cxx = import "/capnp/c++.capnp";
using State = import "/commands/state/state.capnp";
$Cxx.namespace("groupctl::payload");

struct Joined @0x8f3a6d5c2b1e4001 {
  # A new line of the roster; its id is the entry's own sequence.
  row @0 :State.MemberRow;                # with id 0
}

struct Labelled @0x8f3a6d5c2b1e4002 {
  # Other labels: of the member "id" by itself, or by an operator of every member that the entry's target matches.
  enum Owner { member @0; operator @1; }
  id @0 :UInt64;                          # owner member: whose; operator: 0
  owner @1 :Owner;
  labels @2 :List(State.Label);           # member: all of them; operator: those to set, or with "" to remove
}

struct Left @0x8f3a6d5c2b1e4003 {
  # The line goes from the roster.
  enum Cause { asked @0; replaced @1; evicted @2; }
  id @0 :UInt64;                          # evicted: 0
  cause @1 :Cause;
  name @2 :Text;                          # evicted: of the member that has it at sequence - 1
}

struct Release @0x8f3a6d5c2b1e4005 {
  # The one member that is the entry's target is to have what that rollout brings.
  rollout @0 :UInt64;
  artefact @1 :Text;                      # of that rollout
}

struct Finish @0x8f3a6d5c2b1e4006 {
  # All were released: the target has it from now on, whoever comes later too. Or it goes no further (target none).
  rollout @0 :UInt64;
  artefact @1 :Text;
  stopped @2 :Text;                       # why; empty: it is finished
}

struct Steer @0x8f3a6d5c2b1e4007 {
  # An operator's word on a rollout. Target none; of undo the rollout's own.
  enum What { pause @0; resume @1; abort @2; undo @3; }
  rollout @0 :UInt64;
  artefact @1 :Text;
  what @2 :What;
}

struct Catalogued @0x8f3a6d5c2b1e4004 {
  # The group's repository holds this archive, whole, checked and synced. Who and when stand in the entry's header.
  name @0 :Text;
  version @1 :Text;
  digest @2 :Data;                        # SHA-256 of the archive, 32 bytes
  bytes @3 :UInt64;
}
