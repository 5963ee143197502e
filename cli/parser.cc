#include "cli/parser.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/exit_code.h"
#include "cli/watch_view.h"
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
             "whom: a member's name, role=web, 'rack in (r1,r2)' ...; repeated: any of these "
             "(default all)");
  add_switch(app, "--wait", "wait for the outcome of every target (default)");
  add_switch(app, "--no-wait", "return as soon as the command is in the log");
  add_value(app, "--wait-timeout", "TIME", "how long to wait (default 10m)");
  add_value(app, "--id", "KEY",
            "the same key again within 24 h is the same command, so a retry is safe; after that "
            "it is a new one");
  add_value(app, "-m,--message", "WHY", "why, for the log");
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

CLI::App& member_verbs(CLI::App& app) {
  for (CLI::App* known : app.get_subcommands({})) {
    if (known->get_name() == "member") return *known;
  }
  return *app.add_subcommand("member", "the members of the group");
}

void add_names(CLI::App& app, const std::string& help) {
  add_values(app, "MEMBER", "MEMBER", help)->allow_extra_args();
}

void add_command(CLI::App& app, const SyntaxRow& row) {
  constexpr std::string_view kMember = "member ";
  const bool of_members = row.verb.starts_with(kMember);
  CLI::App& noun = of_members ? member_verbs(app) : app;
  CLI::App* sub =
      noun.add_subcommand(std::string(of_members ? row.verb.substr(kMember.size()) : row.verb),
                          std::string(row.summary));
  sub->footer(std::string(row.help) + "\n\n" + std::string(kMoreFlags));
  for (const SyntaxOption& positional : row.positionals) {
    CLI::Option* added = add_value(*sub, positional_name(positional.name),
                                   std::string(positional.value), described(positional));
    if (positional.repeated)
      added->allow_extra_args()->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  if (row.members == MemberWords::kBehind) add_names(*sub, "whom, by name; like -t");
  for (const SyntaxOption& option : row.options) {
    const std::string name(option.name);
    if (option.value.empty()) {
      add_switch(*sub, name, described(option));
    } else if (option.repeated) {
      add_values(*sub, name, std::string(option.value), described(option));
    } else {
      add_value(*sub, name, std::string(option.value), described(option));
    }
  }
  if (row.leaves_bundles) {
    add_value(*sub, "--collect", "DIR", "bring what they have written home to this folder");
  }
  add_mutation_flags(*sub, row);
}

void add_member_verbs(CLI::App& app) {
  CLI::App& member = member_verbs(app);
  member.add_subcommand("list", "every member, its state and how far it is");
  CLI::App* show = member.add_subcommand("show", "everything that is known of one member");
  add_value(*show, "MEMBER", "MEMBER", "its name (required)");
  CLI::App* evict = member.add_subcommand("evict", "take members that are gone from the roster");
  evict->footer(
      "A member that is lost is no longer counted; if it comes back it joins as a new\n"
      "one. One that is not lost is evicted only by --force: it is told so and ends,\n"
      "what it has in place stays, and it comes back as a new one when it is started\n"
      "again.\n\n"
      "  groupctl member evict web-33 -m 'rack r4 is gone'");
  add_names(*evict, "their names (required)");
  add_switch(*evict, "--force", "also members that are not lost");
  add_value(*evict, "-m,--message", "WHY", "why, for the log and the member");
  add_value(*evict, "--id", "KEY", "the same key again within 24 h is the same command");
}

CLI::App& add_verb_for_members(CLI::App& app, const char* verb, const char* summary) {
  CLI::App* sub = app.add_subcommand(verb, summary);
  add_names(*sub, "members, by name");
  return *sub;
}

void add_deviation_verbs(CLI::App& app) {
  CLI::App& diff =
      add_verb_for_members(app, "diff", "what members have otherwise than the group wants");
  add_switch(diff, "--exit-code", "exit 1 if a member differs, or cannot be asked");
  CLI::App& reconcile =
      add_verb_for_members(app, "reconcile", "members give up their deviations; waits for it");
  CLI::App& adopt =
      add_verb_for_members(app, "adopt", "make the deviations of members the group's state");
  for (CLI::App* sub : {&reconcile, &adopt}) {
    add_value(*sub, "-m,--message", "WHY", "why, for the log");
    add_value(*sub, "--wait-timeout", "TIME", "how long to wait (default 10m)");
  }
  add_values(adopt, "-t,--target", "SEL",
             "for whom (default: each member's deviations for that member)");
}

void add_live_verbs(CLI::App& app, CLI::App& log) {
  CLI::App* tail = log.add_subcommand("tail", "the last entries, a line each");
  add_value(*tail, "-n,--limit", "N", "how many (default 10)");
  add_switch(*tail, "-f,--follow", "go on with each new entry as it becomes durable");
  app.add_subcommand("watch", "the group as it is now, shown anew when it changes")
      ->footer(
          "On a terminal the status and the members, elsewhere a line for each entry and\n"
          "for each member that changes. At a terminal it takes keys:\n\n" +
          keys_text());
  CLI::App* wait = app.add_subcommand("wait", "until commands have ended on all their targets");
  wait->footer(
      "An entry or a member that is not there yet is waited for as well. The exit\n"
      "code is that of the commands; 5: the time was up first.\n\n"
      "  groupctl wait 412\n"
      "  groupctl wait --for in-step\n"
      "  groupctl wait --for member=web-41 --wait-timeout 1m");
  add_values(*wait, "SEQ", "SEQ", "their sequence numbers")->allow_extra_args();
  add_value(*wait, "--for", "CONDITION",
            "in-step: all members are; in-step=SEQ: they have executed that entry; member=NAME: "
            "it has joined and is in step");
  add_value(*wait, "--count", "N", "of in-step: at least so many members are (default: all)");
  add_value(*wait, "--wait-timeout", "TIME", "how long to wait (default 10m)");
}

void add_result_verb(CLI::App& app) {
  CLI::App* result = app.add_subcommand("result", "what members keep of a command: fetch it");
  result->footer(
      "Brings the bundles of a dump home, as groupctl dump --collect does: again for\n"
      "those that were missing, or later.\n\n"
      "  groupctl result 412 --collect ./d");
  add_value(*result, "SEQ", "SEQ", "the sequence number of the command (required)");
  add_names(*result, "whose, by name (default: every target's)");
  add_value(*result, "--collect", "DIR", "the folder they go to (required)");
}

void add_repository_verbs(CLI::App& app) {
  CLI::App* repo = app.add_subcommand("repo", "the group's repository of artefacts");
  CLI::App* put = repo->add_subcommand("put", "give it an archive as NAME@VERSION");
  put->footer(
      "Put again after any break, it goes on where it ended, and says how much was\n"
      "there. The same NAME@VERSION with another content is refused.\n\n"
      "  groupctl repo put shop@2.4.1 shop-2.4.1.tar.gz");
  add_value(*put, "ARTEFACT", "NAME@VERSION", "what it is (required)");
  add_value(*put, "FILE", "FILE", "the archive (required)");
  add_value(*put, "-m,--message", "WHY", "why, for the log");
  repo->add_subcommand("list", "what it holds");
  repo->add_subcommand("verify", "have everything read anew; exit 1 for damage");
  CLI::App* collect = repo->add_subcommand("gc", "remove what nothing names any more");
  add_switch(*collect, "--dry-run", "only say what would go");
}

void add_artefact_verbs(CLI::App& app) {
  CLI::App* artefact = app.add_subcommand("artefact", "what is deployed");
  artefact->add_subcommand("list", "every artefact, its versions and for whom they are");
  CLI::App* show = artefact->add_subcommand("show", "one, and what the repository has of it");
  add_value(*show, "NAME", "NAME", "its name (required)");
  CLI::App* where = artefact->add_subcommand("where", "which member has which version of it");
  add_value(*where, "NAME", "NAME", "its name (required)");
}

void add_recover_verb(CLI::App& group) {
  CLI::App* recover = group.add_subcommand("recover", "give up what the coordinator has lost");
  recover->footer(
      "A coordinator that was put back to an old state writes nothing once a member\n"
      "has shown that there was more. This gives up the sequences that are lost: they\n"
      "are never used again, and the log goes on behind them. Members that have more\n"
      "take the group's state as it is now. First start every member that may know of\n"
      "more.\n\n"
      "  groupctl group recover -m 'restored from the backup of 3:00'");
  add_value(*recover, "-m,--message", "WHY", "why, for who looks at what was lost");
}

void add_group_verbs(CLI::App& app) {
  CLI::App* group = app.add_subcommand("group", "the groups of the coordinator");
  group->add_subcommand("list", "every group of the process, and where it is");
  CLI::App* show = group->add_subcommand("show", "one group, its endpoints and its members");
  add_value(*show, "NAME", "NAME", "its name (default: the one that is asked)");
  CLI::App* create = group->add_subcommand("create", "make a new group in the same process");
  create->footer(
      "It has a log, sockets and ports of its own. Ports that are not given are\n"
      "free ones, and stay the same.\n\n"
      "  groupctl group create bank\n"
      "  groupctl context add bank -E tcp://127.0.0.1:PORT -g bank");
  add_value(*create, "NAME", "NAME", "its name (required)");
  add_value(*create, "--member-endpoint", "URL", "where its members are to join");
  add_value(*create, "--admin-endpoint", "URL", "where groupctl is to ask");
  add_value(*create, "--command-endpoint", "URL", "where its commands are to be published");
  add_value(*create, "--id", "KEY", "the same key again is answered as before");
  CLI::App* remove = group->add_subcommand("delete", "end a group of the process for good");
  remove->footer(
      "Nobody coordinates its members any more; they keep what they run. Its log and\n"
      "archives are put aside on the coordinator's machine, and the folder is said.");
  add_value(*remove, "NAME", "NAME", "its name (required)");
  add_value(*remove, "--id", "KEY", "the same key again is answered as before");
  add_recover_verb(*group);
}

void add_builtin_verbs(CLI::App& app) {
  CLI::App* status = app.add_subcommand("status", "one screen: is the group in step?");
  add_switch(*status, "--exit-code", "exit 1 unless all members are in step");
  add_member_verbs(app);
  CLI::App* log = app.add_subcommand("log", "the log of commands and their outcomes");
  CLI::App* list = log->add_subcommand("list", "the last entries");
  add_value(*list, "-n,--limit", "N", "how many (default 20)");
  add_value(*list, "--from", "SEQ", "begin with this one");
  CLI::App* show = log->add_subcommand("show", "one entry whole, a row for every target");
  add_value(*show, "SEQ", "SEQ", "its sequence number (required)");
  add_result_verb(app);
  add_deviation_verbs(app);
  add_live_verbs(app, *log);
  add_repository_verbs(app);
  add_artefact_verbs(app);
  add_group_verbs(app);
  app.add_subcommand("version", "print the version");
}

void add_context_verbs(CLI::App& app) {
  CLI::App* context = app.add_subcommand("context", "names for coordinators, kept for this user");
  context->add_subcommand("list", "every context, and which one is in use");
  CLI::App* use = context->add_subcommand("use", "ask this coordinator unless told otherwise");
  CLI::App* add = context->add_subcommand("add", "name what -E URL, and -g GROUP if given, mean");
  CLI::App* remove = context->add_subcommand("rm", "forget a name");
  for (CLI::App* verb : {use, add, remove}) {
    add_value(*verb, "NAME", "NAME", "the context (required)");
  }
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
  add_builtin_verbs(*app);
  add_context_verbs(*app);
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
