# Rows of Table::kMember: what a member's store knows beside the log and the state.
@0xc41f0a8be7d35510;
using Cxx = import "/capnp/c++.capnp";
using State = import "/commands/state/state.capnp";
$Cxx.namespace("groupctl::schema");

struct MemberBinding {
  # The group and the history that this store belongs to, and the highest epoch heard in an envelope.
  group @0 :Text;
  logId @1 :Data;
  epoch @2 :UInt64;
}

struct MemberMarks {
  executed @0 :UInt64;
  spanFrom @1 :UInt64;   # entries spanFrom..spanTo are closed when the reconcile that they wait for has ended; 0: none
  spanTo @2 :UInt64;
  logBytes @3 :UInt64;   # of the frames that are stored
}

struct MemberTag {
  logId @0 :Data;
  epoch @1 :UInt64;
  last @2 :UInt64;
  chain @3 :Data;
  tag @4 :Data;
}

struct MemberOutcome {
  first @0 :UInt64;
  last @1 :UInt64;
  outcome @2 :UInt8;
  step @3 :Text;
  text @4 :Text;
  recorded @5 :Bool;     # by the coordinator; kept for one that is put back
}

struct MemberArtefact {
  version @0 :Text;
  digest @1 :Data;
  sequence @2 :UInt64;
}

struct MemberFailure {
  sequence @0 :UInt64;
  text @1 :Text;
}

struct MemberIntended {
  # An intended delta: what this member is to have instead of what the group wants of it.
  cause @0 :UInt8;       # number of commands/state/intended.h
  wanted :union {
    asItIs @1 :Void;
    release @2 :State.Release;
    noRelease @3 :Void;
    value @4 :Text;
    noValue @5 :Void;
    running @10 :Bool;   # of a key run/NAME
  }
  who @6 :Text;
  whenMs @7 :UInt64;
  why @8 :Text;
  over @9 :UInt64;       # of an override: the assignment that it stands in for
}

struct MemberDrift {
  # What the last look found in place other than the last step left it; nothing: found is null.
  found @0 :MemberArtefact;
  text @1 :Text;
}

struct MemberRun {
  # How an artefact was last seen to run.
  run @0 :UInt8;         # number of commands/state/delta.h
  sequence @1 :UInt64;
  text @2 :Text;
}

struct MemberSharedTail {
  urls @0 :List(Text);
}
