# What is asked of one member and is no group command. The coordinator passes both ways on as bytes that it does not read
# (member.capnp and admin.capnp, "question"); a member's own socket takes the same questions (local.capnp). One message each, at
# most 64 KiB.
#
#   groupctl              coordinator            member
#     ask {member, q} ------> question {token, q} ->
#     <---- answered {a} <--- answer {token, a} <---
#
#   delta {after: ""} ------> delta {rows, more}; the next page is asked for with the last row's key
#   reconcile {keys} -------> reconciling {job, keys}: what will be brought in line; then, until it is not open:
#   job {number} -----------> job {open, results}
#   artefacts {after} ------> artefacts {rows, more}
#   bundle {sequence, 0} ---> bundle {bytes, digest, data}: the dump of that entry; then from the end of that data on
#   foretell {0, entries} --> foretelling {job}: how these would end here, if they came now; while there are more:
#   foretell {job, entries} > foretelling {job}
#   foretold {job, 0} ------> foretold {open, rows, more}: until it is not open; then behind those rows
@0xd8a14b6f52c07733;
using Cxx = import "/capnp/c++.capnp";
using Common = import "/wire/common.capnp";
$Cxx.namespace("groupctl::wire_schema");

struct Reconcile {
  keys @0 :List(Text);                    # state keys; none: all that deviates
  who @1 :Text;
  why @2 :Text;
}

struct Question {
  union {
    delta @0 :Text;                       # rows behind this state key
    reconcile @1 :Reconcile;
    job @2 :UInt64;
    artefacts @3 :Text;                   # rows behind this name
    bundle @4 :BundlePlace;
    foretell @5 :Foretell;
    foretold @6 :ForetoldPlace;
  }
}

struct Foretell {
  job @0 :UInt64;                         # 0: a new one
  head @1 :UInt64;                        # of the log that they would follow; refused where it ends otherwise
  entries @2 :List(Data);                 # of log/entry.capnp, as they would be stored
  more @3 :Bool;                          # another question goes on
}

struct ForetoldPlace {
  job @0 :UInt64;
  skip @1 :UInt64;                        # rows that are there already
}

struct BundlePlace {
  sequence @0 :UInt64;                    # of the entry that had it written
  offset @1 :UInt64;
}

struct Thing {
  # What a key has or should have. For artefacts release, for properties value, for run/NAME run; else nothing.
  union {
    nothing @0 :Void;
    release :group {
      version @1 :Text;
      digest @2 :Data;
      deployer @3 :Text;
      config @4 :Data;
    }
    value @5 :Text;
    asItIs @6 :Void;                      # wanted of what is held
    run @7 :Text;                         # of a key run/NAME: running, stopped, or how else it is
  }
}

struct Deviation {
  key @0 :Text;
  kind @1 :Text;                          # intended, pending, failed, drifted, foreign
  cause @2 :Text;                         # of an intended one: override, local, hold
  who @3 :Text;
  whenMs @4 :UInt64;                      # by the member's clock; 0: not known
  why @5 :Text;                           # of an intended one; else what was found
  sequence @6 :UInt64;                    # of the group's assignment; 0: none
  group @7 :Thing;                        # what the group wants; releases without config
  there @8 :Thing;                        # what is in place; releases without deployer and config
  wanted @9 :Thing;                       # of an intended one: what is wanted instead
}

struct DeltaPage {
  at @0 :UInt64;                          # R
  rows @1 :List(Deviation);               # ascending by key, of one key the intended one first
  more @2 :Bool;
}

struct Reconciling {
  job @0 :UInt64;
  keys @1 :List(Text);
}

struct KeyResult {
  key @0 :Text;
  outcome @1 :UInt8;                      # number of log/outcome.h
  step @2 :Text;
  text @3 :Text;
}

struct JobState {
  open @0 :Bool;
  results @1 :List(KeyResult);            # when it is not open
}

struct PlacedArtefact {
  name @0 :Text;
  version @1 :Text;
  digest @2 :Data;
  repository @3 :Text;                    # where it came from; empty: not known
  run @4 :Text;                           # running, stopped, or how else it is; empty: it runs nothing
}

struct ArtefactsPage {
  rows @0 :List(PlacedArtefact);          # ascending by name
  more @1 :Bool;
}

struct BundleChunk {
  bytes @0 :UInt64;                       # of the whole bundle
  digest @1 :Data;                        # its SHA-256
  offset @2 :UInt64;
  data @3 :Data;                          # at most 56 KiB; none behind its end
}

struct Foretold {
  sequence @0 :UInt64;                    # that the entry would have
  outcome @1 :UInt8;                      # number of log/outcome.h
  step @2 :Text;                          # where it would fail
  text @3 :Text;                          # what would be done, or why not
}

struct ForetoldPage {
  open @0 :Bool;                          # it is not worked out yet
  rows @1 :List(Foretold);                # ascending, of the entries that count this member
  more @2 :Bool;
}

struct Answer {
  union {
    delta @0 :DeltaPage;
    reconciling @1 :Reconciling;
    job @2 :JobState;
    artefacts @3 :ArtefactsPage;
    refused @4 :Common.Complaint;
    bundle @5 :BundleChunk;
    foretelling @6 :UInt64;               # the job
    foretold @7 :ForetoldPage;
  }
}
