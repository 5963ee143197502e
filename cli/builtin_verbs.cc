#include "cli/builtin_verbs.h"

#include <iterator>
#include <map>

#include "cli/watch_view.h"

namespace groupctl {
namespace {

constexpr std::string_view kHowLong = "how long to wait (default 10m)";
constexpr std::string_view kWhyForLog = "why, for the log";
constexpr SyntaxOption kDryRun = {"--dry-run", "", kDryRunHelp};
constexpr SyntaxOption kAtSequence = {"--at-seq", "N", "only if no command came after sequence N"};

SyntaxOption name_of(std::string_view what) {
  return {.name = "NAME", .value = "NAME", .help = what, .required = true};
}

SyntaxOption members(std::string_view whom, bool required = false) {
  return {
      .name = "MEMBER", .value = "MEMBER", .help = whom, .required = required, .repeated = true};
}

std::vector<BuiltinVerb> looking_verbs() {
  return {
      {"status",
       "one screen: is the group in step?",
       {},
       {{"--exit-code", "", "exit 1 unless all members are in step"}}},
      {"explain",
       "why is it not in step, and what to type next",
       {{"MEMBER", "MEMBER|SEQ", "a member's name, or the sequence number of a command", true}},
       {},
       "Of a member: whether it is heard, how far it is, what has its turn, which\n"
       "rollouts have not released it, what it has otherwise than the group wants and\n"
       "since which command. Of a command: which targets lack it, and what keeps each.\n\n"
       "  groupctl explain web-07\n"
       "  groupctl explain 412"},
      {"member list", "every member, its state and how far it is"},
      {"member show",
       "everything that is known of one member",
       {{"MEMBER", "MEMBER", "its name", true}}},
      {"member evict",
       "take members that are gone from the roster",
       {members("their names", true)},
       {{"--force", "", "also members that are not lost"},
        {"-m,--message", "WHY", "why, for the log and the member"},
        {"--id", "KEY", "the same key again within 24 h is the same command"},
        kAtSequence,
        kDryRun},
       "A member that is lost is no longer counted; if it comes back it joins as a new\n"
       "one. One that is not lost is evicted only by --force: it is told so and ends,\n"
       "what it has in place stays, and it comes back as a new one when it is started\n"
       "again.\n\n"
       "  groupctl member evict web-33 -m 'rack r4 is gone'"},
      {"log list",
       "the last entries",
       {},
       {{"-n,--limit", "N", "how many (default 20)"}, {"--from", "SEQ", "begin with this one"}}},
      {"log show",
       "one entry whole, a row for every target",
       {{"SEQ", "SEQ", "its sequence number", true}}},
      {"result",
       "what members keep of a command: fetch it",
       {{"SEQ", "SEQ", "the sequence number of the command", true},
        members("whose, by name (default: every target's)")},
       {{"--collect", "DIR", "of a dump: the folder its bundles go to"},
        {"--per-line", "", "of an exec: each line behind its member's name"}},
       "Shows what the programs of an exec have said, and brings the bundles of a dump\n"
       "home as groupctl dump --collect does: again for those that were missing, or\n"
       "later. A member keeps the last 64 outputs and the last 8 bundles.\n\n"
       "  groupctl result 431\n"
       "  groupctl result 412 --collect ./d"},
  };
}

std::vector<BuiltinVerb> deviation_verbs() {
  constexpr std::string_view kNamed = "members, by name";
  return {
      {"diff",
       "what members have otherwise than the group wants",
       {members(kNamed)},
       {{"--exit-code", "", "exit 1 if a member differs, or cannot be asked"}}},
      {"reconcile",
       "members give up their deviations; waits for it",
       {members(kNamed)},
       {{"-m,--message", "WHY", kWhyForLog},
        {"--wait-timeout", "TIME", kHowLong},
        {"--dry-run", "", "show what they would give up, as diff does"}}},
      {"adopt",
       "make the deviations of members the group's state",
       {members(kNamed)},
       {{"-m,--message", "WHY", kWhyForLog},
        {"--wait-timeout", "TIME", kHowLong},
        kAtSequence,
        kDryRun,
        {.name = "-t,--target",
         .value = "SEL",
         .help = "for whom (default: each member's deviations for that member)",
         .repeated = true}}},
  };
}

std::vector<BuiltinVerb> live_verbs() {
  return {
      {"log tail",
       "the last entries, a line each",
       {},
       {{"-n,--limit", "N", "how many (default 10)"},
        {"-f,--follow", "", "go on with each new entry as it becomes durable"}}},
      {"watch",
       "the group as it is now, shown anew when it changes",
       {},
       {},
       "On a terminal the status and the members, elsewhere a line for each entry and\n"
       "for each member that changes. At a terminal it takes keys:\n\n" +
           keys_text()},
      {"wait",
       "until commands have ended on all their targets",
       {{.name = "SEQ", .value = "SEQ", .help = "their sequence numbers", .repeated = true}},
       {{"--for", "CONDITION",
         "in-step: all members are; in-step=SEQ: they have executed that entry; member=NAME: it "
         "has joined and is in step"},
        {"--count", "N", "of in-step: at least so many members are (default: all)"},
        {"--wait-timeout", "TIME", kHowLong}},
       "An entry or a member that is not there yet is waited for as well. The exit\n"
       "code is that of the commands; 5: the time was up first.\n\n"
       "  groupctl wait 412\n"
       "  groupctl wait --for in-step\n"
       "  groupctl wait --for member=web-41 --wait-timeout 1m"},
  };
}

std::vector<BuiltinVerb> rollout_verbs() {
  constexpr SyntaxOption kRollout = {"SEQ", "SEQ", "the sequence number of its deploy", true};
  constexpr SyntaxOption kWhy = {"-m,--message", "WHY", kWhyForLog};
  constexpr SyntaxOption kKey = {"--id", "KEY",
                                 "the same key again within 24 h is the same command"};
  return {
      {"rollout list", "every rollout that is kept, the last one first"},
      {"rollout status", "one rollout, and how its targets stand", {kRollout}},
      {"rollout pause",
       "no further member for now",
       {kRollout},
       {kWhy, kKey, kAtSequence, kDryRun}},
      {"rollout resume",
       "go on: what has failed before is forgiven",
       {kRollout},
       {kWhy, kKey, kAtSequence, kDryRun},
       "One that was paused, or that stopped because too many failed."},
      {"rollout abort",
       "no further member for good",
       {kRollout},
       {kWhy, kKey, kAtSequence, kDryRun},
       "Who has the release keeps it, the others keep what they have; undo takes it\n"
       "back."},
      {"rollout undo",
       "put back what was there before it",
       {kRollout},
       {kWhy,
        kKey,
        kAtSequence,
        kDryRun,
        {"--no-wait", "", "do not wait for the members"},
        {"--wait-timeout", "TIME", kHowLong}},
       "As long as the artefact was not deployed since; also of one that is finished.\n\n"
       "  groupctl rollout undo 412 -m 'checkout is slow'"},
  };
}

std::vector<BuiltinVerb> repository_verbs() {
  return {
      {"repo put",
       "give it an archive as NAME@VERSION",
       {{"ARTEFACT", "NAME@VERSION", "what it is", true}, {"FILE", "FILE", "the archive", true}},
       {{"-m,--message", "WHY", kWhyForLog}},
       "Put again after any break, it goes on where it ended, and says how much was\n"
       "there. The same NAME@VERSION with another content is refused.\n\n"
       "  groupctl repo put shop@2.4.1 shop-2.4.1.tar.gz"},
      {"repo list", "what it holds"},
      {"repo verify", "have everything read anew; exit 1 for damage"},
      {"repo gc",
       "remove what nothing names any more",
       {},
       {{"--dry-run", "", "only say what would go"}}},
      {"artefact list", "every artefact, its versions and for whom they are"},
      {"artefact show", "one, and what the repository has of it", {name_of("its name")}},
      {"artefact where", "which member has which version of it", {name_of("its name")}},
  };
}

std::vector<BuiltinVerb> plan_verbs() {
  constexpr SyntaxOption kWord = {"FILE", "FILE", "the plan, TOML or JSON; -: stdin"};
  constexpr SyntaxOption kFile = {"-f,--file", "FILE", "the same"};
  constexpr SyntaxOption kVar = {.name = "--var",
                                 .value = "NAME=VALUE",
                                 .help = "what ${NAME} is in it, over its [vars]",
                                 .repeated = true};
  constexpr SyntaxOption kPrune = {"--prune", "", "what the plan does not name goes, too"};
  return {
      {"plan check", "whether a plan is right; asks nobody", {kWord}, {kFile, kVar}},
      {"plan diff",
       "what a plan would change, and the commands for it",
       {kWord},
       {kFile, kVar, kPrune, {"--exit-code", "", "exit 1 if there is anything to do"}}},
      {"plan export", "the group as it is wanted now, as a plan"},
      {"apply",
       "make the group what a plan says",
       {kWord},
       {kFile,
        kVar,
        kPrune,
        kDryRun,
        {"--at-seq", "N", "only if no command came after sequence N (default: while it looks)"},
        {"--allow-empty", "", "a target that matches nobody is no error"},
        {"-m,--message", "WHY", "why, for the log (default: the plan's message)"},
        {"--no-wait", "", "return as soon as the commands are in the log"},
        {"--wait-timeout", "TIME", kHowLong}},
       "Only what differs is commanded, all of it or nothing, in the order in which\n"
       "artefacts start. What the plan does not name stays, without --prune.\n\n"
       "  groupctl plan export > shop.toml\n"
       "  groupctl plan diff shop.toml\n"
       "  groupctl apply shop.toml --at-seq 411"},
  };
}

std::vector<BuiltinVerb> group_verbs() {
  constexpr SyntaxOption kKey = {"--id", "KEY", "the same key again is answered as before"};
  return {
      {"group list", "every group of the process, and where it is"},
      {"group show",
       "one group, its endpoints and its members",
       {{"NAME", "NAME", "its name (default: the one that is asked)"}}},
      {"group create",
       "make a new group in the same process",
       {name_of("its name")},
       {{"--member-endpoint", "URL", "where its members are to join"},
        {"--admin-endpoint", "URL", "where groupctl is to ask"},
        {"--command-endpoint", "URL", "where its commands are to be published"},
        kKey},
       "It has a log, sockets and ports of its own. Ports that are not given are\n"
       "free ones, and stay the same.\n\n"
       "  groupctl group create bank\n"
       "  groupctl context add bank -E tcp://127.0.0.1:PORT -g bank"},
      {"group delete",
       "end a group of the process for good",
       {name_of("its name")},
       {kKey},
       "Nobody coordinates its members any more; they keep what they run. Its log and\n"
       "archives are put aside on the coordinator's machine, and the folder is said."},
      {"group recover",
       "give up what the coordinator has lost",
       {},
       {{"-m,--message", "WHY", "why, for who looks at what was lost"}},
       "A coordinator that was put back to an old state writes nothing once a member\n"
       "has shown that there was more. This gives up the sequences that are lost: they\n"
       "are never used again, and the log goes on behind them. Members that have more\n"
       "take the group's state as it is now. First start every member that may know of\n"
       "more.\n\n"
       "  groupctl group recover -m 'restored from the backup of 3:00'"},
      {"version", "print the version"},
  };
}

std::vector<BuiltinVerb> key_verbs() {
  constexpr SyntaxOption kWhose = {"NAME", "NAME", "whose, or the fingerprint", true};
  constexpr SyntaxOption kExactly = {"--fingerprint", "F", "only if the key has this one"};
  constexpr SyntaxOption kWhy = {"-m,--message", "WHY", "why, for who looks at the list"};
  return {
      {"key list", "every key: who is let in, and who asks to be"},
      {"key accept",
       "let in a key that waits",
       {{"NAME", "NAME", "whose, or the fingerprint"}},
       {kExactly,
        {"--role", "ROLE", "member, reader, operator or admin (default: as it asked for)"},
        {"--replace", "", "revoke the key that has the name, or change the role"},
        {"--public-key", "KEY", "one that nobody has asked for, 64 digits; wants --role, too"},
        {"--all", "", "all that wait"},
        kWhy},
       "Compare the fingerprint with the one that is shown where the key was made. One\n"
       "that was rejected or revoked is let in again by its fingerprint alone.\n\n"
       "  groupctl key accept web-41 --fingerprint 9p1w-zz02-41xr-k7qm-3c5d-8e0f\n"
       "  groupctl key accept ana --role operator"},
      {"key reject", "do not let in a key that waits", {kWhose}, {kExactly, kWhy}},
      {"key revoke",
       "let a key in no longer, from now on",
       {kWhose},
       {kWhy},
       "Who has it is cut off at once, on every plane. By name it is every key of that\n"
       "name, those that have been replaced, too; by fingerprint that one alone."},
      {"key token",
       "make a token by which members let themselves in",
       {},
       {{"--ttl", "TIME", "how long it is good for (default 1h)"},
        {"--uses", "N", "how many it lets in (default 1)"}},
       "Prints the line to type where a member is to be. Whoever reads it can let in a\n"
       "member until then. It is of the one group that is asked, and lets in members, or\n"
       "people as readers."},
      {"key new",
       "make your own key, and ask to be let in",
       {},
       {{"--name", "NAME", "under which (default: as you have logged in)"}},
       "Never over a key that is there: that one asks again. It asks for the role\n"
       "reader; the admin who lets it in may give another, key accept NAME --role ROLE.\n"
       "Needs the server key, as group-coordinator init says it."},
      {"key rotate",
       "put a new key in the place of your own",
       {},
       {},
       "The old one is kept beside it, as FILE.old, and is let in for a day more. When\n"
       "it was cut short it goes on where it was if it is called again."},
      {"key fingerprint", "show your own key and the pinned server key"},
  };
}

std::vector<BuiltinVerb> context_verbs() {
  return {
      {"context list", "every context, and which one is in use"},
      {"context use", "ask this coordinator unless told otherwise", {name_of("the context")}},
      {"context add",
       "name what -E URL means, with -g and keys if given",
       {name_of("the context")},
       {{"--confirm-above", "N", "ask before commands to more members (default 25)"}}},
      {"context rm", "forget a name", {name_of("the context")}},
  };
}

std::vector<BuiltinVerb> agent_verbs() {
  constexpr SyntaxOption kNoWait = {"--no-wait", "", "do not wait until it is so"};
  constexpr SyntaxOption kWait = {"--wait-timeout", "TIME", "how long to wait (default 2m)"};
  constexpr std::string_view kNames = "their names";
  constexpr SyntaxOption kGroup = {"NAME", "NAME", "its name (default: the context's)"};
  return {
      {"agent list", "the agents of the context"},
      {"agent show",
       "the members that agents have, and their processes",
       {{"NAME", "NAME", "of this agent alone"}}},
      {"agent add",
       "add an agent to the context",
       {name_of("the agent"), {"ENDPOINT", "ENDPOINT", "where it answers", true}},
       {{"--agent-key", "KEY", "its public key, as group-agent init says it", true}}},
      {"agent rm", "forget an agent", {name_of("the agent")}},
      {"member start", "have agents start members", {members(kNames, true)}, {kNoWait, kWait}},
      {"member stop", "have agents stop members", {members(kNames, true)}, {kNoWait, kWait}},
      {"member restart",
       "have agents end members and start them again",
       {members(kNames, true)},
       {kNoWait, kWait}},
      {"member spawn",
       "have an agent make a member from nothing",
       {{"MEMBER", "MEMBER", "its name", true}},
       {{"--coordinator", "URL", "where the group's members join", true},
        {"--token", "TOKEN", "lets it in, as groupctl key token makes it", true},
        {"--agent", "NAME", "which agent (default: the only one)"},
        {.name = "--label", .value = "NAME=VALUE", .help = "a label of its own", .repeated = true},
        kNoWait,
        kWait},
       "Of the group of -g, or of the context.\n\n"
       "  groupctl member spawn web-41 --agent host-7 --label role=web \\\n"
       "    --coordinator tcp://10.0.0.5:7400 --token TOKEN"},
      {"group start", "have agents start a group's members", {kGroup}, {kNoWait, kWait}},
      {"group stop",
       "have agents stop a group's members",
       {kGroup},
       {kNoWait, kWait},
       "What they run goes on, without anybody to tell it anything, until they are\n"
       "started again."},
  };
}

std::vector<BuiltinVerb> deployer_verbs() {
  return {{"deployer test",
           "check whether a program is a deployer",
           {{"PATH", "PATH", "the program", true}},
           {{"--keeper", "FILE", "group-keeper (default: where it is installed)"}},
           "Calls it as a member would, with releases of its own: also killed in\n"
           "mid-deploy, and everything twice. It runs on this machine. Exit 1 if a check\n"
           "fails.\n\n"
           "  groupctl deployer test ./my-deployer"}};
}

}  // namespace

std::vector<BuiltinVerb> builtin_verbs() {
  std::vector<BuiltinVerb> all;
  for (const auto family :
       {looking_verbs, deviation_verbs, live_verbs, plan_verbs, rollout_verbs, repository_verbs,
        group_verbs, key_verbs, context_verbs, agent_verbs, deployer_verbs}) {
    std::vector<BuiltinVerb> verbs = family();
    std::move(verbs.begin(), verbs.end(), std::back_inserter(all));
  }
  return all;
}

std::string_view noun_summary(std::string_view noun) {
  static const std::map<std::string_view, std::string_view> kNouns = {
      {"agent", "what starts and stops members from outside"},
      {"artefact", "what is deployed"},
      {"context", "names for coordinators, kept for this user"},
      {"deployer", "programs that put artefacts in place"},
      {"group", "the groups of the coordinator"},
      {"key", "who is let in: keys and their roles"},
      {"log", "the log of commands and their outcomes"},
      {"member", "the members of the group"},
      {"plan", "files that say what a group is to be"},
      {"repo", "the group's repository of artefacts"},
      {"rollout", "deploys that go on step by step"},
  };
  const auto known = kNouns.find(noun);
  return known == kNouns.end() ? std::string_view() : known->second;
}

}  // namespace groupctl
