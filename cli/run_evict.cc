// member evict: asks, and takes members from the roster. There is nothing to wait for: with the
// entry they are gone.
#include <fmt/format.h>

#include "cli/dry_run.h"
#include "cli/exit_code.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "commands/system/system.h"
#include "daemon/random.h"

namespace groupctl {
namespace {

Submit submit_of(const EvictCall& call, const HelloReply& hello, std::string issuer) {
  Submit submit;
  submit.first.client =
      call.id ? keyed_client_id(*call.id) : drawn_client_id(hello.now, random_number());
  submit.first.number = 1;
  submit.issuer = std::move(issuer);
  submit.force = call.force;
  submit.at_sequence = call.at_sequence;
  for (const std::string& name : call.names) {
    submit.commands.push_back({kLeftKind, Target::none(), 0, call.message, evicted_payload(name)});
  }
  return submit;
}

std::string question(const EvictCall& call, const HelloReply& hello) {
  std::string names;
  for (const std::string& name : call.names) names += (names.empty() ? "" : ", ") + name;
  return fmt::format("Evict {} from group {}?", names, escaped(hello.group));
}

std::string rendered(const EvictionReport& report, Format format) {
  if (format == Format::kJson) return render_json(report);
  if (format == Format::kTable) return render_text(report);
  std::string sequences;
  for (const auto& [name, sequence] : report.members) {
    sequences += fmt::format("{}\n", sequence.value);
  }
  return sequences;
}

}  // namespace

Done run_evict(const GlobalOptions& global, const EvictCall& call, const HelloReply& hello,
               Client& client, const Surroundings& around) {
  const Submit submit = submit_of(call, hello, around.issuer);
  if (global.dry_run != DryRun::kNo) return dry_said(submit, global, hello, client);
  if (auto refused = not_confirmed(global, around, {question(call, hello)})) {
    return tl::unexpected(*std::move(refused));
  }
  const auto accepted = client.submit(submit, global.timeout_ms);
  if (!accepted) {
    Failure failure = submit_failure(accepted.error(), call.id);
    if (accepted.error().code == ErrorCode::kRefused) {
      failure.hint = "on its server: group-member leave; or evict it with --force";
    }
    return tl::unexpected(std::move(failure));
  }
  EvictionReport report;
  Sequence sequence = accepted->first;
  for (const std::string& name : call.names) {
    report.members.emplace_back(name, sequence);
    sequence = sequence.next();
  }
  return Said{rendered(report, global.format)};
}

}  // namespace groupctl
