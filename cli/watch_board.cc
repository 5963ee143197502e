#include "cli/watch_board.h"

#include <algorithm>

#include "cli/log_reading.h"
#include "cli/looking.h"
#include "cli/render_text.h"

namespace groupctl {
namespace {

constexpr std::uint32_t kLogLines = 200;

/// What is known of a member, or why nothing is; silence is an error.
Result<std::string> text_of(Result<std::string> text) {
  if (text || is_away(text.error())) return text;
  return escaped(text.error().text) + "\n";
}

}  // namespace

Result<WatchFacts> look_at_group(const GlobalOptions& global, Client& client) {
  auto status = client.ask<StatusReply>(StatusQuery{}, global.timeout_ms);
  if (!status) return tl::unexpected(status.error());
  WatchFacts facts;
  facts.status = {*std::move(status), global.endpoint};
  auto members = read_members(client, global.timeout_ms, facts.members.head);
  if (!members) return tl::unexpected(members.error());
  facts.members.members = *std::move(members);
  return facts;
}

WatchBoard::WatchBoard(const GlobalOptions& global, Client& client, const Surroundings& around)
    : global_(global), client_(client), around_(around), keyboard_(around.keyboard()) {
  if (keyboard_) client_.on_tick([this] { tick(); });
}

WatchBoard::~WatchBoard() {
  client_.on_tick({});
  around_.print("\n");
}

Result<bool> WatchBoard::on_news() {
  if (const Status looked = look(); !looked) return tl::unexpected(looked.error());
  return draw();
}

Status WatchBoard::look() {
  const Shown wanted_now = wanted();
  if (!view_.paused || !seen_) {
    auto facts = look_at_group(global_, client_);
    if (!facts) return tl::unexpected(facts.error());
    facts->reachable = facts_.reachable;
    facts->page = std::move(facts_.page);
    facts_ = *std::move(facts);
    seen_ = true;
  }
  if (view_.paused && page_of_ == wanted_now) return {};
  auto page = page_text(wanted_now);
  if (!page) return tl::unexpected(page.error());
  facts_.page = *std::move(page);
  page_of_ = wanted_now;
  return {};
}

WatchBoard::Shown WatchBoard::wanted() const {
  const bool asked = view_.page == WatchPage::kMember || view_.page == WatchPage::kLog;
  if (!asked) return {};
  return {view_.page, view_.page == WatchPage::kMember ? view_.chosen : ""};
}

Result<std::string> WatchBoard::page_text(const Shown& wanted) {
  if (wanted.page == WatchPage::kMember) {
    return text_of(client_.ask<MemberDetail>(MemberQuery{wanted.member}, global_.timeout_ms)
                       .map([&](const MemberDetail& detail) {
                         return render_text(detail, around_.wall_clock());
                       }));
  }
  if (wanted.page != WatchPage::kLog) return "";
  return text_of(
      read_log(client_, Sequence(), kLogLines, global_.timeout_ms).map([&](LogReport report) {
        std::reverse(report.entries.begin(), report.entries.end());  // the last one on top
        return render_text(report, around_.wall_clock());
      }));
}

void WatchBoard::reachable(bool now) {
  facts_.reachable = now;
  draw();
}

void WatchBoard::tick() {
  const bool gone_on = keyboard_->take_gone_on();
  if (gone_on) region_ = {};
  const auto keys = reader_.take(keyboard_->typed());
  for (const Key& key : keys) press(key);
  const TerminalSize size = screen().size;
  const bool resized = size.columns != drawn_.columns || size.lines != drawn_.lines;
  if (gone_on || resized || !keys.empty()) draw();
}

void WatchBoard::press(const Key& key) {
  const bool was_paused = view_.paused;
  const Shown before = wanted();
  view_ = after_key(std::move(view_), key, extent_);
  if (view_.over) client_.end();
  if (wanted() != before || (was_paused && !view_.paused)) client_.hurry();
}

bool WatchBoard::draw() {
  if (!seen_) return true;
  const Screen screen_now = screen();
  drawn_ = screen_now.size;
  WatchFacts facts = facts_;
  if (page_of_ != wanted()) facts.page.clear();
  WatchPicture picture = render_watch(facts, view_, keyboard_ != nullptr, screen_now);
  extent_ = std::move(picture.extent);
  return around_.print(region_.draw(picture.lines));
}

}  // namespace groupctl
