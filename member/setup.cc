#include "member/setup.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "daemon/crash_mark.h"
#include "daemon/durable_file.h"
#include "daemon/logging.h"
#include "daemon/random.h"
#include "daemon/version.h"
#include "deployers/found.h"
#include "member/flags.h"
#include "member/host/curl_get.h"
#include "member/host/dir_deployer.h"
#include "member/host/external_deployer.h"
#include "member/host/process_deployer.h"
#include "wire/repository_url.h"

namespace groupctl {
namespace {

Labels labels_of(const std::vector<std::string>& texts) {
  Labels labels;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    labels[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return labels;
}

std::vector<std::string> deployer_dirs(const ParsedFlags& flags) {
  const auto given = flags.texts("deployer-dir");
  if (!given.empty()) return given;
  return {"/usr/lib/groupctl/deployers", "/usr/local/lib/groupctl/deployers",
          "/etc/groupctl/deployers"};
}

/// The built-in ones are no other program's to replace.
void add_external_deployers(const ParsedFlags& flags, const Programs& programs, MachineHost& host) {
  const std::filesystem::path state_dir = std::filesystem::absolute(flags.text("state-dir"));
  for (const auto& [name, path] : deployers::find_deployers(deployer_dirs(flags))) {
    if (host.deployer(name) != nullptr) {
      log_line(LogLevel::kWarn, "member", "a built-in deployer has this name",
               {{"deployer", name}, {"path", path}});
      continue;
    }
    const ExternalConfig config{name, path, (state_dir / "deployers" / name).string(),
                                flags.duration_ms("deployer-timeout")};
    ExternalProgram program(config, programs, [&host](std::string_view step, int percent) {
      host.progress(step, percent);
    });
    auto deployer = std::make_unique<ExternalDeployer>(
        std::move(program), Releases(flags.text("root"), name), programs);
    deployer->attach();
    host.add_deployer(name, std::move(deployer));
  }
}

}  // namespace

MemberConfig member_config(const ParsedFlags& flags, const std::optional<MemberKeys>& keys) {
  MemberConfig config;
  config.group = flags.text("group");
  config.name = flags.text("name");
  config.participant = flags.has("participant") ? flags.text("participant") : config.name;
  config.replica = static_cast<std::uint32_t>(flags.number("replica"));
  config.labels = labels_of(flags.texts("label"));
  config.max_log_bytes = kept_log_bytes(flags.number("map-mib") << 20);
  config.scan_interval_ms = flags.duration_ms("scan-interval");
  config.reverts_drift = flags.text("on-local-change") == "revert";
  // A chain that is none is refused when the machine is opened.
  config.shared_tail = cut_chain(flags.texts("repository")).value_or(RepositoryChain{}).shared;
  config.product = product_version();
  config.seed = random_number();
  if (keys) {
    config.key = keys->client.own.public_key;
    config.has_token = keys->token.has_value();
  }
  return config;
}

std::uint64_t kept_log_bytes(std::size_t map_bytes) {
  return std::min<std::uint64_t>(MemberConfig().max_log_bytes, map_bytes / 4);
}

std::string member_crash_mark(const std::string& state_dir) {
  return (std::filesystem::path(state_dir) / "crashed").string();
}

Result<std::unique_ptr<LmdbStore>> open_member_store(const std::string& state_dir,
                                                     std::size_t map_bytes) {
  const std::filesystem::path dir = std::filesystem::path(state_dir) / "log";
  std::error_code ignored;
  const bool first_start =
      !std::filesystem::exists(dir, ignored) || std::filesystem::is_empty(dir, ignored);
  if (first_start) {
    auto made = make_folder_whole(dir, [&](const std::filesystem::path& unfinished) -> Status {
      auto store = LmdbStore::create(unfinished, {map_bytes});
      if (!store) return tl::unexpected<Error>(store.error());
      return {};
    });
    if (!made) return tl::unexpected<Error>(made.error());
  }
  const std::string mark = member_crash_mark(state_dir);
  if (has_crash_mark(mark)) {
    if (auto sound = LmdbStore::verify_whole(dir); !sound) {
      return tl::unexpected<Error>(sound.error());
    }
    clear_crash_mark(mark);
  }
  return LmdbStore::open(dir, {map_bytes});
}

Bundles open_bundles(const ParsedFlags& flags, const Store& store) {
  Settings shown = flags.settings();
  shown.erase("token");  // whoever has it may let others in
  return Bundles(
      {flags.text("state-dir") + "/dumps", settings_text(member_program_spec().settings(), shown)},
      store);
}

Result<ExecRunner> open_exec_runner(const ParsedFlags& flags, const Programs& programs) {
  auto allowed = allowed_programs(flags.texts("allow-exec"));
  if (!allowed) return tl::unexpected<Error>(allowed.error());
  const auto folder = std::filesystem::absolute(flags.text("state-dir")) / "exec";
  return ExecRunner({*std::move(allowed), folder.string(), flags.duration_ms("exec-timeout")},
                    programs);
}

Programs open_programs(const ParsedFlags& flags, const ArtefactDesk& desk) {
  const auto keeper = std::filesystem::absolute(flags.text("keeper")).string();
  if (::access(keeper.c_str(), X_OK) != 0) {
    log_line(LogLevel::kWarn, "member", "no group-keeper: nothing can be run here",
             {{"path", keeper}});
  }
  return {{keeper, flags.text("group"), flags.text("name"), labels_of(flags.texts("label"))},
          [&desk] { return desk.closed(); }};
}

void add_deployers(const ParsedFlags& flags, const Programs& programs, MachineHost& host) {
  // What is started runs elsewhere: it is told no relative path.
  const std::string root = std::filesystem::absolute(flags.text("root")).string();
  const auto run = std::filesystem::absolute(flags.text("state-dir")) / "run";
  Releases::clean_up(root);
  const auto releases = [&](std::string_view name) { return Releases(root, std::string(name)); };
  host.add_deployer(
      std::string(DirDeployer::kName),
      std::make_unique<DirDeployer>(releases(DirDeployer::kName), HealthChecks(programs)));
  host.add_deployer(
      std::string(ProcessDeployer::kName),
      std::make_unique<ProcessDeployer>(releases(ProcessDeployer::kName), programs, run.string()));
  add_external_deployers(flags, programs, host);
}

Result<std::unique_ptr<MachineHost>> open_machine(const ParsedFlags& flags, ArtefactDesk& desk) {
  const std::filesystem::path state_dir = flags.text("state-dir");
  auto chain = cut_chain(flags.texts("repository"));
  if (!chain) return tl::unexpected<Error>(chain.error());
  MachineHostConfig config;
  config.repositories = chain->own;
  config.allow_override = flags.on("allow-override");
  config.staging = (state_dir / "staging").string();
  config.cache = (state_dir / "artefacts").string();
  config.cache_bytes = flags.number("cache-mib") << 20;
  auto http = CurlGet::open(flags.has("ca-file") ? flags.text("ca-file") : "",
                            [&desk] { return desk.closed(); });
  if (!http) return tl::unexpected<Error>(http.error());
  auto host = MachineHost::open(config, desk, *std::move(http));
  if (!host) return tl::unexpected<Error>(host.error());
  return host;
}

}  // namespace groupctl
