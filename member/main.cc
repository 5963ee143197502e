// group-member: run keeps this server in step with its group; status, local, diff and leave talk to
// a running one.
#include <atomic>
#include <cstdio>

#include "daemon/crash_mark.h"
#include "daemon/exit_codes.h"
#include "daemon/file_system.h"
#include "daemon/heap.h"
#include "daemon/logging.h"
#include "daemon/reread.h"
#include "daemon/signals.h"
#include "member/ask_local.h"
#include "member/flags.h"
#include "member/joining.h"
#include "member/local_verbs.h"
#include "member/setup.h"
#include "member/shell.h"
#include "member/status_text.h"
#include "wire/endpoint.h"
#include "wire/zmq_bus.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kStatusTimeoutMs = 5000;
constexpr std::uint64_t kLeaveTimeoutMs = 60000;

/// Everything is open; starts the threads and runs the loop.
Result<int> serve(const ParsedFlags& flags, const std::optional<MemberKeys>& keys, MemberCore& core,
                  LmdbStore& store, Rereader& rereader) {
  std::atomic<ZmqMemberBus*> bus{nullptr};
  const auto wake = [&bus] {
    if (ZmqMemberBus* there = bus.load()) there->wake();
  };
  ArtefactDesk desk(wake);
  auto machine = open_machine(flags, desk);
  if (!machine) return tl::unexpected<Error>(machine.error());
  MachineHost& host = **machine;
  const Programs programs = open_programs(flags, desk);
  add_deployers(flags, programs, host);
  const Bundles bundles = open_bundles(flags, store);
  host.keep_bundles(bundles);
  const auto runner = open_exec_runner(flags, programs);
  if (!runner) return tl::unexpected<Error>(runner.error());
  host.run_programs(*runner);
  auto signals = Signals::start(SignalsFor::kDaemon, wake);
  if (!signals) return tl::unexpected<Error>(signals.error());
  auto opened =
      ZmqMemberBus::open(flags.text("coordinator"), local_endpoint(flags.text("state-dir")),
                         keys ? std::optional(keys->client) : std::nullopt);
  if (!opened) return tl::unexpected<Error>(opened.error());
  bus = opened->get();
  Executor executor(host, {find_execute, reconcile_artefact}, wake);
  host.on_progress(
      [&executor](std::string_view step, int percent) { executor.note_progress(step, percent); });
  executor.start();
  Scanner scanner(host, flags.number("scan-rate"), wake);
  scanner.start();
  const auto keys_for = [&keys](LinkAs as) -> std::optional<KeyPair> {
    if (!keys || as == LinkAs::kMember) return std::nullopt;
    return as == LinkAs::kToken ? keys->token : guest_keys(keys->client.server);
  };
  MemberShell shell(
      {core, store, **opened, executor, scanner, desk, bundles.files(), runner->files(), keys_for});
  const int code = shell.run(**signals, [&rereader] { rereader.reread("member"); });
  signals->reset();  // its thread wakes the bus, which is about to end
  return code;
}

Result<int> run_member(const ParsedFlags& flags, Rereader& rereader) {
  const auto keys = member_keys(flags);
  if (!keys) return tl::unexpected<Error>(keys.error());
  MemberConfig config = member_config(flags, *keys);
  auto usable = check_file_system(flags.text("state-dir"), flags.on("allow-unsafe-fs"));
  if (usable) usable = try_folder(flags.text("root"));
  if (!usable) return tl::unexpected<Error>(usable.error());
  auto dir = StateDir::open_or_create(flags.text("state-dir"), config.group);
  if (!dir) return tl::unexpected<Error>(dir.error());
  config.server_id = dir->identity().server_id;
  config.incarnation = dir->incarnation();
  // The store forks a child that reads it first, so it is opened before there are threads.
  auto store = open_member_store(flags.text("state-dir"), flags.number("map-mib") << 20);
  if (!store) return tl::unexpected<Error>(store.error());
  auto marks = leave_crash_mark(member_crash_mark(flags.text("state-dir")));
  if (!marks) return tl::unexpected<Error>(marks.error());
  log_line(LogLevel::kInfo, "member", "starts",
           {{"group", config.group},
            {"member", config.name},
            {"incarnation", config.incarnation},
            {"coordinator", flags.text("coordinator")}});
  auto core = MemberCore::load(std::move(config), command_table(), **store);
  if (!core) return tl::unexpected<Error>(core.error());
  auto code = serve(flags, *keys, **core, **store, rereader);
  if (code) log_line(LogLevel::kInfo, "member", "ends", {{"code", std::uint64_t(*code)}});
  return code;
}

