// context list, use, add and rm: the user's own file; no coordinator is asked.
#include <fmt/format.h>

#include "cli/contexts.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "daemon/paths.h"
#include "log/keys.h"
#include "log/types.h"
#include "wire/endpoint.h"

namespace groupctl {
namespace {

Status use(Contexts& contexts, const std::string& name) {
  if (const auto known = context_named(contexts, name); !known) {
    return tl::unexpected(known.error());
  }
  contexts.current = name;
  return {};
}

// The first one is meant to be used.
Status add(Contexts& contexts, const ContextCall& call) {
  if (!is_name(call.name)) {
    return fail(ErrorCode::kInvalid, "\"" + call.name + "\" is no name for a context");
  }
  if (const Status allowed = check_endpoint(call.endpoint); !allowed) return allowed;
  if (!call.server_key.empty()) {
    if (const auto key = parse_public_key(call.server_key); !key) {
      return fail("--server-key", key.error());
    }
  }
  const Context added_one{call.endpoint, call.group, call.server_key, call.key, call.confirm_above};
  const bool added = contexts.by_name.emplace(call.name, added_one).second;
  if (!added) {
    return fail(ErrorCode::kConflict, "there is a context \"" + call.name + "\" already in " +
                                          contexts.file + "; groupctl context rm removes it");
  }
  if (contexts.by_name.size() == 1) contexts.current = call.name;
  return {};
}

Status remove(Contexts& contexts, const std::string& name) {
  if (const auto known = context_named(contexts, name); !known) {
    return tl::unexpected(known.error());
  }
  contexts.by_name.erase(name);
  if (contexts.current == name) contexts.current.clear();
  return {};
}

Status change(Contexts& contexts, const ContextCall& call) {
  switch (call.action) {
    case ContextCall::Action::kList:
      return {};
    case ContextCall::Action::kUse:
      return use(contexts, call.name);
    case ContextCall::Action::kAdd:
      return add(contexts, call);
    case ContextCall::Action::kRemove:
      return remove(contexts, call.name);
  }
  return {};
}

}  // namespace

Done run_context(const GlobalOptions& global, const ContextCall& call) {
  auto contexts = read_contexts(user_config_file());
  if (!contexts) return tl::unexpected(failure_of(contexts.error()));
  Status done = change(*contexts, call);
  if (done && call.action != ContextCall::Action::kList) done = write_contexts(*contexts);
  if (!done) return tl::unexpected(failure_of(done.error()));
  if (global.format == Format::kJson) return Said{render_json(*contexts)};
  return Said{render_text(*contexts)};
}

}  // namespace groupctl
