// The engine itself: mutants are the same each time, and what a target does wrong is seen.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <memory>
#include <set>
#include <stdexcept>

#include "tests/fuzz/group.h"
#include "tests/fuzz/guard.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/seal.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

Material some_material() {
  return {{Bytes(64, 1), Bytes(24, 2), texts({"role=web"})[0]}, {"!="}, 128};
}

TEST(Engine, MutantsFollowFromTheirNumbers) {
  const Material material = some_material();
  std::set<Bytes> different;
  for (std::uint64_t number = 1; number <= 1000; ++number) {
    const Bytes one = mutant(material, 1, number);
    EXPECT_EQ(one, mutant(material, 1, number));
    EXPECT_LE(one.size(), material.max_bytes);
    different.insert(one);
  }
  EXPECT_GT(different.size(), 750U);
  EXPECT_NE(mutant(material, 2, 1), mutant(material, 1, 1));
}

TEST(Engine, ItemsOfNoBytesAreMutatedToo) {
  const Material material{{Bytes()}, {}, 16};
  for (std::uint64_t number = 1; number <= 100; ++number) mutant(material, 1, number);
}

/// A target with few mutants that does `fault` for those whose first byte is odd.
FuzzTarget faulty(Verdict (*fault)(ByteView)) {
  FuzzTarget target;
  target.seeds = {Bytes(16, 2)};
  target.decode = [=](ByteView bytes) {
    const bool odd = !bytes.empty() && (bytes[0] & 1) != 0;
    return odd ? fault(bytes) : bytes.size() > 10 ? accepted() : refused();
  };
  target.mutants = 1000;
  return target;
}

TEST(Engine, ABrokenPromiseIsSeen) {
  EXPECT_NONFATAL_FAILURE(fuzz(faulty([](ByteView) { return broken("no"); })), ": no\n");
}

TEST(Engine, AnExceptionIsSeen) {
  EXPECT_NONFATAL_FAILURE(
      fuzz(faulty([](ByteView) -> Verdict { throw std::runtime_error("thrown"); })), "thrown");
}

TEST(Engine, MuchTimeIsSeen) {
  EXPECT_NONFATAL_FAILURE(fuzz(faulty([](ByteView) {
                            const std::uint64_t started = cpu_us();
                            while (cpu_us() - started < 300'000) continue;
                            return accepted();
                          })),
                          "of CPU");
}

TEST(Engine, WhatEndsTheProcessIsPrinted) {
  EXPECT_DEATH(fuzz(faulty([](ByteView) -> Verdict { std::abort(); })),
               "died of WhatEndsTheProcessIsPrinted, seed 1, mutant [0-9]+\n[0-9a-f]+");
}

TEST(Engine, AnEndlessInputIsPrinted) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a fork has no timer
  EXPECT_DEATH(fuzz(faulty([](ByteView bytes) -> Verdict {
                 for (const volatile std::uint8_t* first = bytes.data(); *first != 0;) continue;
                 return accepted();
               })),
               "died of AnEndlessInputIsPrinted, seed 1, mutant [0-9]+\n[0-9a-f]+");
}

TEST(Engine, AByteTooManyIsSeen) {
  EXPECT_DEATH(fuzz(faulty([](ByteView bytes) {
                 return *(bytes.data() + bytes.size()) == 0 ? accepted() : refused();
               })),
               "heap-buffer-overflow(.|\n)*died of AByteTooManyIsSeen");
}

TEST(Engine, AnOverflowIsSeen) {
  EXPECT_DEATH(fuzz(faulty([](ByteView bytes) {
                 const int many = std::numeric_limits<int>::max() - 1 + bytes[0];
                 return many > 0 ? accepted() : refused();
               })),
               "signed integer overflow(.|\n)*died of AnOverflowIsSeen");
}

/// Breaks at a number in a frame's header; only what is sealed again after the mutation gets there.
FuzzTarget with_a_planted_bug() {
  FuzzTarget target;
  target.seeds = {copy_bytes(a_group().frames().front()->bytes())};
  target.decode = [](ByteView bytes) {
    const auto frame = Frame::parse(copy_bytes(bytes));
    if (!frame) return refused();
    if ((*frame)->header().epoch.value > 0xffff) std::abort();
    return accepted();
  };
  target.mutants = 10'000;
  return target;
}

TEST(Engine, ABugBehindAChecksumIsFoundWhenItIsPutRight) {
  FuzzTarget target = with_a_planted_bug();
  target.repair = [](Bytes& bytes) { seal_frame(bytes); };
  EXPECT_DEATH(fuzz(target), "died of ABugBehindAChecksumIsFoundWhenItIsPutRight, seed 1");
}

TEST(Engine, MutantsThatGetNowhereAreSeen) {
  EXPECT_NONFATAL_FAILURE(fuzz(with_a_planted_bug()), "no mutant gets anywhere");
}

TEST(Engine, ALeakIsSeen) {
  const auto leak = [](ByteView bytes) {
    return std::make_unique<Bytes>(copy_bytes(bytes)).release()->empty() ? refused() : accepted();
  };
  EXPECT_DEATH(
      {
        fuzz(faulty(leak));
        std::exit(::testing::Test::HasFailure() ? 1 : 0);
      },
      "ERROR: LeakSanitizer");
}

TEST(Engine, TooMuchMemoryIsSeen) {
  EXPECT_NONFATAL_FAILURE(fuzz(faulty([](ByteView) {
                            const Bytes much(1 << 20);
                            return much.empty() ? refused() : accepted();
                          })),
                          "allocated");
}

}  // namespace
}  // namespace groupctl::fuzz
