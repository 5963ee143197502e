// A map with a bound: of what it holds, the one idle longest makes way.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace groupctl {

template <class Key, class Value>
class IdleMap {
 public:
  /// Holds at most so many, at least one.
  explicit IdleMap(std::size_t most) : most_(most) {}
  IdleMap(const IdleMap&) = delete;
  IdleMap& operator=(const IdleMap&) = delete;
  IdleMap(IdleMap&&) noexcept = default;
  IdleMap& operator=(IdleMap&&) noexcept = default;

  /// The value of this key, used now; a fresh one if there is none.
  Value& use(const Key& key) {
    const auto known = places_.find(key);
    if (known != places_.end()) {
      by_use_.splice(by_use_.end(), by_use_, known->second);
      return known->second->second;
    }
    if (places_.size() >= most_ && !by_use_.empty()) {
      places_.erase(by_use_.front().first);
      by_use_.pop_front();
    }
    by_use_.emplace_back(key, Value{});
    places_.emplace(key, std::prev(by_use_.end()));
    return by_use_.back().second;
  }
  std::size_t size() const { return places_.size(); }
  std::size_t most() const { return most_; }

 private:
  using ByUse = std::list<std::pair<Key, Value>>;  // idle longest first

  std::size_t most_;
  ByUse by_use_;
  std::map<Key, typename ByUse::iterator> places_;
};

}  // namespace groupctl
