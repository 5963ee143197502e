// Mutants of messages that a keyed group has really said, given to a coordinator's and to a
// member's core while the group lives on. GROUPCTL_LONG=1: ten times as many; GROUPCTL_FUZZ_SEED:
// others. GROUPCTL_FUZZ_MUTANT=N: the world of that one alone, up to it; what it says is printed.
#include "tests/simulation/world/mutants.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

namespace groupctl::sim {
namespace {

constexpr std::uint64_t kMutants = 100'000;
constexpr std::uint64_t kARound = 10'000;  // then another world: each begins young

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Of a process that dies: which mutant it was.
void say_which(int signal) {
  const std::string text = "at mutant " + std::to_string(mutant_under_way()) + "\n";
  static_cast<void>(::write(STDERR_FILENO, text.data(), text.size()));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void give_mutants(MutantStream stream) {
  const std::uint64_t seed = number_from("GROUPCTL_FUZZ_SEED", 1);
  const std::uint64_t only = number_from("GROUPCTL_FUZZ_MUTANT", 0);
  const std::uint64_t wanted = kMutants * (std::getenv("GROUPCTL_LONG") != nullptr ? 10 : 1);
  const std::uint64_t first = only != 0 ? (only - 1) / kARound * kARound + 1 : 1;
  const std::uint64_t last = only != 0 ? only : wanted;
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE}) std::signal(signal, say_which);
  MutantCounts counts;
  for (std::uint64_t begin = first; begin <= last; begin += kARound) {
    MutantRound round(stream, seed * 1'000'000 + begin);
    const std::string wrong = round.give(begin, std::min(begin + kARound - 1, last));
    ASSERT_TRUE(wrong.empty()) << "GROUPCTL_FUZZ_SEED=" << seed << ", " << wrong;
    counts += round.counts();
    if (only != 0) std::cout << round.last_mutant() << "\n";
  }
  std::cout << counts.given << " mutants, " << counts.given - counts.decoded << " refused, "
            << counts.decoded << " decoded, " << counts.answered << " answered at once, meanwhile "
            << counts.entries << " entries; a member's core held " << counts.held_bytes / 1024
            << " KiB at most\n";
  EXPECT_GT(counts.decoded, 0U) << "no mutant gets through the decoder";
  EXPECT_GT(counts.answered, 0U) << "no mutant gets anywhere";
  EXPECT_LT(counts.decoded, counts.given) << "mutants are no mutants";
}

TEST(Mutants, F33_F36_F40_of_a_members_messages_do_no_harm) {
  give_mutants(MutantStream::kMemberMessages);
}

TEST(Mutants, F33_F36_of_operators_requests_do_no_harm) {
  give_mutants(MutantStream::kAdminRequests);
}

TEST(Mutants, F33_F36_of_replies_to_a_member_do_no_harm) {
  give_mutants(MutantStream::kMemberReplies);
}

TEST(Mutants, F23_F33_F36_of_publications_do_no_harm) { give_mutants(MutantStream::kPublications); }

}  // namespace
}  // namespace groupctl::sim
