# The header of a snapshot image. The image is one zstd frame over: this message, its length in front as u64; then per row u32 key
# length, u32 value length, key, value; last BLAKE2b-256 of all before it. Numbers are little-endian.
@0xb3c5a0f1d2e49030;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::schema");

struct SnapshotHeader {
  format @0 :UInt32;             # 1
  logId @1 :Data;
  group @2 :Text;
  epoch @3 :UInt64;
  sequence @4 :UInt64;           # S
  chain @5 :Data;
  stateDigest @6 :Data;
  groupTimeMs @7 :UInt64;
  tag @8 :Data;                  # over (log_id, epoch, S, chain)
  stateKinds @9 :List(UInt64);   # every kind of class state ever sequenced
  rows @10 :UInt64;              # how many follow
}
