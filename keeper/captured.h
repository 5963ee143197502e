// What a program said, within bounds: its beginning and its end, and its lines as they come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace groupctl::keeper {

/// Of each output so much is kept from its beginning, and as much from its end.
inline constexpr std::size_t kMaxCapturedPart = 64 << 10;
/// The rest of a longer line is not passed on.
inline constexpr std::size_t kMaxLineBytes = 64 << 10;

/// Bytes as they came: they need not be text.
struct Captured {
  std::string head;
  std::string tail;           ///< what came after the head; its last part where that is too long
  std::uint64_t dropped = 0;  ///< bytes between them
  /// All of it, with a line between head and tail that says how much was left out.
  std::string text() const;
  bool operator==(const Captured&) const = default;
};

/// Takes any amount and keeps what Captured has room for.
class Capture {
 public:
  void add(std::string_view bytes);
  Captured captured() const;

 private:
  std::string head_;
  std::string tail_;  // up to twice its part, so that it is cut seldom
  std::uint64_t dropped_ = 0;
};

/// Cuts a stream into lines, without their ends.
class LineCutter {
 public:
  using OnLine = std::function<void(std::string_view line)>;
  void add(std::string_view bytes, const OnLine& on_line);
  /// The stream has ended: what came after the last line's end is a line too.
  void finish(const OnLine& on_line);

 private:
  void keep(std::string_view part);

  std::string line_;
};

}  // namespace groupctl::keeper