int run(const ParsedFlags& flags, Rereader& rereader) {
  start_logging(flags);
  keep_freed_memory();
  auto code = run_member(flags, rereader);
  return code ? *code : say_error(code.error());
}

Result<LocalStatus> ask_status(const ParsedFlags& flags) {
  auto reply = ask_local(flags.text("state-dir"), LocalStatusQuery{}, kStatusTimeoutMs);
  if (!reply) return tl::unexpected<Error>(reply.error());
  if (auto* shown = std::get_if<LocalStatus>(&*reply)) return std::move(*shown);
  return fail(ErrorCode::kInternal, "the member gave another answer");
}

int status(const ParsedFlags& flags) {
  const std::string& format = flags.text("output");
  if (format != "table" && format != "json") {
    return say_error({ErrorCode::kInvalid, "--output is table or json, not " + format});
  }
  const bool as_json = format == "json";
  const auto shown = ask_status(flags);
  if (!shown && !as_json) return say_error(shown.error());
  const std::string text = !shown    ? error_json(shown.error())
                           : as_json ? status_json(*shown)
                                     : status_table(*shown);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return shown ? 0 : exit_code_for(shown.error().code);
}

int leave(const ParsedFlags& flags) {
  auto reply = ask_local(flags.text("state-dir"), LocalLeave{}, kLeaveTimeoutMs);
  if (!reply && reply.error().code == ErrorCode::kTimeout) {
    return say_error(
        {ErrorCode::kTimeout,
         "it has not left yet; it will when the coordinator answers, if it still runs"});
  }
  if (!reply) return say_error(reply.error());
  std::printf("left the group\n");
  return 0;
}

/// The endpoint may stand behind the verb.
int join(const ParsedFlags& flags) {
  if (flags.words().size() > 1) {
    return say_error({ErrorCode::kInvalid, "join takes one ENDPOINT"});
  }
  if (flags.words().empty()) return run_join(flags);
  ParsedFlags at = flags;
  const std::string& endpoint = flags.words().front();
  if (auto valid = check_endpoint(endpoint); !valid) return say_error(valid.error());
  at.take("coordinator", ParsedFlags("join", {{"coordinator", {{endpoint}, "the command line"}}}));
  return run_join(at);
}

int show_key(const ParsedFlags& flags) {
  const auto keys = member_keys(flags);
  if (!keys) return say_error(keys.error());
  if (!*keys) return say_error({ErrorCode::kNotFound, "this member has no keys"});
  const PublicKey& own = (*keys)->client.own.public_key;
  std::printf("%s\n%s\n", fingerprint(own).c_str(), own.hex().c_str());
  return 0;
}

int main_of(int argc, const char* const* argv) {
  auto flags = parse_flags(member_program_spec(), argc, argv);
  if (!flags) return flags.error().say();
  if (flags->verb() == "run") {
    Rereader rereader(member_program_spec(), argc, argv, *flags);
    return run(*flags, rereader);
  }
  if (flags->verb() == "join") return join(*flags);
  if (flags->verb() == "key fingerprint") return show_key(*flags);
  if (flags->verb() == "key rotate") return run_rotate(*flags);
  if (flags->verb() == "status") return status(*flags);
  if (flags->verb() == "leave") return leave(*flags);
  return run_local_verb(*flags);
}

}  // namespace
}  // namespace groupctl

int main(int argc, char** argv) { return groupctl::main_of(argc, argv); }
