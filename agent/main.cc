// group-agent: starts, stops, restarts and makes members of this machine, from outside of them.
#include <atomic>
#include <cstdlib>
#include <filesystem>

#include "agent/flags.h"
#include "agent/own_keys.h"
#include "agent/shell.h"
#include "daemon/descriptors.h"
#include "daemon/durable_file.h"
#include "daemon/exit_codes.h"
#include "daemon/logging.h"
#include "daemon/reread.h"
#include "daemon/state_dir.h"
#include "wire/zmq_accept.h"
#include "wire/zmq_bus_options.h"

namespace groupctl {
namespace {

/// What its plane is called where planes have a name: no group, which may not begin with a '-'.
constexpr const char* kDomain = "-agent";

PlaneKeys::Told say(std::string_view what) {
  return [what](const std::string& address, const PublicKey& key, std::uint64_t times) {
    log_line(LogLevel::kWarn, "agent", what,
             {{"address", address}, {"key", fingerprint(key)}, {"times", times}});
  };
}

BusOptions bus_options(const std::shared_ptr<ConnectionBudget>& budget) {
  return guarded_options(
      budget, [](const Note& note) { log_line("agent", note); },
      [] { std::_Exit(kExitUnprotected); });
}

Result<std::unique_ptr<ZmqAgentBus>> open_bus(const ParsedFlags& flags, const std::string& allowed,
                                              const std::shared_ptr<ConnectionBudget>& budget) {
  const auto own = agent_keys(flags.text("key-dir"));
  if (!own) return tl::unexpected<Error>(own.error());
  const auto keys = read_allowed(allowed);
  if (!keys) return fail("the file of those who are let in", keys.error());
  PlaneKeys plane{*own, kDomain, std::make_shared<const Admissions>(admissions_of(*keys)),
                  say("a key was refused"), say("a key connects more often than it may: put off")};
  return ZmqAgentBus::open(flags.text("agent-endpoint"), std::move(plane), bus_options(budget));
}

Status run_agent(const ParsedFlags& flags, Rereader& rereader) {
  std::error_code no_cwd;
  const std::string dir =
      std::filesystem::absolute(flags.text("state-dir"), no_cwd).lexically_normal().string();
  if (no_cwd) return fail(ErrorCode::kIo, no_cwd.message());
  const auto state = StateDir::open_or_create(dir, "");
  if (!state) return tl::unexpected<Error>(state.error());
  const auto allowed = allowed_file_text(dir);
  if (!allowed) return tl::unexpected<Error>(allowed.error());
  const auto budget = std::make_shared<ConnectionBudget>(raise_descriptor_limit());
  std::atomic<ZmqAgentBus*> there{nullptr};
  auto signals = Signals::start(SignalsFor::kDaemon, [&there] {
    if (ZmqAgentBus* one = there.load()) one->wake();
  });
  if (!signals) return tl::unexpected<Error>(signals.error());
  const auto opened = open_bus(flags, *allowed, budget);
  if (!opened) return tl::unexpected<Error>(opened.error());
  ZmqAgentBus& bus = **opened;
  there = &bus;
  keep_descriptors_from(budget->measured(open_descriptors()));
  AgentShell shell({{flags.duration_ms("hung-after"), flags.duration_ms("stop-after")},
                    AgentFolders(dir),
                    bus,
                    std::filesystem::absolute(flags.text("member-program"), no_cwd).string(),
                    [&dir] { return allowed_file_text(dir); },
                    *allowed});
  if (auto loaded = shell.load(); !loaded) return loaded;
  if (auto told = write_file_durably(dir + "/endpoint", bus.endpoint() + "\n"); !told) return told;
  log_line(LogLevel::kInfo, "agent", "serving", {{"endpoint", bus.endpoint()}, {"dir", dir}});
  shell.run(**signals, [&rereader] { rereader.reread("agent"); });
  log_line(LogLevel::kInfo, "agent", "ends; its members go on");
  signals->reset();  // its thread wakes the bus, which is about to end
  return {};
}

int main_of(int argc, const char* const* argv) {
  auto flags = parse_flags(agent_program_spec(), argc, argv);
  if (!flags) return flags.error().say();
  if (flags->verb() == "init") return run_agent_init(*flags);
  if (flags->verb() == "allow") return run_agent_allow(*flags);
  if (flags->verb() == "keys") return run_agent_keys(*flags);
  if (flags->verb() == "revoke") return run_agent_revoke(*flags);
  Rereader rereader(agent_program_spec(), argc, argv, *flags);
  start_logging(*flags);
  const auto ran = run_agent(*flags, rereader);
  return ran ? 0 : say_error(ran.error());
}

}  // namespace
}  // namespace groupctl

int main(int argc, char** argv) { return groupctl::main_of(argc, argv); }
