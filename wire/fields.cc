#include "wire/fields.h"

#include "log/text.h"

namespace groupctl::wire {

void FieldReader::refuse(ErrorCode code, const char* what, std::string_view why) {
  if (!complaint_) complaint_ = Error{code, std::string(what) + " " + std::string(why)};
}

void FieldReader::refuse(const char* what, const Error& cause) {
  if (!complaint_) complaint_ = Error{cause.code, std::string(what) + ": " + cause.text};
}

std::string FieldReader::text(capnp::Text::Reader text, const char* what, std::size_t max) {
  if (text.size() <= max) return text_of(text);
  refuse(what, "is longer than " + std::to_string(max) + " bytes");
  return {};
}

std::string FieldReader::name(capnp::Text::Reader text, const char* what) {
  if (is_name({text.cStr(), text.size()})) return text_of(text);
  refuse(what, "is not a name");
  return {};
}

std::string FieldReader::name_or_empty(capnp::Text::Reader text, const char* what) {
  return text.size() == 0 ? std::string() : name(text, what);
}

Bytes FieldReader::bytes(capnp::Data::Reader data, const char* what, std::size_t max) {
  if (data.size() <= max) return copy_bytes(view_of(data));
  refuse(what, "is longer than " + std::to_string(max) + " bytes");
  return {};
}

std::uint64_t FieldReader::number(std::uint64_t value, const char* what, std::uint64_t low,
                                  std::uint64_t high) {
  if (value >= low && value <= high) return value;
  refuse(what, "is not within " + std::to_string(low) + " to " + std::to_string(high));
  return low;
}

unsigned FieldReader::count(std::size_t size, const char* what, std::size_t max) {
  if (size <= max) return list_size(size);
  refuse(what, "are more than " + std::to_string(max));
  return 0;
}

std::vector<std::string> FieldReader::texts(capnp::List<capnp::Text>::Reader list, const char* what,
                                            std::size_t max, std::size_t max_text) {
  std::vector<std::string> read(count(list.size(), what, max));
  for (unsigned i = 0; i < read.size(); ++i) read[i] = text(list[i], what, max_text);
  return read;
}

void FieldReader::protocol(std::uint32_t version) {
  if (version == kProtocolVersion) return;
  refuse(ErrorCode::kUnsupported, "protocol",
         std::to_string(version) + "; this build speaks " + std::to_string(kProtocolVersion));
}

Outcome FieldReader::outcome(std::uint8_t number) {
  if (is_outcome(number)) return static_cast<Outcome>(number);
  refuse(ErrorCode::kUnsupported, "outcome", "has the unknown number " + std::to_string(number));
  return Outcome::kUnknown;
}

ErrorCode FieldReader::error_code(std::uint16_t number) {
  const auto last = static_cast<std::uint16_t>(ErrorCode::kUnprotected);
  if (number >= 1 && number <= last) return static_cast<ErrorCode>(number);
  refuse(ErrorCode::kUnsupported, "code of a refusal",
         "has the unknown number " + std::to_string(number));
  return ErrorCode::kRefused;
}

Labels FieldReader::labels(capnp::List<wire_schema::Label>::Reader list, std::size_t most) {
  Labels read;
  const unsigned size = count(list.size(), "labels", most);
  for (unsigned i = 0; i < size; ++i) {
    const bool added =
        read.emplace(name(list[i].getName(), "label"),
                     text(list[i].getValue(), "value of a label", kMaxLabelValueBytes))
            .second;
    if (!added) refuse("label", "stands twice");
  }
  return read;
}

Watermarks FieldReader::watermarks(wire_schema::Watermarks::Reader in) {
  return {Sequence(in.getReceived()), Sequence(in.getExecuted())};
}

DeltaCounts FieldReader::delta(wire_schema::DeltaCounts::Reader in) {
  return {in.getPending(), in.getFailed(), in.getDrifted(), in.getForeign(), in.getIntended()};
}

RunningStep FieldReader::running(wire_schema::RunningStep::Reader in) {
  RunningStep read;
  read.sequence = Sequence(in.getSequence());
  read.step = text(in.getStep(), "step");
  read.percent = static_cast<std::uint32_t>(number(in.getPercent(), "percent", 0, 100));
  return read;
}

std::vector<OutcomeReport> FieldReader::reports(
    capnp::List<wire_schema::OutcomeReport>::Reader list) {
  std::vector<OutcomeReport> read(count(list.size(), "outcomes", kMaxOutcomeReports));
  for (unsigned i = 0; i < read.size(); ++i) {
    auto in = list[i];
    const std::uint64_t first = number(in.getFirst(), "first of an outcome", 1, UINT64_MAX);
    read[i].first = Sequence(first);
    read[i].last = Sequence(number(in.getLast(), "last of an outcome", first, UINT64_MAX));
    read[i].outcome = outcome(in.getOutcome());
    read[i].step = text(in.getStep(), "step of an outcome");
    read[i].text = text(in.getText(), "text of an outcome", kMaxOutcomeText);
  }
  return read;
}

Envelope FieldReader::envelope(wire_schema::Envelope::Reader in) {
  Envelope read;
  read.log_id = block<LogId>(in.getLogId(), "log id");
  read.epoch = Epoch(in.getEpoch());
  read.now = GroupTime(in.getNowMs());
  return read;
}

std::string shortened(const std::string& text, std::size_t max) {
  return std::string(cut_text(text, max));
}

void write(const Labels& labels, capnp::List<wire_schema::Label>::Builder out) {
  unsigned i = 0;
  for (const auto& [name, value] : labels) {
    out[i].setName(text_reader(name));
    out[i].setValue(text_reader(value));
    ++i;
  }
}

void write(const Watermarks& marks, wire_schema::Watermarks::Builder out) {
  out.setReceived(marks.received.value);
  out.setExecuted(marks.executed.value);
}

void write(const DeltaCounts& delta, wire_schema::DeltaCounts::Builder out) {
  out.setPending(delta.pending);
  out.setFailed(delta.failed);
  out.setDrifted(delta.drifted);
  out.setForeign(delta.foreign);
  out.setIntended(delta.intended);
}

void write(const RunningStep& running, wire_schema::RunningStep::Builder out) {
  out.setSequence(running.sequence.value);
  out.setStep(text_reader(shortened(running.step)));
  out.setPercent(running.percent);
}

void write(const std::vector<OutcomeReport>& reports,
           capnp::List<wire_schema::OutcomeReport>::Builder out) {
  for (unsigned i = 0; i < reports.size(); ++i) {
    out[i].setFirst(reports[i].first.value);
    out[i].setLast(reports[i].last.value);
    out[i].setOutcome(static_cast<std::uint8_t>(reports[i].outcome));
    out[i].setStep(text_reader(shortened(reports[i].step)));
    out[i].setText(text_reader(shortened(reports[i].text, kMaxOutcomeText)));
  }
}

void write(const Envelope& envelope, wire_schema::Envelope::Builder out) {
  out.setLogId(block_field(envelope.log_id));
  out.setEpoch(envelope.epoch.value);
  out.setNowMs(envelope.now.value);
}

void write(ErrorCode code, const std::string& text, wire_schema::Complaint::Builder out) {
  out.setCode(static_cast<std::uint16_t>(code));
  out.setText(text_reader(shortened(text)));
}

Status check_size(ByteView bytes, std::size_t max, const char* what) {
  if (bytes.size() <= max) return {};
  return fail(ErrorCode::kInvalid, std::string(what) + " of " + std::to_string(bytes.size()) +
                                       " bytes; at most " + std::to_string(max) + " are allowed");
}

tl::unexpected<Error> unknown_kind(const char* what, unsigned tag) {
  return fail(ErrorCode::kUnsupported,
              std::string(what) + " of a kind unknown to this build: " + std::to_string(tag));
}

}  // namespace groupctl::wire
