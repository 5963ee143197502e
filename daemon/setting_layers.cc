#include "daemon/setting_layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "daemon/config_files.h"
#include "daemon/durable_file.h"
#include "daemon/paths.h"
#include "daemon/toml_settings.h"
#include "log/nearest.h"

namespace groupctl {
namespace {

constexpr const char* kConfigVariable = "GROUPCTL_CONFIG";

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find(',', begin);
    parts.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
  }
  return parts;
}

Result<Settings> settings_of_sets(const std::vector<std::string>& sets,
                                  const std::vector<FlagSpec>& known) {
  Settings settings;
  for (const std::string& set : sets) {
    const std::size_t equals = set.find('=');
    const std::string key = set.substr(0, equals);
    std::vector<std::string> keys;
    for (const FlagSpec& flag : known) keys.push_back(key_of(flag));
    const auto found = std::find(keys.begin(), keys.end(), key);
    if (found == keys.end()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("--set: unknown key \"{}\".{}", key, did_you_mean(key, keys)));
    }
    if (equals == std::string::npos) {
      return fail(ErrorCode::kInvalid, "--set: \"" + set + "\" is not KEY=VALUE");
    }
    const FlagSpec& flag = known[static_cast<std::size_t>(found - keys.begin())];
    Setting& setting = settings[flag.name];
    if (!flag.repeated) setting.values.clear();
    setting.values.push_back(set.substr(equals + 1));
    setting.source = "--set " + key;
  }
  return settings;
}

Settings settings_of_variables(const std::vector<FlagSpec>& known) {
  Settings settings;
  for (const FlagSpec& flag : known) {
    const auto value = environment_variable(variable_of(flag));
    if (!value) continue;
    settings[flag.name] = {flag.repeated ? split_at_commas(*value) : std::vector{*value},
                           "env " + variable_of(flag)};
  }
  return settings;
}

Result<Settings> settings_of_defaults(const std::vector<FlagSpec>& flags, const Lookup& lookup) {
  Settings settings;
  for (const FlagSpec& flag : flags) {
    if (flag.default_value.empty()) continue;
    auto value = expanded(flag.default_value, lookup);
    if (!value) return fail("the default of --" + flag.name, value.error());
    settings[flag.name] = {{*std::move(value)}, kDefaultSource};
  }
  return settings;
}

Result<std::string> named_file(const std::string& given, const Lookup& lookup) {
  const auto variable = environment_variable(kConfigVariable);
  auto path = expanded(given.empty() ? variable.value_or("") : given, lookup);
  if (!path) return fail(given.empty() ? kConfigVariable : "--config", path.error());
  return path;
}

/// Those that win first.
Result<std::vector<Settings>> layers_of(const std::vector<FlagSpec>& known,
                                        const std::string& program, const GivenSettings& given,
                                        const Lookup& lookup) {
  std::vector<Settings> layers = {given.flags};
  if (program.empty()) return layers;
  auto sets = settings_of_sets(given.sets, known);
  if (!sets) return tl::unexpected(sets.error());
  layers.push_back(*std::move(sets));
  layers.push_back(settings_of_variables(known));
  const auto named = named_file(given.config, lookup);
  if (!named) return tl::unexpected(named.error());
  auto files = read_config_files({*named, system_config_dir(), program}, known, lookup);
  if (!files) return tl::unexpected(files.error());
  std::move(files->begin(), files->end(), std::back_inserter(layers));
  return layers;
}

/// What the program has kept in its state directory, wherever that is by the layers before.
Result<Settings> kept_settings(const std::vector<Settings>& layers,
                               const std::vector<FlagSpec>& known, const GivenSettings& given,
                               const Lookup& lookup) {
  constexpr const char* kStateDir = "state-dir";
  const auto says_where = std::find_if(layers.begin(), layers.end(), [](const Settings& settings) {
    return settings.contains(kStateDir);
  });
  if (given.kept.empty() || says_where == layers.end()) return Settings();
  const std::string file = says_where->at(kStateDir).values.back() + "/" + given.kept;
  std::error_code ignored;  // what is wrong with the folder is said when it is opened
  if (!std::filesystem::exists(file, ignored)) return Settings();
  const auto text = read_small_file(file);
  if (!text) return tl::unexpected(text.error());
  return settings_from_toml(*text, file, known, lookup);
}

Error missing(const FlagSpec& flag, bool has_key) {
  if (!has_key) return {ErrorCode::kInvalid, "--" + flag.name + " is needed"};
  return {ErrorCode::kInvalid, fmt::format("--{} is needed, or {}, or {} in a configuration file",
                                           flag.name, variable_of(flag), key_of(flag))};
}

Status check(const FlagSpec& flag, const Setting& setting) {
  const bool by_default = setting.source == kDefaultSource;
  const std::string from = by_default ? "the default of --" + flag.name : setting.source;
  for (const std::string& value : setting.values) {
    if (const Status checked = check_value(flag, value); !checked) {
      return fail(ErrorCode::kInvalid, from + ": " + checked.error().text);
    }
  }
  return {};
}

}  // namespace

Result<Settings> merged_settings(const std::vector<FlagSpec>& flags,
                                 const std::vector<FlagSpec>& known, const std::string& program,
                                 const GivenSettings& given) {
  const Lookup lookup = surroundings(program);
  auto layers = layers_of(known, program, given, lookup);
  if (!layers) return tl::unexpected(layers.error());
  auto defaults = settings_of_defaults(flags, lookup);
  if (!defaults) return tl::unexpected(defaults.error());
  layers->push_back(*std::move(defaults));
  auto kept = kept_settings(*layers, known, given, lookup);
  if (!kept) return tl::unexpected(kept.error());
  layers->insert(layers->end() - 1, *std::move(kept));
  Settings merged;
  for (const FlagSpec& flag : flags) {
    const auto layer = std::find_if(layers->begin(), layers->end(), [&](const Settings& settings) {
      return settings.contains(flag.name);
    });
    if (layer == layers->end()) {
      const bool has_key = std::any_of(known.begin(), known.end(), [&](const FlagSpec& setting) {
        return setting.name == flag.name;
      });
      if (flag.required) return tl::unexpected(missing(flag, has_key));
      continue;
    }
    const Setting& setting = layer->at(flag.name);
    if (const Status checked = check(flag, setting); !checked) {
      return tl::unexpected(checked.error());
    }
    merged.emplace(flag.name, setting);
  }
  return merged;
}

}  // namespace groupctl
