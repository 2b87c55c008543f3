#include "pratique/audit.h"

#include "absl/strings/str_cat.h"
#include "container/sha256.h"
#include "container/storage.h"
#include "pratique/rejection.h"
#include "type/class.h"

namespace pratique {
namespace {

Rejection NotRegistered(const Registry& registry, std::string_view type) {
  const std::string name = Escape(type);
  const bool known = registry.IsKnown(type);
  return {.stage = Stage::kAudit,
          .reason = Reason::kUnsupported,
          .code = known ? "type.unsupported" : "type.unknown",
          .got = name,
          .message = known ? absl::StrCat(name, " is known, but not yet supported")
                           : absl::StrCat(name, " is not a registered type"),
          .help = "`pratique types` lists what this build supports."};
}

}  // namespace

absl::StatusOr<Audited> Audit(File file, const Policy& policy, const Registry& registry) {
  auto classes = std::make_shared<std::vector<const Class*>>();
  const std::span<const ObjectRecord> objects = file.objects();
  for (size_t i = 0; i < objects.size(); ++i) {
    const Class* type = registry.Find(objects[i].type);
    std::optional<Rejection> rejection;
    if (type == nullptr)
      rejection = NotRegistered(registry, objects[i].type);
    else
      rejection = policy.Denies(type->name, registry.FamilyOf(*type)->name);
    if (!rejection && Digest(file.storage().Stored(objects[i])) != objects[i].sha256) {
      rejection = Rejection{.stage = Stage::kAudit,
                            .reason = Reason::kMismatch,
                            .code = "container.digest",
                            .message = "the stored bytes do not have the digest that the manifest gives",
                            .help = "The file was damaged or changed after it was written; fetch it again."};
      rejection->offset = objects[i].offset;
    }
    if (rejection) {
      rejection->stage = Stage::kAudit;
      rejection->path = absl::StrCat("objects[", i, "] ", Escape(objects[i].role));
      return ToStatus(*rejection);
    }
    classes->push_back(type);
  }
  return Audited(std::move(file), std::move(classes));
}

}  // namespace pratique
