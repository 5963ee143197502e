# The values of GroupState. Stored in canonical form (one segment, no table), so equal meaning has equal bytes and equal digests.
@0xb3c5a0f1d2e49010;
using Cxx = import "/capnp/c++.capnp";
using Target = import "/log/entry.capnp".Target;
$Cxx.namespace("groupctl::state_schema");

struct Release {
  version @0 :Text;
  digest @1 :Data;                        # SHA-256 of the archive, 32 bytes
  deployer @2 :Text;
  config @3 :Data;                        # opaque to all but the deployer
  after @4 :List(Text);                   # artefacts that are to run before it starts
  health @5 :Health;                      # null: not asked for
}

struct Health {
  command @0 :List(Text);                 # well when it ends with 0
  everyMs @1 :UInt64;
  withinMs @2 :UInt64;
}

struct ArtefactAssignment {
  target @0 :Target;
  sequence @1 :UInt64;                    # of the entry that made it
  release @2 :Release;                    # null: absent
}

struct RunAssignment {
  target @0 :Target;
  sequence @1 :UInt64;
  running @2 :Bool;
}

struct ArtefactRow {                      # artefact/NAME
  releases @0 :List(ArtefactAssignment);  # in order; the last that matches a member counts
  rollout @1 :UInt64;                     # the last rollout of this name, unless it was deployed otherwise since; 0: none
}

struct Amount {
  value @0 :UInt32;                       # 0: not given
  percent @1 :Bool;                       # of the targets
}

struct RolloutPolicy {
  window @0 :Amount;                      # so many at work at once; not given: all
  maxFailures @1 :Amount;                 # so many may fail or be lost; one more stops it
  canary @2 :UInt32;                      # so many first, which must all end well; 0: none
  pauseMs @3 :UInt64;                     # in waves, with so much between them; 0: a sliding window
}

struct RolloutTarget {
  id @0 :UInt64;
  released @1 :UInt64;                    # sequence of its RELEASE; 0: not yet
}

struct RolloutRow {                       # rollout/N (20 digits)
  enum Phase { open @0; paused @1; stopped @2; aborted @3; finished @4; undone @5; ended @6; }
  artefact @0 :Text;
  assignment @1 :ArtefactAssignment;      # its sequence is N
  policy @2 :RolloutPolicy;
  targets @3 :List(RolloutTarget);        # frozen when it was sequenced; by id
  phase @4 :Phase;
  why @5 :Text;                           # it stopped, or was ended
  resumed @6 :UInt64;                     # sequence of the last RESUME: failures before it are forgiven
  former @7 :List(ArtefactAssignment);    # finished: what FINISH has replaced, for UNDO
  prior @8 :UInt64;                       # one of the same name that this has ended: what that released stays until this comes
}

struct RunRow {                           # run/NAME
  runs @0 :List(RunAssignment);           # in order; the last that matches a member counts, running when none does
}

struct PropertyAssignment {
  target @0 :Target;
  sequence @1 :UInt64;
  value @2 :Text;                         # null: unset for these
}

struct PropertyRow {                      # property/KEY
  values @0 :List(PropertyAssignment);
}

struct Label {
  name @0 :Text;
  value @1 :Text;
}

struct MemberRow {                        # member/ID
  id @0 :UInt64;
  name @1 :Text;
  serverId @2 :Data;                      # 16 bytes
  participant @3 :Text;
  replica @4 :UInt32;
  ownLabels @5 :List(Label);              # by name
  operatorLabels @6 :List(Label);
}

struct CatalogueRow {                     # catalogue/NAME/VERSION
  digest @0 :Data;                        # SHA-256 of the archive, 32 bytes
  bytes @1 :UInt64;
  sequence @2 :UInt64;                    # of its CATALOGUED entry
  whenMs @3 :UInt64;                      # group time
  who @4 :Text;
}
