// Foreign files to a canonical .prq.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "import/pickle/pickle.h"
#include "import/sklearn/importer.h"
#include "import/sklearn/names.h"
#include "pratique/load.h"
#include "pratique/rejection.h"
#include "load/pass.h"

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

absl::StatusOr<Imported> ImportPickle(std::span<const std::byte> bytes, const Sniffed& sniffed, const Limits& limits,
                                      const LoadOptions& options, std::string_view metadata, const Registry& registry) {
  absl::StatusOr<graph::Graph> graph = pickle::Read(bytes, limits);
  if (!graph.ok()) return graph.status();
  if (auto why = FindDangerous(*graph)) return ToStatus(*why);
  absl::StatusOr<graph::Id> root = PickRoot(*graph, options.root);
  if (!root.ok()) return root.status();
  Importer importer(*graph, registry, limits);
  absl::StatusOr<FileToWrite> file = importer.Run(*root);
  if (!file.ok()) return file.status();
  if (auto why = FindUnknown(*graph, registry)) return ToStatus(*why);
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
  if (sniffed.format != "pickle" && sniffed.format != "joblib") {
    if (auto why = NotReadable(sniffed)) return ToStatus(*why);
    return ToStatus({.reason = Reason::kUnsupported, .code = "format.foreign", .got = sniffed.format, .expected = "pickle or joblib",
                     .message = absl::StrCat("this is ", std::string(sniffed.label), ", which no importer reads")});
  }
  return ImportPickle(bytes, sniffed, limits, options, metadata, registry);
} catch (const std::bad_alloc&) {
  return ToStatus({.stage = Stage::kNone, .reason = Reason::kLimit, .code = "limit.memory", .message = "out of memory"});
}

}  // namespace pratique
