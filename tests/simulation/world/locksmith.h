// Who gives keys to a simulated group and takes them away: tokens, accepting, revoking, rotating,
// lost keys; and, in the end, whoever is hostile is thrown out.
#pragma once

#include "tests/simulation/world/world.h"

namespace groupctl::sim {

class Locksmith {
 public:
  Locksmith(World& world, std::uint64_t seed) : world_(world), random_(seed, kStream) {}

  /// Keys for everybody in this world, some of them to be asked for yet; of `others` as well.
  /// Before anything runs. Without keys (Faults::keys) nothing is done, here and later.
  void furnish(const std::vector<KeyInfo>& others);
  void start();
  /// From now on all members are let in, and of the others nobody is.
  void end() { ended_ = true; }

 private:
  static constexpr std::uint64_t kStream = 11;  // of chance: what others draw stays
  void next();
  void strike();
  void look_after_keys();
  void judge(const KeyInfo& info);
  void throw_out();
  void change(ChangeKey::What what, const PublicKey& key, const std::string& name, bool replace);
  void revoke(MemberNode& member);
  void lose_key(MemberNode& member);
  void rotate(MemberNode& member);
  void restart(MemberNode& member);
  PublicKey make_token();
  MemberNode& drawn_member();
  bool sometimes(std::uint32_t per_mille) { return ended_ || random_.chance(per_mille); }

  World& world_;
  Pcg random_;
  bool ended_ = false;
};

PublicKey draw_key(Pcg& random);

}  // namespace groupctl::sim
