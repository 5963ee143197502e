#include "wire/connections_by_network.h"

namespace groupctl {

void ConnectionsByNetwork::insert(std::uint64_t number, const std::string& network) {
  if (!all_.insert(number).second) return;
  std::set<std::uint64_t>& theirs = networks_[network];
  sizes_.erase({theirs.size(), network});
  theirs.insert(number);
  sizes_.insert({theirs.size(), network});
}

void ConnectionsByNetwork::erase(std::uint64_t number, const std::string& network) {
  if (all_.erase(number) == 0) return;
  const auto found = networks_.find(network);
  std::set<std::uint64_t>& theirs = found->second;
  sizes_.erase({theirs.size(), network});
  theirs.erase(number);
  if (theirs.empty()) {
    networks_.erase(found);
  } else {
    sizes_.insert({theirs.size(), network});
  }
}

const std::set<std::uint64_t>& ConnectionsByNetwork::crowded() const {
  return crowd() <= 1 ? all_ : networks_.at(sizes_.rbegin()->second);
}

}  // namespace groupctl
