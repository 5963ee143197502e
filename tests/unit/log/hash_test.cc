// The hashes are on disk and on the wire: their values must never change unnoticed.
#include "log/hash.h"

#include <gtest/gtest.h>

#include "tests/unit/log/builders.h"

namespace groupctl {
namespace {

using fixtures::History;

TEST(Hash, IsBlake2bOf256Bits) {
  EXPECT_EQ(hash_of({}).hex(), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(hash_of(as_bytes("abc")).hex(),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Hash, InPiecesIsTheHashOfTheWhole) {
  Hash pieces = Hasher().add("ab").add_u32(0x04030201).add_u64(0x0807060504030201).finish();
  EXPECT_EQ(pieces, hash_of(as_bytes("ab\x01\x02\x03\x04\x01\x02\x03\x04\x05\x06\x07\x08")));
}

TEST(Chain, HasItsGoldenValues) {
  Hash start = chain_start(History::log_id(), "shop");
  EXPECT_EQ(start.hex(), "59a5720b7508e773a8ec75d8038263d68d6838a496b911f9cdffcdcd135b3816");
  EXPECT_EQ(chain_next(start, as_bytes("entry")).hex(),
            "dc0ff828132fdddc262866d1af14c37ba3d9159fe339bab3547f71d41e3e2ecb");
}

TEST(Tag, HasItsGoldenValueAndVerifies) {
  TagSecret secret;
  secret.bytes.fill(0x42);
  Hash chain = chain_start(History::log_id(), "shop");
  TagClaim claim{History::log_id(), Epoch(3), Sequence(99), chain, {}};
  claim.tag = make_tag(secret, claim.log_id, claim.epoch, claim.last, claim.chain);
  EXPECT_EQ(claim.tag.hex(), "3328e0203c235ad829b73cbc46111104");
  EXPECT_TRUE(verify_tag(secret, claim));
}

TEST(Tag, FailsWhenAnythingItCoversDiffers) {
  TagSecret secret;
  secret.bytes.fill(0x42);
  TagClaim claim{History::log_id(), Epoch(3), Sequence(99), hash_of({}), {}};
  claim.tag = make_tag(secret, claim.log_id, claim.epoch, claim.last, claim.chain);
  ASSERT_TRUE(verify_tag(secret, claim));

  TagClaim other = claim;
  other.log_id.bytes[15] ^= 1;
  EXPECT_FALSE(verify_tag(secret, other));
  other = claim;
  other.epoch = Epoch(4);
  EXPECT_FALSE(verify_tag(secret, other));
  other = claim;
  other.last = Sequence(100);
  EXPECT_FALSE(verify_tag(secret, other));
  other = claim;
  other.chain.bytes[0] ^= 1;
  EXPECT_FALSE(verify_tag(secret, other));
  other = claim;
  other.tag.bytes[0] ^= 1;
  EXPECT_FALSE(verify_tag(secret, other));
  secret.bytes[31] ^= 1;
  EXPECT_FALSE(verify_tag(secret, claim));
}

}  // namespace
}  // namespace groupctl
