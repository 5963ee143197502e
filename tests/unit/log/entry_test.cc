#include "log/entry.h"

#include <gtest/gtest.h>

#include "log/capnp_bytes.h"
#include "log/entry.capnp.h"
#include "tests/unit/log/builders.h"

namespace groupctl {
namespace {

using fixtures::some_entry;

Entry full_entry() {
  Entry entry = some_entry(Sequence(42));
  entry.entry_class = EntryClass::kNeverLate;
  entry.ttl_ms = 30'000;
  entry.keys = {"artefact/shop", "property/log.level"};
  entry.target = Target::of({{{"tier", SelectorTerm::Test::kAmong, {"web", "edge"}},
                              {"old", SelectorTerm::Test::kHasNot, {}}},
                             {{"name", SelectorTerm::Test::kGlob, {"web-*"}}}});
  entry.issuer_key.bytes.fill(0xab);
  entry.message = "because \xc3\xa9";
  return entry;
}

ErrorCode decode_error(const Bytes& bytes) {
  auto entry = decode_entry(bytes);
  return entry ? ErrorCode::kOk : entry.error().code;
}

TEST(Entry, IsReadAsItWasWritten) {
  for (const Entry& entry : {full_entry(), some_entry(Sequence(1)), Entry{}}) {
    auto read = decode_entry(encode_entry(entry));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(*read, entry);
  }
}

TEST(Entry, EveryTargetTestAndClassTravels) {
  Entry entry = some_entry(Sequence(1));
  for (Target target : {Target::none(), Target::all(), Target::one(MemberId(9)), Target::of({})}) {
    entry.target = target;
    EXPECT_EQ(decode_entry(encode_entry(entry))->target, target);
  }
  for (int test = 0; test <= static_cast<int>(SelectorTerm::Test::kGlob); ++test) {
    entry.target = Target::of({{{"label", static_cast<SelectorTerm::Test>(test), {"value"}}}});
    EXPECT_EQ(decode_entry(encode_entry(entry))->target, entry.target);
  }
  for (auto entry_class : {EntryClass::kState, EntryClass::kLatest, EntryClass::kNeverLate}) {
    entry.entry_class = entry_class;
    EXPECT_EQ(decode_entry(encode_entry(entry))->entry_class, entry_class);
  }
}

TEST(Entry, HasItsGoldenBytes) {
  EXPECT_EQ(hash_of(encode_entry(full_entry())).hex(),
            "282c504211827f5e63500935a7093535e834a55925d51608cbafae709714f46f");
  EXPECT_EQ(encode_entry(full_entry()), encode_entry(full_entry()));
}

TEST(Entry, OneOfAnySizeIsOneSegment) {
  for (std::size_t size : {0U, 7U, 8U, 3000U, 4000U, 32U * 1024U}) {
    Entry entry = full_entry();
    entry.payload.assign(size, 0x5a);
    EXPECT_EQ(decode_entry(encode_entry(entry)).value(), entry) << size;
  }
}

TEST(Entry, RefusesWhatIsTooLong) {
  Entry entry = some_entry(Sequence(1));
  entry.payload.assign(kMaxPayloadBytes + 1, 0);
  EXPECT_EQ(decode_error(encode_entry(entry)), ErrorCode::kInvalid);
  entry.payload.clear();
  entry.message.assign(kMaxFrameBytes, 'x');
  EXPECT_EQ(decode_error(encode_entry(entry)), ErrorCode::kInvalid);
}

TEST(Entry, RefusesEveryTruncation) {
  Bytes whole = encode_entry(full_entry());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(decode_error(copy_bytes(ByteView(whole).first(length))), ErrorCode::kInvalid);
  }
  whole.resize(whole.size() + 8);
  EXPECT_EQ(decode_error(whole), ErrorCode::kInvalid);
}

TEST(Entry, F33_SurvivesEverySingleBitFlip) {
  Bytes whole = encode_entry(full_entry());
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    if (decode_error(flipped) != ErrorCode::kOk) ++refused;
  }
  EXPECT_GT(refused, whole.size());  // pointers and the table are full of what must not change
}

TEST(Entry, IsReadFromUnalignedBytes) {
  Bytes shifted = encode_entry(full_entry());
  shifted.insert(shifted.begin(), 1, 0);
  EXPECT_EQ(decode_entry(ByteView(shifted).subspan(1)).value(), full_entry());
}

TEST(Entry, SaysWhatANewerVersionWroteIsNotSupported) {
  auto changed = [](auto change) {
    capnp::MallocMessageBuilder message;
    change(message.initRoot<schema::Entry>());
    return decode_error(to_bytes(message));
  };
  EXPECT_EQ(changed([](auto e) { e.setClass(static_cast<schema::EntryClass>(3)); }),
            ErrorCode::kUnsupported);
  EXPECT_EQ(changed([](auto e) { e.initTarget().initOne().setParticipant("p"); }),
            ErrorCode::kUnsupported);
  EXPECT_EQ(changed([](auto e) {
              e.initTarget().initSelector(1)[0].initTerms(1)[0].setTest(
                  static_cast<schema::Term::Test>(7));
            }),
            ErrorCode::kUnsupported);
  EXPECT_EQ(changed([](auto e) { e.initIssuerKey(31); }), ErrorCode::kInvalid);
}

TEST(ContentHash, TellsOnlyWhatTheClientAskedFor) {
  Entry asked = full_entry();
  Entry sequenced = asked;
  sequenced.sequence = Sequence(77);
  sequenced.epoch = Epoch(8);
  sequenced.issued = GroupTime(5);
  sequenced.issuer_name = "bob";
  EXPECT_EQ(content_hash(asked), content_hash(sequenced));

  auto differs = [&](auto change) {
    Entry other = asked;
    change(other);
    return content_hash(other) != content_hash(asked);
  };
  EXPECT_TRUE(differs([](Entry& e) { e.kind = KindId(1); }));
  EXPECT_TRUE(differs([](Entry& e) { e.ttl_ms = 1; }));
  EXPECT_TRUE(differs([](Entry& e) { e.target = Target::all(); }));
  EXPECT_TRUE(differs([](Entry& e) { e.target.selector[0][0].values[0] = "wed"; }));
  EXPECT_TRUE(differs([](Entry& e) { e.message += "!"; }));
  EXPECT_TRUE(differs([](Entry& e) { e.payload.push_back(0); }));
  EXPECT_TRUE(differs([](Entry& e) {  // the same bytes, moved over a border
    e.payload.insert(e.payload.begin(), e.message.back() == '!' ? 0 : 1);
    e.message.pop_back();
  }));
}

}  // namespace
}  // namespace groupctl
