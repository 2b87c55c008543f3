// Foreign files to a canonical .prq, and the one door for files of any format.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "data/file_io.h"
#include "import/pickle/pickle.h"
#include "import/sklearn/importer.h"
#include "pratique/load.h"
#include "pratique/rejection.h"
#include "report/sniff.h"

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

absl::Status NotForeign(const Sniffed& sniffed) {
  return ToStatus({.stage = Stage::kNone, .reason = Reason::kUnsupported,
                   .code = sniffed.kind == Sniffed::Kind::kEmpty ? "format.empty" : sniffed.kind == Sniffed::Kind::kUnknown ? "format.unknown" : "format.foreign",
                   .got = sniffed.format, .expected = "pickle or joblib",
                   .message = sniffed.kind == Sniffed::Kind::kEmpty ? "the file is empty"
                              : absl::StrCat("this is ", sniffed.label.empty() ? sniffed.format : std::string(sniffed.label), ", which no importer reads"),
                   .help = "pratique reads .prq, pickle and joblib files of scikit-learn models."});
}

absl::StatusOr<Imported> ImportPickle(std::span<const std::byte> bytes, const Sniffed& sniffed, const Limits& limits,
                                      const LoadOptions& options, std::string_view metadata, const Registry& registry) {
  absl::StatusOr<graph::Graph> graph = pickle::Read(bytes, limits);
  if (!graph.ok()) return graph.status();
  absl::StatusOr<graph::Id> root = PickRoot(*graph, options.root);
  if (!root.ok()) return root.status();
  Importer importer(*graph, registry, limits);
  absl::StatusOr<FileToWrite> file = importer.Run(*root);
  if (!file.ok()) return file.status();
  file->metadata = metadata;
  file->written_by = WrittenBy(importer, *graph);
  Imported imported;
  absl::StatusOr<std::string> prq = WriteFile(*file);
  if (!prq.ok()) return prq.status();
  imported.prq = std::move(*prq);
  imported.format = sniffed.format;
  imported.wrapper = sniffed.wrapper;
  imported.sklearn = importer.versions();
  imported.numpy = Claimed(*graph, "numpy");
  imported.python = Claimed(*graph, "python");
  imported.joblib = Claimed(*graph, "joblib");
  imported.dropped = importer.dropped();
  for (const graph::Graph::Global& g : graph->globals) {
    imported.names.push_back({absl::StrCat(Escape(g.module), ".", Escape(g.name)), g.count, g.offset, g.called});
  }
  return imported;
}

}  // namespace

absl::StatusOr<Imported> Import(std::span<const std::byte> bytes, const Limits& limits, const LoadOptions& options,
                                std::string_view metadata, const Registry& registry) try {
  const Sniffed sniffed = Sniff(bytes);
  if (sniffed.format != "pickle" && sniffed.format != "joblib") return NotForeign(sniffed);
  return ImportPickle(bytes, sniffed, limits, options, metadata, registry);
} catch (const std::bad_alloc&) {
  return ToStatus({.stage = Stage::kNone, .reason = Reason::kLimit, .code = "limit.memory", .message = "out of memory"});
}

absl::StatusOr<Model> LoadBytes(std::span<const std::byte> bytes, const Policy& policy, const LoadOptions& options,
                                const Registry& registry) {
  const bool is_prq = Sniff(bytes).kind == Sniffed::Kind::kPrq;
  Imported imported;
  if (!is_prq) {
    absl::StatusOr<Imported> result = Import(bytes, policy.limits, options, {}, registry);
    if (!result.ok()) return result.status();
    imported = std::move(*result);
    bytes = std::as_bytes(std::span(imported.prq));
  }
  absl::StatusOr<File> file = Open(bytes, policy.limits);
  if (!file.ok()) return file.status();
  absl::StatusOr<Audited> audited = Audit(*file, policy, registry);
  if (!audited.ok()) return audited.status();
  absl::StatusOr<Validated> validated = Validate(*audited);
  if (!validated.ok()) return validated.status();
  return Build(*validated);
}

absl::StatusOr<Model> Load(const std::string& path, const Policy& policy, const LoadOptions& options, const Registry& registry) {
  absl::StatusOr<FileBytes> bytes = ReadFile(path, policy.limits);
  if (!bytes.ok()) return bytes.status();
  return LoadBytes(std::as_bytes(bytes->span()), policy, options, registry);
}

}  // namespace pratique
