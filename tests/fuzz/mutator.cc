#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "log/little_endian.h"
#include "log/pcg.h"

namespace groupctl::fuzz {
namespace {

constexpr std::size_t kWord = 8;
constexpr std::size_t kLargeItem = 4096;  // such items are mutated seldom: they take long
constexpr std::uint32_t kLargePerMille = 20;
constexpr std::array<std::uint64_t, 22> kNumbers = {0,
                                                    1,
                                                    2,
                                                    3,
                                                    7,
                                                    8,
                                                    15,
                                                    16,
                                                    63,
                                                    64,
                                                    127,
                                                    128,
                                                    255,
                                                    256,
                                                    0x7fff,
                                                    0x8000,
                                                    0xffff,
                                                    0x10000,
                                                    0x7fffffff,
                                                    0xffffffff,
                                                    0x7fffffffffffffff,
                                                    0xffffffffffffffff};

/// One mutant while it is made.
struct Work {
  const Material& material;
  Pcg random;
  Bytes bytes;

  std::size_t place() { return random.below(bytes.size()); }
  /// The place of a whole aligned word; only where there is one.
  std::size_t word_place() { return kWord * random.below(bytes.size() / kWord); }
  std::uint64_t number() { return kNumbers[random.below(kNumbers.size())]; }
  /// Short runs are likelier; half of them whole words.
  std::size_t length() {
    const std::size_t some = 1 + random.below(std::size_t{1} << random.below(10));
    return random.chance(500) ? (some + kWord - 1) / kWord * kWord : some;
  }
  const Bytes& other() { return material.items[random.below(material.items.size())]; }
};

void insert(Work& work, std::size_t at, ByteView run) {
  const std::size_t room =
      work.material.max_bytes - std::min(work.material.max_bytes, work.bytes.size());
  run = run.first(std::min(run.size(), room));
  work.bytes.insert(work.bytes.begin() + static_cast<std::ptrdiff_t>(at), run.begin(), run.end());
}

/// A run of `from`, copied, since it may be the bytes that change.
Bytes run_of(Work& work, ByteView from) {
  if (from.empty()) return {};
  const std::size_t at = work.random.below(from.size());
  return copy_bytes(from.subspan(at, std::min(work.length(), from.size() - at)));
}

void flip_bit(Work& work) {
  work.bytes[work.place()] ^= static_cast<std::uint8_t>(1U << work.random.below(8));
}

void set_byte(Work& work) {
  work.bytes[work.place()] = static_cast<std::uint8_t>(work.random.below(256));
}

/// Writes a number of 1, 2, 4 or 8 bytes.
void write(Work& work, std::size_t at, std::size_t width, std::uint64_t number) {
  std::uint8_t whole[kWord];
  put_le(whole, number);
  std::memcpy(work.bytes.data() + at, whole, std::min(width, work.bytes.size() - at));
}

void set_number(Work& work) {
  const std::size_t width = std::size_t{1} << work.random.below(4);
  std::size_t at = work.place();
  if (work.random.chance(700)) at -= at % width;
  write(work, at, width, work.number());
}

void change_number(Work& work) {
  const std::size_t width = std::size_t{1} << work.random.below(4);
  std::size_t at = work.place();
  at -= at % width;
  std::uint8_t whole[kWord] = {};
  std::memcpy(whole, work.bytes.data() + at, std::min(width, work.bytes.size() - at));
  const std::uint64_t step = 1 + work.random.below(16);
  const auto number = get_le<std::uint64_t>(whole);
  write(work, at, width, work.random.chance(500) ? number + step : number - step);
}

void cut(Work& work) {
  const std::size_t at = work.place();
  work.bytes.resize(work.random.chance(700) ? at / kWord * kWord : at);
}

void erase_run(Work& work) {
  const std::size_t at = work.place();
  const std::size_t size = std::min(work.length(), work.bytes.size() - at);
  const auto begin = work.bytes.begin() + static_cast<std::ptrdiff_t>(at);
  work.bytes.erase(begin, begin + static_cast<std::ptrdiff_t>(size));
}

void repeat_run(Work& work) {
  const Bytes run = run_of(work, work.bytes);
  insert(work, work.place(), run);
}

void overwrite_run(Work& work) {
  const Bytes run = run_of(work, work.random.chance(500) ? work.other() : work.bytes);
  const std::size_t at = work.place();
  std::copy_n(run.begin(), std::min(run.size(), work.bytes.size() - at),
              work.bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

void insert_filling(Work& work) {
  const Bytes run(work.length(), static_cast<std::uint8_t>(work.number()));
  insert(work, work.place(), run);
}

void insert_word_of_text(Work& work) {
  if (work.material.words.empty()) return set_number(work);
  const auto& words = work.material.words;
  insert(work, work.random.below(work.bytes.size() + 1),
         as_bytes(words[work.random.below(words.size())]));
}

/// The front of this one and the back of another.
void splice(Work& work) {
  const Bytes& other = work.other();
  std::size_t front = work.place();
  std::size_t back = work.random.below(other.size() + 1);
  if (work.random.chance(700)) {
    front -= front % kWord;
    back -= back % kWord;
  }
  work.bytes.resize(front);
  insert(work, front, ByteView(other).subspan(back));
}

void copy_word(Work& work) {
  if (work.bytes.size() < kWord) return set_byte(work);
  const std::size_t from = work.word_place();
  std::memmove(work.bytes.data() + work.word_place(), work.bytes.data() + from, kWord);
}

/// A pointer by Cap'n Proto's encoding: kind in 2 bits, offset in 30, then sizes or a count.
void make_pointer(Work& work) {
  if (work.bytes.size() < kWord) return set_byte(work);
  const std::size_t at = work.word_place();
  const std::uint64_t words = work.bytes.size() / kWord;
  // Forward and back within the bytes, now and then beyond them.
  const std::uint64_t offset =
      work.random.chance(900) ? work.random.below(2 * words) - words : work.number();
  const std::uint64_t kind = work.random.below(4);
  std::uint64_t pointer = kind | (offset & 0x3fffffff) << 2;
  if (kind == 1) {
    const std::uint64_t count = work.random.chance(500) ? work.random.below(words) : work.number();
    pointer |= work.random.below(8) << 32 | (count & 0x1fffffff) << 35;
  } else {
    pointer |= work.random.below(8) << 32 | work.random.below(8) << 48;
  }
  write(work, at, kWord, pointer);
}

/// One field of the word that is there, as if it were a pointer.
void change_pointer(Work& work) {
  if (work.bytes.size() < kWord) return set_byte(work);
  const std::size_t at = work.word_place();
  auto word = get_le<std::uint64_t>(work.bytes.data() + at);
  switch (work.random.below(4)) {
    case 0:  // where to
      word = (word & ~0xfffffffcULL) | ((word + 4 * (work.random.below(9) - 4)) & 0xfffffffc);
      break;
    case 1:  // of what
      word = (word & ~(7ULL << 32)) | work.random.below(8) << 32;
      break;
    case 2:  // how many
      word = (word & 0x7ffffffff) | (work.number() & 0x1fffffff) << 35;
      break;
    default:  // which kind
      word = (word & ~3ULL) | work.random.below(4);
  }
  write(work, at, kWord, word);
}

using Change = void (*)(Work&);
constexpr std::array<Change, 16> kChanges = {
    flip_bit,  flip_bit,     set_byte,       set_number,         set_number,     change_number,
    cut,       erase_run,    repeat_run,     overwrite_run,      insert_filling, splice,
    copy_word, make_pointer, change_pointer, insert_word_of_text};

const Bytes& pick(const Material& material, Pcg& random) {
  while (true) {
    const Bytes& item = material.items[random.below(material.items.size())];
    if (item.size() <= kLargeItem || material.items.size() == 1) return item;
    if (random.chance(kLargePerMille)) return item;
  }
}

}  // namespace

Bytes mutant(const Material& material, std::uint64_t seed, std::uint64_t number) {
  Pcg random(seed + number * 0x9e3779b97f4a7c15ULL, number);
  Bytes item = pick(material, random);
  Work work{material, random, std::move(item)};
  const std::uint64_t changes = 1 + work.random.below(std::uint64_t{1} << work.random.below(4));
  for (std::uint64_t i = 0; i < changes; ++i) {
    if (work.bytes.empty()) {
      work.bytes = run_of(work, work.other());
      if (work.bytes.empty()) break;
    }
    kChanges[work.random.below(kChanges.size())](work);
  }
  if (work.bytes.size() > material.max_bytes) work.bytes.resize(material.max_bytes);
  return std::move(work.bytes);
}

}  // namespace groupctl::fuzz
