// What `group-keeper once` and its starter say to each other on their socket.
//
//   starter                                keeper
//   kRequest, kInput            --->
//                               <---       kLine ...           as the program says them
//                               <---       kOutHead .. kErrTail, kEnd
//   (the end of its stream)     --->       cancels: the tree is killed, and the rest is said
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "keeper/ended.h"
#include "keeper/spec.h"

namespace groupctl::keeper {

/// Of what a program gets on its stdin.
inline constexpr std::size_t kMaxInputBytes = 16 << 20;

enum class PacketKind : std::uint8_t {
  kRequest,  ///< JSON of OnceRequest
  kInput,    ///< what the program gets on its stdin
  kLine,     ///< of its stdout, without its end
  kOutHead,  ///< parts of Captured
  kOutTail,
  kErrHead,
  kErrTail,
  kEnd,  ///< JSON; the last one
};

/// Five bytes, the size of the payload in little endian and the kind, and the payload.
struct Packet {
  PacketKind kind = PacketKind::kEnd;
  std::string bytes;
};
std::string encode(PacketKind kind, std::string_view bytes);

/// Cuts a stream into packets.
class PacketCutter {
 public:
  void add(std::string_view bytes) { bytes_.append(bytes); }
  /// nullopt: there is no whole one yet. Errors: kInvalid; what follows is of no use.
  Result<std::optional<Packet>> next();

 private:
  std::string bytes_;
  std::size_t done_ = 0;
};

struct OnceRequest {
  ProgramSpec program;
  std::uint64_t timeout_ms = 0;  ///< 0: none
  std::string run_id;
};
Result<std::string> to_json(const OnceRequest& request);
Result<OnceRequest> request_from_json(std::string_view text);

/// The packets that end the conversation.
std::string encode_end(const Ended& ended);

/// Puts an Ended together.
class EndReader {
 public:
  /// Errors: kInvalid, also for a kind that does not belong to it.
  Status add(Packet packet);
  /// There once kEnd was added.
  const std::optional<Ended>& ended() const { return ended_; }

 private:
  Captured out_;
  Captured err_;
  std::optional<Ended> ended_;
};

}  // namespace groupctl::keeper
