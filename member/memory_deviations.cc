// The rows about what deviates: "intended/KEY" and "drift/KEY".
#include "commands/state/row_codec.h"
#include "member/memory.capnp.h"
#include "member/memory.h"

namespace groupctl {
namespace {

using Schema = schema::MemberIntended;

struct WantedWriter {
  Schema::Wanted::Builder out;
  void operator()(const LeftAsItIs&) { out.setAsItIs(); }
  void operator()(const Release& release) { write_release(release, out.initRelease()); }
  void operator()(const NoRelease&) { out.setNoRelease(); }
  void operator()(const std::string& value) { out.setValue(text_reader(value)); }
  void operator()(const NoValue&) { out.setNoValue(); }
  void operator()(const WantedRun& wanted) { out.setRunning(wanted.running); }
};

Result<Wanted> read_wanted(Schema::Wanted::Reader in) {
  switch (in.which()) {
    case Schema::Wanted::AS_IT_IS:
      return LeftAsItIs{};
    case Schema::Wanted::RELEASE:
      return read_release(in.getRelease());
    case Schema::Wanted::NO_RELEASE:
      return NoRelease{};
    case Schema::Wanted::VALUE:
      return text_of(in.getValue());
    case Schema::Wanted::NO_VALUE:
      return NoValue{};
    case Schema::Wanted::RUNNING:
      return WantedRun{in.getRunning()};
  }
  return fail(ErrorCode::kUnsupported, "an intended delta of a later group-member");
}

Result<Drift> read_drift(schema::MemberDrift::Reader in) {
  Drift drift{std::nullopt, text_of(in.getText())};
  if (!in.hasFound()) return drift;
  const auto found = in.getFound();
  drift.found = ActualArtefact{text_of(found.getVersion()), {}, Sequence(found.getSequence())};
  if (!drift.found->digest.assign(view_of(found.getDigest()))) {
    return fail(ErrorCode::kCorrupt, "drift: a digest has the wrong size");
  }
  return drift;
}

}  // namespace

RowKey intended_row(std::string_view key) {
  return {Table::kMember, "intended/" + std::string(key)};
}
RowKey drift_row(std::string_view key) { return {Table::kMember, "drift/" + std::string(key)}; }

Bytes encode_intended_row(const IntendedDelta& delta) {
  ScratchMessage message;
  auto root = message.initRoot<Schema>();
  root.setCause(static_cast<std::uint8_t>(delta.cause));
  std::visit(WantedWriter{root.getWanted()}, delta.wanted);
  root.setWho(text_reader(delta.who));
  root.setWhenMs(delta.when_ms);
  root.setWhy(text_reader(delta.why));
  root.setOver(delta.over.value);
  return to_bytes(message);
}

Result<IntendedDelta> decode_intended_row(ByteView bytes) {
  return with_capnp("intended delta", [&]() -> Result<IntendedDelta> {
    CapnpReader reader(bytes);
    const auto in = reader.root<Schema>();
    auto wanted = read_wanted(in.getWanted());
    if (!wanted) return tl::unexpected<Error>(wanted.error());
    if (in.getCause() > static_cast<std::uint8_t>(Cause::kHold)) {
      return fail(ErrorCode::kUnsupported, "an intended delta of a later group-member");
    }
    return IntendedDelta{static_cast<Cause>(in.getCause()),
                         std::move(*wanted),
                         text_of(in.getWho()),
                         in.getWhenMs(),
                         text_of(in.getWhy()),
                         Sequence(in.getOver())};
  });
}

Bytes encode_drift_row(const Drift& drift) {
  ScratchMessage message;
  auto root = message.initRoot<schema::MemberDrift>();
  if (drift.found) {
    auto found = root.initFound();
    found.setVersion(text_reader(drift.found->version));
    found.setDigest(data_of(drift.found->digest.view()));
    found.setSequence(drift.found->sequence.value);
  }
  root.setText(text_reader(drift.text));
  return to_bytes(message);
}

Result<Drift> decode_drift_row(ByteView bytes) {
  return with_capnp("drift", [&]() -> Result<Drift> {
    CapnpReader reader(bytes);
    return read_drift(reader.root<schema::MemberDrift>());
  });
}

}  // namespace groupctl
