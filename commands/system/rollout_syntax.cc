// How the steps of a rollout are shown.
#include "commands/payload.h"
#include "commands/syntax_text.h"
#include "commands/system/rows.h"
#include "commands/system/system.capnp.h"
#include "commands/system/system.h"

namespace groupctl {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

template <class Reader>
Fields name_fields(Reader in) {
  return {{"rollout", std::to_string(in.getRollout())}, {"artefact", text_of(in.getArtefact())}};
}
template <class Reader>
std::string name_text(Reader in) {
  return std::to_string(in.getRollout()) + " " + shown(text_of(in.getArtefact()));
}

std::string describe_release(ByteView payload) {
  return read_payload<payload::Release>(
             "RELEASE", payload,
             [](auto in) -> Result<std::string> { return "RELEASE " + name_text(in); })
      .value_or(unreadable("RELEASE"));
}
Fields release_fields(ByteView payload) {
  return read_payload<payload::Release>("RELEASE", payload,
                                        [](auto in) -> Result<Fields> { return name_fields(in); })
      .value_or(unreadable_fields(payload));
}

std::string describe_finish(ByteView payload) {
  return read_payload<payload::Finish>("FINISH", payload,
                                       [](auto in) -> Result<std::string> {
                                         const bool stopped = in.getStopped().size() > 0;
                                         return (stopped ? "STOPPED " : "FINISH ") + name_text(in);
                                       })
      .value_or(unreadable("FINISH"));
}
Fields finish_fields(ByteView payload) {
  return read_payload<payload::Finish>("FINISH", payload,
                                       [](auto in) -> Result<Fields> {
                                         Fields fields = name_fields(in);
                                         const std::string why = text_of(in.getStopped());
                                         if (!why.empty()) fields.emplace_back("stopped", why);
                                         return fields;
                                       })
      .value_or(unreadable_fields(payload));
}

std::string what_word(payload::Steer::What what) {
  if (what > payload::Steer::What::UNDO) return "steer";
  return std::string(to_word(static_cast<SteerWhat>(what)));
}

std::string describe_steer(ByteView payload) {
  return read_payload<payload::Steer>("STEER", payload,
                                      [](auto in) -> Result<std::string> {
                                        std::string word = what_word(in.getWhat());
                                        for (char& c : word) c = static_cast<char>(c - 'a' + 'A');
                                        return word + " " + name_text(in);
                                      })
      .value_or(unreadable("STEER"));
}
Fields steer_fields(ByteView payload) {
  return read_payload<payload::Steer>("STEER", payload,
                                      [](auto in) -> Result<Fields> {
                                        Fields fields = name_fields(in);
                                        fields.emplace_back("what", what_word(in.getWhat()));
                                        return fields;
                                      })
      .value_or(unreadable_fields(payload));
}

}  // namespace

std::vector<SyntaxRow> system::rollout_syntax_rows() {
  return {
      described_only(kReleaseKind, "a rollout came to a member", describe_release, release_fields),
      described_only(kFinishKind, "a rollout is finished, or stopped", describe_finish,
                     finish_fields),
      described_only(kSteerKind, "an operator's word on a rollout", describe_steer, steer_fields)};
}

}  // namespace groupctl
