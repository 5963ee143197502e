// F34: what hostile Cap'n Proto bytes may cost.
#include "log/capnp_bytes.h"

#include <gtest/gtest.h>

#include "log/entry.capnp.h"
#include "log/entry.h"

namespace groupctl {
namespace {

/// A message of one segment made of these words.
Bytes message_of(std::vector<std::uint64_t> words) {
  words.insert(words.begin(), static_cast<std::uint64_t>(words.size()) << 32);
  Bytes bytes;
  for (std::uint64_t word : words) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
  }
  return bytes;
}

std::uint64_t struct_pointer(std::int32_t offset, std::uint64_t data, std::uint64_t pointers) {
  return (static_cast<std::uint32_t>(offset) << 2) | data << 32 | pointers << 48;
}
std::uint64_t composite_list(std::int32_t offset, std::uint64_t words) {
  return (static_cast<std::uint32_t>(offset) << 2) | 1 | 7ULL << 32 | words << 35;
}

/// The words of a Target struct (2 data words and 2 pointers) whose selector is this pointer.
std::vector<std::uint64_t> selector_target(std::uint64_t selector) {
  return {struct_pointer(0, 2, 2), 0, 3, selector, 0};
}

ErrorCode read_selector(const Bytes& bytes, std::size_t* visited) {
  Status status = with_capnp("target", [&]() -> Status {
    CapnpReader reader(bytes);
    for (auto conjunction : reader.root<schema::Target>().getSelector()) {
      for (auto term : conjunction.getTerms()) *visited += 1 + term.getValues().size();
      ++*visited;
    }
    return {};
  });
  return status ? ErrorCode::kOk : status.error().code;
}

TEST(CapnpBytes, F34_AListOfNothingIsNotReadABillionTimes) {
  auto words = selector_target(composite_list(1, 0));
  words.push_back(((1ULL << 29) - 1) << 2);  // the list's tag: half a billion empty structs
  std::size_t visited = 0;
  EXPECT_EQ(read_selector(message_of(words), &visited), ErrorCode::kInvalid);
  EXPECT_LT(visited, 1000U);
}

TEST(CapnpBytes, F34_ManyPointersToOneListAreCounted) {
  // A thousand conjunctions that all point to one and the same list of a thousand terms.
  constexpr std::uint64_t kMany = 1000;
  auto words = selector_target(composite_list(1, kMany));
  words.push_back(kMany << 2 | struct_pointer(0, 0, 1));
  for (std::uint64_t i = 0; i < kMany; ++i) {
    words.push_back(composite_list(static_cast<std::int32_t>(kMany - i - 1), 3 * kMany));
  }
  words.push_back(kMany << 2 | struct_pointer(0, 1, 2));
  words.insert(words.end(), 3 * kMany, 0);
  std::size_t visited = 0;
  EXPECT_EQ(read_selector(message_of(words), &visited), ErrorCode::kInvalid);
  EXPECT_LT(visited, 5 * words.size());
  EXPECT_GT(visited, 0U);
}

TEST(CapnpBytes, F34_ACycleEndsAtTheNestingLimit) {
  // A struct with one pointer, which points to the struct itself.
  Bytes cyclic = message_of({struct_pointer(0, 0, 1), struct_pointer(-1, 0, 1)});
  Status status = with_capnp("cycle", [&]() -> Status {
    CapnpReader reader(cyclic);
    auto at = reader.root<capnp::AnyPointer>();
    for (int depth = 0; depth < 1000; ++depth) {
      at = at.getAs<capnp::AnyStruct>().getPointerSection()[0];
    }
    return {};
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
}

TEST(CapnpBytes, RefusesTooManySegmentsAndBrokenWords) {
  auto opens = [](const Bytes& bytes) {
    return with_capnp("message",
                      [&]() -> Status {
                        CapnpReader reader(bytes);
                        reader.root<schema::Entry>().getSequence();
                        return {};
                      })
        .has_value();
  };
  Bytes many = message_of(std::vector<std::uint64_t>(20, 0));
  EXPECT_TRUE(opens(many));
  many[0] = 16;  // seventeen segments, and a table long enough for them
  EXPECT_FALSE(opens(many));
  many[0] = many[1] = many[2] = many[3] = 0xff;
  EXPECT_FALSE(opens(many));
  EXPECT_FALSE(opens({}));
  EXPECT_FALSE(opens(Bytes(7, 0)));
}

TEST(CapnpBytes, CanonicalFormIsReadBack) {
  capnp::MallocMessageBuilder message;
  auto term = message.initRoot<schema::Term>();
  term.setLabel("tier");
  term.setTest(schema::Term::Test::GLOB);
  Bytes bytes = to_canonical_bytes(capnp::AnyStruct::Reader(term.asReader()));
  EXPECT_EQ(bytes.size(),
            8 + 8 + 8 + 8U);  // root, a data word, a pointer (the null one is cut), "tier"
  bytes.insert(bytes.begin(), 0);
  CanonicalReader reader(ByteView(bytes).subspan(1));
  EXPECT_EQ(text_of(reader.root<schema::Term>().getLabel()), "tier");
  EXPECT_THROW(CanonicalReader(ByteView{}), kj::Exception);
}

}  // namespace
}  // namespace groupctl
