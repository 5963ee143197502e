// The rows of Table::kMember: their keys, and their values as bytes.
#include <fmt/format.h>

#include "log/capnp_bytes.h"
#include "member/memory.capnp.h"
#include "member/memory.h"

namespace groupctl {
namespace {

RowKey member_row_key(std::string key) { return {Table::kMember, std::move(key)}; }

/// Decodes a row whose root is `Row`; `fill` returns false for values that cannot be.
template <class Row, class Value, class Fill>
Result<Value> decode_row(std::string_view what, ByteView bytes, Fill fill) {
  return with_capnp(what, [&]() -> Result<Value> {
    CapnpReader reader(bytes);
    Value value;
    if (!fill(reader.root<Row>(), value)) {
      return fail(ErrorCode::kCorrupt, std::string(what) + ": a field has the wrong size");
    }
    return value;
  });
}

}  // namespace

RowKey binding_row() { return member_row_key("binding"); }
RowKey marks_row() { return member_row_key("marks"); }
RowKey tag_row() { return member_row_key("tag"); }
RowKey shared_tail_row() { return member_row_key("shared_tail"); }
RowKey open_row(Sequence sequence) {
  return member_row_key(fmt::format("open/{:020}", sequence.value));
}
RowKey intent_row(Sequence sequence) {
  return member_row_key(fmt::format("intent/{:020}", sequence.value));
}
RowKey outcome_row(Sequence first, Sequence last) {
  return member_row_key(fmt::format("outcome/{:020}/{:020}", first.value, last.value));
}
RowKey actual_row(std::string_view artefact) {
  return member_row_key("actual/" + std::string(artefact));
}
RowKey source_row(std::string_view artefact) {
  return member_row_key("source/" + std::string(artefact));
}
RowKey begun_row(std::string_view artefact) {
  return member_row_key("begun/" + std::string(artefact));
}

RowKey run_state_row(std::string_view artefact) {
  return member_row_key("run/" + std::string(artefact));
}

RowKey failure_row(std::string_view key) { return member_row_key("failure/" + std::string(key)); }

Bytes encode(const Binding& binding) {
  ScratchMessage message;
  auto root = message.initRoot<schema::MemberBinding>();
  root.setGroup(text_reader(binding.group));
  root.setLogId(data_of(binding.log_id.view()));
  root.setEpoch(binding.epoch.value);
  return to_bytes(message);
}

Result<Binding> decode_binding(ByteView bytes) {
  return decode_row<schema::MemberBinding, Binding>(
      "binding of the store", bytes, [](auto row, Binding& binding) {
        binding.group = text_of(row.getGroup());
        binding.epoch = Epoch(row.getEpoch());
        return binding.log_id.assign(view_of(row.getLogId()));
      });
}

Bytes encode(const StoredMarks& marks) {
  ScratchMessage message;
  auto root = message.initRoot<schema::MemberMarks>();
  root.setExecuted(marks.executed.value);
  root.setLogBytes(marks.log_bytes);
  if (marks.span) {
    root.setSpanFrom(marks.span->first.value);
    root.setSpanTo(marks.span->last.value);
  }
  return to_bytes(message);
}

Result<StoredMarks> decode_marks(ByteView bytes) {
  return decode_row<schema::MemberMarks, StoredMarks>(
      "watermarks", bytes, [](auto row, StoredMarks& marks) {
        marks.executed = Sequence(row.getExecuted());
        marks.log_bytes = row.getLogBytes();
        if (row.getSpanFrom() != 0) {
          marks.span = Span{Sequence(row.getSpanFrom()), Sequence(row.getSpanTo())};
        }
        return true;
      });
}

Bytes encode(const TagClaim& tag) {
  ScratchMessage message;
  auto root = message.initRoot<schema::MemberTag>();
  root.setLogId(data_of(tag.log_id.view()));
  root.setEpoch(tag.epoch.value);
  root.setLast(tag.last.value);
  root.setChain(data_of(tag.chain.view()));
  root.setTag(data_of(tag.tag.view()));
  return to_bytes(message);
}

Result<TagClaim> decode_tag(ByteView bytes) {
  return decode_row<schema::MemberTag, TagClaim>("tag", bytes, [](auto row, TagClaim& tag) {
    tag.epoch = Epoch(row.getEpoch());
    tag.last = Sequence(row.getLast());
    return tag.log_id.assign(view_of(row.getLogId())) &&
           tag.chain.assign(view_of(row.getChain())) && tag.tag.assign(view_of(row.getTag()));
  });
}

Bytes encode_shared_tail(const std::vector<std::string>& urls) {
  ScratchMessage message;
  auto root = message.initRoot<schema::MemberSharedTail>();
  write_texts(urls, root.initUrls(static_cast<unsigned>(urls.size())));
  return to_bytes(message);
}

Result<std::vector<std::string>> decode_shared_tail(ByteView bytes) {
  return decode_row<schema::MemberSharedTail, std::vector<std::string>>(
      "shared repositories", bytes, [](auto row, std::vector<std::string>& urls) {
        for (auto url : row.getUrls()) urls.push_back(text_of(url));
        return true;
      });
}

Bytes encode_outcome_row(const KeptOutcome& outcome) {
  const OutcomeReport& report = outcome.report;
  ScratchMessage message;
  auto root = message.initRoot<schema::MemberOutcome>();
  root.setFirst(report.first.value);
  root.setLast(report.last.value);
  root.setOutcome(static_cast<std::uint8_t>(report.outcome));
  root.setStep(text_reader(report.step));
  root.setText(text_reader(report.text));
  root.setRecorded(outcome.recorded);
  return to_bytes(message);
}

Result<KeptOutcome> decode_outcome_row(ByteView bytes) {
  return decode_row<schema::MemberOutcome, KeptOutcome>(
      "outcome", bytes, [](auto row, KeptOutcome& outcome) {
        OutcomeReport& report = outcome.report;
        outcome.recorded = row.getRecorded();
        report.first = Sequence(row.getFirst());
        report.last = Sequence(row.getLast());
        report.outcome = static_cast<Outcome>(row.getOutcome());
        report.step = text_of(row.getStep());
        report.text = text_of(row.getText());
        return is_outcome(row.getOutcome());
      });
}

Bytes encode_actual_row(const ActualArtefact& artefact) {
  ScratchMessage message;
  auto root = message.initRoot<schema::MemberArtefact>();
  root.setVersion(text_reader(artefact.version));
  root.setDigest(data_of(artefact.digest.view()));
  root.setSequence(artefact.sequence.value);
  return to_bytes(message);
}

Result<ActualArtefact> decode_actual_row(ByteView bytes) {
  return decode_row<schema::MemberArtefact, ActualArtefact>(
      "artefact in place", bytes, [](auto row, ActualArtefact& artefact) {
        artefact.version = text_of(row.getVersion());
        artefact.sequence = Sequence(row.getSequence());
        return artefact.digest.assign(view_of(row.getDigest()));
      });
}

Bytes encode_run_state_row(const RunState& run) {
  ScratchMessage message;
  auto root = message.initRoot<schema::MemberRun>();
  root.setRun(static_cast<std::uint8_t>(run.run));
  root.setSequence(run.sequence.value);
  root.setText(text_reader(run.text));
  return to_bytes(message);
}

Result<RunState> decode_run_state_row(ByteView bytes) {
  return decode_row<schema::MemberRun, RunState>("run state", bytes, [](auto row, RunState& run) {
    run = {static_cast<Run>(row.getRun()), Sequence(row.getSequence()), text_of(row.getText())};
    return is_run(row.getRun());
  });
}

Bytes encode_failure_row(const FailedStep& failure) {
  ScratchMessage message;
  auto root = message.initRoot<schema::MemberFailure>();
  root.setSequence(failure.sequence.value);
  root.setText(text_reader(failure.text));
  return to_bytes(message);
}

Result<FailedStep> decode_failure_row(ByteView bytes) {
  return decode_row<schema::MemberFailure, FailedStep>(
      "failed step", bytes, [](auto row, FailedStep& failure) {
        failure.sequence = Sequence(row.getSequence());
        failure.text = text_of(row.getText());
        return true;
      });
}

}  // namespace groupctl
