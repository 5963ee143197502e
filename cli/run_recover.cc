// group recover: shows what is lost, asks, and has it given up.
#include <fmt/format.h>

#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"

namespace groupctl {

Done run_recover(const GlobalOptions& global, const RecoverCall& call, const HelloReply& hello,
                 Client& client, const Surroundings& around) {
  const auto found = client.ask<RecoverReply>(Recover{}, global.timeout_ms);
  if (!found) return tl::unexpected(failure_of(found.error()));
  if (global.format == Format::kTable) around.say(render_text(*found));
  const std::string question = fmt::format("Give up what group {} has lost?", escaped(hello.group));
  if (auto refused = not_confirmed(global, around, {question})) return tl::unexpected(*refused);
  const Recover recover{found->last_lost, around.issuer, call.message};
  const auto done = client.ask<RecoverReply>(recover, global.timeout_ms);
  if (!done) {
    return tl::unexpected(
        unanswered(done.error(), "groupctl group recover shows whether something is lost still"));
  }
  return said(*done, global.format);
}

}  // namespace groupctl
