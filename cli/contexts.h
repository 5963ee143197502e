// Contexts: names for coordinators, in the user's own file.
//
//   current = "prod"
//
//   [contexts."prod"]
//   endpoint = "tcp://127.0.0.1:7401"
//   group = "shop"
//   server_key = "..."     64 digits
//   key = "/home/ana/.config/groupctl/keys/groupctl.secret"
//   confirm_above = 25
//
//   [contexts."prod".agents."host-1"]
//   endpoint = "tcp://10.0.1.1:7403"
//   key = "..."            64 digits
#pragma once

#include <map>
#include <optional>
#include <string>

#include "log/result.h"

namespace groupctl {

inline constexpr const char* kBuiltInEndpoint = "tcp://127.0.0.1:7401";
/// Commands to more members are asked about.
inline constexpr std::uint32_t kConfirmAbove = 25;
inline constexpr std::uint32_t kMaxConfirmAbove = 1'000'000;

/// Where an agent is, as `group-agent init` says it.
struct AgentAddress {
  std::string endpoint = {};
  std::string key = {};  ///< 64 digits
  bool operator==(const AgentAddress&) const = default;
};

struct Context {
  std::string endpoint;         ///< the admin plane of a coordinator
  std::string group = {};       ///< that is meant there; empty: whichever it is
  std::string server_key = {};  ///< of the coordinator, 64 digits; empty: the one in the key folder
  std::string key = {};         ///< the file of the own key; empty: the one in the key folder
  std::uint32_t confirm_above = kConfirmAbove;
  std::map<std::string, AgentAddress> agents = {};  ///< by name
  bool operator==(const Context&) const = default;
};

struct Contexts {
  std::string file;     ///< where they stand, or will
  std::string current;  ///< empty: none
  std::map<std::string, Context> by_name;
};

/// Without a file there are no contexts. Errors: kInvalid with file, line and column for what is no
/// such file; kIo.
Result<Contexts> read_contexts(const std::string& file);
/// Replaces the file, mode 0600, and makes its folder, mode 0700. Errors: kIo, kStorageFull.
Status write_contexts(const Contexts& contexts);

/// Error: kNotFound with the nearest name that there is.
Result<Context> context_named(const Contexts& contexts, const std::string& name);

struct ChosenEndpoint {
  std::string endpoint;
  std::string source;     ///< for messages: "--endpoint", "context \"prod\", FILE"
  Context context = {};   ///< that it is of
  std::string name = {};  ///< of that context; empty: of none
};
/// What counts first: `endpoint` and then `context`, as given by flags; GROUPCTL_ENDPOINT,
/// GROUPCTL_CONTEXT; the current context of the file; what is built in. The file is read only if it
/// is needed. Errors: those of read_contexts() and context_named().
Result<ChosenEndpoint> choose_endpoint(const std::optional<std::string>& endpoint,
                                       const std::optional<std::string>& context);

}  // namespace groupctl
