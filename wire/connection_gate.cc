#include "wire/connection_gate.h"

#include <algorithm>

namespace groupctl {
namespace {

/// Of a frame and of CURVE, around the bytes of a message.
constexpr std::uint64_t kMostBesideAMessage = 64;

}  // namespace

std::string_view to_word(CutCause cause) {
  switch (cause) {
    case CutCause::kYoung:
      return "too many that have said nothing";
    case CutCause::kMute:
      return "said nothing for too long";
    case CutCause::kOwner:
      return "too many of one key";
    case CutCause::kShared:
      return "too many of guests and tokens";
    case CutCause::kAll:
      return "too many in all";
    case CutCause::kTalk:
      return "too many messages";
    case CutCause::kUnread:
      return "no end to its messages";
    case CutCause::kUntaken:
      return "it does not take what it asks for";
    case CutCause::kKey:
      return "its key may not be there any more";
  }
  return "";
}

ConnectionGate::ConnectionGate(std::vector<ListenerBounds> listeners, std::uint64_t young_ms)
    : young_ms_(young_ms) {
  for (const ListenerBounds& bounds : listeners) listeners_.push_back({bounds, {}, {}, {}});
}

// ---- what is told

std::optional<ConnectionGate::Cut> ConnectionGate::accepted(LocalTime now, std::size_t listener,
                                                            const Connection& connection) {
  const Id id{listener, connection.fd};
  if (const auto known = book_.find(id); known != book_.end()) {
    if (known->second.connection.remote == connection.remote) return std::nullopt;
    erase(known);
  }
  insert(now, id, connection);
  const Listener& at = listeners_.at(listener);
  if (at.young.size() <= at.bounds.young) return std::nullopt;
  return cut(at.young.oldest_of_crowd(), CutCause::kYoung);
}

void ConnectionGate::closed(std::size_t listener, int fd) {
  if (const auto known = book_.find({listener, fd}); known != book_.end()) erase(known);
}

bool ConnectionGate::has_spoken(std::size_t listener, int fd) const {
  const auto known = book_.find({listener, fd});
  return known != book_.end() && known->second.owner.has_value();
}

bool ConnectionGate::is_settled(std::size_t listener, int fd, const ConnectionOwner& owner) const {
  const auto known = book_.find({listener, fd});
  return known != book_.end() && known->second.owner == owner &&
         listeners_[listener].bounds.messages == 0;
}

std::optional<ConnectionGate::Cut> ConnectionGate::spoke(LocalTime now, std::size_t listener,
                                                         const Connection& connection,
                                                         const ConnectionOwner& owner) {
  const Id id{listener, connection.fd};
  auto known = book_.find(id);
  if (known != book_.end() && known->second.connection.remote != connection.remote) {
    erase(known);
    known = book_.end();
  }
  if (known == book_.end()) known = insert(now, id, connection);
  Entry& entry = known->second;
  if (entry.owner != owner) settle(entry, id, owner);
  const ListenerBounds& bounds = listeners_.at(listener).bounds;
  if (bounds.messages != 0 && ++entry.messages > bounds.messages) {
    return cut(entry.number, CutCause::kTalk);
  }
  if (!owner.key) return std::nullopt;
  const Listener& at = listeners_[listener];
  const std::set<std::uint64_t>& theirs = at.owners.at(owner);
  if (theirs.size() > bounds.of_owner) return cut(*theirs.begin(), CutCause::kOwner);
  if (at.shared.size() <= bounds.shared) return std::nullopt;
  return cut(at.shared.oldest_of_crowd(), CutCause::kShared);
}

void ConnectionGate::read(std::size_t listener, int fd, std::size_t bytes) {
  const auto known = book_.find({listener, fd});
  if (known != book_.end()) known->second.read += bytes + kMostBesideAMessage;
}

std::optional<ConnectionGate::Cut> ConnectionGate::came(std::size_t listener, int fd,
                                                        std::uint64_t bytes) {
  const auto known = book_.find({listener, fd});
  if (known == book_.end()) return std::nullopt;
  const ListenerBounds& bounds = listeners_.at(listener).bounds;
  const bool few = !known->second.owner || is_shared(known->second);
  const std::uint64_t unread = few ? bounds.unread_few : bounds.unread;
  if (unread == 0) return std::nullopt;
  if (bytes <= known->second.read + unread) return std::nullopt;
  return cut(known->second.number, CutCause::kUnread);
}

void ConnectionGate::given(std::size_t listener, int fd, std::size_t bytes) {
  const auto known = book_.find({listener, fd});
  if (known != book_.end()) known->second.given += bytes;
}

std::optional<ConnectionGate::Cut> ConnectionGate::taken(std::size_t listener, int fd,
                                                         std::uint64_t bytes) {
  const auto known = book_.find({listener, fd});
  const std::uint64_t untaken = listeners_.at(listener).bounds.untaken;
  if (known == book_.end() || untaken == 0) return std::nullopt;
  Entry& entry = known->second;
  // What a handshake and heartbeats took was never given.
  entry.given = std::max(entry.given, bytes);
  entry.untaken = entry.given - bytes;
  if (entry.untaken == 0 || untaken_of(listener, entry) <= untaken) return std::nullopt;
  return cut(entry.number, CutCause::kUntaken);
}

/// By all connections of its owner; nobody's is alone.
std::uint64_t ConnectionGate::untaken_of(std::size_t listener, const Entry& entry) const {
  if (!entry.owner || !entry.owner->key) return entry.untaken;
  std::uint64_t sum = 0;
  for (const std::uint64_t number : listeners_[listener].owners.at(*entry.owner)) {
    sum += book_.at(numbers_.at(number)).untaken;
  }
  return sum;
}

std::vector<std::pair<std::size_t, int>> ConnectionGate::all() const {
  std::vector<std::pair<std::size_t, int>> found;
  found.reserve(book_.size());
  for (const auto& [id, entry] : book_) found.emplace_back(id.listener, id.fd);
  return found;
}

// ---- who goes

std::vector<ConnectionGate::Cut> ConnectionGate::disowned(std::size_t listener,
                                                          const PublicKey& key) {
  const auto& owners = listeners_.at(listener).owners;
  std::vector<std::uint64_t> theirs;
  for (auto owner = owners.lower_bound({key, {}}); owner != owners.end(); ++owner) {
    if (owner->first.key != key) break;
    theirs.insert(theirs.end(), owner->second.begin(), owner->second.end());
  }
  std::vector<Cut> cuts;
  for (const std::uint64_t number : theirs) cuts.push_back(cut(number, CutCause::kKey));
  return cuts;
}

std::optional<LocalTime> ConnectionGate::due() const {
  std::optional<LocalTime> next;
  for (const Listener& listener : listeners_) {
    if (listener.young.empty()) continue;
    const LocalTime since = book_.at(numbers_.at(listener.young.oldest())).since;
    if (!next || since < *next) next = since;
  }
  if (next) next = LocalTime(next->value + young_ms_);
  return next;
}

std::optional<ConnectionGate::Cut> ConnectionGate::overdue(LocalTime now) {
  for (const Listener& listener : listeners_) {
    if (listener.young.empty()) continue;
    const std::uint64_t oldest = listener.young.oldest();
    const LocalTime since = book_.at(numbers_.at(oldest)).since;
    if (since.value + young_ms_ <= now.value) return cut(oldest, CutCause::kMute);
  }
  return std::nullopt;
}

std::optional<ConnectionGate::Cut> ConnectionGate::spare() {
  std::pair<std::size_t, std::uint64_t> most;  // of how many from its network, and its number
  for (const Listener& listener : listeners_) {
    for (const ConnectionsByNetwork* some : {&listener.young, &listener.shared}) {
      if (some->empty()) continue;
      most = std::max(most, {some->crowd(), some->youngest_of_crowd()});
    }
  }
  if (most.first == 0 && settled_.empty()) return std::nullopt;
  return cut(most.first != 0 ? most.second : *settled_.rbegin(), CutCause::kAll);
}

// ---- the book

ConnectionGate::Book::iterator ConnectionGate::insert(LocalTime now, Id id,
                                                      const Connection& connection) {
  const std::uint64_t number = ++next_;
  numbers_[number] = id;
  listeners_.at(id.listener).young.insert(number, connection.network);
  return book_.emplace(id, Entry{connection, number, now, {}, {}, {}, {}, {}}).first;
}

/// Its number stays, so that who has been here longest is known.
void ConnectionGate::settle(Entry& entry, Id id, const ConnectionOwner& owner) {
  Listener& listener = listeners_[id.listener];
  forget_owner(entry, listener);
  listener.young.erase(entry.number, entry.connection.network);
  settled_.insert(entry.number);
  entry.owner = owner;
  if (owner.key) listener.owners[owner].insert(entry.number);
  if (is_shared(entry)) listener.shared.insert(entry.number, owner.network);
}

void ConnectionGate::forget_owner(const Entry& entry, Listener& listener) {
  if (is_shared(entry)) listener.shared.erase(entry.number, entry.owner->network);
  const auto theirs = entry.owner ? listener.owners.find(*entry.owner) : listener.owners.end();
  if (theirs == listener.owners.end()) return;
  theirs->second.erase(entry.number);
  if (theirs->second.empty()) listener.owners.erase(theirs);
}

void ConnectionGate::erase(Book::iterator known) {
  const auto& [id, entry] = *known;
  Listener& listener = listeners_[id.listener];
  listener.young.erase(entry.number, entry.connection.network);
  settled_.erase(entry.number);
  numbers_.erase(entry.number);
  forget_owner(entry, listener);
  book_.erase(known);
}

ConnectionGate::Cut ConnectionGate::cut(std::uint64_t number, CutCause cause) {
  const Id id = numbers_.at(number);
  const auto known = book_.find(id);
  Cut told{id.listener, known->second.connection, cause,
           known->second.owner.value_or(ConnectionOwner())};
  erase(known);
  return told;
}

}  // namespace groupctl
