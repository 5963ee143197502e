#include "tests/simulation/world/trace.h"

namespace groupctl::sim {

void Trace::mix(ByteView bytes) {
  for (std::uint8_t byte : bytes) hash_ = (hash_ ^ byte) * 1099511628211ULL;
  hash_ = (hash_ ^ bytes.size()) * 1099511628211ULL;
}

void Trace::mix(std::uint64_t number) { hash_ = (hash_ ^ number) * 1099511628211ULL; }

void Trace::put(Millis now, std::string_view who, std::string_view what, const std::string& text) {
  std::string line = std::to_string(now) + " " + std::string(who) + " " + std::string(what);
  if (!text.empty()) line += " " + text;
  lines_.push_back(std::move(line));
  if (lines_.size() > keep_) lines_.pop_front();
}

}  // namespace groupctl::sim
