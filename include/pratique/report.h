// What a check of one file found: the struct that the command line prints as text and as JSON.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pratique/load.h"
#include "pratique/policy.h"
#include "pratique/registry.h"
#include "pratique/rejection.h"

namespace [[gnu::visibility("default")]] pratique {

struct Report {
  std::string registry;  // digest of the registry that was asked
  std::string policy_name, policy_sha256;
  std::string file;    // as given
  std::string sha256;  // hex; "" when the file could not be read
  std::optional<std::string> content_sha256;
  uint64_t size = 0;
  std::string format;                  // "prq", "pickle", "joblib", "skops", "onnx", ..., "unknown"
  std::optional<std::string> wrapper;  // "zlib", "gzip", ...
  Verdict verdict = Verdict::kUnchecked;
  Reason reason = Reason::kInternal;
  Stage stage = Stage::kNone;  // the last stage that passed
  struct Root {
    std::string type, path;
    uint64_t n_features = 0;
  };
  std::optional<Root> root;  // of an accepted file with one estimator
  // Every estimator of a bundle, under the path that --root takes; the worst of them decides. At most a hundred, the
  // refused ones first.
  struct Entry : Root {
    Verdict verdict = Verdict::kUnchecked;
    Reason reason = Reason::kInternal;
  };
  std::vector<Entry> roots;
  uint64_t roots_total = 0;
  struct WrittenBy {
    std::vector<std::string> sklearn;
    std::string numpy, python, skops, joblib;
  } written_by;
  struct Type {
    std::string name, status;
    uint64_t count = 0;
    uint64_t offset = 0;
  };  // allowed|denied|unknown|dangerous
  std::vector<Type> types;  // the first 1,000 of types_total, as in all lists here
  uint64_t types_total = 0;
  // .skops, read to its end: the types that skops would ask to trust (skops.io.get_untrusted_types). Decides nothing
  // here.
  std::optional<std::vector<std::string>> skops_untrusted;
  std::vector<Rejection> findings;  // first is the one that decided; of a file that is not_a_model, what it is
  uint64_t findings_total = 0;
  std::vector<std::string> dropped;
  uint64_t dropped_total = 0;
  std::vector<Imported::Frames> set_output;  // see load.h: the first 100 of set_output_total
  uint64_t set_output_total = 0;
  // What an accepted model takes and gives, a JSON object as `pratique inspect --json` has it; "" unless golden samples
  // were asked for, too, and for bundles.
  std::string model;
  std::vector<std::string> normalized;  // changes of scikit-learn that the model predates, as "scikit-learn 1.4: ..."
  struct GoldenMethod {
    std::string name, contract;
    double max_abs = 0;
    uint64_t labels_differ = 0;
  };
  struct Golden {
    uint64_t rows = 0;
    std::string origin;
    std::vector<GoldenMethod> methods;
  };
  std::optional<Golden> golden;
  double ms = 0;
};

// What to call the file when a person named it, or when it was met in a folder: there, text and images are not_a_model.
enum class Found : uint8_t { kNamed, kInFolder };

// A report about a file that could not be read or handled at all.
Report Unchecked(const std::string& file, Rejection why, const Policy& policy = {},
                 const Registry& registry = Registry::Builtin());

// Checks one file of any format: container, audit and validate; with `golden`, its golden samples too. Never throws.
Report Scan(const std::string& path, const Policy& policy = {}, const Registry& registry = Registry::Builtin(),
            bool golden = false, Found found = Found::kNamed, const LoadOptions& options = {});
Report ScanBytes(std::span<const std::byte> bytes, const std::string& name, const Policy& policy = {},
                 const Registry& registry = Registry::Builtin(), bool golden = false, Found found = Found::kNamed,
                 const LoadOptions& options = {});

}  // namespace pratique
