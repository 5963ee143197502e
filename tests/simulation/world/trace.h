// What happened, as a running hash of everything and, when asked for, as text.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "log/strong.h"
#include "tests/simulation/world/event_queue.h"

namespace groupctl::sim {

class Trace {
 public:
  /// Keeps the last `lines` lines as text; 0 (the beginning) keeps none.
  void keep(std::size_t lines) { keep_ = lines; }
  bool keeping() const { return keep_ > 0; }

  /// One thing that happened. The bytes count in the hash; `text` is asked for only when kept.
  template <class Text>
  void add(Millis now, std::string_view who, std::string_view what, ByteView bytes, Text&& text) {
    mix(now);
    mix(as_bytes(who));
    mix(as_bytes(what));
    mix(bytes);
    if (keeping()) put(now, who, what, text());
  }
  void add(Millis now, std::string_view who, std::string_view what) {
    add(now, who, what, {}, [] { return std::string(); });
  }

  /// What a reader should see, and what is no part of what happened.
  template <class Text>
  void aside(Millis now, std::string_view who, std::string_view what, Text&& text) {
    if (keeping()) put(now, who, what, text());
  }

  std::uint64_t hash() const { return hash_; }
  const std::deque<std::string>& lines() const { return lines_; }
  std::deque<std::string> take_lines() { return std::exchange(lines_, {}); }

  /// Counts how often something worth knowing has come about.
  void sometimes(std::string_view what) { ++counts_[std::string(what)]; }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  void mix(ByteView bytes);
  void mix(std::uint64_t number);
  void put(Millis now, std::string_view who, std::string_view what, const std::string& text);

  std::uint64_t hash_ = 14695981039346656037ULL;  // FNV-1a, 64 bits
  std::size_t keep_ = 0;
  std::deque<std::string> lines_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace groupctl::sim
