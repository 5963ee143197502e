#include "coordinator/init_group.h"

#include <fmt/format.h>

#include <cstdio>

#include "coordinator/setup.h"
#include "daemon/clock.h"
#include "daemon/exit_codes.h"
#include "daemon/file_system.h"
#include "daemon/key_files.h"
#include "wire/endpoint.h"
#include "wire/reachable.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kTokenMs = 3600 * 1000;
constexpr std::uint32_t kTokenUses = 1000;
constexpr const char* kFirstAdmin = "admin";

/// Whom a new group lets in, and what its first members are told.
struct FirstKeys {
  PublicKey server;
  SecretKey token;
  std::vector<KeyInfo> infos;
};

KeyInfo first_key(const PublicKey& key, const char* name, KeyRole role) {
  KeyInfo info = accepted_key(key, name, role);
  info.since = GroupTime(wall_now_ms());
  info.by = "init";
  return info;
}

Result<FirstKeys> make_keys(const std::string& key_dir) {
  const auto server = read_or_make_key(key_dir, kCoordinatorKey);
  if (!server) return tl::unexpected<Error>(server.error());
  const std::string told = public_file(key_dir, kCoordinatorKey);
  if (auto written = write_public_key(told, server->public_key); !written) {
    return tl::unexpected<Error>(written.error());
  }
  const auto admin = read_or_make_key(key_dir, kGroupctlKey);
  if (!admin) return tl::unexpected<Error>(admin.error());
  const KeyPair token = draw_keys();
  KeyInfo token_info = first_key(token.public_key, "init", KeyRole::kToken);
  token_info.until = GroupTime(token_info.since.value + kTokenMs);
  token_info.uses_left = kTokenUses;
  return FirstKeys{server->public_key,
                   token.secret_key,
                   {first_key(admin->public_key, kFirstAdmin, KeyRole::kAdmin),
                    guest_key(server->public_key), token_info}};
}

constexpr std::string_view kDrawnPort = ":*";

/// Where members will find it: as it is to be bound, or by default; with HOST and PORT for what is
/// not known before.
std::string member_endpoint(const ParsedFlags& flags) {
  const std::string given = endpoints_if(flags, &ParsedFlags::flagged).member;
  if (given.empty()) return "tcp://127.0.0.1:7400";
  std::string endpoint = reachable_endpoint(given, "tcp://HOST:1");
  if (endpoint.ends_with(kDrawnPort)) {
    endpoint.replace(endpoint.size() - kDrawnPort.size(), kDrawnPort.size(), ":PORT");
  }
  return endpoint;
}

std::string explained(const std::string& endpoint) {
  std::string lines;
  if (endpoint.find("HOST") != std::string::npos)
    lines += "HOST: where members find this machine\n";
  if (endpoint.ends_with(":PORT")) lines += "PORT: see what run says that it serves\n";
  return lines;
}

std::string next_steps(const ParsedFlags& flags, const FirstKeys* keys) {
  const std::string config = flags.config_file().empty() ? "" : " --config " + flags.config_file();
  const std::string run =
      fmt::format("group-coordinator run{} --state-dir {}", config, flags.text("state-dir"));
  if (keys == nullptr) return fmt::format("next: {} --open\n", run);
  const std::string& key_dir = flags.text("key-dir");
  const std::string endpoint = member_endpoint(flags);
  return fmt::format(
      "server key {}\n"
      "keys in {}: coordinator.secret is this coordinator's; groupctl.secret makes groupctl the\n"
      "first admin, fingerprint {}\n"
      "next: {} --key-dir {}\n"
      "members, within an hour:\n"
      "  group-member join {} --group {} --server-key {} --token {}\n"
      "{}",
      keys->server.hex(), key_dir, fingerprint(keys->infos.front().key), run, key_dir, endpoint,
      flags.text("group"), keys->server.hex(), keys->token.hex(), explained(endpoint));
}

}  // namespace

int run_init(const ParsedFlags& flags) {
  const std::string& state_dir = flags.text("state-dir");
  auto safe = check_file_system(state_dir, flags.on("allow-unsafe-fs"));
  if (!safe) return say_error(safe.error());
  Result<FirstKeys> keys;
  if (!flags.on("open")) keys = make_keys(flags.text("key-dir"));
  if (!keys) return say_error(keys.error());
  const auto log_id = init_group(state_dir, flags.text("group"),
                                 endpoints_if(flags, &ParsedFlags::flagged), keys->infos);
  if (!log_id) return say_error(log_id.error());
  std::printf("group %s, log %s, in %s\n%s", flags.text("group").c_str(), log_id->hex().c_str(),
              state_dir.c_str(), next_steps(flags, flags.on("open") ? nullptr : &*keys).c_str());
  return 0;
}

}  // namespace groupctl
