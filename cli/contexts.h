// Contexts: names for coordinators, in the user's own file.
//
//   current = "prod"
//
//   [contexts."prod"]
//   endpoint = "tcp://127.0.0.1:7401"
//   group = "shop"
#pragma once

#include <map>
#include <optional>
#include <string>

#include "log/result.h"

namespace groupctl {

inline constexpr const char* kBuiltInEndpoint = "tcp://127.0.0.1:7401";

struct Context {
  std::string endpoint;    ///< the admin plane of a coordinator
  std::string group = {};  ///< that is meant there; empty: whichever it is
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
  std::string source;      ///< for messages: "--endpoint", "context \"prod\", FILE"
  std::string group = {};  ///< of the context
};
/// What counts first: `endpoint` and then `context`, as given by flags; GROUPCTL_ENDPOINT,
/// GROUPCTL_CONTEXT; the current context of the file; what is built in. The file is read only if it
/// is needed. Errors: those of read_contexts() and context_named().
Result<ChosenEndpoint> choose_endpoint(const std::optional<std::string>& endpoint,
                                       const std::optional<std::string>& context);

}  // namespace groupctl
