// The keys of a group: who has which role, and what becomes of those that ask to be let in. Pure; a
// change is in force at once, and its row goes with the next batch.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "coordinator/access_table.h"
#include "log/store.h"
#include "wire/bus.h"

namespace groupctl {

/// Who says something, as far as the group knows.
struct Caller {
  /// Through a door without keys: whoever gets there may do everything.
  bool trusted = false;
  KeyRole role = KeyRole::kGuest;
  Standing standing = Standing::kUnknown;
  std::string name;  ///< of its key; empty: none
};

class Access {
 public:
  /// Without keys (`--open`) everybody is trusted; else who came through a local door.
  explicit Access(bool open) : open_(open) {}
  /// Reads Table::kMeta.
  static Result<Access> load(const Store& store, bool open);

  bool open() const { return open_; }
  Caller caller(const Peer& peer, GroupTime now) const;
  /// Why not; nullopt: it may. kKeyRefused for a key that is not let in, kNotAllowed for a role
  /// that has not got it.
  static std::optional<Error> refusal(const Caller& caller, Verb verb);

  /// What became of the asking; the row that changed goes into `rows`. `asker` has a guest's or a
  /// token's key, or is trusted. Errors: kBusy when too many wait; kConflict; kInvalid.
  Result<Enrolled> enrol(const Peer& asker, const Enrol& enrol, KeyRole role, GroupTime now,
                         RowChanges& rows);
  /// The new key has the name and role of the old one, which is let in for kGraceMs more. Error:
  /// kConflict when the new one is known, the old one has been replaced by another already, or the
  /// one before it is let in still.
  Result<Enrolled> rotate(const Peer& peer, const RotateKey& rotate, GroupTime now,
                          RowChanges& rows);
  /// The last admin's key, too: through a local door the group can be governed without. Errors:
  /// kNotFound, kConflict, kInvalid; kBusy for too many keys.
  Result<KeyInfo> change(const ChangeKey& change, const std::string& by, GroupTime now,
                         RowChanges& rows);
  /// The guests' key follows from the server's: what stands of theirs is from now on of this one.
  void move_guests(const PublicKey& key, RowChanges& rows);
  /// Forgets what has had its time. Whether anything has.
  bool expire(GroupTime now, RowChanges& rows);
  /// When expire() is to be called, at the latest; nullopt: never, as it stands.
  std::optional<GroupTime> due() const { return due_; }

  const std::map<PublicKey, KeyInfo>& keys() const { return keys_; }
  const KeyInfo* find(const PublicKey& key) const;
  std::uint32_t pending() const;
  /// How the key of a member of this name stands, the one that is let in before others; nullopt: it
  /// has had none, as where it came without.
  std::optional<KeyState> key_of_member(const std::string& name) const;
  /// The same pointer until something has changed.
  std::shared_ptr<const Admissions> admissions() const { return admissions_; }

  /// Another number when a key has changed that is let in, or was before.
  std::uint64_t let_in_changes() const { return let_in_changes_; }

  static constexpr std::uint64_t kGraceMs = kKeyGraceMs;
  static constexpr std::size_t kMaxKeys = 20000;
  static constexpr std::uint64_t kMaxTtlMs = std::uint64_t{3653} * 24 * 3600 * 1000;
  static constexpr std::size_t kMaxPending = 64;
  /// So that one stranger does not take all of these.
  static constexpr std::size_t kMaxPendingOfAddress = 8;
  /// Then who asked may ask again, and others may.
  static constexpr std::uint64_t kPendingMs = std::uint64_t{24} * 3600 * 1000;

 private:
  const KeyInfo* holder_of(const std::string& name, KeyRole role) const;
  const KeyInfo* former_of(const KeyInfo& own) const;
  Status check_name_free(const KeyInfo& wanted) const;
  Status check_name_unused(const KeyInfo& wanted) const;
  Status check_room() const;
  Status check_room_to_wait(const std::string& address) const;
  Result<KeyInfo> add(const ChangeKey& change, GroupTime now) const;
  static Status check_stays_shared(const ChangeKey& change, const KeyInfo& known);
  static KeyInfo accept(const ChangeKey& change, const KeyInfo& known);
  Result<KeyInfo> wanted(const ChangeKey& change, GroupTime now) const;
  void revoke_holders(const KeyInfo& of, const std::string& by, GroupTime now, RowChanges& rows);
  Status spend_token(const PublicKey& token, RowChanges& rows);
  void put(KeyInfo info, RowChanges& rows);
  /// admit_anew() is the caller's: once for all that it erases.
  void erase(const PublicKey& key, RowChanges& rows);
  void admit_anew();

  bool open_;
  std::map<PublicKey, KeyInfo> keys_;
  std::map<std::string, KeyState> members_;
  std::shared_ptr<const Admissions> admissions_ = std::make_shared<Admissions>();
  std::uint64_t let_in_changes_ = 0;
  std::optional<GroupTime> due_;
};

/// In Table::kMeta: "key/" and the key in hexadecimal.
RowKey key_row(const PublicKey& key);

}  // namespace groupctl
