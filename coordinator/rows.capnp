# Rows of the ledger table. Keys: "a" + id, "s" + roster change + hash of the target, "x" + id + sequence (one entry), "y" + id +
# first sequence (a range); numbers as 16 hexadecimal digits.
@0xb3c5a0f1d2e49040;
using Cxx = import "/capnp/c++.capnp";
using Log = import "/log/entry.capnp";
$Cxx.namespace("groupctl::schema");

struct LedgerAccount {
  name @0 :Text;
  received @1 :UInt64;
  executed @2 :UInt64;
  leftAt @3 :UInt64;
}
struct LedgerSet {
  rosterChange @0 :UInt64;
  target @1 :Log.Target;
  members @2 :List(UInt64);
}
struct LedgerException {
  first @0 :UInt64;
  last @1 :UInt64;
  outcome @2 :UInt8;
  step @3 :Text;
  text @4 :Text;
}
struct RequestRow {
  firstNumber @0 :UInt64;
  firstSequence @1 :UInt64;
  highestNumber @2 :UInt64;
  highestSequence @3 :UInt64;
  highestContent @4 :Data;
  lastUsedMs @5 :UInt64;      # group time
}
struct LostRange {
  first @0 :UInt64;
  last @1 :UInt64;
  epoch @2 :UInt64;
  atMs @3 :UInt64;            # group time
  issuer @4 :Text;
  message @5 :Text;
}
struct LostRanges { ranges @0 :List(LostRange); }
struct PredictedRow {
  outcome @0 :UInt8;
  step @1 :Text;
  text @2 :Text;
  members @3 :List(UInt64);
}
struct Prediction { rows @0 :List(PredictedRow); }  # in the table meta: "predicted/" + sequence
struct StateKinds { kinds @0 :List(UInt64); }
