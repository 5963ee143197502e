// Connections of which only so many may be, in the order in which they came, and by network.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace groupctl {

/// Each is a number; a later one is larger.
class ConnectionsByNetwork {
 public:
  void insert(std::uint64_t number, const std::string& network);
  /// One that is not there: nothing.
  void erase(std::uint64_t number, const std::string& network);

  std::size_t size() const { return all_.size(); }
  bool empty() const { return all_.empty(); }
  std::uint64_t oldest() const { return *all_.begin(); }
  /// How many the network has that has most.
  std::size_t crowd() const { return sizes_.empty() ? 0 : sizes_.rbegin()->first; }
  /// Of that network; where none has more than one, of all.
  std::uint64_t oldest_of_crowd() const { return *crowded().begin(); }
  std::uint64_t youngest_of_crowd() const { return *crowded().rbegin(); }

 private:
  const std::set<std::uint64_t>& crowded() const;

  std::set<std::uint64_t> all_;
  std::map<std::string, std::set<std::uint64_t>> networks_;
  std::set<std::pair<std::size_t, std::string>> sizes_;
};

}  // namespace groupctl
