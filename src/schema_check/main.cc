// Run by the build over every table: a rule that no one can check stops the build, not a user.
#include <cstdio>

#include "container/manifest.h"
#include "manifest_bfbs_generated.h"
#include "pratique/registry.h"
#include "state/plan.h"
#include "type/class.h"

int main() {
  int failures = 0;
  auto check = [&](std::span<const uint8_t> bfbs, const pratique::StructInfo& info) {
    auto plan = pratique::CompilePlan(bfbs, info);
    if (plan.ok()) return;
    ++failures;
    std::fprintf(stderr, "schema_check: %s\n", std::string(plan.status().message()).c_str());
  };
  check({pratique::fb::ManifestBinarySchema::data(), pratique::fb::ManifestBinarySchema::size()},
        pratique::InfoOf<pratique::manifest::Manifest>());
  for (const pratique::Class* type : pratique::Registry::Builtin().classes())
    check(type->form->bfbs, *type->form->info);
  return failures == 0 ? 0 : 1;
}
