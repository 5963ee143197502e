#include "keeper/once_wire.h"

#include <algorithm>

#include "keeper/ended_words.h"
#include "keeper/spec_fields.h"

namespace groupctl::keeper {
namespace {

constexpr std::size_t kHeaderBytes = 5;

/// Ended as it stands in JSON: outputs need not be text, and go beside it.
struct End {
  EndKind kind = EndKind::kNotStarted;
  std::uint64_t code = 0;
  bool core = false;
  std::string text;
  std::uint64_t out_dropped = 0;
  std::uint64_t err_dropped = 0;
};

template <class Io>
void describe(Io& io, End& end) {
  io.word("kind", end.kind, kEndWords);
  io.field("code", end.code);
  io.field("core", end.core);
  io.field("text", end.text);
  io.field("out_dropped", end.out_dropped);
  io.field("err_dropped", end.err_dropped);
}

std::size_t payload_size(std::string_view header) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    size |= static_cast<std::size_t>(static_cast<std::uint8_t>(header[i])) << (8 * i);
  }
  return size;
}

}  // namespace

template <class Io>
void describe(Io& io, OnceRequest& request) {
  io.part("program", request.program);
  io.field("timeout_ms", request.timeout_ms);
  io.field("run_id", request.run_id);
}

std::string encode(PacketKind kind, std::string_view bytes) {
  std::string packet;
  for (std::size_t i = 0; i < 4; ++i) packet += static_cast<char>(bytes.size() >> (8 * i));
  packet += static_cast<char>(kind);
  return packet.append(bytes);
}

Result<std::optional<Packet>> PacketCutter::next() {
  const std::string_view rest = std::string_view(bytes_).substr(done_);
  if (rest.size() < kHeaderBytes) return std::nullopt;
  const std::size_t size = payload_size(rest);
  const auto kind = static_cast<std::uint8_t>(rest[4]);
  if (size > kMaxInputBytes || kind > static_cast<std::uint8_t>(PacketKind::kEnd)) {
    return fail(ErrorCode::kInvalid, "not a packet");
  }
  if (rest.size() - kHeaderBytes < size) return std::nullopt;
  Packet packet{static_cast<PacketKind>(kind), std::string(rest.substr(kHeaderBytes, size))};
  done_ += kHeaderBytes + size;
  if (done_ * 2 > bytes_.size()) {
    bytes_.erase(0, done_);
    done_ = 0;
  }
  return packet;
}

Result<std::string> to_json(const OnceRequest& request) { return written(request); }
Result<OnceRequest> request_from_json(std::string_view text) {
  return read_from<OnceRequest>(text);
}

std::string encode_end(const Ended& ended) {
  End end{ended.kind,        static_cast<std::uint64_t>(ended.code),
          ended.core,        ended.text,
          ended.out.dropped, ended.err.dropped};
  Result<std::string> text = written(end);
  if (!text) {  // a path that is not UTF-8
    end.text = to_word(ended.kind);
    text = written(end);
  }
  return encode(PacketKind::kOutHead, ended.out.head) +
         encode(PacketKind::kOutTail, ended.out.tail) +
         encode(PacketKind::kErrHead, ended.err.head) +
         encode(PacketKind::kErrTail, ended.err.tail) + encode(PacketKind::kEnd, *text);
}

Status EndReader::add(Packet packet) {
  if (packet.kind == PacketKind::kOutHead) out_.head = std::move(packet.bytes);
  if (packet.kind == PacketKind::kOutTail) out_.tail = std::move(packet.bytes);
  if (packet.kind == PacketKind::kErrHead) err_.head = std::move(packet.bytes);
  if (packet.kind == PacketKind::kErrTail) err_.tail = std::move(packet.bytes);
  if (packet.kind < PacketKind::kOutHead) return fail(ErrorCode::kInvalid, "not a part of an end");
  if (packet.kind != PacketKind::kEnd) return {};
  const auto end = read_from<End>(packet.bytes);
  if (!end) return tl::unexpected(end.error());
  out_.dropped = end->out_dropped;
  err_.dropped = end->err_dropped;
  ended_ = Ended{end->kind,      static_cast<int>(end->code), end->core, end->text, std::move(out_),
                 std::move(err_)};
  return {};
}

}  // namespace groupctl::keeper
