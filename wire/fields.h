// Reading and writing the fields that messages share. Only the codecs include this.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "log/capnp_bytes.h"
#include "log/outcome.h"
#include "log/types.h"
#include "wire/common.capnp.h"
#include "wire/limits.h"
#include "wire/member_messages.h"

namespace groupctl::wire {

/// Takes fields out of a message and keeps the first complaint about one; what is complained about
/// reads as empty. Ask complaint() before using what was read.
class FieldReader {
 public:
  std::string text(capnp::Text::Reader text, const char* what, std::size_t max = kMaxTextBytes);
  /// A name by is_name().
  std::string name(capnp::Text::Reader text, const char* what);
  std::string name_or_empty(capnp::Text::Reader text, const char* what);
  Bytes bytes(capnp::Data::Reader data, const char* what, std::size_t max);
  /// A fixed block; empty is the zero block.
  template <class Fixed>
  Fixed block(capnp::Data::Reader data, const char* what) {
    Fixed fixed;
    if (data.size() != 0 && !fixed.assign(view_of(data))) refuse(what, "has a wrong length");
    return fixed;
  }
  std::uint64_t number(std::uint64_t value, const char* what, std::uint64_t low,
                       std::uint64_t high);
  /// How many elements to read of a list: all, or none when they are more than `max`.
  unsigned count(std::size_t size, const char* what, std::size_t max);
  std::vector<std::string> texts(capnp::List<capnp::Text>::Reader list, const char* what,
                                 std::size_t max, std::size_t max_text = kMaxTextBytes);
  void protocol(std::uint32_t version);
  Outcome outcome(std::uint8_t number);
  ErrorCode error_code(std::uint16_t number);

  Labels labels(capnp::List<wire_schema::Label>::Reader list, std::size_t most = kMaxLabels);
  Watermarks watermarks(wire_schema::Watermarks::Reader in);
  DeltaCounts delta(wire_schema::DeltaCounts::Reader in);
  RunningStep running(wire_schema::RunningStep::Reader in);
  std::vector<OutcomeReport> reports(capnp::List<wire_schema::OutcomeReport>::Reader list);
  Envelope envelope(wire_schema::Envelope::Reader in);
  template <class Complaint>
  Complaint complaint_of(wire_schema::Complaint::Reader in) {
    Complaint read;
    read.code = error_code(in.getCode());
    read.text = text(in.getText(), "text of a refusal");
    return read;
  }

  void refuse(const char* what, std::string_view why) { refuse(ErrorCode::kInvalid, what, why); }
  void refuse(ErrorCode code, const char* what, std::string_view why);
  /// Something else complained.
  void refuse(const char* what, const Error& cause);
  const std::optional<Error>& complaint() const { return complaint_; }
  /// What was read, or the first complaint.
  template <class Read>
  Result<Read> checked(Read&& read) const {
    if (complaint_) return tl::unexpected<Error>(*complaint_);
    return std::forward<Read>(read);
  }

 private:
  std::optional<Error> complaint_;
};

/// A text for people, cut to what a reader accepts, between characters.
std::string shortened(const std::string& text, std::size_t max = kMaxTextBytes);

template <class Fixed>
capnp::Data::Reader block_field(const Fixed& fixed) {
  return fixed ? data_of(fixed.view()) : capnp::Data::Reader();
}
inline unsigned list_size(std::size_t size) { return static_cast<unsigned>(size); }

void write(const Labels& labels, capnp::List<wire_schema::Label>::Builder out);
void write(const Watermarks& marks, wire_schema::Watermarks::Builder out);
void write(const DeltaCounts& delta, wire_schema::DeltaCounts::Builder out);
void write(const RunningStep& running, wire_schema::RunningStep::Builder out);
void write(const std::vector<OutcomeReport>& reports,
           capnp::List<wire_schema::OutcomeReport>::Builder out);
void write(const Envelope& envelope, wire_schema::Envelope::Builder out);
void write(ErrorCode code, const std::string& text, wire_schema::Complaint::Builder out);

/// Error kInvalid when a message is longer than its plane allows.
Status check_size(ByteView bytes, std::size_t max, const char* what);
/// kUnsupported: a union tag of a later protocol.
tl::unexpected<Error> unknown_kind(const char* what, unsigned tag);

}  // namespace groupctl::wire
