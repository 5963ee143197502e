#include "daemon/flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "daemon/exit_codes.h"
#include "daemon/logging.h"
#include "daemon/setting_layers.h"
#include "daemon/version.h"
#include "log/duration.h"
#include "log/nearest.h"
#include "log/text.h"

namespace groupctl {
namespace {

constexpr std::string_view kCheckConfig = "check-config";

FlagsEnd usage_error(std::string_view text) {
  return {kExitUsage, fmt::format("error: {}\n", text)};
}

std::string help_of(const FlagSpec& flag) {
  std::string help = flag.help;
  if (!flag.default_value.empty()) help += fmt::format(" (default {})", flag.default_value);
  if (flag.required) help += " (required)";
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

std::vector<FlagSpec> config_flags() {
  return {{.name = "config",
           .placeholder = "FILE",
           .help = "settings that win over those of /etc/groupctl [GROUPCTL_CONFIG]"},
          {.name = "set",
           .placeholder = "KEY=VALUE",
           .help = "a setting by its key in a configuration file",
           .repeated = true}};
}

bool is_setting(const ProgramSpec& program, const FlagSpec& flag) {
  const auto& settings = program.settings();
  return std::any_of(settings.begin(), settings.end(),
                     [&](const FlagSpec& setting) { return setting.name == flag.name; });
}

constexpr const char* kWords = "WORDS";

/// Where a verb stands: "local set" below its family "local".
CLI::App& parent_of(CLI::App& app, const ProgramSpec& program, const VerbSpec& verb,
                    std::string& name) {
  const std::size_t blank = verb.name.find(' ');
  name = blank == std::string::npos ? verb.name : verb.name.substr(blank + 1);
  if (blank == std::string::npos) return app;
  const std::string family = verb.name.substr(0, blank);
  const auto found =
      app.get_subcommands([&](const CLI::App* each) { return each->get_name() == family; });
  if (!found.empty()) return *found.front();
  const auto about = program.families.find(family);
  GROUPCTL_INVARIANT(about != program.families.end(), "a family without a word on it: " + family);
  return *app.add_subcommand(family, about->second)->require_subcommand(0, 1);
}

CLI::App& add_verb(CLI::App& app, const ProgramSpec& program, const VerbSpec& verb) {
  std::string name;
  CLI::App* sub = parent_of(app, program, verb, name).add_subcommand(name, verb.summary);
  if (verb.name == kCheckConfig) {
    sub->add_option("FILE", "the same as --config FILE")->type_name("");
  }
  for (FlagSpec flag : verb.flags) {
    if (is_setting(program, flag)) flag.help += " [" + variable_of(flag) + "]";
    add_flag(*sub, flag);
  }
  if (!verb.words.empty()) {
    sub->add_option(kWords)
        ->description("")
        ->type_name(verb.words)
        ->allow_extra_args()
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  if (program.config.empty()) return *sub;
  for (const FlagSpec& flag : config_flags()) add_flag(*sub, flag);
  return *sub;
}

std::string last_of(const CLI::App& app, const std::string& option) {
  const auto* found = app.get_option_no_throw(option);
  return found == nullptr || found->count() == 0 ? "" : found->results().back();
}

GivenSettings given_in(const CLI::App& app, const VerbSpec& verb) {
  GivenSettings given;
  for (const FlagSpec& flag : verb.flags) {
    const CLI::Option* option = app.get_option("--" + flag.name);
    if (option->count() > 0) given.flags[flag.name] = {option->results(), "--" + flag.name};
  }
  given.config = last_of(app, "--config");
  if (given.config.empty()) given.config = last_of(app, "FILE");
  if (const auto* sets = app.get_option_no_throw("--set")) given.sets = sets->results();
  return given;
}

// CLI11 2.1.2 answers an unknown word with "A subcommand is required"; this says which word it was.
FlagsEnd unexpected_word(const std::string& word, const VerbSpec* verb,
                         const std::vector<VerbSpec>& verbs) {
  std::vector<std::string> known;
  if (word.starts_with('-')) {
    for (const FlagSpec& flag : verb == nullptr ? std::vector<FlagSpec>{} : verb->flags) {
      known.push_back("--" + flag.name);
    }
    for (const FlagSpec& flag : config_flags()) known.push_back("--" + flag.name);
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

bool ParsedFlags::given(const std::string& name) const {
  return has(name) && setting(name).source != kDefaultSource;
}

bool ParsedFlags::flagged(const std::string& name) const {
  return has(name) && setting(name).source == "--" + name;
}

std::vector<std::string> ParsedFlags::texts(const std::string& name) const {
  const auto found = settings_.find(name);
  return found == settings_.end() ? std::vector<std::string>{} : found->second.values;
}

std::uint64_t ParsedFlags::duration_ms(const std::string& name) const {
  return parse_duration_ms(text(name)).value();
}
std::uint64_t ParsedFlags::number(const std::string& name) const {
  return parse_whole_number(text(name)).value();
}

void ParsedFlags::take(const std::string& name, const ParsedFlags& other) {
  settings_.erase(name);
  if (other.has(name)) settings_.emplace(name, other.setting(name));
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

const std::vector<FlagSpec>& ProgramSpec::settings() const {
  static const std::vector<FlagSpec> none;
  const auto run = std::find_if(verbs.begin(), verbs.end(),
                                [](const VerbSpec& verb) { return verb.name == "run"; });
  return run == verbs.end() ? none : run->flags;
}

tl::expected<ParsedFlags, FlagsEnd> parse_flags(const ProgramSpec& program, int argc,
                                                const char* const* argv) {
  std::vector<VerbSpec> verbs = program.verbs;
  if (!program.config.empty()) {
    verbs.push_back({std::string(kCheckConfig), "show what run would be told, and by whom",
                     program.settings()});
  }
  CLI::App app("", program.name);
  app.allow_extras()->require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "print this help");
  const std::string version = fmt::format("{} {}", program.name, product_version());
  app.set_version_flag("-V,--version", version)->description("print the version");
  std::vector<std::pair<const VerbSpec*, CLI::App*>> subs;
  for (const VerbSpec& verb : verbs) subs.emplace_back(&verb, &add_verb(app, program, verb));
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
  const CLI::App* sub = nullptr;
  for (const auto& [each, its_app] : subs) {
    if (!its_app->parsed()) continue;
    verb = each;
    sub = its_app;
  }
  const std::vector<std::string> extras = app.remaining(true);
  if (!extras.empty()) return tl::unexpected(unexpected_word(extras.front(), verb, verbs));
  if (app.got_subcommand("version")) return tl::unexpected(FlagsEnd{0, version + "\n"});
  if (verb == nullptr) {
    return tl::unexpected(usage_error("a command is needed; see " + program.name + " --help"));
  }
  GivenSettings given = given_in(*sub, *verb);
  given.kept = program.kept;
  auto settings = merged_settings(verb->flags, program.settings(), program.config, given);
  if (!settings) return tl::unexpected(usage_error(settings.error().text));
  if (verb->name == kCheckConfig) {
    return tl::unexpected(FlagsEnd{0, settings_text(verb->flags, *settings)});
  }
  auto words =
      verb->words.empty() ? std::vector<std::string>{} : sub->get_option(kWords)->results();
  return ParsedFlags(verb->name, *std::move(settings), std::move(words), given.config);
}

void start_logging(const ParsedFlags& flags) {
  start_logging(parse_log_level(flags.text("log-level")).value(),
                log_format_for(flags.text("log-format")).value());
}

FlagSpec state_dir_flag(std::string help) {
  return {.name = "state-dir",
          .placeholder = "DIR",
          .help = std::move(help),
          .default_value = "${STATE_DIRECTORY}"};
}

FlagSpec key_dir_flag() {
  return {.name = "key-dir",
          .placeholder = "DIR",
          .help = "where keys are: NAME.secret and NAME.public",
          .default_value = "${KEY_DIRECTORY}",
          .key = "keys.dir"};
}

FlagSpec open_flag() {
  return {.name = "open",
          .help = "without keys: whoever gets to a socket may do everything; this machine only",
          .kind = FlagKind::kSwitch,
          .key = "keys.open"};
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
          .default_value = "info",
          .key = "log.level",
          .check = [](std::string_view text) { return parse_log_level(text).map([](auto) {}); },
          .live = true};
}

FlagSpec log_format_flag() {
  return {
      .name = "log-format",
      .placeholder = "FORMAT",
      .help = "text, json or journal; auto: journal under systemd, text on a terminal, else json",
      .default_value = "auto",
      .key = "log.format",
      .check = [](std::string_view text) { return log_format_for(text).map([](auto) {}); }};
}

}  // namespace groupctl
