#include "cli/contexts.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/words.h"
#include "daemon/durable_file.h"
#include "daemon/paths.h"
#include "daemon/toml.h"
#include "log/nearest.h"
#include "log/types.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Status read(const TomlNode& table, Contexts& contexts) const {
    for (const TomlEntry& entry : table.entries) {
      Status taken;
      if (entry.key == "current") {
        taken = take_text(entry, contexts.current);
      } else if (entry.key == "contexts") {
        taken = read_all(entry, contexts);
      } else {
        taken = unknown(entry, {"current", "contexts"});
      }
      if (!taken) return taken;
    }
    return {};
  }

 private:
  Status read_all(const TomlEntry& all, Contexts& contexts) const {
    if (all.value.kind != TomlKind::kTable) return wrong_type(all, "a table");
    for (const TomlEntry& entry : all.value.entries) {
      if (!is_name(entry.key)) return wrong(entry.place, "\"" + entry.key + "\" is no name");
      if (const Status s = read_one(entry, contexts.by_name[entry.key]); !s) return s;
    }
    return {};
  }

  Status read_one(const TomlEntry& one, Context& context) const {
    if (one.value.kind != TomlKind::kTable) return wrong_type(one, "a table");
    for (const TomlEntry& entry : one.value.entries) {
      Status taken;
      if (entry.key == "endpoint") {
        taken = take_text(entry, context.endpoint);
      } else if (entry.key == "group") {
        taken = take_text(entry, context.group);
      } else if (entry.key == "server_key") {
        taken = take_text(entry, context.server_key);
      } else if (entry.key == "key") {
        taken = take_text(entry, context.key);
      } else if (entry.key == "confirm_above") {
        taken = take_number(entry, context.confirm_above);
      } else if (entry.key == "agents") {
        taken = read_agents(entry, context.agents);
      } else {
        taken =
            unknown(entry, {"endpoint", "group", "server_key", "key", "confirm_above", "agents"});
      }
      if (!taken) return taken;
    }
    if (!context.endpoint.empty()) return {};
    return wrong(one.place, "context \"" + one.key + "\" has no endpoint");
  }

  Status read_agents(const TomlEntry& all, std::map<std::string, AgentAddress>& agents) const {
    if (all.value.kind != TomlKind::kTable) return wrong_type(all, "a table");
    for (const TomlEntry& one : all.value.entries) {
      if (!is_name(one.key)) return wrong(one.place, "\"" + one.key + "\" is no name");
      if (one.value.kind != TomlKind::kTable) return wrong_type(one, "a table");
      AgentAddress& agent = agents[one.key];
      for (const TomlEntry& entry : one.value.entries) {
        const bool known = entry.key == "endpoint" || entry.key == "key";
        if (!known) return unknown(entry, {"endpoint", "key"});
        std::string& text = entry.key == "key" ? agent.key : agent.endpoint;
        if (const Status taken = take_text(entry, text); !taken) return taken;
      }
      if (!agent.endpoint.empty() && !agent.key.empty()) continue;
      return wrong(one.place, "agent \"" + one.key + "\" has no endpoint, or no key");
    }
    return {};
  }

  Status take_text(const TomlEntry& entry, std::string& text) const {
    if (entry.value.kind != TomlKind::kText) return wrong_type(entry, to_words(TomlKind::kText));
    text = entry.value.text;
    return {};
  }

  Status take_number(const TomlEntry& entry, std::uint32_t& number) const {
    if (entry.value.kind != TomlKind::kInteger) {
      return wrong_type(entry, to_words(TomlKind::kInteger));
    }
    const auto read = parse_number(entry.key, entry.value.text, kMaxConfirmAbove);
    if (!read) return wrong(entry.value.place, read.error().text);
    number = static_cast<std::uint32_t>(*read);
    return {};
  }

  Status unknown(const TomlEntry& entry, const std::vector<std::string>& known) const {
    return wrong(entry.place,
                 fmt::format("unknown key \"{}\".{}", entry.key, did_you_mean(entry.key, known)));
  }
  Status wrong_type(const TomlEntry& entry, std::string_view wanted) const {
    return wrong(entry.value.place,
                 fmt::format("{} is {}, not {}", entry.key, wanted, to_words(entry.value.kind)));
  }
  tl::unexpected<Error> wrong(TomlPlace place, const std::string& text) const {
    return fail(ErrorCode::kInvalid, place_text(file_, place) + ": " + text);
  }

  const std::string& file_;
};

