// Foreign files to a canonical .prq.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "archive/also_is.h"
#include "import/booster_file.h"
#include "import/pickle/pickle.h"
#include "import/sklearn/bundle.h"
#include "import/sklearn/importer.h"
#include "import/sklearn/names.h"
#include "import/sklearn/shown.h"
#include "import/skops/skops.h"
#include "load/attempt.h"
#include "load/examine.h"
#include "load/pass.h"
#include "pratique/load.h"
#include "pratique/rejection.h"
#include "status_macros.h"

namespace pratique {
namespace {

std::string WrittenBy(const Importer& importer, const graph::Graph& graph) {
  auto json = nlohmann::ordered_json::object();
  json["sklearn"] = importer.versions();
  for (const auto& [library, version] : graph.written_by) json[library] = version;
  json["pratique"] = PRATIQUE_VERSION;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string Claimed(const graph::Graph& graph, const char* library) {
  auto it = graph.written_by.find(library);
  return it == graph.written_by.end() ? "" : it->second;
}

absl::Status NotAModel(const std::string& data) {
  return ToStatus({.reason = Reason::kUnsupported,
                   .code = "format.not_a_model",
                   .message = absl::StrCat("this is ", data, ", not a model"),
                   .help = "there is nothing to load in it"});
}

// Whoever opens the file as what it is besides finds what was not checked.
absl::Status NothingElse(const Unwrapped& file) {
  const bool is_zip = file.sniffed.format == "skops";
  std::string_view also = AlsoIs(file.stored, is_zip);
  if (also.empty() && file.inflated.data) also = AlsoIs(file.bytes, is_zip);
  return also.empty() ? absl::OkStatus() : Polyglot("the file", also);
}

void TakeOver(const graph::Graph& graph, Imported& learned) {
  learned.numpy = Claimed(graph, "numpy");
  learned.python = Claimed(graph, "python");
  learned.joblib = Claimed(graph, "joblib");
  learned.skops = Claimed(graph, "skops");
  if (graph.wrapper == "skops")
    learned.skops_untrusted.emplace(graph.skops_untrusted.begin(), graph.skops_untrusted.end());
  learned.names_total = graph.globals.size();
  for (const graph::Graph::Global& g : std::span(graph.globals).first(std::min(kMostNames, graph.globals.size()))) {
    learned.names.push_back({absl::StrCat(Escape(g.module), ".", Escape(g.name)), g.count, g.offset, g.called});
  }
}

// One estimator of the graph to the file; what was learned on the way stays in `learned`, also when it is refused.
absl::Status ImportObject(const graph::Graph& graph, graph::Id root, Importer& importer, const Registry& registry,
                          std::string_view metadata, Imported& learned) {
  absl::StatusOr<FileToWrite> file = importer.Run(root);
  learned.sklearn = importer.versions();
  learned.dropped = importer.dropped();
  learned.dropped_total = importer.dropped_total();
  learned.normalized = importer.normalized();
  learned.set_output = importer.set_output();
  learned.set_output_total = importer.set_output_total();
  if (!file.ok()) return file.status();
  if (auto why = FindUnknown(graph, registry)) return ToStatus(*why);
  file->metadata = metadata;
  file->written_by = WrittenBy(importer, graph);
  ASSIGN_OR_RETURN(std::string prq, WriteFile(*file));
  if (const auto also = AlsoIs(std::as_bytes(std::span(prq))); !also.empty())
    return Polyglot("what the model's numbers make", also);
  learned.prq = std::move(prq);
  return absl::OkStatus();
}

// Paths of an import begin with "model"; those of a bundle's estimator with its place.
std::string Under(const std::string& root, const std::string& path) {
  constexpr std::string_view kModel = "model";
  return path.starts_with(kModel) ? root + path.substr(kModel.size()) : path;
}

absl::Status Under(const std::string& root, const absl::Status& status) {
  if (status.ok()) return status;
  Rejection why = *GetRejection(status);
  why.path = why.path.empty() ? root : Under(root, why.path);
  return ToStatus(why);
}

// Hands over every estimator of the bundle, and what is wrong with the rest as if it were one.
void ImportBundle(const graph::Graph& graph, const Bundle& bundle, const Limits& limits, const Registry& registry,
                  const Wanted& wanted) {
  // What is kept of each: with an outline all that inspect writes of it, and that as one text; its path, before all
  // that is said of it.
  const uint64_t kept = wanted.outline ? 8192 : 2048, times = wanted.outline ? 8 : 4;
  uint64_t spent = 0;
  for (const Bundle::Entry& found : bundle.estimators) {
    const std::string root = bundle.Root(graph, found);
    spent += kept + times * root.size();
    BundleEntry entry{root, TypeName(graph[found.object]), {}};
    Importer importer(graph, registry, limits, spent);
    const bool is_last = importer.IsSpent();  // and refused for it, so that the rest need not be looked at
    entry.attempt.status =
        Under(root, ImportObject(graph, found.object, importer, registry, {}, entry.attempt.learned));
    for (std::string& path : entry.attempt.learned.dropped) path = Under(root, path);
    spent = importer.spent();
    if (wanted.outline && !entry.attempt.status.ok()) entry.attempt.outline = Outline(graph, found.object, root);
    wanted.take(std::move(entry));
    if (is_last) break;
  }
  if (bundle.hidden) wanted.take({"", bundle.hidden->got, {.status = ToStatus(*bundle.hidden)}});
}

// From the graph to the file; what was learned on the way stays in `attempt`, also when it ends in a refusal.
absl::Status ImportGraph(const graph::Graph& graph, const Limits& limits, const LoadOptions& options,
                         std::string_view metadata, const Registry& registry, ImportAttempt& attempt,
                         const Wanted& wanted) {
  Imported& learned = attempt.learned;
  TakeOver(graph, learned);
  attempt.refused = RefusedNames(graph, registry);
  if (auto why = FindDangerous(graph)) return ToStatus(*why);
  if (options.root.empty()) {
    const Bundle bundle = LookInto(graph, registry);
    const bool is_one = bundle.estimators.size() == 1 && bundle.estimators[0].object == graph.root;
    if (!bundle.estimators.empty() && !is_one) ImportBundle(graph, bundle, limits, registry, wanted);
    if (bundle.is_data && !FindUnknown(graph, registry)) {
      attempt.data = Description(graph, graph.root);
      return NotAModel(attempt.data);
    }
  }
  ASSIGN_OR_RETURN(graph::Id root, PickRoot(graph, options.root));
  Importer importer(graph, registry, limits);
  absl::Status status = ImportObject(graph, root, importer, registry, metadata, learned);
  if (wanted.outline && !status.ok()) attempt.outline = Outline(graph, root, "model");
  return status;
}

absl::Status ImportAny(const Unwrapped& file, const Limits& limits, const LoadOptions& options,
                       std::string_view metadata, const Registry& registry, ImportAttempt& attempt,
                       const Wanted& wanted) {
  const Sniffed& sniffed = file.sniffed;
  attempt.learned.format = sniffed.format;
  attempt.learned.wrapper = sniffed.wrapper;
  if (sniffed.kind != Sniffed::Kind::kForeign) {
    if (auto why = NotReadable(sniffed)) return ToStatus(*why);
    return ToStatus({.reason = Reason::kUnsupported,
                     .code = "format.foreign",
                     .got = sniffed.format,
                     .expected = "pickle, joblib or skops",
                     .message = absl::StrCat("this is ", std::string(sniffed.label), ", which is not imported")});
  }
  absl::StatusOr<graph::Graph> graph = IsBoosterFile(sniffed) ? ReadBoosterFile(file.bytes, sniffed.format)
                                       : sniffed.format == "skops"
                                           ? skops::Read(file.bytes, limits, file.spent)
                                           : pickle::Read(file.bytes, limits, &options.side_files);
  if (!graph.ok()) return graph.status();
  RETURN_IF_ERROR(NothingElse(file));
  return ImportGraph(*graph, limits, options, metadata, registry, attempt, wanted);
}

absl::Status OutOfMemory() {
  return ToStatus(
      {.stage = Stage::kNone, .reason = Reason::kLimit, .code = "limit.memory", .message = "out of memory"});
}

}  // namespace

ImportAttempt TryImport(const Unwrapped& file, const Limits& limits, const LoadOptions& options,
                        std::string_view metadata, const Registry& registry, const Wanted& wanted) {
  ImportAttempt attempt;
  try {
    attempt.status = ImportAny(file, limits, options, metadata, registry, attempt, wanted);
  } catch (const std::bad_alloc&) {
    attempt.status = OutOfMemory();
  }
  return attempt;
}

absl::StatusOr<Imported> Import(std::span<const std::byte> bytes, const Limits& limits, const LoadOptions& options,
                                std::string_view metadata, const Registry& registry) try {
  ASSIGN_OR_RETURN(const Unwrapped file, Unwrap(bytes, Sniff(bytes), limits));
  ImportAttempt attempt = TryImport(file, limits, options, metadata, registry, {});
  if (!attempt.status.ok()) return attempt.status;
  return std::move(attempt.learned);
} catch (const std::bad_alloc&) {
  return OutOfMemory();
}

}  // namespace pratique
