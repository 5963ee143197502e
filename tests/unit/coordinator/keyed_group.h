// A group with keys: ana is its admin (1), rita reads (4), otto works (5), m1 and m2 are members
// (11, 12), and 2 is the guest's.
#pragma once

#include <gtest/gtest.h>

#include "coordinator/access.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {

inline PublicKey key(std::uint8_t number) {
  PublicKey made;
  made.bytes.fill(number);
  return made;
}

inline Peer with_key(std::uint8_t number) {
  Peer made = peer("p" + std::to_string(number));
  made.key = key(number);
  made.address = "10.0.0." + std::to_string(number);
  return made;
}

inline KeyInfo info(std::uint8_t number, std::string name, KeyRole role) {
  return accepted_key(key(number), std::move(name), role);
}

inline ChangeKey add(std::uint8_t number, std::string name, KeyRole role) {
  ChangeKey change;
  change.key = key(number);
  change.name = std::move(name);
  change.role = role;
  return change;
}

inline ChangeKey ruling(ChangeKey::What what, std::uint8_t number) {
  ChangeKey change;
  change.what = what;
  change.key = key(number);
  return change;
}

inline Enrol enrol(std::uint8_t number, std::string name) {
  return {1, "test", "shop", std::move(name), key(number)};
}

class KeyedGroup : public Group {
 public:
  explicit KeyedGroup(CoordinatorConfig with = keyed()) : Group(std::move(with)) {
    Batch batch;
    batch.head = store.head().value();
    batch.head.batch = batch.head.batch.next();
    const std::vector<KeyInfo> first = {
        info(1, "ana", KeyRole::kAdmin),   info(2, "guest", KeyRole::kGuest),
        info(4, "rita", KeyRole::kReader), info(5, "otto", KeyRole::kOperator),
        info(11, "m1", KeyRole::kMember),  info(12, "m2", KeyRole::kMember)};
    for (const KeyInfo& one : first) batch.rows[key_row(one.key)] = encode(one);
    EXPECT_EQ(store.commit(batch).answer, CommitAnswer::kCommitted);
    restart();
  }
  Follower member(const std::string& name, std::uint8_t number) {
    Follower made = newcomer(name, number);
    made.peer = with_key(number);
    return made;
  }
  KeyInfo change(std::uint8_t number, ChangeKey::What what) {
    const AdminRequestId id = ask(ruling(what, number), with_key(1));
    const auto* answered = reply_as<KeyInfo>(id);
    EXPECT_NE(answered, nullptr);
    return answered != nullptr ? *answered : KeyInfo();
  }

  static CoordinatorConfig keyed() {
    CoordinatorConfig config = default_config();
    config.open = false;
    return config;
  }
};

}  // namespace groupctl::testing
