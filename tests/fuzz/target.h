// A fuzzing target: one decoder or parser, honest inputs for it, and what must hold of any input.
#pragma once

#include <concepts>
#include <functional>
#include <string>
#include <vector>

#include "log/result.h"
#include "log/strong.h"

namespace groupctl::fuzz {

/// What came of one input.
struct Verdict {
  bool accepted = false;
  std::string complaint;  ///< a broken promise; empty: none
};
inline Verdict refused() { return {}; }
inline Verdict accepted() { return {true, {}}; }
inline Verdict broken(std::string complaint) { return {true, std::move(complaint)}; }

struct FuzzTarget {
  std::vector<Bytes> seeds;  ///< honest inputs: each must be accepted
  std::function<Verdict(ByteView)> decode;
  /// Makes checksums right again, so that mutants get behind them. Of eight mutants seven are
  /// repaired.
  std::function<void(Bytes&)> repair = {};
  std::vector<std::string> words = {};  ///< keywords of a text
  /// What decode() may allocate in all while it looks at an input of N bytes: a fixed part, and
  /// this many times N.
  std::size_t fixed_bytes = 256 * 1024;
  std::size_t times = 64;
  std::uint64_t mutants = 100'000;  ///< ten times as many with GROUPCTL_LONG
  std::size_t max_bytes = 0;        ///< of a mutant; 0: twice the longest seed
};

/// Runs the target named by the running test, "F33_F34_Entries": first the seeds and what is kept
/// in tests/fuzz/corpus/Entries/, then mutants of them. Fails the test for a broken promise, for
/// more than 250 ms of CPU or too much memory for one input, for a leak, and when no mutant or
/// every one is accepted. With GROUPCTL_FUZZ_MUTANT=NUMBER that one alone; GROUPCTL_FUZZ_SEED
/// gives other mutants.
void fuzz(const FuzzTarget& target);

/// What decodes is encoded to something that decodes, to the same. An encoding longer than
/// `max_bytes` need not decode: parts of a message may be shared, and are apart in ours.
template <class Decode, class Encode>
Verdict round_trip(ByteView bytes, const Decode& decode, const Encode& encode,
                   std::size_t max_bytes) {
  const auto first = decode(bytes);
  if (!first) return refused();
  const Bytes again = encode(*first);
  if (again.size() > max_bytes) return accepted();
  const auto second = decode(again);
  if (!second) return broken("its encoding is refused: " + second.error().text);
  if (encode(*second) != again) return broken("its encoding decodes to something else");
  if constexpr (std::equality_comparable<decltype(*first)>) {
    if (*first != *second) return broken("its encoding has another value");
  }
  return accepted();
}

/// An input for one of several decoders: eight bytes that say which, then what it gets.
Bytes picked(std::uint8_t which, ByteView rest);
struct Picked {
  std::size_t which = 0;
  ByteView rest;
};
/// Empty for an input too short to say.
Picked pick(ByteView input, std::size_t count);

/// Several runs of bytes in one input: before each, its length as eight bytes.
Bytes joined(const std::vector<Bytes>& runs);
/// The runs of any input; a length beyond its end means: up to the end.
std::vector<ByteView> parted(ByteView input);

/// The lines of a text.
std::vector<std::string> lines(ByteView text);
/// Texts as inputs.
std::vector<Bytes> texts(const std::vector<std::string>& texts);

}  // namespace groupctl::fuzz
