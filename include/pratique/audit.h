// Stage 2: every type is known and allowed.
#pragma once

#include "absl/status/statusor.h"
#include "pratique/file.h"
#include "pratique/policy.h"
#include "pratique/registry.h"

namespace [[gnu::visibility("default")]] pratique {

// Guarantees: every object's type is registered and allowed by the policy that was given; the digests of the stored
// bytes
//   match. The types found here are the very ones that Build uses: no name is looked up again.
// Does NOT guarantee: the content makes sense (see validate.h).
class Audited {
 public:
  Audited(const Audited&) = default;
  Audited& operator=(const Audited&) = default;
  const File& file() const { return file_; }
  std::span<const Class* const> classes() const { return *classes_; }  // one per object

 private:
  friend absl::StatusOr<Audited> Audit(File file, const Policy& policy, const Registry& registry);
  Audited(File file, std::shared_ptr<const std::vector<const Class*>> classes)
      : file_(std::move(file)), classes_(std::move(classes)) {}
  File file_;
  std::shared_ptr<const std::vector<const Class*>> classes_;
};

// `registry` must outlive everything that comes from it.
[[nodiscard]] absl::StatusOr<Audited> Audit(File file, const Policy& policy,
                                            const Registry& registry = Registry::Builtin());

}  // namespace pratique
