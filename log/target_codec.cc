#include "log/target_codec.h"

#include "log/capnp_bytes.h"

namespace groupctl {
namespace {

schema::Term::Test to_schema(SelectorTerm::Test test) {
  switch (test) {
    case SelectorTerm::Test::kEquals:
      return schema::Term::Test::EQUALS;
    case SelectorTerm::Test::kNotEquals:
      return schema::Term::Test::NOT_EQUALS;
    case SelectorTerm::Test::kAmong:
      return schema::Term::Test::AMONG;
    case SelectorTerm::Test::kNotAmong:
      return schema::Term::Test::NOT_AMONG;
    case SelectorTerm::Test::kHas:
      return schema::Term::Test::HAS;
    case SelectorTerm::Test::kHasNot:
      return schema::Term::Test::HAS_NOT;
    case SelectorTerm::Test::kGlob:
      return schema::Term::Test::GLOB;
  }
  broken_invariant("test of a selector", __FILE__, __LINE__);
}

void write_selector(const std::vector<Conjunction>& selector,
                    capnp::List<schema::Conjunction>::Builder out) {
  for (unsigned i = 0; i < selector.size(); ++i) {
    auto terms = out[i].initTerms(static_cast<unsigned>(selector[i].size()));
    for (unsigned j = 0; j < selector[i].size(); ++j) {
      const SelectorTerm& term = selector[i][j];
      terms[j].setLabel(text_reader(term.label));
      terms[j].setTest(to_schema(term.test));
      write_texts(term.values, terms[j].initValues(static_cast<unsigned>(term.values.size())));
    }
  }
}

tl::unexpected<Error> newer(const char* what) {
  return fail(ErrorCode::kUnsupported, std::string(what) + " of a newer version");
}

Result<SelectorTerm::Test> read_test(schema::Term::Test test) {
  switch (test) {
    case schema::Term::Test::EQUALS:
      return SelectorTerm::Test::kEquals;
    case schema::Term::Test::NOT_EQUALS:
      return SelectorTerm::Test::kNotEquals;
    case schema::Term::Test::AMONG:
      return SelectorTerm::Test::kAmong;
    case schema::Term::Test::NOT_AMONG:
      return SelectorTerm::Test::kNotAmong;
    case schema::Term::Test::HAS:
      return SelectorTerm::Test::kHas;
    case schema::Term::Test::HAS_NOT:
      return SelectorTerm::Test::kHasNot;
    case schema::Term::Test::GLOB:
      return SelectorTerm::Test::kGlob;
  }
  return newer("test");
}

Result<Conjunction> read_conjunction(schema::Conjunction::Reader in) {
  Conjunction terms;
  for (auto term : in.getTerms()) {
    auto test = read_test(term.getTest());
    if (!test) return tl::unexpected<Error>(test.error());
    terms.push_back({text_of(term.getLabel()), *test, read_texts(term.getValues())});
  }
  return terms;
}

Result<Target> read_selector(capnp::List<schema::Conjunction>::Reader in) {
  std::vector<Conjunction> any;
  for (auto conjunction : in) {
    auto terms = read_conjunction(conjunction);
    if (!terms) return tl::unexpected<Error>(terms.error());
    any.push_back(std::move(*terms));
  }
  return Target::of(std::move(any));
}

}  // namespace

void write_target(const Target& target, schema::Target::Builder out) {
  switch (target.kind) {
    case Target::Kind::kNone:
      return out.setNone();
    case Target::Kind::kAll:
      return out.setAll();
    case Target::Kind::kMember:
      return out.setMember(target.member.value);
    case Target::Kind::kSelector:
      return write_selector(target.selector,
                            out.initSelector(static_cast<unsigned>(target.selector.size())));
  }
}

Result<Target> read_target(schema::Target::Reader in) {
  switch (in.which()) {
    case schema::Target::NONE:
      return Target::none();
    case schema::Target::ALL:
      return Target::all();
    case schema::Target::MEMBER:
      return Target::one(MemberId(in.getMember()));
    case schema::Target::SELECTOR:
      return read_selector(in.getSelector());
    case schema::Target::ONE:
      break;
  }
  return newer("target");
}

}  // namespace groupctl
