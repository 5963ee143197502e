#include "agent/own_keys.h"

#include <cstdio>

#include "daemon/durable_file.h"
#include "daemon/exit_codes.h"
#include "daemon/file_io.h"
#include "daemon/key_files.h"

namespace groupctl {
namespace {

std::string allowed_file(const std::string& state_dir) { return state_dir + "/allowed"; }

Result<AllowedKeys> allowed_now(const std::string& state_dir) {
  const auto text = allowed_file_text(state_dir);
  if (!text) return tl::unexpected<Error>(text.error());
  auto allowed = read_allowed(*text);
  if (!allowed) return fail(allowed_file(state_dir), allowed.error());
  return allowed;
}

Status write_allowed(const std::string& state_dir, const AllowedKeys& allowed) {
  if (auto made = make_folders_durably(state_dir); !made) return made;
  return write_file_durably(allowed_file(state_dir), allowed_text(allowed));
}

Status allow_also(const std::string& state_dir, const std::string& name, const PublicKey& key) {
  auto allowed = allowed_now(state_dir);
  if (!allowed) return tl::unexpected<Error>(allowed.error());
  if (auto added = allow(*allowed, name, key); !added) return added;
  return write_allowed(state_dir, *allowed);
}

}  // namespace

Result<KeyPair> agent_keys(const std::string& key_dir) {
  auto keys = read_secret_key(secret_file(key_dir, kAgentKey));
  if (keys || keys.error().code != ErrorCode::kNotFound) return keys;
  return fail(ErrorCode::kNotFound, "there is no key of this agent in " + key_dir +
                                        "; group-agent init makes it, --key-dir says where it is");
}

Result<std::string> allowed_file_text(const std::string& state_dir) {
  auto text = read_small_file(allowed_file(state_dir));
  if (!text && text.error().code == ErrorCode::kNotFound) return std::string();
  return text;
}

int run_agent_init(const ParsedFlags& flags) {
  const std::string& key_dir = flags.text("key-dir");
  const std::string& state_dir = flags.text("state-dir");
  const auto keys = read_or_make_key(key_dir, kAgentKey);
  if (!keys) return say_error(keys.error());
  if (auto told = write_public_key(public_file(key_dir, kAgentKey), keys->public_key); !told) {
    return say_error(told.error());
  }
  if (auto made = make_folders_durably(state_dir); !made) return say_error(made.error());
  std::printf("agent key %s\n", keys->public_key.hex().c_str());
  const auto own = read_secret_key(secret_file(key_dir, kGroupctlKey));
  if (own) {
    const auto let_in = allow_also(state_dir, kGroupctlKey, own->public_key);
    if (!let_in) return say_error(let_in.error());
    std::printf("it lets in %s, fingerprint %s\n", kGroupctlKey,
                fingerprint(own->public_key).c_str());
  } else {
    std::printf("next: group-agent allow NAME KEY, as groupctl key fingerprint shows it\n");
  }
  std::printf(
      "next: group-agent run --state-dir %s --key-dir %s\n"
      "and where groupctl is: groupctl agent add NAME tcp://HOST:7403 --agent-key %s\n",
      state_dir.c_str(), key_dir.c_str(), keys->public_key.hex().c_str());
  return 0;
}

int run_agent_allow(const ParsedFlags& flags) {
  if (flags.words().size() != 2) {
    return say_error({ErrorCode::kInvalid, "allow takes NAME and KEY"});
  }
  const auto key = parse_public_key(flags.words()[1]);
  if (!key) return say_error(key.error());
  const auto let_in = allow_also(flags.text("state-dir"), flags.words()[0], *key);
  if (!let_in) return say_error(let_in.error());
  std::printf("%s is let in, fingerprint %s\n", flags.words()[0].c_str(),
              fingerprint(*key).c_str());
  return 0;
}

int run_agent_keys(const ParsedFlags& flags) {
  const auto allowed = allowed_now(flags.text("state-dir"));
  if (!allowed) return say_error(allowed.error());
  for (const auto& [name, key] : *allowed) {
    std::printf("%s  %s\n", fingerprint(key).c_str(), name.c_str());
  }
  return 0;
}

int run_agent_revoke(const ParsedFlags& flags) {
  if (flags.words().size() != 1) return say_error({ErrorCode::kInvalid, "revoke takes one NAME"});
  const std::string& name = flags.words().front();
  auto allowed = allowed_now(flags.text("state-dir"));
  if (!allowed) return say_error(allowed.error());
  if (allowed->erase(name) == 0) {
    return say_error({ErrorCode::kNotFound, "nobody is let in as " + name});
  }
  const auto written = write_allowed(flags.text("state-dir"), *allowed);
  if (!written) return say_error(written.error());
  std::printf("%s is let in no longer\n", name.c_str());
  return 0;
}

}  // namespace groupctl
