# The entry: what is sequenced, stored and hashed. Its bytes are one Cap'n Proto message with a single segment (segment table
# included), made once by the coordinator and never serialised again. Limits: header and payload together fit one frame.
@0xb3c5a0f1d2e49001;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::schema");

enum EntryClass { state @0; latest @1; neverLate @2; }

struct Term {
  # One condition on a member. `label` "name" means the member's name.
  enum Test { equals @0; notEquals @1; among @2; notAmong @3; has @4; hasNot @5; glob @6; }
  label @0 :Text;
  test @1 :Test;
  values @2 :List(Text);
}

struct Conjunction { terms @0 :List(Term); }

struct Target {
  union {
    none @0 :Void;                        # counted by nobody: JOINED, LEFT
    all @1 :Void;
    member @2 :UInt64;                    # a roster id
    selector @3 :List(Conjunction);       # any of these, each all of its terms; over the state at sequence - 1
    one :group {                          # later: one replica of a participant, chosen by the coordinator
      participant @4 :Text;
      chosen @5 :UInt64;
    }
  }
}

struct Entry {
  sequence @0 :UInt64;
  epoch @1 :UInt64;                       # in which it was sequenced
  issueTimeMs @2 :UInt64;                 # group time
  ttlMs @3 :UInt64;                       # 0 = none; only for neverLate
  kind @4 :UInt64;                        # struct id of the payload
  class @5 :EntryClass;
  keys @6 :List(Text);                    # state keys that it names, e.g. "artefact/shop"
  target @7 :Target;
  issuerKey @8 :Data;                     # CURVE public key, 32 bytes; empty: none, as over ipc
  issuerName @9 :Text;                    # who, for people: "ana@bastion"
  clientHigh @10 :UInt64;
  clientLow @11 :UInt64;
  number @12 :UInt64;                     # of the client's request
  message @13 :Text;                      # the operator's "why"
  payload @14 :Data;                      # at most 32 KiB
  deadlineMs @15 :UInt64;                 # later: by when the chosen replica must have finished, 0 = none
  rollout @16 :UInt64;                    # later: the sequence whose ledger counts this step, 0 = its own
  signature @17 :Data;                    # later: Ed25519 of the coordinator; empty
}
