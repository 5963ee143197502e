// The loop: seeds and corpus first, then mutants, each under the guard.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "tests/fuzz/guard.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

constexpr std::uint64_t kMostCpuUs = 250'000;
constexpr std::size_t kLeastRoom = 4096;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// "Entries" of the test F33_F34_Entries.
std::string target_name() {
  const std::string test = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  return test.substr(test.rfind('_') + 1);
}

/// The bytes of a file of hexadecimal digits; lines that begin with # are for people.
Bytes read_hex(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string digits, line;
  while (std::getline(file, line)) {
    if (!line.starts_with('#')) digits += line;
  }
  Bytes bytes(digits.size() / 2);
  EXPECT_TRUE(from_hex(digits, bytes)) << path;
  return bytes;
}

/// What once failed, by file name.
std::vector<Bytes> kept(const std::string& target) {
  const std::filesystem::path folder = std::filesystem::path(GROUPCTL_FUZZ_CORPUS) / target;
  if (!std::filesystem::exists(folder)) return {};
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Bytes> items;
  for (const auto& path : paths) items.push_back(read_hex(path));
  return items;
}

class Run {
 public:
  explicit Run(const FuzzTarget& target) : target_(target) {}

  /// Whether it was accepted. Fails the test when a promise is broken.
  bool look_at(const Bytes& input, const std::string& label, std::size_t shift) {
    // Ends where the allocation does, so that the sanitizer sees one byte too many; not always
    // aligned.
    const std::unique_ptr<std::uint8_t[]> copy(new std::uint8_t[input.size() + shift]);
    std::copy(input.begin(), input.end(), copy.get() + shift);
    const ByteView view(copy.get() + shift, input.size());
    enter(label, view);
    const std::uint64_t allocated = allocated_bytes();
    const std::uint64_t started = cpu_us();
    Verdict verdict = decode(view);
    const std::uint64_t took = cpu_us() - started;
    const std::uint64_t used = allocated_bytes() - allocated;
    leave();
    ++looked_;
    accepted_ += verdict.accepted ? 1 : 0;
    slowest_us_ = std::max(slowest_us_, took);
    if (took > kMostCpuUs) verdict.complaint += " took " + std::to_string(took) + " us of CPU";
    check_memory(input.size(), used, verdict.complaint);
    if (!verdict.complaint.empty()) {
      failed_ = true;
      ADD_FAILURE() << label << ": " << verdict.complaint << "\n" << to_hex(input);
    }
    return verdict.accepted;
  }

  bool failed() const { return failed_; }
  std::uint64_t looked() const { return looked_; }
  std::uint64_t accepted() const { return accepted_; }
  std::string summary() const {
    return std::to_string(looked_) + " mutants, " + std::to_string(accepted_ * 100 / looked_) +
           " % accepted, at most " + std::to_string(slowest_us_ / 1000) + " ms of CPU, " +
           std::to_string(most_beyond_ / 1024) + " KiB and " + std::to_string(most_times_) +
           " times its size of memory";
  }

 private:
  Verdict decode(ByteView input) const {
    try {
      return target_.decode(input);
    } catch (const std::exception& e) {
      return broken(std::string("it throws: ") + e.what());
    }
  }

  void check_memory(std::size_t size, std::uint64_t used, std::string& complaint) {
    if (used > target_.fixed_bytes + target_.times * size) {
      complaint += " allocated " + std::to_string(used) + " bytes for " + std::to_string(size);
    }
    most_beyond_ = std::max(most_beyond_, used);
    if (used > target_.fixed_bytes && size > 0) {
      most_times_ = std::max(most_times_, (used - target_.fixed_bytes) / size);
    }
  }

  const FuzzTarget& target_;
  std::uint64_t looked_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t slowest_us_ = 0;
  std::uint64_t most_beyond_ = 0;
  std::uint64_t most_times_ = 0;
  bool failed_ = false;
};

Material material_of(const FuzzTarget& target, const std::string& name, Run& run) {
  Material material{target.seeds, target.words, target.max_bytes};
  for (std::size_t i = 0; i < target.seeds.size(); ++i) {
    const std::string label = name + ", honest input " + std::to_string(i);
    EXPECT_TRUE(run.look_at(target.seeds[i], label, i % 8)) << label << " is refused";
  }
  int number = 0;
  for (Bytes& item : kept(name)) {
    run.look_at(item, name + ", kept input " + std::to_string(++number), 0);
    material.items.push_back(std::move(item));
  }
  if (material.max_bytes != 0) return material;
  for (const Bytes& item : material.items) {
    material.max_bytes = std::max({material.max_bytes, 2 * item.size(), kLeastRoom});
  }
  return material;
}

/// A mutant that changes nothing, or only what is put right again, says nothing about the target.
bool is_item(const Bytes& input, const Material& material) {
  return std::find(material.items.begin(), material.items.end(), input) != material.items.end();
}

void look_at_mutants(const FuzzTarget& target, const Material& material, const std::string& name,
                     Run& run) {
  const std::uint64_t seed = number_from("GROUPCTL_FUZZ_SEED", 1);
  const std::uint64_t only = number_from("GROUPCTL_FUZZ_MUTANT", 0);
  const bool many = std::getenv("GROUPCTL_LONG") != nullptr;
  const std::uint64_t wanted = only != 0 ? 1 : target.mutants * (many ? 10 : 1);
  const std::uint64_t first = only != 0 ? only : 1;
  for (std::uint64_t number = first; run.looked() < wanted && !run.failed(); ++number) {
    ASSERT_LE(number, first + 2 * wanted) << "mutants are no mutants";
    Bytes input = mutant(material, seed, number);
    if (target.repair && number % 8 != 0) target.repair(input);
    if (is_item(input, material)) continue;
    const std::string label =
        name + ", seed " + std::to_string(seed) + ", mutant " + std::to_string(number);
    run.look_at(input, label, number % 16 == 1 ? 1 : 0);
  }
  if (only != 0 || run.failed()) return;
  EXPECT_GT(run.accepted(), 0U) << "no mutant gets anywhere";
  EXPECT_LT(run.accepted(), run.looked()) << "every mutant is accepted";
}

}  // namespace

void fuzz(const FuzzTarget& target) {
  const std::string name = target_name();
  ASSERT_FALSE(target.seeds.empty());
  target.decode(target.seeds.front());  // what is made once is made now, and counts for no input
  Run honest(target);
  const Material material = material_of(target, name, honest);
  Run run(target);
  look_at_mutants(target, material, name, run);
  EXPECT_FALSE(found_leaks()) << name << " leaks";
  if (run.failed()) return;
  std::cout << "fuzz: " << name << ": " << run.summary() << std::endl;
}

}  // namespace groupctl::fuzz
