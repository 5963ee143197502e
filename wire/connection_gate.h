// Which connections of a coordinator's listeners stay. Bookkeeping alone: it is told what libzmq
// says of its sockets, and says which connections are to be ended. libzmq itself takes in whoever
// comes, for as long as there are descriptors.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "log/types.h"
#include "wire/connections_by_network.h"

namespace groupctl {

/// A descriptor, and who is at the other end: both together tell a connection from a later one that
/// has the same descriptor.
struct Connection {
  int fd = -1;
  std::string remote;   ///< "ADDRESS:PORT"
  std::string network;  ///< whoever may have one address of it may have them all
};

/// Whose a connection is, once it has spoken. No key: nobody's, which is not bounded.
struct ConnectionOwner {
  PublicKey key;
  std::string network;  ///< only of a key that many have
  auto operator<=>(const ConnectionOwner&) const = default;
};

enum class CutCause : std::uint8_t {
  kYoung,    ///< too many that have not said anything
  kMute,     ///< it has not said anything for too long
  kOwner,    ///< too many of one key
  kShared,   ///< too many of keys that many have
  kAll,      ///< more than there are descriptors for
  kTalk,     ///< more messages than this listener's peers have to say
  kUnread,   ///< it sends what does not become whole messages
  kUntaken,  ///< it does not take what it has asked for
  kKey,      ///< its key has no place there any more
};
std::string_view to_word(CutCause cause);

struct ListenerBounds {
  std::size_t young = 1;     ///< connections that have not said anything with a proved key
  std::size_t of_owner = 1;  ///< of those that have, of one owner
  std::size_t shared = 1;    ///< of those that have, of keys that many have
  std::size_t messages = 0;  ///< of one connection, as long as it lives; 0: any number
  /// Bytes of one connection that have come and are in no message that was read: libzmq keeps them,
  /// and bounds them by whole messages alone. 0: any number.
  std::uint64_t unread = 0;
  std::uint64_t unread_few = 0;  ///< the same, of a young one and of a key that many have
  /// Bytes for connections of one owner that they have not taken: what is put into a queue is not
  /// bounded by bytes. 0: any number.
  std::uint64_t untaken = 0;
};

/// Of several listeners, which are numbered. Whoever is named by a Cut is not in the book any more.
/// Among those that have not spoken, one of the network that has most of them goes, so that many
/// from one place do not keep out those from others.
class ConnectionGate {
 public:
  /// A connection is mute after `young_ms`.
  ConnectionGate(std::vector<ListenerBounds> listeners, std::uint64_t young_ms);

  struct Cut {
    std::size_t listener = 0;
    Connection connection;
    CutCause cause = CutCause::kYoung;
    ConnectionOwner owner = {};
  };

  /// Has come; the same connection told twice is one. A descriptor that was known is another now.
  std::optional<Cut> accepted(LocalTime now, std::size_t listener, const Connection& connection);
  void closed(std::size_t listener, int fd);

  /// Whether it has said anything; false also of one that is not known.
  bool has_spoken(std::size_t listener, int fd) const;
  /// Whether this owner has spoken there, and messages need not be counted.
  bool is_settled(std::size_t listener, int fd, const ConnectionOwner& owner) const;
  /// A message has come, of one that may not have been told as accepted yet.
  std::optional<Cut> spoke(LocalTime now, std::size_t listener, const Connection& connection,
                           const ConnectionOwner& owner);

  /// A message of so many bytes was read.
  void read(std::size_t listener, int fd, std::size_t bytes);
  /// So many bytes have come in all.
  std::optional<Cut> came(std::size_t listener, int fd, std::uint64_t bytes);
  /// A message of so many bytes was put into its queue.
  void given(std::size_t listener, int fd, std::size_t bytes);
  /// So many bytes has it taken in all: its machine has said so.
  std::optional<Cut> taken(std::size_t listener, int fd, std::uint64_t bytes);
  /// Every connection, by listener and descriptor.
  std::vector<std::pair<std::size_t, int>> all() const;

  /// All that this key has there, and it is to have none.
  std::vector<Cut> disowned(std::size_t listener, const PublicKey& key);
  /// The next one that is mute.
  std::optional<Cut> overdue(LocalTime now);
  /// Who goes when there are too many in all: the youngest of the largest crowd of those that have
  /// not spoken or have a key that many have, or else of all, so that new ones are shed first.
  std::optional<Cut> spare();
  /// When overdue() has something to say; nullopt: never, as it stands.
  std::optional<LocalTime> due() const;

  std::size_t size() const { return book_.size(); }
  std::size_t young(std::size_t listener) const { return listeners_.at(listener).young.size(); }

 private:
  struct Id {
    std::size_t listener = 0;
    int fd = -1;
    auto operator<=>(const Id&) const = default;
  };
  struct Entry {
    Connection connection;
    std::uint64_t number = 0;  // in the order in which they came
    LocalTime since;
    std::optional<ConnectionOwner> owner;  // nullopt: young
    std::size_t messages = 0;
    std::uint64_t read = 0;     // bytes, and what they took on the way at least
    std::uint64_t given = 0;    // bytes, and what they take on the way at least
    std::uint64_t untaken = 0;  // of these
  };
  struct Listener {
    ListenerBounds bounds;
    ConnectionsByNetwork young;
    ConnectionsByNetwork shared;
    std::map<ConnectionOwner, std::set<std::uint64_t>> owners;
  };
  using Book = std::map<Id, Entry>;

  Book::iterator insert(LocalTime now, Id id, const Connection& connection);
  void settle(Entry& entry, Id id, const ConnectionOwner& owner);
  std::uint64_t untaken_of(std::size_t listener, const Entry& entry) const;
  static void forget_owner(const Entry& entry, Listener& listener);
  static bool is_shared(const Entry& entry) { return entry.owner && !entry.owner->network.empty(); }
  void erase(Book::iterator known);
  Cut cut(std::uint64_t number, CutCause cause);

  std::vector<Listener> listeners_;
  const std::uint64_t young_ms_;
  Book book_;
  std::map<std::uint64_t, Id> numbers_;  // of all
  std::set<std::uint64_t> settled_;
  std::uint64_t next_ = 0;
};

}  // namespace groupctl
