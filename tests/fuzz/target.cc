#include "tests/fuzz/target.h"

#include <algorithm>

#include "log/little_endian.h"

namespace groupctl::fuzz {
namespace {

constexpr std::size_t kPrefixBytes = 8;

void append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

}  // namespace

Bytes picked(std::uint8_t which, ByteView rest) {
  Bytes input(kPrefixBytes);
  input[0] = which;
  append(input, rest);
  return input;
}

Picked pick(ByteView input, std::size_t count) {
  if (input.size() < kPrefixBytes) return {};
  return {input[0] % count, input.subspan(kPrefixBytes)};
}

Bytes joined(const std::vector<Bytes>& runs) {
  Bytes input;
  for (const Bytes& run : runs) {
    append(input, u64_bytes(run.size()));
    append(input, run);
  }
  return input;
}

std::vector<ByteView> parted(ByteView input) {
  std::vector<ByteView> runs;
  while (input.size() >= kPrefixBytes) {
    const std::uint64_t length = read_u64(input);
    input = input.subspan(kPrefixBytes);
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(length, input.size()));
    runs.push_back(input.first(size));
    input = input.subspan(size);
  }
  return runs;
}

std::vector<std::string> lines(ByteView text) {
  std::vector<std::string> found(1);
  for (const std::uint8_t byte : text) {
    if (byte == '\n') {
      found.emplace_back();
    } else {
      found.back().push_back(static_cast<char>(byte));
    }
  }
  return found;
}

std::vector<Bytes> texts(const std::vector<std::string>& texts) {
  std::vector<Bytes> inputs;
  for (const std::string& text : texts) inputs.push_back(copy_bytes(as_bytes(text)));
  return inputs;
}

}  // namespace groupctl::fuzz
