#include "tests/unit/cli/golden_cases.h"

#include <fmt/format.h>

#include "cli/render_bar.h"
#include "cli/render_collect.h"
#include "cli/render_text.h"
#include "cli/render_upload.h"
#include "cli/render_watch.h"
#include "tests/unit/cli/scripted_coordinator.h"

namespace groupctl {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

LedgerView ledger_of(const std::vector<LedgerRow>& rows) {
  Update update;
  update.version = 1;
  update.targets = static_cast<std::uint32_t>(rows.size());
  for (const Outcome outcome : all_outcomes()) {
    std::uint32_t count = 0;
    for (const LedgerRow& row : rows) count += row.outcome == outcome ? 1 : 0;
    if (count > 0) update.counts.push_back({outcome, count});
  }
  update.rows = rows;
  LedgerView ledger;
  ledger.merge(update);
  return ledger;
}

LedgerRow lost_row(std::uint64_t id, std::string name) {
  LedgerRow row = ledger_row(id, std::move(name), Outcome::kLost);
  row.silent_ms = 52'000;
  return row;
}

// Forty members: 26 done, 4 at work, 2 failed, 8 waiting.
std::vector<LedgerRow> forty() {
  std::vector<LedgerRow> rows;
  for (std::uint64_t i = 1; i <= 26; ++i) {
    rows.push_back(ledger_row(i, fmt::format("web-{:02}", i), Outcome::kDone));
  }
  rows[6] = ledger_row(7, "web-07", Outcome::kFailed, "verify",
                       "digest mismatch in local repository (wanted 9f2c61d0, found 77ab01c4)");
  rows[18] = ledger_row(19, "web-19", Outcome::kFailed, "unpack",
                        "no space on /srv: need 76 MB, have 12 MB");
  rows.push_back(ledger_row(27, "web-27", Outcome::kDone));
  rows.push_back(ledger_row(28, "web-28", Outcome::kDone));
  rows.push_back(ledger_row(29, "web-29", Outcome::kRunning, "fetch", "62 %"));
  rows.push_back(ledger_row(30, "web-30", Outcome::kRunning, "unpack"));
  rows.push_back(ledger_row(31, "web-31", Outcome::kRunning));
  rows.push_back(ledger_row(32, "web-32", Outcome::kRunning, "fetch", "4 %"));
  for (std::uint64_t i = 33; i <= 40; ++i) {
    rows.push_back(ledger_row(i, fmt::format("web-{:02}", i), Outcome::kWaiting));
  }
  return rows;
}

std::vector<LedgerRow> five_hundred() {
  std::vector<LedgerRow> rows;
  for (std::uint64_t i = 1; i <= 500; ++i) {
    const Outcome outcome = i % 7 == 0   ? Outcome::kFailed
                            : i % 5 == 0 ? Outcome::kRunning
                            : i % 3 == 0 ? Outcome::kBehind
                                         : Outcome::kUnchanged;
    rows.push_back(ledger_row(i, fmt::format("web-{:03}", i), outcome));
  }
  return rows;
}

std::vector<LedgerRow> every_outcome() {
  std::vector<LedgerRow> rows;
  for (const Outcome outcome : all_outcomes()) {
    const auto id = static_cast<std::uint64_t>(outcome) + 1;
    rows.push_back(ledger_row(id, fmt::format("m{}", id), outcome));
  }
  return rows;
}

constexpr const char* kNoSpace =
    "ディスクの空き容量が不足しています: "
    "必要 76 MB、残り 12 MB (/srv)";

// What members write may be in any script, and hostile.
std::vector<LedgerRow> foreign() {
  return {ledger_row(1, "m1", Outcome::kFailed, "展開", kNoSpace),
          ledger_row(2, "m2", Outcome::kFailed, "unpack",
                     "e\xCC\x81"
                     "chec: no\x1b[2Jclear"),
          ledger_row(3, "m3-" + std::string(60, 'x'), Outcome::kRunning, "fetch", "1 %")};
}

std::string bar(const std::vector<LedgerRow>& rows, std::uint64_t elapsed_ms, bool reachable,
                const Screen& screen) {
  return joined(render_bar({ledger_of(rows), elapsed_ms, reachable}, screen));
}

GoldenCase bar_case(std::string name, std::string why, std::vector<LedgerRow> rows,
                    std::uint64_t elapsed_ms, bool reachable = true) {
  return {std::move(name), std::move(why),
          [rows = std::move(rows), elapsed_ms, reachable](const Screen& screen) {
            return bar(rows, elapsed_ms, reachable, screen);
          }};
}

CommandReport mixed_report() {
  CommandReport report;
  report.sequence = Sequence(412);
  report.command = {"DEPLOY shop@2.4.1", {}};
  report.waited = true;
  report.rows = {ledger_row(1, "web-01", Outcome::kDone),
                 ledger_row(7, "web-07", Outcome::kFailed, "verify",
                            "digest mismatch in local repository (found 77ab01c4)"),
                 ledger_row(19, "web-19", Outcome::kFailed, "展開", kNoSpace),
                 lost_row(33, "web-33"),
                 ledger_row(40, "web-40", Outcome::kNotAttempted, "",
                            "rollout stopped at the 3rd failure (--max-failures 2)")};
  const LedgerView ledger = ledger_of(report.rows);
  report.targets = ledger.targets();
  report.counts = ledger.counts();
  report.took_ms = 72'000;
  report.exit_code = 6;
  report.come_back = "groupctl wait 412";
  return report;
}

std::string recap(const Screen& screen, bool detached) {
  CommandReport report = mixed_report();
  report.open = report.detached = detached;
  return render_text(report, screen);
}

MemberInfo golden_member(std::uint64_t id, std::string name, MemberState state) {
  MemberInfo info;
  info.id = MemberId(id);
  info.name = std::move(name);
  info.state = state;
  info.marks = {Sequence(412), Sequence(412)};
  info.labels = {{"rack", "r1"}, {"role", "web"}};
  return info;
}

WatchFacts thirty_members() {
  WatchFacts facts;
  StatusReply& status = facts.status.status;
  status.hello = hello_reply();
  status.head = Sequence(412);
  status.floor = Sequence(180);
  status.members = {{MemberState::kInStep, 29}, {MemberState::kLost, 1}};
  status.uptime_ms = 12 * 86'400'000ULL;
  facts.status.endpoint = "tcp://127.0.0.1:7401";
  MembersReport& members = facts.members;
  members.head = Sequence(412);
  for (std::uint64_t i = 1; i <= 30; ++i) {
    members.members.push_back(golden_member(i, fmt::format("web-{:02}", i), MemberState::kInStep));
  }
  members.members[10].state = MemberState::kLost;
  members.members[10].silent_ms = 52'000;
  return facts;
}

std::string watch(const Screen& screen) {
  return joined(render_watch(thirty_members(), {}, false, screen).lines);
}

/// After these keys were typed.
std::string watched(const WatchFacts& facts, const std::string& typed, const Screen& screen) {
  WatchView view;
  KeyReader reader;
  WatchPicture picture = render_watch(facts, view, true, screen);
  for (const Key& key : reader.take(typed)) {
    view = after_key(std::move(view), key, picture.extent);
    picture = render_watch(facts, view, true, screen);
  }
  return joined(picture.lines);
}

GoldenCase watch_case(std::string name, std::string why, std::string typed,
                      const std::string& page = "", bool reachable = true) {
  WatchFacts facts = thirty_members();
  facts.page = page;
  facts.reachable = reachable;
  return {std::move(name), std::move(why),
          [facts = std::move(facts), typed = std::move(typed)](const Screen& screen) {
            return watched(facts, typed, screen);
          }};
}

constexpr const char* kDown = "\x1b[B";
constexpr const char* kPageDown = "\x1b[6~";

std::string log_page() {
  LogReport log;
  for (std::uint64_t i = 40; i > 0; --i) {
    ShownEntry shown;
    shown.entry.sequence = Sequence(i);
    shown.entry.issuer_name = "ana@bastion";
    shown.entry.message = "greeting こんにちは";
    shown.command = {fmt::format("SET k={}", i), {}};
    shown.target = "role=web";
    shown.targets = 30;
    shown.counts = {{Outcome::kDone, 29}, {Outcome::kLost, 1}};
    log.entries.push_back(std::move(shown));
  }
  return render_text(log, WallClock{});
}

std::string uploading(const Screen& screen) {
  return joined(upload_bar({0, 24'100'000, 38'200'000}, 4'000, screen)) +
         joined(upload_bar({12'000'000, 24'100'000, 38'200'000}, 4'000, screen)) +
         joined(upload_bar({2'147'483'000, 2'147'483'000, 2'147'483'648}, 0, screen));
}

std::string collecting(const Screen& screen) {
  return joined(collect_bar({17, 0, 40, 12'600'000, true, nullptr}, 41'000, screen)) +
         joined(collect_bar({38, 2, 40, 2'147'483'648, false, nullptr}, 3'723'000, screen));
}

BundlesReport bundles_report() {
  BundlesReport report;
  report.folder = "./d";
  report.command = mixed_report();
  report.command.command = {"DUMP", {}};
  report.command.come_back = "groupctl result 412 --collect ./d";
  report.bundles = {{MemberId(1), "web-01", "412-web-01.tar.zst", "", Outcome::kDone, {}, 34'200},
                    {MemberId(7),
                     "web-07",
                     "",
                     "failed: no room on /var/lib/groupctl: need 12 MB, "
                     "have 3 MB",
                     Outcome::kFailed,
                     {},
                     0},
                    {MemberId(19), "web-19", "", "web-19 is not here", Outcome::kDone, {}, 0},
                    {MemberId(33), "web-33", "", "lost", Outcome::kLost, {}, 0},
                    {MemberId(40), "web-40", "412-web-40.tar.zst", "", Outcome::kDone, {}, 812}};
  return report;
}

std::string head(const Screen& screen) {
  return render_head({Sequence(412), "SET greeting=こんにちは", "role=web", "groupctl wait 412"},
                     screen);
}

constexpr GroupTime kListedAt{1'795'257'676'201};

KeyInfo listed_key(std::uint8_t number, std::string name, KeyRole role, KeyState state,
                   std::uint64_t age_ms) {
  KeyInfo info;
  info.key.bytes.fill(number);
  info.name = std::move(name);
  info.role = role;
  info.state = state;
  info.since = GroupTime(kListedAt.value - age_ms);
  info.by = state == KeyState::kPending ? "" : "ana@bastion";
  return info;
}

std::string key_list(const Screen& screen) {
  KeyInfo waits = listed_key(1, "web-41", KeyRole::kMember, KeyState::kPending, 8'000);
  waits.from = "10.0.1.41";
  waits.message = "web-41 has another key, 9p1w-zz02-41xr-k7qm-3c5d-8e0f";
  KeyInfo token = listed_key(3, "token-41xr", KeyRole::kToken, KeyState::kAccepted, 60'000);
  token.until = GroupTime(kListedAt.value + 3'540'000);
  token.uses_left = 5;
  KeyInfo replaced =
      listed_key(4, "web-01", KeyRole::kMember, KeyState::kAccepted, 12 * 86'400'000);
  replaced.until = GroupTime(kListedAt.value + 86'000'000);
  KeyInfo revoked = listed_key(6, "eve", KeyRole::kReader, KeyState::kRevoked, 3'600'000);
  revoked.message = "left the company\x1b[31m";
  KeyInfo guest = listed_key(2, "guest", KeyRole::kGuest, KeyState::kAccepted, 0);
  guest.since = {};
  guest.by = "";
  return render_text(
      KeysReport{{waits, guest, token, replaced,
                  listed_key(5, "web-01", KeyRole::kMember, KeyState::kAccepted, 400'000), revoked},
                 kListedAt},
      screen);
}

}  // namespace

std::vector<GoldenCase> golden_cases() {
  return {
      bar_case("bar_at_work", "some done, some at work, two failed: failures stay", forty(),
               41'000),
      bar_case("bar_many", "more rows than a screen has: the rest is counted", five_hundred(),
               3'723'000),
      bar_case("bar_every_outcome", "every word of the vocabulary, once", every_outcome(), 1'000),
      bar_case("bar_foreign_text", "wide characters keep the columns, control bytes are harmless",
               foreign(), 12'000),
      bar_case("bar_coordinator_away", "nobody answers: the bar stays and says so", forty(), 9'000,
               false),
      bar_case("bar_nobody", "an entry that counts nobody", {}, 0),
      {"collect_bar", "bundles on their way, some missing, and nobody who answers", collecting},
      {"collect_end", "a row for every target: its file, or why there is none",
       [](const Screen& screen) { return render_text(bundles_report(), screen); }, false},
      {"head", "stands above the bar and stays", head},
      {"key_list", "who waits, guests, a token, a replaced key and the new one, one revoked",
       key_list, false},
      {"recap", "one row for each target that did not plainly end well",
       [](const Screen& screen) { return recap(screen, false); }, false},
      {"recap_detached", "Ctrl-C: how to come back",
       [](const Screen& screen) { return recap(screen, true); }, false},
      {"upload_bar", "an upload, one that goes on where an earlier one ended, and one just begun",
       uploading},
      {"watch", "the status and the members, those that are not in step first", watch},
      watch_case("watch_keys_list", "with keys: the chosen member is marked and stays in sight",
                 std::string(kPageDown) + kDown + kDown),
      watch_case("watch_keys_view", "standing still, sorted by name, and of those named only some",
                 " s/name=web-1*\rf"),
      watch_case("watch_keys_filter", "a selector is typed, and this is none", "/role in (\r"),
      watch_case("watch_keys_log", "the log in place of the members, gone through",
                 std::string("l") + kPageDown, log_page()),
      watch_case("watch_keys_away", "a page that is not there yet, and nobody answers", "\r", "",
                 false),
      watch_case("watch_keys_help", "the keys", "?"),
  };
}

}  // namespace groupctl
