#include "daemon/flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "daemon/duration.h"
#include "daemon/exit_codes.h"
#include "daemon/version.h"
#include "log/nearest.h"
#include "log/text.h"

namespace groupctl {
namespace {

Result<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return fail(ErrorCode::kInvalid, "\"" + std::string(text) + "\" is no whole number");
}

FlagsEnd usage_error(std::string_view text) {
  return {kExitUsage, fmt::format("error: {}\n", text)};
}

std::string help_of(const FlagSpec& flag) {
  std::string help = flag.help;
  if (!flag.default_value.empty()) help += fmt::format(" (default {})", flag.default_value);
  if (flag.required) help += " (required)";
  if (!flag.env.empty()) help += fmt::format(" [{}]", flag.env);
  return wrapped(help, 50);  // beside the flag, in a terminal of 80 columns
}

// What is required and what values mean is checked here and not in CLI11, so that flags and
// variables are held to the same rules and errors read the same.
void add_flag(CLI::App& app, const FlagSpec& flag) {
  const std::string letter = flag.letter.empty() ? "" : "-" + flag.letter + ",";
  const std::string name = letter + "--" + flag.name;
  if (flag.kind == FlagKind::kSwitch) {
    app.add_flag(name)->description(help_of(flag));
    return;
  }
  CLI::Option* option = app.add_option(name);
  option->description(help_of(flag))->type_name(flag.placeholder)->allow_extra_args(false);
  if (flag.repeated) option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Setting setting_of(const CLI::App& app, const FlagSpec& flag) {
  const CLI::Option* option = app.get_option("--" + flag.name);
  const char* variable = flag.env.empty() ? nullptr : std::getenv(flag.env.c_str());
  if (option->count() > 0) return {option->results(), "--" + flag.name};
  if (variable != nullptr && *variable != '\0') return {{variable}, flag.env};
  if (!flag.default_value.empty()) return {{flag.default_value}, "default"};
  return {};
}

Status check(const FlagSpec& flag, const std::string& value) {
  if (flag.kind == FlagKind::kDuration) return parse_duration_ms(value).map([](auto) {});
  if (flag.kind == FlagKind::kNumber) return parse_number(value).map([](auto) {});
  return {};
}

tl::expected<std::map<std::string, Setting>, FlagsEnd> settings_of(const CLI::App& app,
                                                                   const VerbSpec& verb) {
  std::map<std::string, Setting> settings;
  for (const FlagSpec& flag : verb.flags) {
    Setting setting = setting_of(app, flag);
    if (setting.values.empty()) {
      if (!flag.required) continue;
      return tl::unexpected(usage_error(fmt::format("--{} is needed", flag.name)));
    }
    for (const std::string& value : setting.values) {
      const Status checked = check(flag, value);
      if (checked) continue;
      return tl::unexpected(
          usage_error(fmt::format("{}: {}", setting.source, checked.error().text)));
    }
    settings.emplace(flag.name, std::move(setting));
  }
  return settings;
}

// CLI11 2.1.2 answers an unknown word with "A subcommand is required"; this says which word it was.
FlagsEnd unexpected_word(const std::string& word, const VerbSpec* verb,
                         const std::vector<VerbSpec>& verbs) {
  std::vector<std::string> known;
  if (word.starts_with('-')) {
    for (const FlagSpec& flag : verb == nullptr ? std::vector<FlagSpec>{} : verb->flags) {
      known.push_back("--" + flag.name);
    }
    const std::string name = word.substr(0, word.find('='));
    return usage_error(fmt::format("unknown flag \"{}\".{}", name, did_you_mean(name, known)));
  }
  if (verb != nullptr) return usage_error(fmt::format("unexpected argument \"{}\"", word));
  for (const VerbSpec& each : verbs) known.push_back(each.name);
  return usage_error(fmt::format("unknown command \"{}\".{}", word, did_you_mean(word, known)));
}

}  // namespace

const Setting& ParsedFlags::setting(const std::string& name) const {
  const auto found = settings_.find(name);
  GROUPCTL_INVARIANT(found != settings_.end(), "no such setting: " + name);
  return found->second;
}

std::vector<std::string> ParsedFlags::texts(const std::string& name) const {
  const auto found = settings_.find(name);
  return found == settings_.end() ? std::vector<std::string>{} : found->second.values;
}

std::uint64_t ParsedFlags::duration_ms(const std::string& name) const {
  return parse_duration_ms(text(name)).value();
}
std::uint64_t ParsedFlags::number(const std::string& name) const {
  return parse_number(text(name)).value();
}

int FlagsEnd::say() const {
  std::fputs(text.c_str(), exit_code == 0 ? stdout : stderr);
  return exit_code;
}

std::string in_our_words(std::string_view parse_error) {
  const std::size_t colon = std::min(parse_error.find(": "), parse_error.size());
  const std::string flag(parse_error.substr(0, colon));
  if (parse_error.ends_with(" missing")) return flag + " needs a value";
  if (parse_error.find(": At Most 1 required") == colon) return flag + " is given twice";
  return std::string(parse_error);
}

tl::expected<ParsedFlags, FlagsEnd> parse_flags(std::string_view program,
                                                const std::vector<VerbSpec>& verbs, int argc,
                                                const char* const* argv) {
  CLI::App app("", std::string(program));
  app.allow_extras()->require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "print this help");
  const std::string version = fmt::format("{} {}", program, product_version());
  app.set_version_flag("-V,--version", version)->description("print the version");
  for (const VerbSpec& verb : verbs) {
    CLI::App* sub = app.add_subcommand(verb.name, verb.summary);
    for (const FlagSpec& flag : verb.flags) add_flag(*sub, flag);
  }
  app.add_subcommand("version", "print the version");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return tl::unexpected(FlagsEnd{0, app.help()});
  } catch (const CLI::CallForVersion&) {
    return tl::unexpected(FlagsEnd{0, version + "\n"});
  } catch (const CLI::ParseError& error) {
    return tl::unexpected(usage_error(in_our_words(error.what())));
  }
  const VerbSpec* verb = nullptr;
  for (const VerbSpec& each : verbs) {
    if (app.got_subcommand(each.name)) verb = &each;
  }
  const std::vector<std::string> extras = app.remaining(true);
  if (!extras.empty()) return tl::unexpected(unexpected_word(extras.front(), verb, verbs));
  if (app.got_subcommand("version")) return tl::unexpected(FlagsEnd{0, version + "\n"});
  if (verb == nullptr) {
    return tl::unexpected(
        usage_error("a command is needed; see " + std::string(program) + " --help"));
  }
  auto settings = settings_of(*app.get_subcommand(verb->name), *verb);
  if (!settings) return tl::unexpected(settings.error());
  return ParsedFlags(verb->name, *std::move(settings));
}

FlagSpec map_mib_flag() {
  return {.name = "map-mib",
          .placeholder = "N",
          .help = "upper bound of the store's file in MiB; the file is sparse",
          .kind = FlagKind::kNumber,
          .default_value = "1024"};
}

FlagSpec log_level_flag() {
  return {.name = "log-level",
          .placeholder = "LEVEL",
          .help = "debug, info, warn or error",
          .default_value = "info"};
}

}  // namespace groupctl
