// What people write into files: TOML, the settings of a daemon, contexts, and ${NAME} in a text.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/contexts.h"
#include "coordinator/flags.h"
#include "daemon/toml.h"
#include "daemon/toml_settings.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

const std::vector<std::string> kTomlWords = {"\n",
                                             "[",
                                             "]",
                                             "[[",
                                             "{",
                                             "}",
                                             "=",
                                             ".",
                                             "\"",
                                             "'''",
                                             "\"\"\"",
                                             "#",
                                             ",",
                                             "\\u0000",
                                             "\\U0010ffff",
                                             "1979-05-27T07:32:00Z",
                                             "0x7fffffffffffffff",
                                             "1e999",
                                             "nan",
                                             "true",
                                             "[a.b]\n",
                                             "${HOSTNAME}",
                                             "$$",
                                             "\xc3\xa4",
                                             "\xff"};

/// An error about a file says where in it, on one line.
Verdict refused_with_place(const Error& error) {
  const bool one_line = error.text.find('\n') == std::string::npos;
  const bool place = error.text.starts_with("f.toml:");
  return place && one_line ? refused() : broken("it does not say where: " + error.text);
}

/// Gathers the texts of a node; whether each has a place within so many lines.
bool gather(const TomlNode& node, std::size_t lines, std::vector<std::string>& found) {
  if (node.place.line == 0 || node.place.line > lines || node.place.column == 0) return false;
  if (node.kind == TomlKind::kText) found.push_back(node.text);
  bool placed = true;
  for (const TomlNode& item : node.items) placed = gather(item, lines, found) && placed;
  for (const TomlEntry& entry : node.entries) {
    found.push_back(entry.key);
    placed = gather(entry.value, lines, found) && placed;
  }
  return placed;
}

/// What stands in quotes as we write them is read as it was.
std::string quoted_badly(const std::vector<std::string>& found) {
  std::string list = "list = [";
  for (const std::string& text : found) list += toml_quoted(text) + ", ";
  const auto again = parse_toml(list + "]", "quoted");
  if (!again) return "in quotes it is refused: " + again.error().text;
  const std::vector<TomlNode>& items = again->entries.front().value.items;
  const bool same =
      std::equal(items.begin(), items.end(), found.begin(), found.end(),
                 [](const TomlNode& item, const std::string& text) { return item.text == text; });
  return same ? "" : "in quotes it is another text";
}

TEST(Configuration, F33_TomlTexts) {
  FuzzTarget target;
  target.seeds =
      texts({"a = 1\n[b.\"c d\"]\nd = \"x\\ty\"\ne = ['1', '''2''', \"\"\"3\"\"\"]\n",
             "[[list]]\nx = {y = true, z = 1.5}\n[[list]]\nx.y = false # c\n",
             "at = 1979-05-27T07:32:00Z\nday = 1979-05-27\nn = 0x1f\nm = -1_000\nf = inf\n",
             "deep = [[[[[[[[1]]]]]]]]\n\"sch\xc3\xb6n\" = \"\\u00e4\\\\ \\\"\"\n"});
  target.words = kTomlWords;
  target.decode = [](ByteView bytes) {
    const auto read = parse_toml(as_text(bytes), "f.toml");
    if (!read) return refused_with_place(read.error());
    std::vector<std::string> found;
    if (!gather(*read, lines(bytes).size(), found)) return broken("a place outside of the text");
    std::string complaint = quoted_badly(found);
    return complaint.empty() ? accepted() : broken(std::move(complaint));
  };
  target.fixed_bytes = 1 << 20;
  fuzz(target);
}

std::optional<std::string> surrounding(const std::string& name) {
  if (name == "HOSTNAME") return "web-01";
  if (name == "EMPTY") return "";
  return std::nullopt;
}

/// Each setting without where it came from.
std::map<std::string, std::vector<std::string>> values_in(const Settings& settings) {
  std::map<std::string, std::vector<std::string>> values;
  for (const auto& [name, setting] : settings) values[name] = setting.values;
  return values;
}

