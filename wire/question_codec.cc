// What is asked of one member, and its answers.
#include "wire/fields.h"
#include "wire/question.capnp.h"
#include "wire/question_messages.h"

namespace groupctl {
namespace {

using namespace wire;

// ---- questions

struct QuestionWriter {
  wire_schema::Question::Builder out;
  void operator()(const DeltaQuestion& m) { out.setDelta(text_reader(m.after)); }
  void operator()(const ReconcileQuestion& m) {
    auto reconcile = out.initReconcile();
    write_texts(m.keys, reconcile.initKeys(list_size(m.keys.size())));
    reconcile.setWho(text_reader(shortened(m.who)));
    reconcile.setWhy(text_reader(shortened(m.why)));
  }
  void operator()(const JobQuestion& m) { out.setJob(m.job); }
  void operator()(const ArtefactsQuestion& m) { out.setArtefacts(text_reader(m.after)); }
  void operator()(const BundleQuestion& m) {
    auto bundle = out.initBundle();
    bundle.setSequence(m.at.value);
    bundle.setOffset(m.offset);
  }
  void operator()(const ForetellQuestion& m) {
    auto foretell = out.initForetell();
    foretell.setJob(m.job);
    foretell.setHead(m.head.value);
    auto entries = foretell.initEntries(list_size(m.entries.size()));
    for (unsigned i = 0; i < entries.size(); ++i) entries.set(i, data_of(m.entries[i]));
    foretell.setMore(m.more);
  }
  void operator()(const ForetoldQuestion& m) {
    auto foretold = out.initForetold();
    foretold.setJob(m.job);
    foretold.setSkip(m.skip);
  }
};

ForetellQuestion read(wire_schema::Foretell::Reader in, FieldReader& fields) {
  ForetellQuestion question{in.getJob(), Sequence(in.getHead()), {}, in.getMore()};
  const auto entries = in.getEntries();
  const unsigned size = fields.count(entries.size(), "entries", kMaxQuestionKeys);
  for (unsigned i = 0; i < size; ++i) {
    question.entries.push_back(fields.bytes(entries[i], "an entry", kMaxQuestionBytes));
  }
  return question;
}

ReconcileQuestion read(wire_schema::Reconcile::Reader in, FieldReader& fields) {
  return {fields.texts(in.getKeys(), "keys", kMaxQuestionKeys), fields.text(in.getWho(), "who"),
          fields.text(in.getWhy(), "why")};
}

Result<Question> read_question(wire_schema::Question::Reader in, FieldReader& fields) {
  switch (in.which()) {
    case wire_schema::Question::DELTA:
      return DeltaQuestion{fields.text(in.getDelta(), "key")};
    case wire_schema::Question::RECONCILE:
      return read(in.getReconcile(), fields);
    case wire_schema::Question::JOB:
      return JobQuestion{in.getJob()};
    case wire_schema::Question::ARTEFACTS:
      return ArtefactsQuestion{fields.text(in.getArtefacts(), "name")};
    case wire_schema::Question::BUNDLE:
      return BundleQuestion{Sequence(in.getBundle().getSequence()), in.getBundle().getOffset()};
    case wire_schema::Question::FORETELL:
      return read(in.getForetell(), fields);
    case wire_schema::Question::FORETOLD:
      return ForetoldQuestion{in.getForetold().getJob(), in.getForetold().getSkip()};
  }
  return unknown_kind("question", static_cast<unsigned>(in.which()));
}

// ---- answers

void write(const Thing& thing, wire_schema::Thing::Builder out) {
  switch (thing.kind) {
    case Thing::Kind::kNothing:
      return out.setNothing();
    case Thing::Kind::kAsItIs:
      return out.setAsItIs();
    case Thing::Kind::kRun:
      return out.setRun(text_reader(thing.value));
    case Thing::Kind::kValue:
      return out.setValue(text_reader(thing.value));
    case Thing::Kind::kRelease:
      break;
  }
  auto release = out.initRelease();
  release.setVersion(text_reader(thing.version));
  release.setDigest(block_field(thing.digest));
  release.setDeployer(text_reader(thing.deployer));
  release.setConfig(data_of(thing.config));
}

Thing read(wire_schema::Thing::Reader in, FieldReader& fields) {
  Thing thing;
  switch (in.which()) {
    case wire_schema::Thing::NOTHING:
      return thing;
    case wire_schema::Thing::AS_IT_IS:
      thing.kind = Thing::Kind::kAsItIs;
      return thing;
    case wire_schema::Thing::RUN:
      thing.kind = Thing::Kind::kRun;
      thing.value = fields.text(in.getRun(), "a run state");
      return thing;
    case wire_schema::Thing::VALUE:
      thing.kind = Thing::Kind::kValue;
      thing.value = fields.text(in.getValue(), "value of a property", kMaxPayloadBytes);
      return thing;
    case wire_schema::Thing::RELEASE:
      break;
  }
  const auto release = in.getRelease();
  thing.kind = Thing::Kind::kRelease;
  thing.version = fields.text(release.getVersion(), "version");
  thing.digest = fields.block<ArtefactDigest>(release.getDigest(), "digest of a release");
  thing.deployer = fields.text(release.getDeployer(), "deployer");
  thing.config = fields.bytes(release.getConfig(), "configuration", kMaxPayloadBytes);
  return thing;
}

void write(const Deviation& row, wire_schema::Deviation::Builder out) {
  out.setKey(text_reader(row.key));
  out.setKind(text_reader(row.kind));
  out.setCause(text_reader(row.cause));
  out.setWho(text_reader(shortened(row.who)));
  out.setWhenMs(row.when_ms);
  out.setWhy(text_reader(shortened(row.why)));
  out.setSequence(row.sequence.value);
  write(row.group, out.initGroup());
  write(row.there, out.initThere());
  write(row.wanted, out.initWanted());
}

Deviation read(wire_schema::Deviation::Reader in, FieldReader& fields) {
  Deviation row;
  row.key = fields.text(in.getKey(), "key");
  row.kind = fields.text(in.getKind(), "kind of a deviation");
  row.cause = fields.text(in.getCause(), "cause");
  row.who = fields.text(in.getWho(), "who");
  row.when_ms = in.getWhenMs();
  row.why = fields.text(in.getWhy(), "why");
  row.sequence = Sequence(in.getSequence());
  row.group = read(in.getGroup(), fields);
  row.there = read(in.getThere(), fields);
  row.wanted = read(in.getWanted(), fields);
  return row;
}

void write(const KeyResult& result, wire_schema::KeyResult::Builder out) {
  out.setKey(text_reader(result.key));
  out.setOutcome(static_cast<std::uint8_t>(result.outcome));
  out.setStep(text_reader(shortened(result.step)));
  out.setText(text_reader(shortened(result.text)));
}

KeyResult read(wire_schema::KeyResult::Reader in, FieldReader& fields) {
  return {fields.text(in.getKey(), "key"), fields.outcome(in.getOutcome()),
          fields.text(in.getStep(), "step"), fields.text(in.getText(), "text of a result")};
}

void write(const PlacedArtefact& row, wire_schema::PlacedArtefact::Builder out) {
  out.setName(text_reader(row.name));
  out.setVersion(text_reader(row.version));
  out.setDigest(block_field(row.digest));
  out.setRepository(text_reader(shortened(row.repository)));
  out.setRun(text_reader(shortened(row.run)));
}

PlacedArtefact read(wire_schema::PlacedArtefact::Reader in, FieldReader& fields) {
  return {fields.name(in.getName(), "artefact"), fields.text(in.getVersion(), "version"),
          fields.block<ArtefactDigest>(in.getDigest(), "digest of an artefact"),
          fields.text(in.getRepository(), "repository"), fields.text(in.getRun(), "a run state")};
}

void write(const Foretold& row, wire_schema::Foretold::Builder out) {
  out.setSequence(row.sequence.value);
  out.setOutcome(static_cast<std::uint8_t>(row.outcome));
  out.setStep(text_reader(shortened(row.step)));
  out.setText(text_reader(shortened(row.text)));
}

Foretold read(wire_schema::Foretold::Reader in, FieldReader& fields) {
  return {Sequence(in.getSequence()), fields.outcome(in.getOutcome()),
          fields.text(in.getStep(), "step"), fields.text(in.getText(), "text of a row")};
}

template <class Row, class Builders>
void write_rows(const std::vector<Row>& rows, Builders out) {
  for (unsigned i = 0; i < out.size(); ++i) write(rows[i], out[i]);
}

template <class Row, class Readers>
std::vector<Row> read_rows(Readers list, const char* what, FieldReader& fields) {
  std::vector<Row> rows(fields.count(list.size(), what, kMaxQuestionKeys));
  for (unsigned i = 0; i < rows.size(); ++i) rows[i] = read(list[i], fields);
  return rows;
}

struct AnswerWriter {
  wire_schema::Answer::Builder out;
  void operator()(const DeltaPage& m) {
    auto page = out.initDelta();
    page.setAt(m.at.value);
    write_rows(m.rows, page.initRows(list_size(m.rows.size())));
    page.setMore(m.more);
  }
  void operator()(const Reconciling& m) {
    auto reconciling = out.initReconciling();
    reconciling.setJob(m.job);
    write_texts(m.keys, reconciling.initKeys(list_size(m.keys.size())));
  }
  void operator()(const JobState& m) {
    auto job = out.initJob();
    job.setOpen(m.open);
    write_rows(m.results, job.initResults(list_size(m.results.size())));
  }
  void operator()(const ArtefactsPage& m) {
    auto page = out.initArtefacts();
    write_rows(m.rows, page.initRows(list_size(m.rows.size())));
    page.setMore(m.more);
  }
  void operator()(const BundleChunk& m) {
    auto bundle = out.initBundle();
    bundle.setBytes(m.bytes);
    bundle.setDigest(block_field(m.digest));
    bundle.setOffset(m.offset);
    bundle.setData(data_of(m.data));
  }
  void operator()(const Foretelling& m) { out.setForetelling(m.job); }
  void operator()(const ForetoldPage& m) {
    auto page = out.initForetold();
    page.setOpen(m.open);
    write_rows(m.rows, page.initRows(list_size(m.rows.size())));
    page.setMore(m.more);
  }
  void operator()(const Refused& m) { wire::write(m.code, m.text, out.initRefused()); }
};

Result<Answer> read_answer(wire_schema::Answer::Reader in, FieldReader& fields) {
  switch (in.which()) {
    case wire_schema::Answer::DELTA:
      return DeltaPage{Sequence(in.getDelta().getAt()),
                       read_rows<Deviation>(in.getDelta().getRows(), "deviations", fields),
                       in.getDelta().getMore()};
    case wire_schema::Answer::RECONCILING:
      return Reconciling{in.getReconciling().getJob(),
                         fields.texts(in.getReconciling().getKeys(), "keys", kMaxQuestionKeys)};
    case wire_schema::Answer::JOB:
      return JobState{in.getJob().getOpen(),
                      read_rows<KeyResult>(in.getJob().getResults(), "results", fields)};
    case wire_schema::Answer::ARTEFACTS:
      return ArtefactsPage{
          read_rows<PlacedArtefact>(in.getArtefacts().getRows(), "artefacts", fields),
          in.getArtefacts().getMore()};
    case wire_schema::Answer::BUNDLE: {
      const auto bundle = in.getBundle();
      return BundleChunk{bundle.getBytes(),
                         fields.block<ArtefactDigest>(bundle.getDigest(), "digest of a bundle"),
                         bundle.getOffset(),
                         fields.bytes(bundle.getData(), "data of a bundle", kQuestionPageBytes)};
    }
    case wire_schema::Answer::FORETELLING:
      return Foretelling{in.getForetelling()};
    case wire_schema::Answer::FORETOLD:
      return ForetoldPage{in.getForetold().getOpen(),
                          read_rows<Foretold>(in.getForetold().getRows(), "rows", fields),
                          in.getForetold().getMore()};
    case wire_schema::Answer::REFUSED:
      return fields.complaint_of<Refused>(in.getRefused());
  }
  return unknown_kind("answer", static_cast<unsigned>(in.which()));
}

/// Decodes the root that `read` takes apart.
template <class Root, class Message>
Result<Message> decode(ByteView bytes, const char* what,
                       Result<Message> (*read)(typename Root::Reader, FieldReader&)) {
  if (auto size = check_size(bytes, kMaxQuestionBytes, what); !size) {
    return tl::unexpected<Error>(size.error());
  }
  return with_capnp(what, [&]() -> Result<Message> {
    CapnpReader reader(bytes);
    FieldReader fields;
    auto message = read(reader.root<Root>(), fields);
    if (!message) return message;
    return fields.checked(std::move(*message));
  });
}

}  // namespace

std::size_t message_size(const Deviation& row) {
  std::size_t size = 300 + row.key.size() + row.who.size() + row.why.size();
  for (const Thing* thing : {&row.group, &row.there, &row.wanted}) {
    size += 64 + thing->version.size() + thing->deployer.size() + thing->config.size() +
            thing->value.size();
  }
  return size;
}

std::size_t message_size(const Foretold& row) { return 64 + row.step.size() + row.text.size(); }

Bytes encode(const Question& question) {
  ScratchMessage builder;
  std::visit(QuestionWriter{builder.initRoot<wire_schema::Question>()}, question);
  return to_bytes(builder);
}

Result<Question> decode_question(ByteView bytes) {
  return decode<wire_schema::Question>(bytes, "question", &read_question);
}

Bytes encode(const Answer& answer) {
  ScratchMessage builder;
  std::visit(AnswerWriter{builder.initRoot<wire_schema::Answer>()}, answer);
  return to_bytes(builder);
}

Result<Answer> decode_answer(ByteView bytes) {
  return decode<wire_schema::Answer>(bytes, "answer", &read_answer);
}

}  // namespace groupctl
