#include "cli/wait_display.h"

#include "cli/render_json.h"

namespace groupctl {

WaitDisplay::WaitDisplay(const GlobalOptions& global, Client& client, const Surroundings& around)
    : global_(global),
      client_(client),
      around_(around),
      live_(screen().live && !global.quiet),
      start_ms_(client.now_ms()),
      progress_(start_ms_) {
  if (live_) client_.on_tick([this] { draw(); });
}

WaitDisplay::~WaitDisplay() { client_.on_tick({}); }

void WaitDisplay::begin(const WaitHead& head) {
  head_ = head;
  if (global_.quiet) return;
  around_.say(live_ ? render_head(head, screen()) : Progress::begin(head, stamp()));
}

void WaitDisplay::round(const LedgerView& ledger, const std::vector<LedgerRow>& changed,
                        bool reachable) {
  if (global_.lines && head_.sequence) {
    for (const LedgerRow& row : changed) around_.print(render_json(row, head_.sequence));
  }
  ledger_ = ledger;
  reachable_ = reachable;
  if (live_) return draw();
  const std::string lines = progress_.reachable(reachable, stamp()) +
                            progress_.round(ledger, changed, client_.now_ms(), stamp());
  if (!lines.empty() && !global_.quiet) around_.say(lines);
}

void WaitDisplay::end(const LedgerView& ledger, int exit_code) {
  client_.on_tick({});
  if (global_.quiet) return;
  const std::string last = live_ ? region_.clear() : Progress::end(ledger, exit_code, stamp());
  if (!last.empty()) around_.say(last);
}

void WaitDisplay::draw() {
  if (ledger_.version() == 0 && reachable_) return;  // nothing is known yet
  const std::uint64_t elapsed = client_.now_ms() - start_ms_;
  const std::string text = region_.draw(render_bar({ledger_, elapsed, reachable_}, screen()));
  if (!text.empty()) around_.say(text);
}

std::string WaitDisplay::stamp() const {
  const WallClock clock = around_.wall_clock();
  return when_text(GroupTime(clock.now_ms), clock);
}

Screen WaitDisplay::screen() const { return screen_of(around_.screen_facts(), global_.color); }

}  // namespace groupctl
