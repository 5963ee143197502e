# The member plane: one message a ZeroMQ message, one part, at most 128 KiB.
#
#   member (DEALER)                          coordinator (ROUTER)
#     hello {group, name} ----------------->
#     <----------------------------------- offer {command endpoint, heartbeat interval}   or refused
#     subscribes to log_id there, waits until a heartbeat is heard or one interval has passed
#     join {who, R, E, chain, tag ...} ---->   (asked again with jitter until answered)
#     <----------------------------------- welcome {session, plan}                        or refused
#   plan snapshot:
#     snapshot {image, offset} ------------>   credit: one chunk a request, several may be open
#     <----------------------------------- chunk ...
#   plan replay, and at any gap later:
#     replay {from, pages} ---------------->
#     <----------------------------------- page ... (at most "pages", the last one marked)  or resynchronise
#   always:
#     ack {R, E, digest, outcomes} -------->   once a wake-up with news, and each heartbeat interval with "asks"
#     <----------------------------------- heard                                 if it asks
#     <----------------------------------- recorded {number}                     if it carried outcomes
#     <----------------------------------- probe {nonce};  probeReply {nonce} ---->
#     <----------------------------------- rejoin {cause}: the session is unknown, join again
#     <----------------------------------- resynchronise {cause}: take a snapshot
#     <----------------------------------- question {token, bytes}: an operator asks;  answer {token, bytes} ---->
#     artefact {digest, offset} ----------->   credit: one chunk a request, several may be open
#     <----------------------------------- artefact {digest, total, offset, bytes}        or noArtefact {digest, why}
#     leave {} ---------------------------->
#     <----------------------------------- left {}
#     <----------------------------------- evicted {session, text}: an operator took it from the roster
#
# A tag that a reader does not know is answered "refused" (unsupported); it never ends the session.
@0x9f3f62d6358b123f;
using Cxx = import "/capnp/c++.capnp";
using Common = import "/wire/common.capnp";
using Keys = import "/wire/keys.capnp";
$Cxx.namespace("groupctl::wire_schema");

struct Hello {
  protocol @0 :UInt32;                    # 1
  product @1 :Text;
  group @2 :Text;
  name @3 :Text;
}

struct TagClaim {
  logId @0 :Data;
  epoch @1 :UInt64;
  last @2 :UInt64;
  chain @3 :Data;
  tag @4 :Data;
}

struct Join {
  protocol @0 :UInt32;
  product @1 :Text;
  group @2 :Text;
  name @3 :Text;
  serverId @4 :Data;
  incarnation @5 :UInt64;
  participant @6 :Text;                   # a name, or empty
  replica @7 :UInt32;
  labels @8 :List(Common.Label);          # ascending by name
  sharedTail @9 :List(Text);
  knownKinds @10 :List(UInt64);
  logId @11 :Data;                        # of the history it follows; empty: none yet
  envelopeEpoch @12 :UInt64;              # the highest it has heard
  marks @13 :Common.Watermarks;
  chain @14 :Data;                        # chain(R)
  stateDigest @15 :Data;
  tag @16 :TagClaim;                      # the one that proves most: the furthest, there of the latest epoch
  outcomes @17 :List(Common.OutcomeReport);
  resynchronise @18 :Bool;
  resynchroniseCause @19 :Text;
  frameEpoch @20 :UInt64;                 # of the frame or snapshot that gave R
  # reserved, later: roles that it can hold, and what it holds
}

struct ReplayRequest {
  session @0 :UInt64;
  from @1 :UInt64;
  pages @2 :UInt32;                       # 1 to 64
}

struct ImageName {
  logId @0 :Data;
  at @1 :UInt64;                          # S; 0 in a request: the newest there is
  digest @2 :Data;                        # BLAKE2b-256 of the image: two of one S may differ
}

struct SnapshotRequest {
  session @0 :UInt64;
  image @1 :ImageName;
  offset @2 :UInt64;
}

