#include "commands/building.h"
#include "commands/deploy/deploy.capnp.h"
#include "commands/deploy_words.h"
#include "commands/payload.h"
#include "commands/state/names.h"
#include "commands/state/row_codec.h"
#include "commands/syntax_text.h"
#include "log/text.h"

namespace groupctl::deploy {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kDigestPrefix = "sha256:";

Result<ArtefactDigest> read_digest(std::string_view text) {
  if (text.starts_with(kDigestPrefix)) text.remove_prefix(kDigestPrefix.size());
  ArtefactDigest digest;
  if (!digest.assign_hex(text) || !digest) {
    return fail(ErrorCode::kInvalid, "a digest is the 64 digits that sha256sum prints");
  }
  return digest;
}

/// From --digest or --archive; when both are given they must be the same. Zero without either: the
/// group's catalogue says it.
Result<ArtefactDigest> digest_in(const SyntaxValues& values) {
  auto text = single_value(values, "--digest");
  if (!text) return tl::unexpected<Error>(text.error());
  auto archive = single_value(values, "--archive");
  if (!archive) return tl::unexpected<Error>(archive.error());
  if (!*text && !*archive) return ArtefactDigest{};
  auto digest = read_digest(*text ? **text : **archive);
  if (!digest || !*text || !*archive) return digest;
  auto of_archive = read_digest(**archive);
  if (!of_archive || *of_archive == *digest) return of_archive;
  return fail(ErrorCode::kDigestMismatch,
              "the archive's digest is sha256:" + of_archive->hex() + ", not the one given");
}

std::string joined(capnp::List<capnp::Text>::Reader words, std::string_view between) {
  std::string text;
  for (auto word : words)
    text += (text.empty() ? std::string() : std::string(between)) + text_of(word);
  return text;
}

struct Named {
  std::string name;
  std::string version;
};

/// Without "@VERSION" the version is empty.
Result<Named> read_artefact(const std::string& text) {
  const std::size_t at = text.find('@');
  Named named{text.substr(0, at), at == std::string::npos ? "" : text.substr(at + 1)};
  if (!is_name(named.name)) {
    return fail(ErrorCode::kInvalid, "\"" + named.name + "\" is no artefact's name");
  }
  if (at != std::string::npos && !is_version(named.version)) {
    return fail(ErrorCode::kInvalid, "\"" + named.version + "\" is no version");
  }
  return named;
}

Result<BuiltCommand> build(const SyntaxValues& values) {
  auto artefact = single_value(values, "ARTEFACT");
  if (!artefact) return tl::unexpected<Error>(artefact.error());
  if (!*artefact) return fail(ErrorCode::kInvalid, "nothing to deploy: give NAME or NAME@VERSION");
  auto named = read_artefact(**artefact);
  if (!named) return tl::unexpected<Error>(named.error());
  auto digest = digest_in(values);
  if (!digest) return tl::unexpected<Error>(digest.error());
  if (*digest && named->version.empty()) {
    return fail(ErrorCode::kInvalid, "a digest belongs to a version: give NAME@VERSION");
  }
  auto deployer = single_value(values, "--deployer");
  if (!deployer) return tl::unexpected<Error>(deployer.error());
  if (*deployer && !is_name(**deployer)) {
    return fail(ErrorCode::kInvalid, "\"" + **deployer + "\" is no deployer's name");
  }
  auto config = single_value(values, "--config");
  if (!config) return tl::unexpected<Error>(config.error());
  const auto& after = values_of(values, "--after");
  for (const std::string& name : after) {
    if (!is_name(name)) {
      return fail(ErrorCode::kInvalid, "\"" + name + "\" is no artefact's name");
    }
  }
  auto health = health_in(values);
  if (!health) return tl::unexpected<Error>(health.error());
  auto rolling = rolling_in(values);
  if (!rolling) return tl::unexpected<Error>(rolling.error());
  Bytes payload = make_payload<payload::Deploy>([&](auto out) {
    out.setName(text_reader(named->name));
    out.setVersion(text_reader(named->version));
    if (*digest) out.setDigest(data_of(digest->view()));
    if (*deployer) out.setDeployer(text_reader(**deployer));
    if (*config) out.setConfig(data_of(as_bytes(**config)));
    if (!after.empty()) {
      write_texts(after, out.initAfter(static_cast<unsigned>(after.size())));
    }
    if (!health->command.empty()) write_health(*health, out.initHealth());
    if (*rolling) write_policy(**rolling, out.initRolling());
  });
  if (payload.size() > kMaxPayloadBytes) {
    return fail(ErrorCode::kInvalid, "the configuration is longer than 32 KiB");
  }
  return BuiltCommand{kind_of<payload::Deploy>(), std::move(payload)};
}

std::string describe(ByteView bytes) {
  auto text = read_payload<payload::Deploy>("DEPLOY", bytes, [](auto in) -> Result<std::string> {
    const std::string version = text_of(in.getVersion());
    return "DEPLOY " + shown(text_of(in.getName()) + (version.empty() ? "" : "@" + version));
  });
  return text.value_or(unreadable("DEPLOY"));
}

Fields fields(ByteView bytes) {
  auto read = read_payload<payload::Deploy>("DEPLOY", bytes, [](auto in) -> Result<Fields> {
    const std::string_view config = as_text(view_of(in.getConfig()));
    Fields fields{{"artefact", text_of(in.getName())}};
    if (in.getVersion().size() > 0) fields.emplace_back("version", text_of(in.getVersion()));
    if (in.getDigest().size() > 0) {
      fields.emplace_back("digest", std::string(kDigestPrefix) + to_hex(view_of(in.getDigest())));
    }
    fields.emplace_back("deployer", in.getDeployer().size() > 0 ? text_of(in.getDeployer())
                                                                : std::string(kDefaultDeployer));
    if (!config.empty()) {
      fields.emplace_back("config", is_utf8(config) ? std::string(config)
                                                    : std::to_string(config.size()) + " bytes");
    }
    if (in.getAfter().size() > 0) fields.emplace_back("after", joined(in.getAfter(), ","));
    if (in.hasHealth()) {
      fields.emplace_back("health", joined(in.getHealth().getCommand(), " "));
    }
    if (in.hasRolling()) fields.emplace_back("rollout", policy_text(read_policy(in.getRolling())));
    return fields;
  });
  return read.value_or(unreadable_fields(bytes));
}

}  // namespace

