// Stage 3: the content is proven.
#pragma once

#include "absl/status/statusor.h"
#include "pratique/audit.h"

namespace [[gnu::visibility("default")]] pratique {

struct States;  // decoded states and signatures; src/validate/states.h

// Guarantees: every state was verified by its own schema, is aligned and canonical (no unknown, shared, hidden or
// padded
//   byte); every field rule and every invariant holds; widths, classes and methods agree from object to object.
// Does NOT guarantee: the model is any good.
class Validated {
 public:
  Validated(const Validated&) = default;
  Validated& operator=(const Validated&) = default;
  const Audited& audited() const { return audited_; }
  const States& states() const { return *states_; }

 private:
  friend absl::StatusOr<Validated> Validate(Audited audited);
  Validated(Audited audited, std::shared_ptr<const States> states)
      : audited_(std::move(audited)), states_(std::move(states)) {}
  Audited audited_;
  std::shared_ptr<const States> states_;
};

[[nodiscard]] absl::StatusOr<Validated> Validate(Audited audited);

}  // namespace pratique
