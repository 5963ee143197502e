# The command plane: three parts, coordinator (XPUB) to members (SUB). It may lose; the log is the truth.
#
#   [ log_id, 16 bytes: the topic ] [ Publication ] [ one frame's bytes, or nothing for a heartbeat ]
#
#     <=================================== frame {} + the frame's bytes     as soon as it is durable
#     <=================================== heartbeat {head, chain ...}      each heartbeat interval, and after the last frame
#
# A member that sees a gap, a heartbeat beyond its head, or silence asks for a replay on the member plane.
@0xed1de4a4496cd06a;
using Cxx = import "/capnp/c++.capnp";
using Common = import "/wire/common.capnp";
$Cxx.namespace("groupctl::wire_schema");

struct Heartbeat {
  head @0 :UInt64;                        # of what has been published
  chain @1 :Data;                         # chain(head)
  stateDigest @2 :Data;                   # at head
  tag @3 :Data;                           # over (log_id, epoch, head, chain)
  # reserved, later: signature
}

struct Publication {
  envelope @0 :Common.Envelope;
  union {
    heartbeat @1 :Heartbeat;              # the third part is empty
    frame @2 :Void;                       # the third part is the frame
    # reserved, later: a sealed frame
  }
}
