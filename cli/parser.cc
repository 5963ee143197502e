#include "cli/parser.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/builtin_verbs.h"
#include "cli/exit_code.h"
#include "daemon/flags.h"
#include "daemon/version.h"
#include "log/nearest.h"
#include "log/text.h"

namespace groupctl {
namespace {

// CLI11 cuts the line into words and writes the help; cli/invocation.cc checks what the words mean.
constexpr const char* kGlobal = "Global";
constexpr std::string_view kMoreFlags = "Flags of every command, as -E, -o and -q: groupctl --help";

// CLI11 takes a word in brackets for a list where more than one word may stand, and hands what is
// left after "--" to another App. A mark before such words hides what they begin with.
constexpr char kMark = '\x01';

std::string unmarked(const std::string& word) {
  return word.starts_with(kMark) ? word.substr(1) : word;
}

// Last word first, as CLI11 wants them.
std::vector<std::string> marked(const std::vector<std::string>& words) {
  std::vector<std::string> reversed;
  bool only_positionals = false;
  for (const std::string& word : words) {
    const bool hide = only_positionals || word.starts_with('[') || word.starts_with(kMark);
    if (hide || word != "--") reversed.push_back(hide ? kMark + word : word);
    only_positionals = only_positionals || word == "--";
  }
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

// Positionals by their placeholder, which may be "KEY=VALUE"; CLI11 allows no '=' in a name.
class HelpFormat : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    return is_positional ? option->get_type_name() : Formatter::make_option_name(option, false);
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_positional() ? "" : Formatter::make_option_opts(option);
  }
  std::string make_option_usage(const CLI::Option* option) const override {
    return option->get_type_name() + (option->get_allow_extra_args() ? " ..." : "");
  }
};

// What help says of a word stands beside it, in a terminal of 80 columns.
std::string beside(const std::string& help) { return wrapped(help, 50); }

CLI::Option* add_value(CLI::App& app, const std::string& flags, const std::string& placeholder,
                       const std::string& help) {
  return app.add_option(flags)
      ->description(beside(help))
      ->type_name(placeholder)
      ->allow_extra_args(false);
}

CLI::Option* add_values(CLI::App& app, const std::string& flags, const std::string& placeholder,
                        const std::string& help) {
  return add_value(app, flags, placeholder, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_switch(CLI::App& app, const std::string& flags, const std::string& help) {
  app.add_flag(flags)
      ->description(beside(help))
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void add_global_flags(CLI::App& app) {
  add_value(app, "-E,--endpoint", "URL",
            "where the coordinator answers (default tcp://127.0.0.1:7401) [GROUPCTL_ENDPOINT]");
  add_value(app, "-c,--context", "NAME", "the coordinator of this name [GROUPCTL_CONTEXT]");
  add_value(app, "-g,--group", "NAME",
            "only if it is this group; another one refuses it [GROUPCTL_GROUP]");
  add_value(app, "--server-key", "KEY",
            "the coordinator's public key (default: the key folder's) [GROUPCTL_SERVER_KEY]");
  add_value(app, "--key", "FILE",
            "your secret key (default: groupctl.secret in the key folder) [GROUPCTL_KEY]");
  add_value(app, "-o,--output", "FORMAT",
            "table, json, jsonl: a line for each element or event, or name: only the sequence "
            "(default table)");
  add_value(app, "--timeout", "TIME", "how long to talk to the coordinator (default 30s)");
  add_value(app, "--color", "WHEN", "auto, always or never (default auto) [NO_COLOR]");
  add_switch(app, "-q,--quiet", "no progress on stderr");
  add_switch(app, "-v,--verbose", "say what is asked of whom on stderr");
  add_switch(app, "-y,--yes", "answer every question with yes");
  for (CLI::Option* option : app.get_options()) option->group(kGlobal);
}

void add_mutation_flags(CLI::App& app, const SyntaxRow& row) {
  add_values(app, "-t,--target", "SEL",
             "whom: a member's name, role=web, 'rack in (r1,r2)' ..., @failed:SEQ, @behind, "
             "@drifted, @FILE; repeated: any of these (default all)");
  add_value(app, "--limit", "N|N%", "only so many of them, drawn by lot");
  add_value(app, "--seed", "N", "the same lot again");
  add_switch(app, "--wait", "wait for the outcome of every target (default)");
  add_switch(app, "--no-wait", "return as soon as the command is in the log");
  add_value(app, "--wait-timeout", "TIME", "how long to wait (default 10m)");
  add_value(app, "--id", "KEY",
            "the same key again within 24 h is the same command, so a retry is safe; after that "
            "it is a new one");
  add_value(app, "-m,--message", "WHY", "why, for the log");
  add_value(app, "--at-seq", "N", "only if no command came after sequence N");
  add_switch(app, "--dry-run", std::string(kDryRunHelp));
  add_switch(app, "--allow-empty", "a target that matches nobody is no error");
  if (row.entry_class == EntryClass::kNeverLate) {
    add_value(app, "--ttl", "TIME",
              fmt::format("a member that gets it later answers expired (default {}s)",
                          row.default_ttl_ms / 1000));
  }
}

std::string described(const SyntaxOption& option) {
  return std::string(option.help) + (option.required ? " (required)" : "");
}

void add_positional(CLI::App& verb, const SyntaxOption& positional) {
  CLI::Option* added = add_value(verb, positional_name(positional.name),
                                 std::string(positional.value), described(positional));
  if (!positional.repeated) return;
  added->allow_extra_args()->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_option(CLI::App& verb, const SyntaxOption& option) {
  const std::string name(option.name);
  if (option.value.empty()) {
    add_switch(verb, name, described(option));
  } else if (option.repeated) {
    add_values(verb, name, std::string(option.value), described(option));
  } else {
    add_value(verb, name, std::string(option.value), described(option));
  }
}

/// "log list" is the verb list of the noun log.
CLI::App& add_verb(CLI::App& app, std::string_view verb, std::string_view summary) {
  const std::size_t space = verb.find(' ');
  if (space == verb.npos) return *app.add_subcommand(std::string(verb), std::string(summary));
  const std::string noun(verb.substr(0, space));
  const auto nouns = app.get_subcommands([&](CLI::App* one) { return one->get_name() == noun; });
  CLI::App* place =
      nouns.empty() ? app.add_subcommand(noun, std::string(noun_summary(noun))) : nouns.front();
  return *place->add_subcommand(std::string(verb.substr(space + 1)), std::string(summary));
}

void add_command(CLI::App& app, const SyntaxRow& row) {
  CLI::App& verb = add_verb(app, row.verb, row.summary);
  verb.footer(std::string(row.help) + "\n\n" + std::string(kMoreFlags));
  for (const SyntaxOption& positional : row.positionals) add_positional(verb, positional);
  if (row.members == MemberWords::kBehind) {
    add_positional(verb, {"MEMBER", "MEMBER", "whom, by name; like -t", false, true});
  }
  for (const SyntaxOption& option : row.options) add_option(verb, option);
  if (row.leaves == Leaves::kBundle) {
    add_value(verb, "--collect", "DIR", "bring what they have written home to this folder");
  }
  add_mutation_flags(verb, row);
}

void add_builtin(CLI::App& app, const BuiltinVerb& builtin) {
  CLI::App& verb = add_verb(app, builtin.verb, builtin.summary);
  if (!builtin.help.empty()) verb.footer(builtin.help);
  for (const SyntaxOption& positional : builtin.positionals) add_positional(verb, positional);
  for (const SyntaxOption& option : builtin.options) add_option(verb, option);
}

std::string version_line() { return fmt::format("groupctl {}\n", product_version()); }

std::unique_ptr<CLI::App> make_tree(const std::vector<SyntaxRow>& table) {
  auto app = std::make_unique<CLI::App>("Operates a group of servers as one.", "groupctl");
  app->allow_extras()->fallthrough()->require_subcommand(0, 1);
  app->formatter(std::make_shared<HelpFormat>())->set_help_flag("-h,--help", "print this help");
  add_global_flags(*app);
  app->set_version_flag("-V,--version", version_line())->description("print the version");
  app->footer(std::string(kMoreFlags));
  for (const SyntaxRow& row : table) {
    if (!row.verb.empty()) add_command(*app, row);
  }
  for (const BuiltinVerb& verb : builtin_verbs()) add_builtin(*app, verb);
  app->footer("groupctl help COMMAND tells more of one.");
  return app;
}

UsageError usage(std::string message) {
  return {{"usage", std::move(message), "", kExitUsage}, Format::kTable};
}

// By the name under which cli/invocation.h knows it.
std::string key_of(const CLI::Option& option) {
  if (!option.get_lnames().empty()) return "--" + option.get_lnames().front();
  return option.get_name(true);
}

void take_words(const CLI::App& app, RawWords& raw) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& value : option->results()) {
      raw.values[key_of(*option)].push_back(unmarked(value));
    }
  }
  for (const CLI::App* sub : app.get_subcommands()) {
    raw.verb += (raw.verb.empty() ? "" : " ") + sub->get_name();
    take_words(*sub, raw);
  }
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// CLI11 2.1.2 answers an unknown word with "A subcommand is required"; this says which word it
// was.
std::string unexpected_word(const CLI::App& app, const std::string& word) {
  const CLI::App* deepest = &app;
  std::vector<std::string> flags = flag_names(app);
  while (!deepest->get_subcommands().empty()) {
    deepest = deepest->get_subcommands().front();
    const auto more = flag_names(*deepest);
    flags.insert(flags.end(), more.begin(), more.end());
  }
  if (word.starts_with('-')) {
    const std::string name = word.substr(0, word.find('='));
    // One letter is as near to any other.
    std::erase_if(flags, [](const std::string& flag) { return !flag.starts_with("--"); });
    return fmt::format("unknown flag \"{}\".{}", name, did_you_mean(name, flags));
  }
  std::vector<std::string> verbs;
  for (const CLI::App* sub : deepest->get_subcommands({})) verbs.push_back(sub->get_name());
  if (verbs.empty()) return fmt::format("unexpected argument \"{}\"", word);
  return fmt::format("unknown command \"{}\".{}", word, did_you_mean(word, verbs));
}

// An error before or at the flags is JSON too when JSON was asked for.
Format wanted_format(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool next = words[i] == "-o" || words[i] == "--output";
    if (next && i + 1 < words.size() && words[i + 1].starts_with("json")) return Format::kJson;
    if (words[i].starts_with("-ojson") || words[i].starts_with("--output=json")) {
      return Format::kJson;
    }
  }
  return Format::kTable;
}

Parsed parse_words(CLI::App& app, const std::vector<std::string>& words,
                   const std::vector<SyntaxRow>& table) {
  try {
    std::vector<std::string> reversed = marked(words);
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return HelpText{app.help()};
  } catch (const CLI::CallForVersion&) {
    return HelpText{version_line()};
  } catch (const CLI::ParseError& error) {
    return usage(in_our_words(error.what()));
  }
  const std::vector<std::string> extras = app.remaining(true);
  if (!extras.empty()) return usage(unexpected_word(app, unmarked(extras.front())));
  RawWords raw;
  take_words(app, raw);
  raw.typed = words;
  auto invocation = invocation_of(raw, table);
  if (invocation) return *std::move(invocation);
  if (invocation.error().code == ErrorCode::kInvalid) return usage(invocation.error().text);
  return UsageError{failure_of(invocation.error())};
}

void walk(const CLI::App& app, const std::string& verb,
          std::vector<std::pair<std::string, std::vector<std::string>>>& found) {
  found.emplace_back(verb, flag_names(app));
  for (const CLI::App* sub : app.get_subcommands({})) {
    walk(*sub, verb.empty() ? sub->get_name() : verb + " " + sub->get_name(), found);
  }
}

}  // namespace

Parsed parse_command_line(const std::vector<std::string>& words,
                          const std::vector<SyntaxRow>& table) {
  if (!words.empty() && words.front() == "help") {
    std::vector<std::string> asked(words.begin() + 1, words.end());
    asked.emplace_back("--help");
    return parse_command_line(asked, table);
  }
  const auto app = make_tree(table);
  Parsed parsed = parse_words(*app, words, table);
  if (auto* error = std::get_if<UsageError>(&parsed)) error->format = wanted_format(words);
  return parsed;
}

std::vector<std::pair<std::string, std::vector<std::string>>> flags_by_verb(
    const std::vector<SyntaxRow>& table) {
  std::vector<std::pair<std::string, std::vector<std::string>>> found;
  walk(*make_tree(table), "", found);
  return found;
}

}  // namespace groupctl
