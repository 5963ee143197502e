// The key of an agent, and the file of those whom it lets in.
#pragma once

#include <string>

#include "agent/allowed.h"
#include "daemon/flags.h"
#include "log/keys.h"

namespace groupctl {

/// KEYDIR/agent.secret and agent.public.
inline constexpr const char* kAgentKey = "agent";

/// Errors: kNotFound with what makes one; kRefused, kCorrupt, kIo.
Result<KeyPair> agent_keys(const std::string& key_dir);

/// As text; empty where there is no file. Errors: kIo.
Result<std::string> allowed_file_text(const std::string& state_dir);

// Each gives the exit code. A running agent takes up within a second what they change.

/// Makes the key, and lets in the groupctl of this machine, if that has one.
int run_agent_init(const ParsedFlags& flags);
int run_agent_allow(const ParsedFlags& flags);
int run_agent_keys(const ParsedFlags& flags);
int run_agent_revoke(const ParsedFlags& flags);

}  // namespace groupctl