struct Ack {
  session @0 :UInt64;
  number @1 :UInt64;                      # 0 when it carries no outcomes
  marks @2 :Common.Watermarks;
  stateDigest @3 :Data;                   # at R
  outcomes @4 :List(Common.OutcomeReport);
  delta @5 :Common.DeltaCounts;
  running @6 :Common.RunningStep;
  heldAt @7 :UInt64;                      # the entry it cannot apply and stopped before; 0 = none
  asks @8 :Bool;                          # whether it arrives: "heard" says so at once
}

struct ProbeReply {
  session @0 :UInt64;
  nonce @1 :UInt64;
}

struct MemberAnswer {
  session @0 :UInt64;
  token @1 :UInt64;                       # of the question
  bytes @2 :Data;                         # an Answer of question.capnp, at most 64 KiB
}

struct ArtefactRequest {
  session @0 :UInt64;
  digest @1 :Data;
  offset @2 :UInt64;
}

struct MemberMessage {
  union {
    hello @0 :Hello;
    join @1 :Join;
    replay @2 :ReplayRequest;
    snapshot @3 :SnapshotRequest;
    ack @4 :Ack;
    leave @5 :UInt64;                     # the session
    probeReply @6 :ProbeReply;
    answer @7 :MemberAnswer;
    artefact @8 :ArtefactRequest;
    enrol @9 :Keys.Enrol;
    rotateKey @10 :Data;                  # the new key
    # reserved, later: output properties, a role's state image
  }
}

struct Offer {
  group @0 :Text;
  commandEndpoint @1 :Text;
  heartbeatIntervalMs @2 :UInt64;
}

enum CatchUp { nothing @0; replay @1; snapshot @2; }

struct Welcome {
  session @0 :UInt64;
  member @1 :UInt64;                      # roster id
  head @2 :UInt64;
  heartbeatIntervalMs @3 :UInt64;
  lostAfterMs @4 :UInt64;
  sharedTail @5 :List(Text);
  plan @6 :CatchUp;                       # replay starts at R + 1 of the join
  executed @7 :UInt64;                    # the ledger has all outcomes up to here
}

struct ReplayPage {
  from @0 :UInt64;                        # of the request that it answers
  head @1 :UInt64;                        # where the log ends now
  frames @2 :List(Data);                  # whole frames (docs/protocol.md, "Frames")
  last @3 :Bool;                          # no more pages come for that request
}

struct SnapshotChunk {
  image @0 :ImageName;
  total @1 :UInt64;                       # bytes of the whole image
  offset @2 :UInt64;
  bytes @3 :Data;                         # at most 64 KiB; empty only when offset = total
}

struct Evicted {
  session @0 :UInt64;
  text @1 :Text;                          # by whom and why
}

struct MemberQuestion {
  token @0 :UInt64;
  bytes @1 :Data;                         # a Question of question.capnp, at most 64 KiB
}

struct ArtefactChunk {
  digest @0 :Data;
  total @1 :UInt64;                       # bytes of the whole archive
  offset @2 :UInt64;
  bytes @3 :Data;                         # at most 64 KiB; empty only when offset = total
}

struct NoArtefact {
  digest @0 :Data;
  why @1 :Common.Complaint;
}

struct MemberReply {
  envelope @0 :Common.Envelope;
  union {
    offer @1 :Offer;
    welcome @2 :Welcome;
    page @3 :ReplayPage;
    chunk @4 :SnapshotChunk;
    recorded @5 :UInt64;                  # number of the ack
    probe @6 :UInt64;                     # nonce
    rejoin @7 :Text;                      # cause
    resynchronise @8 :Text;               # cause
    left @9 :Void;
    refused @10 :Common.Complaint;
    evicted @11 :Evicted;
    question @12 :MemberQuestion;
    artefact @13 :ArtefactChunk;
    noArtefact @14 :NoArtefact;
    heard @15 :Void;
    enrolled @16 :Keys.Enrolled;
    # reserved, later: role assignments
  }
}
