// Command lines, one word a line: groupctl's, with all that it builds before it talks to anybody,
// and a daemon's.
#include <gtest/gtest.h>

#include "cli/parser.h"
#include "commands/command.h"
#include "commands/state/target.h"
#include "daemon/flags.h"
#include "tests/fuzz/guard.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

// CLI11's tree of verbs and flags is made anew for each command line; that takes long.
constexpr std::uint64_t kFewer = 10'000;

/// A payload that groupctl builds is one that the coordinator reads.
std::string built_badly(const SubmitCall& call) {
  static_cast<void>(parse_target(call.targets));
  const auto built = call.row->build(call.values);
  if (!built) return built.error().text.empty() ? "an error without words" : "";
  const ApplyRow* row = command_table().find(built->kind);
  if (row == nullptr) return "it builds what no coordinator knows";
  const auto keys = row->keys(built->payload);
  return keys ? "" : "it builds what is refused: " + keys.error().text;
}

Verdict parse(ByteView bytes) {
  const Parsed parsed = parse_command_line(lines(bytes), syntax_table());
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    return error->failure.message.empty() ? broken("an error without words") : refused();
  }
  if (const auto* invocation = std::get_if<Invocation>(&parsed)) {
    if (const auto* call = std::get_if<SubmitCall>(&invocation->call)) {
      std::string complaint = built_badly(*call);
      if (!complaint.empty()) return broken(std::move(complaint));
    }
  }
  return accepted();
}

const std::string kDigest(64, 'a');
const std::string kKey(64, 'b');
const std::string kFingerprint = "k7qm-41xr-9pzw-0000-aaaa-bbbb";

/// CLI11 makes its tree of all verbs for every line: what the shortest one takes.
std::size_t tree_bytes() {
  const std::string line = "version";
  parse(as_bytes(line));  // what is made once
  const std::uint64_t before = allocated_bytes();
  parse(as_bytes(line));
  return allocated_bytes() - before;
}

/// A tree of all verbs is made for each line: half of the mutants, since there are two of these.
void fuzz_groupctl(std::vector<std::string> seeds) {
  FuzzTarget target;
  target.seeds = texts(std::move(seeds));
  target.words = {"\n",     "--",           "-",      "=",         "[",  "]",
                  "\n-t\n", "\n--target\n", "\n-o\n", "\n--ttl\n", "{}", "'",
                  "\"",     "\n-h\n",       "\n-V\n", "\x01",      "@",  "\n--color\nnever\n"};
  target.decode = parse;
  target.mutants = kFewer / 2;
  target.max_bytes = 1024;
  target.fixed_bytes += tree_bytes();
  fuzz(target);
}

TEST(CommandLines, F33_GroupctlGivesCommands) {
  fuzz_groupctl({"deploy\nshop@2.4.1\n--digest\n" + kDigest + "\n-t\nrole=web\n--no-wait",
                 "set\nlog.level=debug\na=b\n-m\nwhy\n--id\nkey", "unset\na\nb\n--wait-timeout=10m",
                 "ping\n-t\nweb-01\n--ttl\n5s\n-o\njson", "set\n--\n-a=b", "deploy\n--help",
                 "undeploy\nshop\n--dry-run=coordinator\n--at-seq\n9"});
}

TEST(CommandLines, F33_GroupctlLooksAndLetsIn) {
  fuzz_groupctl({"status\n--exit-code\n-E\ntcp://127.0.0.1:1", "log\nlist\n-n\n5\n--from\n7",
                 "log\nshow\n9", "member\nlist\n--output=table", "version", "--help",
                 "key\naccept\nana\n--role\nadmin\n--public-key\n" + kKey,
                 "key\naccept\nweb-01\n--fingerprint\n" + kFingerprint + "\n--replace",
                 "key\nrevoke\n" + kFingerprint, "key\ntoken\n--ttl\n1h\n--uses\n3",
                 "agent\nadd\nhost-1\ntcp://10.0.0.5:7403\n--agent-key\n" + kKey,
                 "member\nrestart\nm1\nm2\n--wait-timeout\n9s",
                 "member\nspawn\nm1\n--coordinator\ntcp://10.0.0.5:7400\n--token\n" + kKey +
                     "\n--label\nrole=web"});
}