SyntaxRow syntax_row() {
  SyntaxRow row;
  row.kind = kind_of<payload::Deploy>();
  row.verb = "deploy";
  row.summary = "put a release of an artefact in place";
  row.help =
      "Deploys NAME@VERSION on the target: members look the archive up along their\n"
      "repositories, check it against its digest, and switch to it. The group's\n"
      "catalogue says the digest (repo put), and which version was put last when none\n"
      "is given. With --digest or --archive it need not be catalogued: members then\n"
      "find it in repositories of their own. While the group knows NAME@VERSION, the\n"
      "same with another digest is refused.\n\n"
      "  groupctl repo put shop@2.4.1 shop-2.4.1.tar.gz\n"
      "  groupctl deploy shop@2.4.1 -t role=web\n"
      "  groupctl deploy shop@2.4.1 --digest 9f2c... web-03 web-07\n\n"
      "With --batch, --max-failures, --canary or --batch-pause it is a rollout: the\n"
      "coordinator releases it to some members at a time, and goes on without groupctl\n"
      "(rollout list, status, pause, resume, abort, undo).\n\n"
      "  groupctl deploy shop@2.4.1 -t role=web --batch 25% --canary 1";
  row.positionals = {{"ARTEFACT", "NAME[@VERSION]", "what to deploy", true, false, false}};
  row.options = {
      {"--digest", "HEX", "SHA-256 of the archive", false, false, false},
      {"--archive", "FILE", "the archive, to compute the digest from", false, false, true},
      {"--deployer", "NAME", "which deployer puts it in place (default dir)", false, false, false},
      {"--config", "TEXT", "configuration for the deployer, as it stands", false, false, false},
      {"--after", "NAME", "an artefact that is to run before this one starts", false, true, false},
      {"--health", "COMMAND", "well when it ends with 0; words are parted by blanks", false, false,
       false},
      {"--health-every", "DURATION", "between two tries (default 1s)", false, false, false},
      {"--health-within", "DURATION", "so long it may take to become well (default 30s)", false,
       false, false},
      {"--batch", "N|N%", "a rollout: so many members at work at once", false, false, false},
      {"--max-failures", "N|N%", "so many may fail or be lost; one more stops it (default 0)",
       false, false, false},
      {"--canary", "N", "so many members first, which must all end well", false, false, false},
      {"--batch-pause", "DURATION", "in waves of --batch members, with so much between them", false,
       false, false}};
  row.members = MemberWords::kBehind;
  row.build = build;
  row.describe = describe;
  row.fields = fields;
  return row;
}

}  // namespace groupctl::deploy
