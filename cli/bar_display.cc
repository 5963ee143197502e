#include "cli/bar_display.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kBetweenBarsMs = 100;

}  // namespace

BarDisplay::BarDisplay(const GlobalOptions& global, Client& client, const Surroundings& around,
                       Bar bar)
    : global_(global),
      client_(client),
      around_(around),
      bar_(std::move(bar)),
      live_(screen().live && !global.quiet),
      start_ms_(client.now_ms()) {
  if (live_) client_.on_tick([this] { draw(); });
}

BarDisplay::~BarDisplay() {
  if (!live_) return;
  client_.on_tick({});
  if (const std::string gone = region_.clear(); !gone.empty()) around_.say(gone);
}

void BarDisplay::draw(bool at_once) {
  const std::uint64_t now = client_.now_ms();
  if (!live_ || (now < next_ms_ && !at_once)) return;
  const auto lines = bar_(now - start_ms_, screen());
  if (lines.empty()) return;
  next_ms_ = now + kBetweenBarsMs;
  if (const std::string text = region_.draw(lines); !text.empty()) around_.say(text);
}

void BarDisplay::say(const std::string& line) const {
  if (!live_ && !global_.quiet) around_.say(line);
}

std::string BarDisplay::stamp() const {
  const WallClock clock = around_.wall_clock();
  return when_text(GroupTime(clock.now_ms), clock);
}

}  // namespace groupctl