/// One of each kind of setting that the coordinator does not have.
std::vector<FlagSpec> other_settings() {
  return {{.name = "name", .check = check_name},
          {.name = "root"},
          {.name = "replica", .kind = FlagKind::kNumber},
          {.name = "revert", .kind = FlagKind::kSwitch},
          {.name = "repository", .repeated = true, .key = "repositories.chain"},
          {.name = "label", .kind = FlagKind::kPair, .repeated = true, .key = "labels"},
          log_level_flag()};
}

/// What check-config shows is a file that says the same.
Verdict read_settings(ByteView text, const std::vector<FlagSpec>& flags) {
  const auto settings = settings_from_toml(as_text(text), "f.toml", flags, surrounding);
  if (!settings) return refused_with_place(settings.error());
  const std::string shown = settings_text(flags, *settings);
  const auto again = settings_from_toml(shown, "shown", flags, surrounding);
  if (!again) return broken("as it is shown it is refused: " + again.error().text);
  return values_in(*again) == values_in(*settings) ? accepted() : broken("it is shown otherwise");
}

TEST(Configuration, F33_SettingsFiles) {
  const std::vector<std::vector<FlagSpec>> daemons = {coordinator_program_spec().settings(),
                                                      other_settings()};
  const std::vector<std::pair<std::uint8_t, std::string>> honest = {
      {0,
       "state_dir = \"/var/lib/${HOSTNAME}\"\ngroup = \"shop\"\nheartbeat = \"2s\"\n"
       "map_mib = 64\n[endpoints]\nmember = \"tcp://127.0.0.1:7400\"\n"
       "admin = \"ipc:///run/a.sock\"\n[log]\nlevel = \"debug\"\nformat = \"json\"\n"},
      {1,
       "name = \"${HOSTNAME}\"\nrevert = true\n"
       "root = \"/srv/$$x\"\nreplica = \"1${EMPTY}\"\nlog.level = \"warn\"\n[labels]\n"
       "role = \"web\"\nrack = \"r1\"\n[repositories]\n"
       "chain = [\"file:/srv/a\", \"file:/srv/b\"]\n"}};
  FuzzTarget target;
  for (const auto& [which, text] : honest) target.seeds.push_back(picked(which, as_bytes(text)));
  target.words = kTomlWords;
  target.decode = [&](ByteView input) {
    const auto [which, text] = pick(input, daemons.size());
    return read_settings(text, daemons[which]);
  };
  target.fixed_bytes = 1 << 20;
  fuzz(target);
}

TEST(Configuration, F33_Contexts) {
  const Place place;
  FuzzTarget target;
  target.seeds =
      texts({"current = \"prod\"\n\n[contexts.\"prod\"]\nendpoint = \"tcp://127.0.0.1:1\"",
             "[contexts.a]\nendpoint = 'ipc:///run/a'\n[contexts.b]\nendpoint = '$x'\n",
             "contexts = {x = {endpoint = \"y\"}}\n"});
  target.words = kTomlWords;
  target.decode = [&](ByteView bytes) {
    auto contexts = read_contexts(place.put("contexts.toml", bytes));
    if (!contexts) return contexts.error().text.empty() ? broken("no words") : refused();
    if (!write_contexts(*contexts)) return broken("it cannot be written again");
    const auto again = read_contexts(contexts->file);
    if (!again) return broken("written again it is refused: " + again.error().text);
    const bool same = again->current == contexts->current && again->by_name == contexts->by_name;
    return same ? accepted() : broken("written again it is another");
  };
  target.fixed_bytes = 1 << 20;
  fuzz(target);
}

TEST(Configuration, F33_Variables) {
  FuzzTarget target;
  target.seeds = texts({"/var/lib/${HOSTNAME}/x", "a$$b${EMPTY}${HOSTNAME}", "plain"});
  target.words = {"$", "{", "}", "$$", "${", "${HOSTNAME}", "${EMPTY}", "HOSTNAME"};
  target.decode = [](ByteView bytes) {
    const auto text = expanded(as_text(bytes), surrounding);
    if (!text) return text.error().text.empty() ? broken("an error without words") : refused();
    const bool same = expanded(with_dollars_doubled(*text), surrounding) == *text;
    return same ? accepted() : broken("doubled dollars are read otherwise");
  };
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
