# Keys and their roles: fields of the member and admin planes, and rows of the coordinator's store. The conversation is in
# key_messages.h and docs/protocol.md, "Keys".
@0xd4a7c1f2e0b95123;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::wire_schema");

struct Enrol {
  protocol @0 :UInt32;
  product @1 :Text;
  group @2 :Text;
  name @3 :Text;
  key @4 :Data;                           # that is to be let in
}

struct Enrolled {
  state @0 :UInt8;                        # 0 pending, 1 accepted, 2 rejected, 3 revoked
  text @1 :Text;
}

struct KeyInfo {
  key @0 :Data;
  name @1 :Text;
  role @2 :UInt8;                         # 0 member, 1 reader, 2 operator, 3 admin, 4 token, 5 guest
  state @3 :UInt8;
  sinceMs @4 :UInt64;                     # group time
  untilMs @5 :UInt64;                     # group time; 0: no end
  usesLeft @6 :UInt32;
  from @7 :Text;
  by @8 :Text;
  message @9 :Text;
}

struct KeysReply {
  rows @0 :List(KeyInfo);                 # ascending by key
  more @1 :Bool;
}

struct ChangeKey {
  what @0 :UInt8;                         # 0 add, 1 accept, 2 reject, 3 revoke
  key @1 :Data;
  name @2 :Text;                          # empty: as it was asked for
  role @3 :UInt8;                         # 255: as it was asked for
  ttlMs @4 :UInt64;
  uses @5 :UInt32;
  issuer @6 :Text;
  message @7 :Text;
  replace @8 :Bool;
}
