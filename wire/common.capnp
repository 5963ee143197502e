# What several planes share. All integers are little-endian as Cap'n Proto has them. A Data field that stands for a fixed block
# (ids 16 bytes, hashes 32, tags 16) is exactly that long, or empty for "none". Limits are in wire/limits.h.
@0xc3ea4b1894064727;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::wire_schema");

struct Envelope {
  # Around everything that a coordinator says to members. A member refuses one of an epoch older than it has heard.
  logId @0 :Data;
  epoch @1 :UInt64;                       # the sender's
  nowMs @2 :UInt64;                       # group time
  # reserved, later: role of the sender (active, standby), seal and signature
}

struct Label { name @0 :Text; value @1 :Text; }

struct Watermarks {
  received @0 :UInt64;                    # R
  executed @1 :UInt64;                    # E
}

struct OutcomeReport {
  first @0 :UInt64;
  last @1 :UInt64;                        # = first, or the end of a range that a snapshot closed
  outcome @2 :UInt8;                      # number of log/outcome.h
  step @3 :Text;
  text @4 :Text;
}

struct DeltaCounts {
  pending @0 :UInt32;
  failed @1 :UInt32;
  drifted @2 :UInt32;
  foreign @3 :UInt32;
  intended @4 :UInt32;
}

struct RunningStep {
  sequence @0 :UInt64;                    # 0 = nothing runs
  step @1 :Text;
  percent @2 :UInt32;                     # 0 to 100
}

struct Complaint {
  code @0 :UInt16;                        # number of log/result.h
  text @1 :Text;
  command @2 :UInt32;                     # of a submit: which one is to blame, from 1; else 0
}
