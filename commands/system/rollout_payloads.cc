#include "commands/payload.h"
#include "commands/system/system.capnp.h"
#include "commands/system/system.h"

namespace groupctl {
namespace {

template <class Builder>
void write_name(const RolloutName& of, Builder& out) {
  out.setRollout(of.rollout.value);
  out.setArtefact(text_reader(of.artefact));
}

}  // namespace

std::string_view to_word(SteerWhat what) {
  static constexpr std::string_view kWords[] = {"pause", "resume", "abort", "undo"};
  return kWords[static_cast<std::size_t>(what)];
}

Bytes release_payload(const RolloutName& of) {
  return make_payload<payload::Release>([&](auto out) { write_name(of, out); });
}

Bytes finish_payload(const RolloutName& of, const std::string& stopped) {
  return make_payload<payload::Finish>([&](auto out) {
    write_name(of, out);
    if (!stopped.empty()) out.setStopped(text_reader(stopped));
  });
}

Bytes steer_payload(const RolloutName& of, SteerWhat what) {
  return make_payload<payload::Steer>([&](auto out) {
    write_name(of, out);
    out.setWhat(static_cast<payload::Steer::What>(what));  // the same order
  });
}

}  // namespace groupctl
