// The command plane: heartbeats and frames.
#include "wire/command.capnp.h"
#include "wire/fields.h"

namespace groupctl {
namespace {

using namespace wire;

void write(const Heartbeat& heartbeat, wire_schema::Heartbeat::Builder out) {
  out.setHead(heartbeat.head.value);
  out.setChain(block_field(heartbeat.chain));
  out.setStateDigest(block_field(heartbeat.state_digest));
  out.setTag(block_field(heartbeat.tag));
}

Heartbeat read(wire_schema::Heartbeat::Reader in, FieldReader& fields) {
  Heartbeat heartbeat;
  heartbeat.head = Sequence(in.getHead());
  heartbeat.chain = fields.block<Hash>(in.getChain(), "chain");
  heartbeat.state_digest = fields.block<Hash>(in.getStateDigest(), "state digest");
  heartbeat.tag = fields.block<Tag>(in.getTag(), "tag");
  return heartbeat;
}

Result<Publication> read_publication(wire_schema::Publication::Reader in, ByteView frame,
                                     FieldReader& fields) {
  switch (in.which()) {
    case wire_schema::Publication::HEARTBEAT:
      if (!frame.empty()) fields.refuse("heartbeat", "comes with a frame");
      return read(in.getHeartbeat(), fields);
    case wire_schema::Publication::FRAME:
      if (auto size = check_size(frame, kMaxFrameBytes, "frame"); !size) {
        return tl::unexpected<Error>(size.error());
      }
      return Frame::parse(copy_bytes(frame));
  }
  return unknown_kind("publication", static_cast<unsigned>(in.which()));
}

}  // namespace

PublicationParts encode(const Envelope& envelope, const Publication& publication) {
  ScratchMessage builder;
  auto out = builder.initRoot<wire_schema::Publication>();
  wire::write(envelope, out.initEnvelope());
  PublicationParts parts;
  if (const auto* heartbeat = std::get_if<Heartbeat>(&publication)) {
    write(*heartbeat, out.initHeartbeat());
  } else {
    out.setFrame();
    parts.frame = std::get<FramePtr>(publication)->bytes();
  }
  parts.envelope = to_bytes(builder);
  return parts;
}

Result<EnvelopedPublication> decode_publication(ByteView envelope, ByteView frame) {
  if (auto size = check_size(envelope, kMaxMessageBytes, "publication"); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp("publication", [&]() -> Result<EnvelopedPublication> {
    CapnpReader reader(envelope);
    auto in = reader.root<wire_schema::Publication>();
    FieldReader fields;
    const Envelope sender = fields.envelope(in.getEnvelope());
    auto publication = read_publication(in, frame, fields);
    if (!publication) return tl::unexpected<Error>(publication.error());
    return fields.checked(EnvelopedPublication{sender, std::move(*publication)});
  });
}

}  // namespace groupctl
