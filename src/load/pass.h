// The one way through the stages, for Load, Scan and the commands: they cannot disagree.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "format/sniff.h"
#include "import/sklearn/names.h"
#include "import/sklearn/outline.h"
#include "pratique/load.h"

namespace pratique {

// How far one model came.
struct Stages {
  std::optional<Imported> imported;  // foreign formats only; without its .prq when the import was refused
  std::optional<File> file;          // the container is sound
  std::vector<std::string> sklearn;  // versions claimed
  Stage passed = Stage::kNone;
  std::vector<Outlined> outline;  // of a foreign file that was read and refused, if `until` is kContainer
  std::optional<Model> model;     // all stages passed
  absl::Status status;            // why it stopped; OK with a model
};

// One estimator of a bundle, gone through all stages by itself.
struct BundleRoot : Stages {
  std::string path;  // as --root takes it; "" for what no --root leads to
  std::string type;
  uint64_t n_features = 0;
};

// What was learned on the way, up to where it stopped.
struct Passage : Stages {
  Sniffed sniffed;
  std::string sha256;      // of the bytes as given, hex; "" when nobody asked
  Refusals refused_names;  // of a foreign file, beside what `status` says
  // Of a bundle, whose own `status` asks for one of them. Models are not kept, files only if `until` is kContainer.
  std::vector<BundleRoot> roots;
};

// Policy on the file, import where it is foreign, Open, policy on the versions, Audit, Validate, Build. `until`
// kContainer stops after Open and asks the policy for nothing but its limits. Without `digest`, the whole file is
// hashed only for a policy that pins digests: Load has no use for it, and each part is hashed by the audit anyway.
Passage Pass(std::span<const std::byte> bytes, const Policy& policy, const LoadOptions& options = {},
             const Registry& registry = Registry::Builtin(), std::string_view metadata = {},
             Stage until = Stage::kValidate, bool digest = true);

// Why content of this kind cannot be loaded; nullopt for what can be tried.
std::optional<Rejection> NotReadable(const Sniffed& sniffed);

}  // namespace pratique