/// What follows the cutting into words: a line is the verb, then each a flag, a tab and its value.
Verdict check_words(ByteView bytes) {
  const std::vector<std::string> all = lines(bytes);
  RawWords raw{all.front(), {}};
  for (std::size_t i = 1; i < all.size(); ++i) {
    const std::size_t tab = std::min(all[i].find('\t'), all[i].size());
    raw.values[all[i].substr(0, tab)].push_back(all[i].substr(std::min(tab + 1, all[i].size())));
  }
  const auto invocation = invocation_of(raw, syntax_table());
  if (!invocation) return refused();
  const auto* call = std::get_if<SubmitCall>(&invocation->call);
  std::string complaint = call == nullptr ? "" : built_badly(*call);
  return complaint.empty() ? accepted() : broken(std::move(complaint));
}

TEST(CommandLines, F33_Invocations) {
  FuzzTarget target;
  target.seeds = texts({"deploy\nARTEFACT\tshop@2.4.1\n--digest\t" + kDigest + "\n--config\tx=1",
                        "deploy\nARTEFACT\ta@1\n--archive\tsha256:" + kDigest + "\n--no-wait\t",
                        "set\nKEY_VALUE\tlog.level=debug\nKEY_VALUE\ta=b\n--id\tkey\n-m\twhy",
                        "unset\nKEY\ta\nKEY\tb\n--wait-timeout\t10m\n--target\trole=web",
                        "ping\n--target\tweb-01\n--ttl\t5s", "status\n--output\tjson",
                        "log list\n--limit\t5\n--from\t7", "log show\nSEQ\t9", "version",
                        "key accept\nNAME\tana\n--role\tadmin\n--public-key\t" + kKey,
                        "key accept\nNAME\tweb-01\n--fingerprint\t" + kFingerprint,
                        "key token\n--ttl\t1h\n--uses\t3", "key new\n--name\tana"});
  target.words = {"\n", "\t", "=", "@", "sha256:", "\nKEY\t", "\n--ttl\t", "18446744073709551616"};
  target.decode = check_words;
  fuzz(target);
}

ProgramSpec a_daemon() {
  const FlagSpec kept{.name = "keep-entries", .placeholder = "N", .kind = FlagKind::kNumber};
  const FlagSpec interval{.name = "heartbeat",
                          .placeholder = "TIME",
                          .kind = FlagKind::kDuration,
                          .default_value = "1s"};
  const FlagSpec label{
      .name = "label", .placeholder = "K=V", .kind = FlagKind::kPair, .repeated = true};
  const FlagSpec quiet{.name = "quiet", .kind = FlagKind::kSwitch, .letter = "q"};
  const VerbSpec run{
      "run", "runs", {kept, interval, label, quiet, log_level_flag(), map_mib_flag()}};
  return {"group-thing", "thing", {run, {"init", "makes", {label}}}};
}

TEST(CommandLines, F33_Daemon) {
  const Place no_files;
  ::setenv("CONFIGURATION_DIRECTORY", no_files.path().c_str(), 1);
  const ProgramSpec program = a_daemon();
  FuzzTarget target;
  target.seeds = texts({"run\n--keep-entries\n1000\n--label\na=b\n--label\nc=d\n-q",
                        "run\n--heartbeat=200ms\n--log-level\ndebug\n--map-mib\n64", "init",
                        "check-config\n--set\nlog.level=warn\n--set=keep_entries=7", "--help",
                        "--version", "run\n--help"});
  target.words = {"\n", "--", "=", "[", "\n--label\n", "18446744073709551616", "-1", "\x01"};
  target.decode = [&](ByteView bytes) {
    const std::vector<std::string> words = lines(bytes);
    std::vector<const char*> argv = {"group-thing"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    const auto parsed = parse_flags(program, static_cast<int>(argv.size()), argv.data());
    if (!parsed) {
      if (parsed.error().text.empty()) return broken("it ends without words");
      return parsed.error().exit_code == 0 ? accepted() : refused();
    }
    if (parsed->has("keep-entries")) parsed->number("keep-entries");
    if (parsed->has("heartbeat")) parsed->duration_ms("heartbeat");
    return accepted();
  };
  target.mutants = kFewer;
  target.max_bytes = 1024;
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
