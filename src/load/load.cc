#include "pratique/load.h"

#include "data/file_io.h"
#include "load/pass.h"
#include "status_macros.h"

namespace pratique {

absl::StatusOr<Model> LoadBytes(std::span<const std::byte> bytes, const Policy& policy, const LoadOptions& options,
                                const Registry& registry) {
  Passage passage = Pass(bytes, policy, options, registry, {}, Stage::kValidate, /*digest=*/false);
  if (!passage.status.ok()) return passage.status;
  return *passage.model;
}

absl::StatusOr<Model> Load(const std::string& path, const Policy& policy, const LoadOptions& options,
                           const Registry& registry) {
  ASSIGN_OR_RETURN(auto bytes, ReadFile(path, policy.limits));
  return LoadBytes(std::as_bytes(bytes.span()), policy, options, registry);
}

}  // namespace pratique
