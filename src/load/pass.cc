#include "load/pass.h"

#include <new>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "container/claims.h"
#include "container/sha256.h"
#include "data/input_error.h"
#include "load/attempt.h"
#include "load/examine.h"
#include "status_macros.h"

namespace pratique {
namespace {

// "sklearn" of the container's written_by.
std::vector<std::string> ClaimedVersions(std::string_view written_by) {
  std::vector<std::string> versions;
  auto claims = ParseClaims<nlohmann::json>(written_by);
  if (!claims.is_object() || !claims.contains("sklearn") || !claims["sklearn"].is_array()) return versions;
  for (const auto& version : claims["sklearn"]) {
    if (version.is_string()) versions.push_back(version.get<std::string>());
  }
  return versions;
}

// scikit-learn and others save what a fit that diverged left behind, NaN and infinity, without a word. A .prq has none.
absl::Status OfAFit(const absl::Status& status) {
  Rejection why = *GetRejection(status);
  // Parts that were fitted apart, and have no columns left: what scikit-learn saves, and does not predict with. So has
  // a scale that is 0 (RobustScaler's, divided by the infinite width of all of a normal distribution).
  const bool is_nothing =
      why.rule == "min" && why.got == "0" && (why.expected == "at least 1" || why.expected.ends_with("e-324"));
  if (why.rule == "infer" || is_nothing) {
    why.reason = Reason::kUnsupported;
    return ToStatus(why);
  }
  if (why.rule != "finite" && why.got != "nan" && why.got != "-nan" && why.got != "inf" && why.got != "-inf")
    return status;
  why.reason = Reason::kUnsupported;
  why.code = "state.not_finite";
  why.help.clear();  // the code's own
  return ToStatus(why);
}

// From the .prq to the model. `imported` is set for one that was foreign.
absl::Status WalkStages(Stages& s, std::span<const std::byte> bytes, const Policy& policy, const Registry& registry,
                        Stage until) {
  Limits limits = policy.limits;
  if (s.imported)
    limits.file_bytes = bytes.size();  // that of the foreign file; what was made of it is limited as memory
  ASSIGN_OR_RETURN(auto file, Open(bytes, limits));
  s.file = file;
  s.passed = Stage::kContainer;
  s.sklearn = s.imported ? s.imported->sklearn : ClaimedVersions(file.written_by());
  if (until == Stage::kContainer) return absl::OkStatus();
  if (auto denied = s.imported ? std::nullopt : policy.DeniesUnproven()) return ToStatus(*denied);
  if (auto denied = policy.DeniesVersions(s.sklearn)) return ToStatus(*denied);
  ASSIGN_OR_RETURN(auto audited, Audit(file, policy, registry));
  s.passed = Stage::kAudit;
  auto proven = Validate(audited);
  if (!proven.ok()) return s.imported ? OfAFit(proven.status()) : proven.status();
  const Validated& validated = *proven;
  ASSIGN_OR_RETURN(auto model, Build(validated));
  s.passed = Stage::kValidate;
  s.model = model;
  return absl::OkStatus();
}

std::span<const std::byte> Prq(const Stages& s) {
  return std::as_bytes(std::span(s.imported->prq.data(), s.imported->prq.size()));
}

BundleRoot WalkRoot(BundleEntry entry, const Policy& policy, const Registry& registry, Stage until) {
  BundleRoot root;
  root.path = std::move(entry.root);
  root.type = std::move(entry.type);
  root.imported = std::move(entry.attempt.learned);
  root.sklearn = root.imported->sklearn;
  root.outline = std::move(entry.attempt.outline);
  root.status = entry.attempt.status;
  if (!root.status.ok()) return root;
  root.status = WalkStages(root, Prq(root), policy, registry, until);
  if (root.model) {
    root.type = root.model->type();
    root.n_features = root.model->n_features();
    root.model.reset();
  }
  if (until != Stage::kContainer) root.file.reset();
  root.imported->prq.clear();
  return root;
}

absl::Status Walk(Passage& p, std::span<const std::byte> bytes, const Policy& policy, const LoadOptions& options,
                  const Registry& registry, std::string_view metadata, Stage until) {
  if (bytes.size() > policy.limits.file_bytes)
    return LimitError("file_bytes", bytes.size(), policy.limits.file_bytes, "the file");
  ASSIGN_OR_RETURN(auto unwrapped, Unwrap(bytes, p.sniffed, policy.limits));
  p.sniffed = unwrapped.sniffed;
  bytes = unwrapped.bytes;
  const Examined examined = Examine(unwrapped, policy.limits);
  if (examined.refused) return ToStatus(*examined.refused);
  if (examined.is_data) p.sniffed.kind = Sniffed::Kind::kOther;
  if (auto why = NotReadable(p.sniffed)) return ToStatus(*why);
  bool all = until != Stage::kContainer;
  if (all) {
    if (auto denied = policy.DeniesFile(p.sniffed.format, p.sha256)) return ToStatus(*denied);
    for (const auto& [name, content] : options.side_files) {
      if (policy.sha256.empty()) break;
      auto denied = policy.DeniesFile(p.sniffed.format, Hex(Digest(std::as_bytes(std::span(content)))));
      if (!denied) continue;
      denied->message = absl::StrCat("the side file ", Escape(name), ": ", denied->message);
      return ToStatus(*denied);
    }
  }
  if (p.sniffed.kind == Sniffed::Kind::kForeign) {
    const Wanted wanted{
        [&](BundleEntry entry) { p.roots.push_back(WalkRoot(std::move(entry), policy, registry, until)); },
        /*outline=*/until == Stage::kContainer};
    ImportAttempt attempt = TryImport(unwrapped, policy.limits, options, metadata, registry, wanted);
    p.outline = std::move(attempt.outline);
    if (!attempt.data.empty()) p.sniffed.kind = Sniffed::Kind::kOther;
    p.imported = std::move(attempt.learned);
    p.refused_names = std::move(attempt.refused);
    p.sklearn = p.imported->sklearn;
    if (!attempt.status.ok()) return attempt.status;
    bytes = Prq(p);
  }
  return WalkStages(p, bytes, policy, registry, until);
}

// What to do with a model of another format.
std::string_view HelpWith(const Sniffed& sniffed) {
  const std::string& format = sniffed.format;
  if (!sniffed.wrapper.empty() && IsBoosterFormat(format) && format != "xgboost_binary")
    return "it was not checked; decompress it: its library reads it so alone, and so does pratique";
  if (format == "catboost") {
    return "it was not checked; train the model anew as one of XGBoost's, LightGBM's or scikit-learn's, or keep it to "
           "CatBoost: its save_model(..., format='json' or 'onnx') gives files that others read";
  }
  return "it was not checked; use a checker for that format, or keep it out";
}

}  // namespace

std::optional<Rejection> NotReadable(const Sniffed& sniffed) {
  using Kind = Sniffed::Kind;
  Rejection why{.reason = Reason::kUnsupported};
  std::string is = absl::StrCat("this is ", std::string(sniffed.label));
  switch (sniffed.kind) {
    case Kind::kPrq:
    case Kind::kForeign:
      return std::nullopt;
    case Kind::kEmpty:
      why.code = "format.empty";
      why.message = "the file is empty";
      break;
    case Kind::kModel:
      why.code = "format.foreign";
      why.message = is + ", which pratique does not read";
      why.help = HelpWith(sniffed);
      break;
    case Kind::kPointer:
      why.code = "format.pointer";
      why.message = is + ": the file that it stands for is not here";
      why.help = "fetch it (`git lfs pull`, `git annex get`), and check what comes";
      break;
    case Kind::kOther:
      why.code = "format.not_a_model";
      why.message = is + ", not a model";
      break;
    case Kind::kUnknown:
      why.code = "format.unknown";
      why.message = "the content is of no known format";
      why.help =
          "it was not checked; pratique reads .prq, pickle, joblib, .skops, XGBoost's .json and .ubj and LightGBM's "
          "text";
      break;
  }
  return why;
}

Passage Pass(std::span<const std::byte> bytes, const Policy& policy, const LoadOptions& options,
             const Registry& registry, std::string_view metadata, Stage until, bool digest) {
  Passage p;
  if (digest || !policy.sha256.empty()) p.sha256 = Hex(Digest(bytes));
  p.sniffed = Sniff(bytes);
  try {
    p.status = Walk(p, bytes, policy, options, registry, metadata, until);
  } catch (const std::bad_alloc&) {
    p.status = ToStatus({.reason = Reason::kInternal, .code = "internal.memory", .message = "out of memory"});
  } catch (const std::exception& error) {
    p.status = ToStatus({.reason = Reason::kInternal, .code = "internal.bug", .message = Escape(error.what())});
  }
  return p;
}

}  // namespace pratique