std::string text_of(const Contexts& contexts) {
  std::string text = "# Kept by groupctl context, which writes it anew: comments are lost.\n";
  if (!contexts.current.empty()) text += "current = " + toml_quoted(contexts.current) + "\n";
  for (const auto& [name, context] : contexts.by_name) {
    text += fmt::format("\n[contexts.{}]\nendpoint = {}\n", toml_quoted(name),
                        toml_quoted(context.endpoint));
    for (const auto& [key, value] :
         {std::pair{"group", &context.group}, std::pair{"server_key", &context.server_key},
          std::pair{"key", &context.key}}) {
      if (!value->empty()) text += fmt::format("{} = {}\n", key, toml_quoted(*value));
    }
    if (context.confirm_above != kConfirmAbove) {
      text += fmt::format("confirm_above = {}\n", context.confirm_above);
    }
    for (const auto& [agent, address] : context.agents) {
      text +=
          fmt::format("\n[contexts.{}.agents.{}]\nendpoint = {}\nkey = {}\n", toml_quoted(name),
                      toml_quoted(agent), toml_quoted(address.endpoint), toml_quoted(address.key));
    }
  }
  return text;
}

Result<ChosenEndpoint> endpoint_of(const Contexts& contexts, const std::string& name,
                                   const std::string& named_by) {
  auto context = context_named(contexts, name);
  if (!context) return fail(named_by, context.error());
  return ChosenEndpoint{context->endpoint, fmt::format("context \"{}\", {}", name, contexts.file),
                        *context, name};
}

}  // namespace

Result<Contexts> read_contexts(const std::string& file) {
  Contexts contexts{.file = file, .current = {}, .by_name = {}};
  const auto text = read_small_file(file);
  if (!text && text.error().code == ErrorCode::kNotFound) return contexts;
  if (!text) return tl::unexpected(text.error());
  const auto table = parse_toml(*text, file);
  if (!table) return tl::unexpected(table.error());
  if (const Status s = Reader(file).read(*table, contexts); !s) return tl::unexpected(s.error());
  return contexts;
}

Status write_contexts(const Contexts& contexts) {
  const fs::path folder = fs::path(contexts.file).parent_path();
  std::error_code error;
  if (fs::create_directories(folder, error)) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  if (error) return fail(ErrorCode::kIo, "cannot make " + folder.string() + ": " + error.message());
  return write_file_durably(contexts.file, text_of(contexts));
}

Result<Context> context_named(const Contexts& contexts, const std::string& name) {
  const auto found = contexts.by_name.find(name);
  if (found != contexts.by_name.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [each, context] : contexts.by_name) known.push_back(each);
  return fail(ErrorCode::kNotFound, fmt::format("there is no context \"{}\" in {}.{}", name,
                                                contexts.file, did_you_mean(name, known)));
}

Result<ChosenEndpoint> choose_endpoint(const std::optional<std::string>& endpoint,
                                       const std::optional<std::string>& context) {
  if (endpoint) return ChosenEndpoint{*endpoint, "--endpoint"};
  const auto endpoint_variable = environment_variable("GROUPCTL_ENDPOINT");
  if (!context && endpoint_variable) {
    return ChosenEndpoint{*endpoint_variable, "GROUPCTL_ENDPOINT"};
  }
  const auto contexts = read_contexts(user_config_file());
  if (!contexts) return tl::unexpected(contexts.error());
  if (context) return endpoint_of(*contexts, *context, "--context");
  if (const auto variable = environment_variable("GROUPCTL_CONTEXT")) {
    return endpoint_of(*contexts, *variable, "GROUPCTL_CONTEXT");
  }
  if (!contexts->current.empty()) return endpoint_of(*contexts, contexts->current, "current");
  return ChosenEndpoint{kBuiltInEndpoint, "the built-in default"};
}

}  // namespace groupctl
