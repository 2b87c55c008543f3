// Any file, all four stages.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pratique/model.h"

namespace [[gnu::visibility("default")]] pratique {

struct LoadOptions {
  // An estimator inside a dict, list or tuple bundle, as in '["model"]' or '[0]'. "" takes the file's own object.
  std::string root;
  // The contents of the files that a joblib dump before 0.10 keeps its arrays in, by their plain names in it
  // ("model.pkl_01.npy"). The library never opens a file that a file names: the caller reads, and decides from where.
  // Where a policy pins digests, that of each is asked for, too. They have to outlive the call only.
  std::map<std::string, std::string, std::less<>> side_files;
};

// Reads `path` once and takes it through Open, Audit, Validate and Build; a pickle, joblib or .skops file is first
// turned into a canonical .prq in memory. The format is told by content, never by the name. Errors carry a Rejection.
[[nodiscard]] absl::StatusOr<Model> Load(const std::string& path, const Policy& policy = {},
                                         const LoadOptions& options = {},
                                         const Registry& registry = Registry::Builtin());
[[nodiscard]] absl::StatusOr<Model> LoadBytes(std::span<const std::byte> bytes, const Policy& policy = {},
                                              const LoadOptions& options = {},
                                              const Registry& registry = Registry::Builtin());

// What an importer learned on the way.
struct Imported {
  std::string prq;                   // the canonical .prq
  std::string format;                // "pickle", "joblib", "skops"
  std::string wrapper;               // "zlib", ...; "" for none
  std::vector<std::string> sklearn;  // versions found, in order of first appearance
  std::string numpy, python, joblib, skops;
  std::vector<std::string> dropped;  // attribute paths that were not taken over: the first 1,000 of dropped_total
  uint64_t dropped_total = 0;
  std::vector<std::string>
      normalized;  // changes of later scikit-learn releases that were undone: the model predicts as its own
  // Estimators that set_output was called on, whose transform gives a frame in scikit-learn: "model.steps[0]",
  // "pandas". Here it gives the same values as an array, whose columns Model::FeatureNamesOut names. The first 100 of
  // set_output_total.
  struct Frames {
    std::string path, library;
  };
  std::vector<Frames> set_output;
  uint64_t set_output_total = 0;
  struct Name {
    std::string name;
    uint64_t count = 0, offset = 0;
    bool called = false;
  };
  std::vector<Name> names;  // the globals that the file names: the first 1,000 of names_total
  uint64_t names_total = 0;
  // .skops, read to its end: the types that skops would ask to trust (skops.io.get_untrusted_types). Decides nothing
  // here.
  std::optional<std::vector<std::string>> skops_untrusted;
};
// Foreign bytes to a canonical .prq; nothing is executed. `metadata` is a JSON object of claims (may be ""), golden
// samples are added by `convert`. A .prq is refused: it is not foreign.
[[nodiscard]] absl::StatusOr<Imported> Import(std::span<const std::byte> bytes, const Limits& limits = {},
                                              const LoadOptions& options = {}, std::string_view metadata = {},
                                              const Registry& registry = Registry::Builtin());

}  // namespace pratique
